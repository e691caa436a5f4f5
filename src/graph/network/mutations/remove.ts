/** `networkRemove`. */
import { networks } from '../../../engine/operations/networks.ts';
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
import { findNetwork } from '../model.ts';

const NetworkRemoveInput = builder.inputType('NetworkRemoveInput', {
  description: 'What `networkRemove` takes.',
  fields: (t) => refInputs(t, 'network', 'ID, unique prefix of one, or name'),
});

builder.mutationField('networkRemove', (t) =>
  t.field({
    type: payloadType<RemovalOutcome>('NetworkRemovePayload', 'What `networkRemove` answers.', (fields) => ({
      removedId: removedIdField(fields),
    })),
    nullable: true,
    description: 'Removes a network that nothing is connected to. `DELETE /networks/{id}`.',
    args: { input: t.arg({ type: NetworkRemoveInput, required: true, description: 'Which network.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(context, { ...input, what: 'network' }, findNetwork);
      if ('error' in found) return { ...failed(found.error), about: null };
      const { model } = found;
      return attempt<RemovalOutcome>(
        { scope: model.scope, network: model.key },
        async () => ({
          changed: await model.scope.call(networks.remove, { id: model.key }),
          userErrors: [],
          about: model,
        }),
        (error) => ({ ...failed(error), about: model }),
      );
    },
  }),
);
