/** `swarmNodeRemove`. */
import { nodes } from '../../../engine/operations/nodes.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { refInputs } from '../../mutation/fields.ts';
import {
  attempt,
  failed,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../../mutation/payload.ts';
import { findSwarmNode } from '../model.ts';
import { accepted } from './outcome.ts';

const SwarmNodeRemoveInput = builder.inputType('SwarmNodeRemoveInput', {
  ...mirrors('DELETE /nodes/{id}'),
  description: 'What `swarmNodeRemove` takes.',
  fields: (t) => ({
    ...refInputs(t, 'node', accepted),
    force: t.boolean({
      defaultValue: false,
      description: 'Remove it even if it is not down. A manager has to be demoted first all the same.',
    }),
  }),
});

builder.mutationField('swarmNodeRemove', (t) =>
  t.field({
    type: payloadType<RemovalOutcome>(
      'SwarmNodeRemovePayload',
      'What `swarmNodeRemove` answers.',
      (fields) => ({ removedId: removedIdField(fields) }),
    ),
    nullable: true,
    description:
      'Forgets a node that has left the swarm or is gone for good: a worker that is down. One that still runs is let into ' +
      'the swarm no more. Managers only. `DELETE /nodes/{id}`.',
    args: { input: t.arg({ type: SwarmNodeRemoveInput, required: true, description: 'Which node.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(context, { ...input, what: 'node' }, findSwarmNode);
      if ('error' in found) return { ...failed(found.error), about: null };
      const { model } = found;
      return attempt<RemovalOutcome>(
        { scope: model.scope },
        async () => {
          const force = input.force ? { force: true } : {};
          const changed = await model.scope.call(nodes.remove, { id: model.key, ...force });
          return { changed, userErrors: [], about: model };
        },
        (error) => ({ ...failed(error), about: model }),
      );
    },
  }),
);
