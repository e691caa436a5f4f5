/** The operations of the Engine's tag "Swarm". */
import { deadlines, json, jsonText, nothing, operation, takes } from '../operation.ts';
import type { Swarm, SwarmInitBody, SwarmJoinBody, SwarmSpecBody, UnlockKey } from '../types.ts';

export const swarm = {
  inspect: operation('GET /swarm', json<Swarm>()),
  /** The answer is the ID of the new node, as a JSON text. */
  init: operation('POST /swarm/init', jsonText, takes<{ body: SwarmInitBody }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  /** Returns when the node has joined, or after 20 seconds while it goes on trying. */
  join: operation('POST /swarm/join', nothing, takes<{ body: SwarmJoinBody }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  leave: operation('POST /swarm/leave', nothing, takes<{ force?: boolean }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  update: operation(
    'POST /swarm/update',
    nothing,
    takes<{
      version: string;
      body: SwarmSpecBody;
      rotateWorkerToken?: boolean;
      rotateManagerToken?: boolean;
      rotateManagerUnlockKey?: boolean;
    }>(),
  ),
  unlockKey: operation('GET /swarm/unlockkey', json<UnlockKey>()),
  unlock: operation('POST /swarm/unlock', nothing, takes<{ body: { UnlockKey: string } }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
};
