/** What stands behind `SwarmNode`: an entry of the list of nodes. */
import type { SwarmNode } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface SwarmNodeModel extends NodeModel {
  readonly type: 'SwarmNode';
  /** An entry of `GET /nodes`, which inspect answers with too. */
  readonly data: SwarmNode;
}

export const swarmNodeModel = (scope: EngineScope, data: SwarmNode): SwarmNodeModel => ({
  type: 'SwarmNode',
  scope,
  key: data.ID ?? '',
  data,
});
