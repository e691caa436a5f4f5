/** The words of nodes. */
import { enumOf } from '../kit/enum.ts';

export const NodeRole = enumOf('SwarmNodeRole', 'What a node does in its swarm.', {
  manager: 'It takes part in steering the swarm, and runs tasks too unless it is drained.',
  worker: 'It runs tasks.',
});

export const NodeAvailability = enumOf('SwarmNodeAvailability', 'Whether a node gets tasks.', {
  active: 'It gets new tasks.',
  pause: 'It gets no new tasks; those it has run on.',
  drain: 'It gets no new tasks, and those of services are moved to other nodes.',
});

export const NodeState = enumOf('SwarmNodeState', 'Whether a node is there.', {
  unknown: {
    name: 'NOT_KNOWN',
    description: 'The managers have lost its state, and wait for a word of it.',
  },
  ready: 'It is there.',
  down: 'The managers have not heard of it for some time.',
  disconnected: 'It is about to change to another manager.',
});

export const NodeReachability = enumOf(
  'SwarmManagerReachability',
  'Whether the other managers reach a manager.',
  {
    unknown: { name: 'NOT_KNOWN', description: 'Nobody knows.' },
    reachable: 'They do.',
    unreachable: 'They do not.',
  },
);

export const NodeMembership = enumOf(
  'SwarmNodeMembership',
  "Whether a node has been let into its swarm: the Engine's own bookkeeping.",
  {
    accepted: 'It joined, and nobody has updated it since: Engines forget this with each update of a node.',
    pending: 'It waits to be let in, or has been updated.',
  },
);
