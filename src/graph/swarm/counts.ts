/** How many nodes a swarm has, of which kinds: what is counted by hand otherwise. */
import type { SwarmNode } from '../../engine/types.ts';
import { builder } from '../builder.ts';

type Nodes = readonly SwarmNode[];
type Test = (node: SwarmNode) => boolean;

const isManager: Test = ({ ManagerStatus }) => Boolean(ManagerStatus);
const isReachable: Test = ({ ManagerStatus }) => ManagerStatus?.Reachability === 'reachable';
const isReady: Test = ({ Status }) => Status?.State === 'ready';
const is =
  (availability: string): Test =>
  ({ Spec }) =>
    Spec?.Availability === availability;

/** More than half of the managers have to agree. */
const majorityOf = (managers: number): number => Math.floor(managers / 2) + 1;

const numberOf = (nodes: Nodes, test: Test): number => nodes.filter(test).length;

export const SwarmCounts = builder.objectRef<Nodes>('SwarmCounts').implement({
  description: 'How many nodes a swarm has.',
  fields: (t) => {
    const count = (description: string, test: Test) =>
      t.int({ nullable: false, description, resolve: (nodes) => numberOf(nodes, test) });
    return {
      nodes: count('All of them.', () => true),
      managers: count('Managers.', isManager),
      workers: count('Workers: all that are no managers.', (node) => !isManager(node)),
      ready: count('Those that are there and can work.', isReady),
      notReady: count('Those that are down, or not heard of.', (node) => !isReady(node)),
      active: count('Those that may get new tasks.', is('active')),
      paused: count('Those that get no new tasks.', is('pause')),
      drained: count('Those that get no tasks, and give theirs away.', is('drain')),
      reachableManagers: count('Managers that the other managers reach.', isReachable),
      majority: t.int({
        nullable: false,
        description: 'How many managers have to be reachable, so that the swarm can be steered: its quorum.',
        resolve: (nodes) => majorityOf(numberOf(nodes, isManager)),
      }),
      managersToSpare: t.int({
        nullable: false,
        description: 'How many more managers may be lost before the swarm cannot be steered any more.',
        resolve: (nodes) =>
          Math.max(0, numberOf(nodes, isReachable) - majorityOf(numberOf(nodes, isManager))),
      }),
    };
  },
});
