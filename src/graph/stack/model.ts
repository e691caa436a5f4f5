/** What stands behind `Stack`: no object of the swarm's, but what its services, networks, secrets and configs say in a label. */
import type { StringMap } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { entryOf } from '../kit/key-value.ts';
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

/** The name of the stack that labels say an object belongs to. */
export const stackNameOf = (labels: StringMap | null | undefined): string | null =>
  entryOf(labels, stackLabel) || null;

/** The stack that labels say an object belongs to. */
export function stackOf(scope: EngineScope, labels: StringMap | null | undefined): StackModel | null {
  const name = stackNameOf(labels);
  return name === null ? null : stackModel(scope, name);
}
