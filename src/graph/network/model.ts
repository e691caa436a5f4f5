/** What stands behind `Network`: an entry of the list, and inspect for what only that has. */
import type { Context } from '../../context.ts';
import { podmanDefaultNetwork } from '../../engine/podman.ts';
import type { NetworkInspect, NetworkSummary, StringMap } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';

export interface NetworkModel extends NodeModel {
  readonly type: 'Network';
  /** The entry of `GET /networks`, or the answer of inspect, which has all of it. */
  readonly summary: NetworkSummary;
  /** The answer of `GET /networks/{id}`, where the network came from there. */
  readonly details?: NetworkInspect;
}

export const networkFromSummary = (scope: EngineScope, summary: NetworkSummary): NetworkModel => ({
  type: 'Network',
  scope,
  key: summary.Id ?? '',
  summary,
});

export const networkFromDetails = (scope: EngineScope, details: NetworkInspect): NetworkModel => ({
  ...networkFromSummary(scope, details),
  details,
});

/** Inspect, asked for only when a field needs it, and then once; null when the network has gone. */
export const networkDetailsOf = ({ scope, key, details }: NetworkModel): Promise<NetworkInspect | null> =>
  details ? Promise.resolve(details) : scope.loaders.networks.inspect.load(key);

/** Inspect with the services of a swarm, which it leaves out otherwise; null when the network has gone. */
export const networkVerboseOf = ({ scope, key }: NetworkModel): Promise<NetworkInspect | null> =>
  scope.loaders.networks.inspectVerbose.load(key);

export const networkNameOf = ({ summary }: NetworkModel): string => summary.Name ?? '';

export const networkLabelsOf = ({ summary }: NetworkModel): StringMap => summary.Labels ?? {};

const builtinNames: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/** Made by the Engine itself, which reserves these names. */
export const isBuiltin = (network: NetworkModel): boolean => builtinNames.has(networkNameOf(network));

/** The list entry of what a container or a network names, mostly by name; null when there is none. */
export async function networkByName(scope: EngineScope, name: string): Promise<NetworkSummary | null> {
  const all = await scope.loaders.networks.all();
  return (
    all.find(({ Name }) => Name === name) ??
    all.find(({ Id }) => Id === (name === podmanDefaultNetwork.name ? podmanDefaultNetwork.id : name)) ??
    null
  );
}

async function ambiguous(scope: EngineScope, ref: string): Promise<AmbiguousReference> {
  const all = await scope.loaders.networks.all();
  const candidates = all.filter(({ Id, Name }) => Id?.startsWith(ref) || Name === ref);
  return new AmbiguousReference(
    ref,
    candidates.map(({ Id, Name }) => ({ id: Id ?? '', name: Name ?? null })),
  );
}

/**
 * The network a reference means, by inspect (`GET /networks/{id}`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a name or prefix of several networks
 */
export async function findNetwork(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<NetworkModel | null> {
  const { scope, key } = locate(context, 'Network', 'object', ref, engine);
  try {
    const details = await scope.loaders.networks.inspect.load(key);
    return details?.Id ? networkFromDetails(scope, details) : null;
  } catch (error) {
    if (isAmbiguous(error)) throw await ambiguous(scope, key);
    throw error;
  }
}
