/** `serviceRemove`. */
import { services } from '../../../engine/operations/services.ts';
import { builder } from '../../builder.ts';
import { refInputs } from '../../mutation/fields.ts';
import {
  attempt,
  failed,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../../mutation/payload.ts';
import { findService, type ServiceModel } from '../model.ts';

const ServiceRemoveInput = builder.inputType('ServiceRemoveInput', {
  description: 'What `serviceRemove` takes.',
  fields: (t) => refInputs(t, 'service', 'ID, unique prefix of one, or name'),
});

/** Removes a service; expected failures are in the outcome. */
export const remove = (model: ServiceModel): Promise<RemovalOutcome> =>
  attempt<RemovalOutcome>(
    { scope: model.scope, path: ['input'] },
    async () => ({
      changed: await model.scope.call(services.remove, { id: model.key }),
      userErrors: [],
      about: model,
    }),
    (error) => ({ ...failed(error), about: model }),
  );

builder.mutationField('serviceRemove', (t) =>
  t.field({
    type: payloadType<RemovalOutcome>('ServiceRemovePayload', 'What `serviceRemove` answers.', (fields) => ({
      removedId: removedIdField(fields),
    })),
    nullable: true,
    description:
      'Removes a service. Its tasks are stopped after that, which the answer does not wait for. `DELETE /services/{id}`.',
    args: { input: t.arg({ type: ServiceRemoveInput, required: true, description: 'Which service.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(context, { ...input, what: 'service' }, findService);
      return 'error' in found ? { ...failed(found.error), about: null } : remove(found.model);
    },
  }),
);
