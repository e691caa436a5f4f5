/** What stands behind `Engine`. */
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface EngineModel extends NodeModel {
  readonly type: 'Engine';
}

export const engineModel = (scope: EngineScope): EngineModel => ({ type: 'Engine', scope, key: scope.name });
