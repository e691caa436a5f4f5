/** Which tasks: the Engine's own filters, typed, and done by the Engine. */
import type { Filters } from '../../engine/operation.ts';
import { builder } from '../builder.ts';
import { checkFilled, usedFilters, wires } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { TaskRuntime, TaskState } from './enums.ts';
import { stateOf, type TaskModel } from './model.ts';

export const TaskFilter = builder.inputType('TaskFilter', {
  description:
    'Which tasks. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, all ' +
    'of which must be there.',
  fields: (t) => ({
    ids: t.idList({ description: 'Global IDs, full IDs, or beginnings of those.' }),
    names: t.stringList({
      description:
        'Whose name begins with one of these: that of the service, or with number and ID `web.1.…`.',
    }),
    labels: t.stringList({
      description: 'Labels of the tasks that must all be there: `key` or `key=value`.',
    }),
    services: t.idList({
      description: 'Of one of these services: global ID, name or ID. One that is not there fails the list.',
    }),
    nodes: t.idList({
      description: 'On one of these nodes: global ID, name or ID. One that is not there fails the list.',
    }),
    desiredStates: t.field({
      type: [TaskState.ref],
      description: 'That the swarm wants in one of these states: `RUNNING` leaves out those that are over.',
    }),
    states: t.field({ type: [TaskState.ref], description: 'In one of these states. Done by the gateway.' }),
    runtimes: t.field({
      type: [TaskRuntime.ref],
      description: 'Run by one of these; by containers if left out.',
    }),
    isUpToDate: t.boolean({
      description:
        'True: only those made from what their service is now (`_up-to-date`). False: only those that it has changed since; ' +
        'that asks for the others too.',
    }),
  }),
});

export type TaskFilterInput = typeof TaskFilter.$inferInput;

/**
 * The filter as the Engine takes it (`GET /tasks?filters=`), but for `isUpToDate` and `states`; undefined where it leaves
 * nothing out.
 *
 * @throws BadUserInput for UNKNOWN and empty texts
 */
export function taskFilters(filter: TaskFilterInput | null | undefined): Filters | undefined {
  checkFilled(filter ?? {});
  return usedFilters({
    id: (filter?.ids ?? []).map((ref) => keyIn('Task', ref)),
    name: filter?.names ?? [],
    label: filter?.labels ?? [],
    service: (filter?.services ?? []).map((ref) => keyIn('Service', ref)),
    node: (filter?.nodes ?? []).map((ref) => keyIn('SwarmNode', ref)),
    'desired-state': wires(TaskState, filter?.desiredStates, 'desiredStates'),
    runtime: wires(TaskRuntime, filter?.runtimes, 'runtimes'),
  });
}

/** @throws BadUserInput for UNKNOWN */
export function hasState(filter: TaskFilterInput | null | undefined): (task: TaskModel) => boolean {
  const states = new Set(wires(TaskState, filter?.states, 'states'));
  return (task) => states.size === 0 || states.has(stateOf(task));
}
