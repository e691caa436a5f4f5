/** How a mutation waits for the operation that it began, or does not. */
import type { Context } from '../../context.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Started } from '../../long-work/long-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { attempt, failed } from '../mutation/payload.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { type OperationOutcome, shownOperation } from './fields.ts';

interface Waiting<Result> {
  readonly context: Context;
  readonly scope: EngineScope;
  readonly started: Started<Result>;
  /** False alone is no. */
  readonly wait: boolean | null | undefined;
  /** The argument to blame for what the Engine says. */
  readonly path: readonly string[];
  /** Finds the argument that is to blame for this instead. */
  readonly blame?: (error: UserErrorModel) => UserErrorModel;
}

/**
 * The payload of a mutation that began an operation, at once or at its end.
 *
 * @param rest what else is in the payload: with what came of it, or with null where nothing has yet
 * @throws EngineError where the Engine is away, slow or broken, and the answer was to wait
 */
export async function outcomeOf<Result extends WorkResult, Rest extends object>(
  { context, scope, started, wait, path, blame = (error) => error }: Waiting<Result>,
  rest: (result: Result | null) => Rest,
): Promise<OperationOutcome & Rest> {
  const operation = shownOperation(context, scope, started.work);
  if (wait === false) return { changed: false, userErrors: [], operation, ...rest(null) };
  return attempt<OperationOutcome & Rest>(
    { scope, path },
    async () => {
      const result = await started.outcome;
      return { changed: result.changed ?? true, userErrors: [], operation, ...rest(result) };
    },
    (error) => ({ ...failed(blame(error)), operation, ...rest(null) }),
  );
}
