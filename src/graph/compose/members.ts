/** What belongs to a compose project, found by its labels in lists that every other edge shares. */
import type { ContainerSummary } from '../../engine/types.ts';
import { healthOfSummary } from './health.ts';
import { composeServiceOf, dependenciesOf, isOneOff } from './labels.ts';
import { type ComposeProjectModel, composeLabel } from './model.ts';

/** All containers of the project, also those of `docker compose run`. `GET /containers/json` */
export const membersOf = async ({ scope, key }: ComposeProjectModel): Promise<readonly ContainerSummary[]> =>
  (await scope.loaders.containers.byLabel(composeLabel.project)).get(key) ?? [];

export interface ComposeServiceModel {
  readonly project: ComposeProjectModel;
  readonly name: string;
  /** Its replicas, by their number. */
  readonly containers: readonly ContainerSummary[];
}

const numberOf = ({ Labels }: ContainerSummary): number =>
  Number.parseInt(Labels?.[composeLabel.number] ?? '', 10) || 0;

/** The services that have containers, by name. Runs beside a service (`docker compose run`) are no part of it. */
export function servicesOf(
  project: ComposeProjectModel,
  members: readonly ContainerSummary[],
): readonly ComposeServiceModel[] {
  const replicas = new Map<string, ContainerSummary[]>();
  for (const member of members) {
    const service = composeServiceOf(member.Labels);
    if (service === null || isOneOff(member.Labels)) continue;
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
    containers.flatMap(({ Labels }) => dependenciesOf(Labels).map((each) => [each.service, each] as const)),
  );
  return [...byService.values()];
};

export interface ComposeCounts {
  readonly total: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export const isRunning = ({ State }: ContainerSummary): boolean => State === 'running';

export function countsOf(containers: readonly ContainerSummary[]): ComposeCounts {
  const health = containers.map(healthOfSummary);
  return {
    total: containers.length,
    running: containers.filter(isRunning).length,
    healthy: health.filter((word) => word === 'healthy').length,
    unhealthy: health.filter((word) => word === 'unhealthy').length,
  };
}

/** The containers that say how the project is: without `docker compose run`, unless there is nothing else. */
export function decidingMembers(members: readonly ContainerSummary[]): readonly ContainerSummary[] {
  const replicas = members.filter(({ Labels }) => !isOneOff(Labels));
  return replicas.length > 0 ? replicas : members;
}

export type ProjectState = 'RUNNING' | 'PARTIAL' | 'STOPPED';

const livingStates: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** RUNNING when all run, STOPPED when none lives, PARTIAL for anything between, such as paused ones. */
export function stateOfMembers(members: readonly ContainerSummary[]): ProjectState {
  const deciding = decidingMembers(members);
  if (deciding.length > 0 && deciding.every(isRunning)) return 'RUNNING';
  return deciding.some(({ State }) => livingStates.has(State ?? '')) ? 'PARTIAL' : 'STOPPED';
}

/** `exited(1), running(2)`: what `docker compose ls` shows. */
export function statusTextOf(members: readonly ContainerSummary[]): string {
  const byState = new Map<string, number>();
  for (const { State } of members) byState.set(State ?? 'unknown', (byState.get(State ?? 'unknown') ?? 0) + 1);
  return [...byState]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => `${state}(${count})`)
    .join(', ');
}

/** The first label of that kind: containers made by different commands may differ, the newest knows best. */
export function newestFirst(members: readonly ContainerSummary[]): readonly ContainerSummary[] {
  return members.toSorted((a, b) => Number(b.Created ?? 0) - Number(a.Created ?? 0));
}

/** Unix seconds of the oldest container; null without containers. */
export const oldestCreated = (members: readonly ContainerSummary[]): number | null =>
  members.reduce<number | null>(
    (oldest, { Created }) =>
      Created === null || Created === undefined || (oldest !== null && oldest <= Number(Created)) ? oldest : Number(Created),
    null,
  );

/** Whether a member is left, for IDs given out while there were containers. Asks the other lists only in their absence. */
export async function exists(project: ComposeProjectModel): Promise<boolean> {
  if ((await membersOf(project)).length > 0) return true;
  const { networks, volumes } = project.scope.loaders;
  const others = await Promise.all([networks.byLabel(composeLabel.project), volumes.byLabel(composeLabel.project)]);
  return others.some((groups) => groups.has(project.key));
}
