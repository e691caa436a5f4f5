/** `swarmInit`. */
import { swarm } from '../../../engine/operations/swarm.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput } from '../../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import { specBody, specInputs, warningsOf } from '../spec-input.ts';
import { addressInputs, availabilityWord, usualListenAddr } from './join-inputs.ts';
import { blamed, ownNodeFields, swarmField, type WarnedOutcome, warningsField } from './outcome.ts';

const SwarmSpecInput = builder.inputType('SwarmSpecInput', {
  ...mirrors('SwarmSpec'),
  description: 'How a new swarm shall be configured.',
  fields: (t) => ({
    labels: t.field({ type: [KeyValueInput], description: 'Labels of the swarm.' }),
    ...specInputs(t),
  }),
});

const SwarmInitInput = builder.inputType('SwarmInitInput', {
  ...mirrors('SwarmInitBody'),
  description: 'What `swarmInit` takes.',
  fields: (t) => ({
    ...addressInputs(t),
    dataPathPort: t.int({
      description:
        'The UDP port of overlay networks, 1024 to 49151; 4789 if left out. Cannot be changed later.',
    }),
    defaultAddrPool: t.stringList({
      description:
        'Address ranges that overlay networks take their subnets from, as CIDR; `10.0.0.0/8` if left out. Cannot be changed later.',
    }),
    subnetSize: t.int({ description: 'The prefix length of each such subnet; 24 if left out.' }),
    forceNewCluster: t.boolean({
      defaultValue: false,
      description:
        'Make a new swarm of what this manager knows, with itself as the only manager: the way out when most managers are ' +
        'lost for good. Not with `autoLockManagers`: the Engine then forgets the swarm until it is restarted and unlocked.',
    }),
    spec: t.field({
      type: SwarmSpecInput,
      description: "How it shall be configured; Docker's defaults if left out.",
    }),
    engine: engineInput(t),
  }),
});

const SwarmInitPayload = payloadType<WarnedOutcome>('SwarmInitPayload', 'What `swarmInit` answers.', (t) => ({
  swarm: swarmField(t),
  ...ownNodeFields(t),
  warnings: warningsField(t),
}));

builder.mutationField('swarmInit', (t) =>
  t.field({
    type: SwarmInitPayload,
    nullable: true,
    description:
      'Makes a swarm, with this Engine as its first manager. What other Engines need to join it is in ' +
      '`swarm { joinTokens { worker manager } joinAddrs }` of the answer. `POST /swarm/init`.',
    args: { input: t.arg({ type: SwarmInitInput, required: true, description: 'How.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<WarnedOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const api = await scope.apiVersion();
          await scope.call(swarm.init, {
            body: {
              ListenAddr: input.listenAddr ?? usualListenAddr,
              AdvertiseAddr: input.advertiseAddr ?? undefined,
              DataPathAddr: input.dataPathAddr ?? undefined,
              DataPathPort: input.dataPathPort ?? undefined,
              DefaultAddrPool: input.defaultAddrPool ?? undefined,
              SubnetSize: input.subnetSize ?? undefined,
              ForceNewCluster: input.forceNewCluster ?? undefined,
              Availability: availabilityWord({ api, path: ['input', 'availability'] }, input.availability),
              Spec: input.spec ? specBody({}, input.spec, mapOf(input.spec.labels)) : undefined,
            },
          });
          scope.refresh();
          const warnings = input.spec?.taskDefaults
            ? warningsOf(input.spec, (await scope.loaders.swarm.inspect()).Spec ?? {})
            : [];
          return { changed: true, userErrors: [], scope, warnings };
        },
        (error) => ({ ...failed(blamed(error, Object.keys(input))), scope: null, warnings: [] }),
      ),
  }),
);
