/** What stands behind `Operation`: a piece of long work as it was when it was looked at. */
import type { Context } from '../../context.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Work } from '../../long-work/work.ts';
import type { NodeModel } from '../kit/node.ts';
import { decodeNodeId } from '../kit/node-id.ts';

export interface OperationModel extends NodeModel {
  readonly type: 'Operation';
  readonly work: Work;
}

export const operationModel = (scope: EngineScope, work: Work): OperationModel => ({
  type: 'Operation',
  scope,
  key: work.key,
  work,
});

/**
 * Where the ID of an operation points.
 *
 * @throws BadUserInput for what is none, or is one of another gateway's engines
 */
export function locateOperation(
  context: Context,
  id: string,
): { readonly scope: EngineScope; readonly key: string } {
  const decoded = decodeNodeId(id);
  if (decoded?.type !== 'Operation') {
    throw new BadUserInput(
      `"${id}" is not the ID of an operation: take it from the \`id\` of what a mutation answered, or from \`operations\`.`,
    );
  }
  return { scope: context.scope(decoded.engine), key: decoded.key };
}

/** As it is now; null once it is forgotten. A live query that asks for it is executed again when it has changed. */
export async function findOperation(scope: EngineScope, key: string): Promise<OperationModel | null> {
  const work = (await scope.operations()).find((each) => each.key === key);
  return work ? operationModel(scope, work) : null;
}

/** The same for whoever began it. */
export function operationOf(context: Context, scope: EngineScope, key: string): OperationModel | null {
  const work = context.longWork.find(key);
  return work?.engine === scope.name ? operationModel(scope, work) : null;
}
