/** What stands behind `Swarm`: the answer of `GET /swarm`. */
import type { Swarm } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface SwarmModel extends NodeModel {
  readonly type: 'Swarm';
  readonly data: Swarm;
}

export const swarmModel = (scope: EngineScope, data: Swarm): SwarmModel => ({
  type: 'Swarm',
  scope,
  key: data.ID ?? '',
  data,
});
