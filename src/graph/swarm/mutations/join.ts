/** `swarmJoin`. */
import { swarm } from '../../../engine/operations/swarm.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput } from '../../mutation/fields.ts';
import { refuse } from '../../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import { addressInputs, availabilityWord, usualListenAddr } from './join-inputs.ts';
import { blamed, engineOutcomeField, ownNodeFields, type SwarmOutcome, swarmField } from './outcome.ts';

const SwarmJoinInput = builder.inputType('SwarmJoinInput', {
  ...mirrors('SwarmJoinBody'),
  description: 'What `swarmJoin` takes.',
  fields: (t) => ({
    remoteAddrs: t.stringList({
      required: true,
      description:
        'Where managers of the swarm are reached, as `host:port`: `joinAddrs` of the swarm. One is enough.',
    }),
    joinToken: t.string({
      required: true,
      description:
        'The token to join with: it says whether as a worker or as a manager. `joinTokens` of the swarm. SENSITIVE.',
    }),
    ...addressInputs(t),
    engine: engineInput(t),
  }),
});

const SwarmJoinPayload = payloadType<SwarmOutcome>('SwarmJoinPayload', 'What `swarmJoin` answers.', (t) => ({
  engine: engineOutcomeField(t),
  swarm: swarmField(t),
  ...ownNodeFields(t),
}));

builder.mutationField('swarmJoin', (t) =>
  t.field({
    type: SwarmJoinPayload,
    nullable: true,
    description:
      'Lets this Engine join a swarm. Where that takes longer than 20 seconds, the Engine says so and goes on trying: ' +
      '`engine { info { swarm { localNodeState } } }` tells when it has. `POST /swarm/join`.',
    args: { input: t.arg({ type: SwarmJoinInput, required: true, description: 'Which swarm, and how.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<SwarmOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          if (input.remoteAddrs.length === 0) {
            refuse({ api: '', path: ['input', 'remoteAddrs'] }, 'is empty: give the address of a manager.');
          }
          const api = await scope.apiVersion();
          await scope.call(swarm.join, {
            body: {
              RemoteAddrs: input.remoteAddrs,
              JoinToken: input.joinToken,
              ListenAddr: input.listenAddr ?? usualListenAddr,
              AdvertiseAddr: input.advertiseAddr ?? undefined,
              DataPathAddr: input.dataPathAddr ?? undefined,
              Availability: availabilityWord({ api, path: ['input', 'availability'] }, input.availability),
            },
          });
          return { changed: true, userErrors: [], scope };
        },
        (error) => ({ ...failed(blamed(error, Object.keys(input))), scope: null }),
      ),
  }),
);
