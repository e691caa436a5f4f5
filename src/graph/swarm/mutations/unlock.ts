/** `swarmUnlock`. */
import { swarm } from '../../../engine/operations/swarm.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput } from '../../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import { blamed, ownNodeFields, type SwarmOutcome, swarmField } from './outcome.ts';

const SwarmUnlockInput = builder.inputType('SwarmUnlockInput', {
  ...mirrors('SwarmUnlockBody'),
  description: 'What `swarmUnlock` takes.',
  fields: (t) => ({
    unlockKey: t.string({
      required: true,
      description: 'The key that was `Swarm.unlockKey` when the manager was last up. SENSITIVE.',
    }),
    engine: engineInput(t),
  }),
});

builder.mutationField('swarmUnlock', (t) =>
  t.field({
    type: payloadType<SwarmOutcome>('SwarmUnlockPayload', 'What `swarmUnlock` answers.', (fields) => ({
      swarm: swarmField(fields),
      ...ownNodeFields(fields),
    })),
    nullable: true,
    description:
      'Gives a manager that was restarted the key to its data, where the swarm is locked automatically. One that is not ' +
      'locked answers with `ConflictError`. `POST /swarm/unlock`.',
    args: { input: t.arg({ type: SwarmUnlockInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<SwarmOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const changed = await scope.call(swarm.unlock, { body: { UnlockKey: input.unlockKey } });
          return { changed, userErrors: [], scope };
        },
        (error) => ({ ...failed(blamed(error, Object.keys(input))), scope: null }),
      ),
  }),
);
