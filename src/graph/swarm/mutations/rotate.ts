/** What is renewed in a swarm: `swarmTokensRotate`, `swarmUnlockKeyRotate` and `swarmCaRotate`. */
import type { Int64 } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import { engineInput, versionInput } from '../../mutation/fields.ts';
import { refuse } from '../../mutation/input-error.ts';
import { payloadType } from '../../mutation/payload.ts';
import { caBody, caInputs } from '../spec-input.ts';
import { changeSwarm } from './change.ts';
import { type SwarmOutcome, swarmField } from './outcome.ts';

const SwarmTokensRotateInput = builder.inputType('SwarmTokensRotateInput', {
  ...mirrors('POST /swarm/update', {
    worker: 'POST /swarm/update?rotateWorkerToken',
    manager: 'POST /swarm/update?rotateManagerToken',
  }),
  description: 'What `swarmTokensRotate` takes. Without `worker` and `manager` both tokens are renewed.',
  fields: (t) => ({
    worker: t.boolean({ description: 'Renew the token for workers.' }),
    manager: t.boolean({ description: 'Renew the token for managers.' }),
    version: versionInput(t),
    engine: engineInput(t),
  }),
});

const swarmPayload = (name: string) =>
  payloadType<SwarmOutcome>(
    `${name[0]?.toUpperCase()}${name.slice(1)}Payload`,
    `What \`${name}\` answers.`,
    (t) => ({ swarm: swarmField(t) }),
  );

builder.mutationField('swarmTokensRotate', (t) =>
  t.field({
    type: swarmPayload('swarmTokensRotate'),
    nullable: true,
    description:
      'Makes new join tokens, which are in `swarm { joinTokens { worker manager } }` of the answer. The old ones let nobody ' +
      'in any more; nodes that have joined stay. `POST /swarm/update` with `rotateWorkerToken` and `rotateManagerToken`.',
    args: { input: t.arg({ type: SwarmTokensRotateInput, required: true, description: 'Which tokens.' }) },
    resolve: (_root, { input }, context) => {
      const isBoth = (input.worker ?? null) === null && (input.manager ?? null) === null;
      const worker = isBoth || input.worker === true;
      const manager = isBoth || input.manager === true;
      return changeSwarm(context, {
        input,
        check: () => {
          if (!worker && !manager) {
            refuse(
              { api: '', path: ['input', 'worker'] },
              'and `manager` choose none: set one of them, or leave both out for both.',
            );
          }
        },
        apply: (spec) => spec,
        rotations: {
          ...(worker && { rotateWorkerToken: true }),
          ...(manager && { rotateManagerToken: true }),
        },
      });
    },
  }),
);

const SwarmUnlockKeyRotateInput = builder.inputType('SwarmUnlockKeyRotateInput', {
  ...mirrors('POST /swarm/update'),
  description: 'What `swarmUnlockKeyRotate` takes.',
  fields: (t) => ({ version: versionInput(t), engine: engineInput(t) }),
});

builder.mutationField('swarmUnlockKeyRotate', (t) =>
  t.field({
    ...wire('POST /swarm/update?rotateManagerUnlockKey'),
    type: swarmPayload('swarmUnlockKeyRotate'),
    nullable: true,
    description:
      'Makes a new key for restarted managers, which is in `swarm { unlockKey }` of the answer. A manager that is down ' +
      'meanwhile still needs the old one: keep it for some time. Needs `autoLockManagers`; where that is off there is no ' +
      'key, and `changed` is false. `POST /swarm/update` with `rotateManagerUnlockKey`.',
    args: {
      input: t.arg({
        ...wire('POST /swarm/update?rotateManagerUnlockKey'),
        type: SwarmUnlockKeyRotateInput,
        required: true,
        description: 'Of which swarm.',
      }),
    },
    resolve: (_root, { input }, context) =>
      changeSwarm(context, {
        input,
        apply: (spec) => (spec.EncryptionConfig?.AutoLockManagers ? spec : undefined),
        rotations: { rotateManagerUnlockKey: true },
      }),
  }),
);

const SwarmCaRotateInput = builder.inputType('SwarmCaRotateInput', {
  ...mirrors(['SwarmSpec.CAConfig', 'POST /swarm/update']),
  description:
    'What `swarmCaRotate` takes. Without a certificate of yours the swarm makes a new authority of its own.',
  fields: (t) => ({ ...caInputs(t), version: versionInput(t), engine: engineInput(t) }),
});

/** The counter is one of 64 bits, and Go knows it without a sign. */
const next = (count: Int64 | null | undefined): Int64 => {
  const after = BigInt(count ?? 0) + 1n;
  return after <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(after) : after;
};

builder.mutationField('swarmCaRotate', (t) =>
  t.field({
    type: swarmPayload('swarmCaRotate'),
    nullable: true,
    description:
      'Gives all nodes certificates of a new authority, as `docker swarm ca --rotate` does. It returns at once: ' +
      '`swarm { rootRotationInProgress }` tells while nodes are still to get theirs. Join tokens change with it. ' +
      '`POST /swarm/update`.',
    args: { input: t.arg({ type: SwarmCaRotateInput, required: true, description: 'Which authority.' }) },
    resolve: (_root, { input }, context) =>
      changeSwarm(context, {
        input,
        apply: (spec) => ({
          ...spec,
          CAConfig: { ...caBody(spec.CAConfig, input), ForceRotate: next(spec.CAConfig?.ForceRotate) },
        }),
      }),
  }),
);
