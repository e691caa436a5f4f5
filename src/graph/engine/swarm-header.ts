/** How an Engine stands to a swarm, by the cheapest way that it has of saying so. */
import type { EngineScope } from '../../loaders/scope.ts';

export interface SwarmStanding {
  /** In the Engine's words, as `LocalNodeState` of `GET /info` has them. */
  readonly state: string | null;
  readonly isManager: boolean | null;
}

/** `active/manager` of the header `Swarm` (Engine 23.0) costs nothing; `GET /info` starts programs on the host. */
export async function swarmStandingOf(scope: EngineScope): Promise<SwarmStanding> {
  const { swarm: hasHeader } = await scope.greeting();
  if (hasHeader === null) {
    const { Swarm } = await scope.loaders.system.info();
    return { state: Swarm?.LocalNodeState ?? null, isManager: Swarm?.ControlAvailable ?? null };
  }
  const [state = '', role] = (await scope.loaders.system.swarmState()).split('/');
  return { state, isManager: role === 'manager' };
}
