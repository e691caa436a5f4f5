/** `swarmLeave`. */
import { swarm } from '../../../engine/operations/swarm.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput } from '../../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import { engineOutcomeField, type SwarmOutcome } from './outcome.ts';

const SwarmLeaveInput = builder.inputType('SwarmLeaveInput', {
  ...mirrors('POST /swarm/leave'),
  description: 'What `swarmLeave` takes.',
  fields: (t) => ({
    force: t.boolean({
      defaultValue: false,
      description:
        'Leave even as a manager, which the others may need for their majority, or which is locked. The last manager takes ' +
        'the swarm with it: its services, secrets, configs and networks are gone.',
    }),
    engine: engineInput(t),
  }),
});

builder.mutationField('swarmLeave', (t) =>
  t.field({
    type: payloadType<SwarmOutcome>('SwarmLeavePayload', 'What `swarmLeave` answers.', (fields) => ({
      engine: engineOutcomeField(fields),
    })),
    nullable: true,
    description:
      'Lets this Engine leave its swarm. The managers that stay show its node as `DOWN`, until `swarmNodeRemove`. ' +
      '`POST /swarm/leave`.',
    args: { input: t.arg({ type: SwarmLeaveInput, required: true, description: 'How.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<SwarmOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const changed = await scope.call(swarm.leave, input.force ? { force: true } : {});
          return { changed, userErrors: [], scope };
        },
        (error) => ({ ...failed(error), scope: null }),
      ),
  }),
);
