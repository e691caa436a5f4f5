/** What belongs to a stack, found by its label in lists that every other edge shares. */
import type { StringMap } from '../../engine/types.ts';
import { countsOf, isConvergedWith } from '../service/counts.ts';
import { type ServiceModel, serviceLabelsOf, serviceModel, serviceNameOf } from '../service/model.ts';
import { type StackModel, stackLabel, stackNameOf } from './model.ts';

/** Its services, by name. `GET /services` */
export const servicesOf = async ({ scope, key }: StackModel): Promise<readonly ServiceModel[]> =>
  (await scope.loaders.services.all())
    .map((data) => serviceModel(scope, data))
    .filter((service) => stackNameOf(serviceLabelsOf(service)) === key)
    .sort((a, b) => (serviceNameOf(a) < serviceNameOf(b) ? -1 : 1));

interface Labelled {
  readonly Spec?: { readonly Name?: string | null; readonly Labels?: StringMap | null } | null;
}

/** Of secrets or configs those of a stack, by name. */
export const labelled = <Entry extends Labelled>(entries: readonly Entry[], stack: StackModel): Entry[] =>
  entries
    .filter(({ Spec }) => stackNameOf(Spec?.Labels) === stack.key)
    .sort((a, b) => ((a.Spec?.Name ?? '') < (b.Spec?.Name ?? '') ? -1 : 1));

export interface StackCounts {
  readonly services: number;
  readonly convergedServices: number;
  readonly desiredTasks: number;
  readonly runningTasks: number;
  readonly completedTasks: number;
}

export async function countsOfServices(services: readonly ServiceModel[]): Promise<StackCounts> {
  const counts = await Promise.all(
    services.map(async (service) => ({ service, tasks: await countsOf(service) })),
  );
  const sum = (part: 'desired' | 'running' | 'completed') =>
    counts.reduce((total, { tasks }) => total + (tasks?.[part] ?? 0), 0);
  return {
    services: services.length,
    convergedServices: counts.filter(({ service, tasks }) => tasks && isConvergedWith(service, tasks)).length,
    desiredTasks: sum('desired'),
    runningTasks: sum('running'),
    completedTasks: sum('completed'),
  };
}

export type StackStateName = 'RUNNING' | 'PARTIAL' | 'STOPPED';

/** STOPPED when nothing runs nor should, RUNNING when all services are as they should be, PARTIAL for anything else. */
export function stateOfCounts(counts: StackCounts): StackStateName {
  const { services, convergedServices, desiredTasks, runningTasks, completedTasks } = counts;
  if (services === 0 || (desiredTasks === 0 && runningTasks === 0 && completedTasks === 0)) return 'STOPPED';
  const isEnding = desiredTasks === 0 && runningTasks > 0;
  return convergedServices === services && !isEnding ? 'RUNNING' : 'PARTIAL';
}

/** Whether a member is left. Asks the other lists only where there are no services. */
export async function exists(stack: StackModel): Promise<boolean> {
  if ((await servicesOf(stack)).length > 0) return true;
  const { networks, secrets, configs } = stack.scope.loaders;
  const [byLabel, allSecrets, allConfigs] = await Promise.all([
    networks.byLabel(stackLabel),
    secrets.all(),
    configs.all(),
  ]);
  return (
    byLabel.has(stack.key) || labelled(allSecrets, stack).length + labelled(allConfigs, stack).length > 0
  );
}
