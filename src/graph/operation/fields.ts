/** What mutations that begin an operation have in common. */
import type { Context } from '../../context.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Work } from '../../long-work/work.ts';
import type { FieldBuilder } from '../kit/record.ts';
import type { InputFields } from '../mutation/fields.ts';
import type { Outcome } from '../mutation/payload.ts';
import { Operation } from '../nouns.ts';
import { type OperationModel, operationModel, operationOf } from './model.ts';

/** A payload about an operation, shown as it is when the answer is made. */
export interface OperationOutcome extends Outcome {
  readonly operation: () => OperationModel | null;
}

/** Nothing was begun. */
export const noOperation = (): null => null;

/** For {@link OperationOutcome}: the work as it is then, or as it began where it is forgotten by then. */
export const shownOperation = (context: Context, scope: EngineScope, work: Work) => (): OperationModel =>
  operationOf(context, scope, work.key) ?? operationModel(scope, work);

/** `operation`, in a payload. */
export const operationField = <Shape extends OperationOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Operation,
    nullable: true,
    description: 'The operation that was begun, as it is now; null where nothing was.',
    resolve: ({ operation }) => operation(),
  });

/** `wait`, in an input. */
export const waitInput = (t: InputFields) =>
  t.boolean({
    defaultValue: true,
    description:
      'Whether the answer waits for the end. Otherwise it comes at once, with `changed` false and an `operation` that can ' +
      'be followed, and all that happens later is told there. A client that leaves while it waits stops nothing: only ' +
      '`operationCancel` does.',
  });
