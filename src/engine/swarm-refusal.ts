/** Why a daemon refuses what has to do with a swarm, read from its sentence: the status is 503 for all of them, or 500. */
import type { EngineError } from './errors.ts';

/**
 * - `inactive`: the Engine is in no swarm
 * - `not_manager`: it is a worker, and only managers may answer
 * - `locked`: its manager waits for the unlock key
 * - `active`: it is in a swarm already, and must not be for this
 * - `unavailable`: the managers have no leader, their certificates have expired, or the swarm does not answer
 * - `outdated`: the object was changed by somebody else after it had been read
 */
export type SwarmRefusal = 'inactive' | 'not_manager' | 'locked' | 'active' | 'unavailable' | 'outdated';

/** The most telling first: a locked manager and a worker both say that they are no manager, too. */
const sentences: readonly (readonly [pattern: RegExp, refusal: SwarmRefusal])[] = [
  [/update out of sequence/i, 'outdated'],
  [/swarm is encrypted and (?:needs to be unlocked|locked)/i, 'locked'],
  [/already part of a swarm/i, 'active'],
  [/not a swarm manager\. Use "docker swarm init"|is not part of a swarm/i, 'inactive'],
  [/not a swarm manager|worker nodes can't be used/i, 'not_manager'],
  [
    /swarm does not have a leader|swarm certificates have expired|timeout was reached before node|no longer a raft member|raft: (?:proposal|no elected|failed to process)|lost leader status|desc = context deadline exceeded/i,
    'unavailable',
  ],
];

/** Managers ask each other by gRPC: what nobody answered there. Other parts of the daemon use it too. */
const unanswered = /code = (?:Unavailable|DeadlineExceeded|Canceled)\b/;
const swarmRoute = /^\w+ \/(?:swarm|nodes|services|tasks|secrets|configs)\b/;

/** Undefined for a failure that has nothing to do with the state of a swarm. */
export function swarmRefusal({ kind, message, route }: EngineError): SwarmRefusal | undefined {
  if (kind !== 'response') return undefined;
  const known = sentences.find(([pattern]) => pattern.test(message))?.[1];
  return known ?? (swarmRoute.test(route) && unanswered.test(message) ? 'unavailable' : undefined);
}
