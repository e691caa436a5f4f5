/** What stands behind `Secret`: an entry of the list of secrets, which never has its data. */
import type { Secret } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface SecretModel extends NodeModel {
  readonly type: 'Secret';
  /** An entry of `GET /secrets`, which inspect answers with too. */
  readonly data: Secret;
}

export const secretModel = (scope: EngineScope, data: Secret): SecretModel => ({
  type: 'Secret',
  scope,
  key: data.ID ?? '',
  data,
});
