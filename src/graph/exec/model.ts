/** What stands behind `Exec`: the answer of its inspect. */
import type { Context } from '../../context.ts';
import type { ExecInspect } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';

export interface ExecModel extends NodeModel {
  readonly type: 'Exec';
  readonly details: ExecInspect;
}

/** By its full ID (`GET /exec/{id}/json`); null once the Engine has forgotten it. */
export async function execOf(scope: EngineScope, id: string): Promise<ExecModel | null> {
  const details = await scope.loaders.execs.inspect.load(id);
  return details && { type: 'Exec', scope, key: details.ID ?? id, details };
}

/**
 * The exec a reference means; null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one
 */
export function findExec(context: Context, ref: string, engine?: string | null): Promise<ExecModel | null> {
  const { scope, key } = locate(context, 'Exec', 'object', ref, engine);
  return execOf(scope, key);
}
