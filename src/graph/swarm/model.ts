/** What stands behind `Swarm`: the answer of `GET /swarm`. */
import { EngineError } from '../../engine/errors.ts';
import { swarmRefusal } from '../../engine/swarm-refusal.ts';
import type { Swarm } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface SwarmModel extends NodeModel {
  readonly type: 'Swarm';
  readonly data: Swarm;
}

const swarmModel = (scope: EngineScope, data: Swarm): SwarmModel => ({
  type: 'Swarm',
  scope,
  key: data.ID ?? '',
  data,
});

/** The swarm of an Engine (`GET /swarm`); null where it is in none. A worker and a locked manager refuse. */
export async function swarmOf(scope: EngineScope): Promise<SwarmModel | null> {
  try {
    return swarmModel(scope, await scope.loaders.swarm.inspect());
  } catch (error) {
    if (error instanceof EngineError && swarmRefusal(error) === 'inactive') return null;
    throw error;
  }
}
