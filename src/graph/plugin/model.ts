/** What stands behind `Plugin`: an entry of the list of plugins. */
import type { Plugin } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface PluginModel extends NodeModel {
  readonly type: 'Plugin';
  /** An entry of `GET /plugins`, which inspect answers with too. */
  readonly data: Plugin;
}

export const pluginModel = (scope: EngineScope, data: Plugin): PluginModel => ({
  type: 'Plugin',
  scope,
  key: data.Id ?? '',
  data,
});
