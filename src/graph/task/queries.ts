/** Tasks at the root of the graph. */
import type { Task as TaskEntry } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Task, TaskConnection } from '../nouns.ts';
import { rankOf } from './enums.ts';
import { hasState, TaskFilter, type TaskFilterInput, taskFilters } from './filter.ts';
import { findTask, nameWith, serviceOf, stateOf, type TaskModel, taskLabelsOf, taskModel } from './model.ts';

const TaskOrderField = builder.enumType('TaskOrderField', {
  description: 'What tasks can be sorted by.',
  values: {
    NAME: {
      description:
        'The name, as `docker service ps` shows it; numbers by their value, and of one name the newest first.',
    },
    CREATED_AT: { description: 'When it was made.' },
    STATE: { description: 'How far it has come in its life.' },
    STATE_CHANGED_AT: { description: 'When it came to its state.' },
  } as const,
});

const TaskOrder = builder.inputType('TaskOrder', {
  description: 'How tasks are sorted.',
  fields: (t) => ({
    field: t.field({ type: TaskOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

/** A task with the name that another list has told. */
interface Named extends TaskModel {
  readonly name: string;
}

/** Above all times of tasks, in nanoseconds. */
const endOfTime = 10n ** 20n;

/** Numbers of one length sort as text as they do by value. Of one place, the newest comes first. */
function byPlace({ name, data }: Named): string {
  const padded = data.Slot ? name.replace(/\d+$/, (digits) => digits.padStart(12, '0')) : name;
  return `${padded} ${endOfTime - (nanosOf(data.CreatedAt ?? '') ?? 0n)}`;
}

function sortKeyOf(task: Named, field: typeof TaskOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return byPlace(task);
    case 'CREATED_AT':
      return nanosOf(moment(task.data.CreatedAt) ?? '') ?? null;
    case 'STATE':
      return rankOf(stateOf(task));
    case 'STATE_CHANGED_AT':
      return nanosOf(moment(task.data.Status?.Timestamp) ?? '') ?? null;
  }
}

const textsOf = (task: Named) => [
  task.name,
  task.key,
  ...Object.entries(taskLabelsOf(task)).map(([key, value]) => `${key}=${value ?? ''}`),
];

/** What the filter finds. Whatever value the Engine is given for `_up-to-date`, it takes it for true. */
async function found(
  scope: EngineScope,
  filter: TaskFilterInput | null | undefined,
): Promise<readonly TaskEntry[]> {
  const { all, matching } = scope.loaders.tasks;
  const filters = taskFilters(filter);
  const isUpToDate = filter?.isUpToDate;
  if (isUpToDate === true) return matching({ ...filters, '_up-to-date': ['true'] });
  const tasks = await (filters ? matching(filters) : all());
  if (isUpToDate !== false) return tasks;
  const upToDate = new Set((await matching({ ...filters, '_up-to-date': ['true'] })).map(({ ID }) => ID));
  return tasks.filter(({ ID }) => !upToDate.has(ID));
}

builder.queryField('task', (t) =>
  t.field({
    type: Task,
    nullable: true,
    description: 'One task of the swarm; null when there is none. Only managers know. `GET /tasks/{id}`.',
    args: { ref: refArg(t.arg, 'ID, or unique prefix of one'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findTask(context, ref, engine),
  }),
);

defineList('tasks', {
  type: TaskConnection,
  description:
    'The tasks of the swarm, those of the past that it remembers too, as `docker service ps` lists them: by name, of one name ' +
    'the newest first. Only managers know. `GET /tasks`, and `GET /services` for their names.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /tasks?filters'),
      type: TaskFilter,
      description: 'Which ones; all if left out. Done by the Engine, but for `states`.',
    }),
    orderBy: arg({ type: TaskOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const tasks = (await found(scope, args.filter))
      .map((data) => taskModel(scope, data))
      .filter(hasState(args.filter));
    const named = await Promise.all(
      tasks.map(
        async (task): Promise<Named> => ({ ...task, name: nameWith(task.data, await serviceOf(task)) }),
      ),
    );
    return ordered(
      named.filter((task) => matches(args.search, textsOf(task))),
      args,
      'NAME',
      sortKeyOf,
    );
  },
});
