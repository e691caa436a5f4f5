/** What a node does for services. */
import type { Task } from '../../engine/types.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { nanosOf } from '../kit/time.ts';
import { Service, Task as TaskNoun } from '../nouns.ts';
import { serviceModel } from '../service/model.ts';
import { taskModel } from '../task/model.ts';
import type { SwarmNodeModel } from './model.ts';

const tasksOf = async ({ scope, key }: SwarmNodeModel): Promise<readonly Task[]> =>
  (await scope.loaders.tasks.byNode.load(key)) ?? [];

const createdAt = ({ CreatedAt }: Task): bigint => nanosOf(CreatedAt ?? '') ?? 0n;

const newestFirst = (a: Task, b: Task): number => {
  const [first, second] = [createdAt(a), createdAt(b)];
  return first === second ? 0 : first > second ? -1 : 1;
};

/** Wanted on the node: running, or on the way there. */
const isWanted = ({ DesiredState }: Task): boolean => DesiredState === 'running';

const joined = 'Joined from one `GET /tasks`, however many nodes there are.';

export const workFields = (t: FieldBuilder<SwarmNodeModel>) => ({
  tasks: t.field({
    type: [TaskNoun],
    nullable: true,
    description: `The tasks that were given to it, the newest first: ended ones too, as long as managers remember them. ${joined}`,
    args: {
      wanted: t.arg.boolean({
        description:
          'True: only those that shall run, as `docker node ps --filter desired-state=running` shows. False: only the others.',
      }),
    },
    resolve: async (node, { wanted }) =>
      (await tasksOf(node))
        .filter((task) => wanted === null || wanted === undefined || isWanted(task) === wanted)
        .toSorted(newestFirst)
        .map((task) => taskModel(node.scope, task)),
  }),
  runningTaskCount: t.int({
    nullable: true,
    description: `How many tasks run on it now. ${joined}`,
    resolve: async (node) => (await tasksOf(node)).filter(({ Status }) => Status?.State === 'running').length,
  }),
  services: t.field({
    type: [Service],
    nullable: true,
    description: `The services that shall have tasks on it, by name. ${joined} Needs \`GET /services\`.`,
    resolve: async (node) => {
      const ids = new Set((await tasksOf(node)).filter(isWanted).map(({ ServiceID }) => ServiceID ?? ''));
      if (ids.size === 0) return [];
      return (await node.scope.loaders.services.all())
        .filter(({ ID }) => ids.has(ID ?? ''))
        .map((service) => serviceModel(node.scope, service))
        .sort((a, b) => ((a.data.Spec?.Name ?? '') < (b.data.Spec?.Name ?? '') ? -1 : 1));
    },
  }),
});
