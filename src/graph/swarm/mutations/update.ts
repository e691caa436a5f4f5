/** `swarmUpdate`. */
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput, versionInput } from '../../mutation/fields.ts';
import { changedLabels, checkLabelChanges, labelChangeInputs } from '../../mutation/label-changes.ts';
import { payloadType } from '../../mutation/payload.ts';
import { isSameSpec } from '../same.ts';
import { specBody, specInputs, warningsOf } from '../spec-input.ts';
import { changeSwarm } from './change.ts';
import { swarmField, type WarnedOutcome, warningsField } from './outcome.ts';

const SwarmUpdateInput = builder.inputType('SwarmUpdateInput', {
  ...mirrors(['SwarmSpec', 'POST /swarm/update']),
  description: 'What `swarmUpdate` takes: only what is given changes, down to the single value.',
  fields: (t) => ({
    ...labelChangeInputs(t),
    ...specInputs(t),
    version: versionInput(t),
    engine: engineInput(t),
  }),
});

builder.mutationField('swarmUpdate', (t) =>
  t.field({
    type: payloadType<WarnedOutcome>('SwarmUpdatePayload', 'What `swarmUpdate` answers.', (fields) => ({
      swarm: swarmField(fields),
      warnings: warningsField(fields),
    })),
    nullable: true,
    description:
      'Changes how the swarm is configured. Join tokens and the unlock key are renewed with `swarmTokensRotate` and ' +
      '`swarmUnlockKeyRotate`, the authority of its certificates with `swarmCaRotate`. `POST /swarm/update`.',
    args: { input: t.arg({ type: SwarmUpdateInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, context) =>
      changeSwarm(context, {
        input,
        check: () => checkLabelChanges(input),
        apply: (spec) => {
          const body = specBody(spec, input, changedLabels(spec.Labels, input));
          return isSameSpec(body, spec) ? undefined : body;
        },
        ...(input.taskDefaults && { warningsOf: (after) => warningsOf(input, after) }),
      }),
  }),
);
