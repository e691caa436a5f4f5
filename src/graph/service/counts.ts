/** How many tasks a service has and should have: what everybody counts by hand. */
import type { Service } from '../../engine/types.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { modeOf, type ServiceModel, templateOf, totalCompletionsOf } from './model.ts';

export interface TaskCounts {
  readonly desired: number;
  readonly running: number;
  readonly completed: number;
}

/** The counts of the managers. Only lists have them, so for a service found by inspect one is asked. */
export async function countsOf({ scope, key, data }: ServiceModel): Promise<TaskCounts | null> {
  const counted = data.ServiceStatus ? data : await scope.loaders.services.counted.load(key);
  const status: Service['ServiceStatus'] = counted?.ServiceStatus;
  if (!status) return null;
  return {
    desired: Number(status.DesiredTasks ?? 0),
    running: Number(status.RunningTasks ?? 0),
    completed: Number(status.CompletedTasks ?? 0),
  };
}

/** Updates in these states are not over. */
const unfinished: ReadonlySet<string> = new Set([
  'updating',
  'paused',
  'rollback_started',
  'rollback_paused',
]);

/** Whether the swarm has reached what was asked of it. */
export function isConvergedWith(service: Pick<ServiceModel, 'data'>, counts: TaskCounts): boolean {
  if (unfinished.has(service.data.UpdateStatus?.State ?? '')) return false;
  const { desired, running, completed } = counts;
  switch (modeOf(service)) {
    case 'REPLICATED_JOB':
      return completed >= (totalCompletionsOf(service) ?? 0);
    case 'GLOBAL_JOB':
      // Nodes where it has ended well are not desired any more.
      return desired === 0 && completed > 0;
    default:
      // More may be: what is being stopped, and what ran on a node that went down, which managers go on counting.
      return running >= desired;
  }
}

/** As `docker service ls` writes it: `2/3`, `0/2 (4/4 completed)`. */
function textOf(service: ServiceModel, { desired, running, completed }: TaskCounts): string {
  const ratio = `${running}/${desired}`;
  switch (modeOf(service)) {
    case 'REPLICATED_JOB':
      return `${ratio} (${completed}/${totalCompletionsOf(service)} completed)`;
    case 'GLOBAL_JOB':
      return `${ratio} (${completed}/${desired + completed} completed)`;
    default: {
      const most = Number(templateOf(service).Placement?.MaxReplicas ?? 0);
      return most > 0 ? `${ratio} (max ${most} per node)` : ratio;
    }
  }
}

const listed =
  'The managers count them for lists; for a service found by `service(ref:)` one `GET /services` is asked. Since no event ' +
  'tells of tasks, a live query looks at them regularly: see `tasks`.';

export const countFields = (t: FieldBuilder<ServiceModel>) => ({
  desiredTasks: t.int({
    nullable: true,
    description:
      'How many tasks there should be now. Of a job, how many may run at the same time; of a global one, the nodes on which ' +
      `it is not done. ${listed}`,
    resolve: async (service) => (await countsOf(service))?.desired ?? null,
  }),
  runningTasks: t.int({
    nullable: true,
    description: `How many tasks run now. ${listed}`,
    resolve: async (service) => (await countsOf(service))?.running ?? null,
  }),
  completedTasks: t.int({
    nullable: true,
    description: `How many tasks of a job have ended well since it was last started; 0 of others. ${listed}`,
    resolve: async (service) => (await countsOf(service))?.completed ?? null,
  }),
  replicasText: t.string({
    nullable: true,
    description: `What \`docker service ls\` shows as replicas, such as \`2/3\` or \`0/2 (4/4 completed)\`. ${listed}`,
    resolve: async (service) => {
      const counts = await countsOf(service);
      return counts && textOf(service, counts);
    },
  }),
  isConverged: t.boolean({
    nullable: true,
    description:
      'Whether it is as it should be: no update is under way or stuck, and at least as many tasks run as should; of a job, ' +
      'all have ended well. More than should do no harm: surplus tasks that are being stopped, and those of a node that went ' +
      'down, which managers go on counting as running; so just after a node went down it may be true before others have ' +
      'taken its tasks over (`tasks` tells). True as well where nothing should run. Of a global service that was just made ' +
      `it may be true for a moment before the swarm has looked for nodes. ${listed}`,
    resolve: async (service) => {
      const counts = await countsOf(service);
      return counts && isConvergedWith(service, counts);
    },
  }),
});
