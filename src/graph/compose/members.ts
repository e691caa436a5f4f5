/** What belongs to a compose project, found by its labels in lists that every other edge shares. */
import type { Int64 } from '../../engine/types.ts';
import { healthCounts } from '../container/health.ts';
import { type ContainerModel, createdOf, fromSummary, labelsOf, stateOf } from '../container/model.ts';
import { entryOf as valueIn } from '../kit/key-value.ts';
import { composeServiceOf, dependenciesOf, isOneOff } from './labels.ts';
import { type ComposeProjectModel, composeLabel } from './model.ts';

/** All containers of the project, also those of `docker compose run`. `GET /containers/json` */
export const membersOf = async ({ scope, key }: ComposeProjectModel): Promise<readonly ContainerModel[]> =>
  ((await scope.loaders.containers.byLabel(composeLabel.project)).get(key) ?? []).map((summary) =>
    fromSummary(scope, summary),
  );

export interface ComposeServiceModel {
  readonly project: ComposeProjectModel;
  readonly name: string;
  /** Its replicas, by their number. */
  readonly containers: readonly ContainerModel[];
}

const numberOf = (container: ContainerModel): number =>
  Number.parseInt(valueIn(labelsOf(container), composeLabel.number) ?? '', 10) || 0;

/** The services that have containers, by name. Runs beside a service (`docker compose run`) are no part of it. */
export function servicesOf(
  project: ComposeProjectModel,
  members: readonly ContainerModel[],
): readonly ComposeServiceModel[] {
  const replicas = new Map<string, ContainerModel[]>();
  for (const member of members) {
    const labels = labelsOf(member);
    const service = composeServiceOf(labels);
    if (service === null || isOneOff(labels)) continue;
    const known = replicas.get(service);
    if (known) known.push(member);
    else replicas.set(service, [member]);
  }
  return [...replicas]
    .map(([name, containers]) => ({
      project,
      name,
      containers: containers.toSorted((a, b) => numberOf(a) - numberOf(b)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Each service once, in the order compose wrote them; replicas may come from different versions of the file. */
export const dependenciesOfService = ({ containers }: ComposeServiceModel) => {
  const byService = new Map(
    containers.flatMap((container) =>
      dependenciesOf(labelsOf(container)).map((each) => [each.service, each] as const),
    ),
  );
  return [...byService.values()];
};

export interface ComposeCounts {
  readonly total: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export const isRunning = (container: ContainerModel): boolean => stateOf(container) === 'running';

export const countsOf = async (containers: readonly ContainerModel[]): Promise<ComposeCounts> => ({
  total: containers.length,
  running: containers.filter(isRunning).length,
  ...(await healthCounts(containers)),
});

/** The containers that say how the project is: without `docker compose run`, unless there is nothing else. */
export function decidingMembers(members: readonly ContainerModel[]): readonly ContainerModel[] {
  const replicas = members.filter((member) => !isOneOff(labelsOf(member)));
  return replicas.length > 0 ? replicas : members;
}

export type ProjectState = 'RUNNING' | 'PARTIAL' | 'STOPPED';

const livingStates: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** Services that others wait for to be done (`service_completed_successfully`): these end when all is well. */
const jobsAmong = (members: readonly ContainerModel[]): ReadonlySet<string | null> =>
  new Set(
    members
      .flatMap((member) => dependenciesOf(labelsOf(member)))
      .filter(({ condition }) => condition === 'service_completed_successfully')
      .map(({ service }) => service),
  );

const hasSucceeded = (container: ContainerModel): boolean =>
  stateOf(container) === 'exited' && (container.summary?.Status ?? '').startsWith('Exited (0)');

/**
 * RUNNING when all run, STOPPED when none lives, PARTIAL for anything between, such as paused ones. A job that others
 * wait for and that has succeeded is not missed.
 */
export function stateOfMembers(members: readonly ContainerModel[]): ProjectState {
  const deciding = decidingMembers(members);
  if (!deciding.some((member) => livingStates.has(stateOf(member)))) return 'STOPPED';
  const jobs = jobsAmong(deciding);
  const isAsItShould = (member: ContainerModel) =>
    isRunning(member) || (hasSucceeded(member) && jobs.has(composeServiceOf(labelsOf(member))));
  return deciding.every(isAsItShould) ? 'RUNNING' : 'PARTIAL';
}

/** `exited(1), running(2)`: what `docker compose ls` shows. */
export function statusTextOf(members: readonly ContainerModel[]): string {
  const byState = new Map<string, number>();
  for (const state of members.map(stateOf)) byState.set(state, (byState.get(state) ?? 0) + 1);
  return [...byState]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => `${state}(${count})`)
    .join(', ');
}

/** Containers made by different commands may have different labels: the newest knows best. */
export const newestFirst = (members: readonly ContainerModel[]): readonly ContainerModel[] =>
  members.toSorted((a, b) => Number(createdOf(b) ?? 0) - Number(createdOf(a) ?? 0));

/** Unix seconds of the oldest container; null without containers. */
export const oldestCreated = (members: readonly ContainerModel[]): Int64 | null => {
  const oldest = newestFirst(members).at(-1);
  return oldest ? createdOf(oldest) : null;
};

/** Whether a member is left, for IDs given out while there were containers. Asks the other lists only in their absence. */
export async function exists(project: ComposeProjectModel): Promise<boolean> {
  if ((await membersOf(project)).length > 0) return true;
  const { networks, volumes } = project.scope.loaders;
  const others = await Promise.all([
    networks.byLabel(composeLabel.project),
    volumes.byLabel(composeLabel.project),
  ]);
  return others.some((groups) => groups.has(project.key));
}
