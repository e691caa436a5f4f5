/** `operationCancel`. */
import { builder } from '../builder.ts';
import { failed, type Outcome, objection, payloadType } from '../mutation/payload.ts';
import { Operation } from '../nouns.ts';
import { locateOperation, type OperationModel, operationModel } from './model.ts';

interface CancelOutcome extends Outcome {
  readonly operation: OperationModel | null;
}

const OperationCancelInput = builder.inputType('OperationCancelInput', {
  description: 'What `operationCancel` takes.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The `id` of the operation.' }),
  }),
});

builder.mutationField('operationCancel', (t) =>
  t.field({
    type: payloadType<CancelOutcome>(
      'OperationCancelPayload',
      'What `operationCancel` answers.',
      (fields) => ({
        operation: fields.field({
          type: Operation,
          nullable: true,
          description: 'The operation as it is then; null where there is none.',
          resolve: ({ operation }) => operation,
        }),
      }),
    ),
    nullable: true,
    description:
      'Stops an operation, whoever began it, and waits until it has stopped. `changed` is false where it had ended before. ' +
      'What it did so far stays: layers that were fetched are there for the next pull. A build with BuildKit is told to stop ' +
      '(`POST /build/cancel`); of all else the connection is ended.',
    args: { input: t.arg({ type: OperationCancelInput, required: true, description: 'Which operation.' }) },
    resolve: async (_root, { input }, context): Promise<CancelOutcome> => {
      const path = ['input', 'id'];
      const wrong = objection(context, path, () => locateOperation(context, input.id));
      if (wrong) return { ...failed(wrong), operation: null };
      const { scope, key } = locateOperation(context, input.id);
      const isIts = context.longWork.find(key)?.engine === scope.name;
      const canceled = isIts ? await context.longWork.cancel(key) : undefined;
      if (!canceled) {
        const message = `There is no operation "${input.id}": it may have ended long ago, or before a restart of the gateway.`;
        return { ...failed({ kind: 'NotFoundError', message, path }), operation: null };
      }
      return {
        changed: canceled.canceled,
        userErrors: [],
        operation: operationModel(scope, canceled.work),
      };
    },
  }),
);
