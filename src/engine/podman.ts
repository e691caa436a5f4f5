/** What Podman does not have, or calls otherwise, behind Docker's API. */
import { EngineError } from './errors.ts';
import type { Route } from './operation.ts';

/** `/secrets` is not among them: Podman keeps secrets of its own. */
const swarmRoute = /^\S+ \/(?:swarm|services|tasks|nodes|configs)(?:\/|$)/;

/** A refusal in the words that Docker has for it where there is no swarm. Nothing needs to be sent. */
export const podmanRefusal = (route: Route): EngineError | undefined =>
  swarmRoute.test(route)
    ? new EngineError({
        kind: 'response',
        route,
        status: 503,
        message: 'This is Podman, which is not part of a swarm and cannot be.',
      })
    : undefined;

/**
 * The network of containers that ask for none. Some versions list it as `bridge`, and containers know it as `podman`, by
 * name and as ID alike.
 */
export const podmanDefaultNetwork = {
  id: '2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9',
  name: 'podman',
} as const;
