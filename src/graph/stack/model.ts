/** What stands behind `Stack`: no object of the swarm's, but what its services, networks, secrets and configs say in a label. */
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

/** The label that `docker stack deploy` gives to all it makes. */
export const stackLabel = 'com.docker.stack.namespace';

export interface StackModel extends NodeModel {
  readonly type: 'Stack';
}

export const stackModel = (scope: EngineScope, name: string): StackModel => ({
  type: 'Stack',
  scope,
  key: name,
});
