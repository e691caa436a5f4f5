/** What stands behind `Service`: an entry of the list of services. */
import type { Service } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface ServiceModel extends NodeModel {
  readonly type: 'Service';
  /** An entry of `GET /services`, which inspect answers with too. */
  readonly data: Service;
}

export const serviceModel = (scope: EngineScope, data: Service): ServiceModel => ({
  type: 'Service',
  scope,
  key: data.ID ?? '',
  data,
});
