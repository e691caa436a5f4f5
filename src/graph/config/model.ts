/** What stands behind `Config`: an entry of the list of configs. */
import type { SwarmConfig } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface ConfigModel extends NodeModel {
  readonly type: 'Config';
  /** An entry of `GET /configs`, which inspect answers with too. */
  readonly data: SwarmConfig;
}

export const configModel = (scope: EngineScope, data: SwarmConfig): ConfigModel => ({
  type: 'Config',
  scope,
  key: data.ID ?? '',
  data,
});
