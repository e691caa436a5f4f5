/** What stands behind `Container`: an entry of the list, the answer of inspect, or both, read as one. */

import type { Context } from '../../context.ts';
import { EngineError } from '../../engine/errors.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  EndpointSettings,
  Int64,
  MountPoint,
  StringMap,
} from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';
import { moment, momentOfUnix } from '../kit/time.ts';

export interface ContainerModel extends NodeModel {
  readonly type: 'Container';
  /** The entry of `GET /containers/json`, where the container came from there. */
  readonly summary?: ContainerSummary;
  /** The answer of `GET /containers/{id}/json`, where the container came from there. */
  readonly details?: ContainerInspect;
}

export const fromSummary = (scope: EngineScope, summary: ContainerSummary): ContainerModel => ({
  type: 'Container',
  scope,
  key: summary.Id ?? '',
  summary,
});

export const fromDetails = (scope: EngineScope, details: ContainerInspect): ContainerModel => ({
  type: 'Container',
  scope,
  key: details.Id ?? '',
  details,
});

/** Inspect, asked for only when a field needs it, and then once; null when the container has gone. */
export const detailsOf = ({ scope, key, details }: ContainerModel): Promise<ContainerInspect | null> =>
  details ? Promise.resolve(details) : scope.loaders.containers.inspect.load(key);

/** The list entry, asked for only when a field needs it; null when the container has gone. */
export const summaryOf = ({ scope, key, summary }: ContainerModel): Promise<ContainerSummary | null> =>
  summary ? Promise.resolve(summary) : scope.loaders.containers.summary.load(key);

const withoutSlash = (name: string) => name.replace(/^\//, '');

/** All names, legacy link aliases (`other/alias`) too. Empty while the container is being removed. */
export const namesOf = ({ summary, details }: ContainerModel): string[] =>
  summary ? (summary.Names ?? []).map(withoutSlash) : details?.Name ? [withoutSlash(details.Name)] : [];

/** The name proper: the one that is no link alias. The short ID where Docker has taken it away already. */
export const nameOf = (container: ContainerModel): string =>
  namesOf(container).find((name) => !name.includes('/')) ?? container.key.slice(0, 12);

export const labelsOf = ({ summary, details }: ContainerModel): StringMap =>
  summary?.Labels ?? details?.Config?.Labels ?? {};

/** Podman's words for states that Docker has too. */
const podmanStates: Readonly<Record<string, string>> = {
  configured: 'created',
  initialized: 'created',
  stopped: 'exited',
};

/** The Engine's own word. Podman leaves it out of some answers of inspect, and says it by flags. */
export const stateTextOf = ({ summary, details }: ContainerModel): string =>
  summary?.State || details?.State?.Status || (details?.State?.Running ? 'running' : '');

/** The state in Docker's words. */
export const stateOf = (container: ContainerModel): string => {
  const told = stateTextOf(container);
  return podmanStates[told] ?? told;
};

export const imageIdOf = ({ summary, details }: ContainerModel): string | null =>
  summary?.ImageID ?? details?.Image ?? null;

export const imageRefOf = ({ summary, details }: ContainerModel): string | null =>
  summary?.Image ?? details?.Config?.Image ?? null;

export const createdAtOf = ({ summary, details }: ContainerModel): string | null =>
  summary ? momentOfUnix(summary.Created) : moment(details?.Created);

export const endpointsOf = ({
  summary,
  details,
}: ContainerModel): Readonly<Record<string, EndpointSettings | null | undefined>> =>
  summary?.NetworkSettings?.Networks ?? details?.NetworkSettings?.Networks ?? {};

export const mountsOf = ({ summary, details }: ContainerModel): readonly MountPoint[] =>
  summary?.Mounts ?? details?.Mounts ?? [];

/** Unix seconds, for sorting. */
export const createdOf = ({ summary, details }: ContainerModel): Int64 | null =>
  summary?.Created ?? (details?.Created ? Math.trunc(Date.parse(details.Created) / 1000) : null);

/** The candidates of an ambiguous prefix, as the daemon's error does not name them. */
async function ambiguous(scope: EngineScope, ref: string): Promise<AmbiguousReference> {
  const all = await scope.loaders.containers.all();
  const candidates = all
    .map((summary) => fromSummary(scope, summary))
    .filter(({ key }) => key.startsWith(ref));
  return new AmbiguousReference(
    ref,
    candidates.map((container) => ({ id: container.key, name: nameOf(container) })),
  );
}

/**
 * The container a reference means, by inspect (`GET /containers/{id}/json`); null when there is none. What is done next
 * must use the full ID of the answer: a name may mean another container a moment later.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findContainer(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<ContainerModel | null> {
  const { scope, key } = locate(context, 'Container', 'object', ref, engine);
  try {
    const found = await scope.loaders.containers.find.load(key);
    if (!found) return null;
    return found.details ? fromDetails(scope, found.details) : fromSummary(scope, found.summary);
  } catch (error) {
    if (error instanceof EngineError && isAmbiguous(error)) throw await ambiguous(scope, key);
    throw error;
  }
}
