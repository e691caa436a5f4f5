/** Tasks of a service, of which those wanted are picked by the gateway. */
import type { Task } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { checkFilled, wires } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { TaskState } from './enums.ts';
import { currentIn } from './model.ts';

export const ServiceTaskFilter = builder.inputType('ServiceTaskFilter', {
  description:
    'Which tasks of a service. Different fields narrow together (AND); the values of one field are alternatives (OR). Done by ' +
    'the gateway: it costs no further call.',
  fields: (t) => ({
    states: t.field({ type: [TaskState.ref], description: 'In one of these states.' }),
    desiredStates: t.field({
      type: [TaskState.ref],
      description: 'That the swarm wants in one of these states: `RUNNING` leaves out those that are over.',
    }),
    nodes: t.idList({ description: 'On one of these nodes: global IDs, or whole IDs.' }),
    isCurrent: t.boolean({
      description:
        'True: only those that have their place in the service now. False: only those before them.',
    }),
  }),
});

/**
 * Those that fit.
 *
 * @throws BadUserInput for UNKNOWN, empty texts, and global IDs of other types
 */
export function fittingTasks(
  tasks: readonly Task[],
  filter: typeof ServiceTaskFilter.$inferInput | null | undefined,
): readonly Task[] {
  if (!filter) return tasks;
  checkFilled(filter);
  const { isCurrent } = filter;
  const states = new Set(wires(TaskState, filter.states, 'states'));
  const desired = new Set(wires(TaskState, filter.desiredStates, 'desiredStates'));
  const nodes = new Set((filter.nodes ?? []).map((ref) => keyIn('SwarmNode', ref)));
  const current = typeof isCurrent === 'boolean' ? currentIn(tasks) : undefined;
  return tasks.filter(
    ({ ID, NodeID, DesiredState, Status }) =>
      (states.size === 0 || states.has(Status?.State ?? '')) &&
      (desired.size === 0 || desired.has(DesiredState ?? '')) &&
      (nodes.size === 0 || nodes.has(NodeID ?? '')) &&
      (!current || current.has(ID ?? '') === isCurrent),
  );
}
