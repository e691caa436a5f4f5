/** `serviceScale`, `serviceRestart` and `serviceRollback`: changes of a service that need one word. */
import type { Context } from '../../../context.ts';
import type { Int64 } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import { refInputs, versionInput } from '../../mutation/fields.ts';
import type { Place } from '../../mutation/input-error.ts';
import { payloadType } from '../../mutation/payload.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';
import { waitFields } from '../input/fields.ts';
import { changedModeBody } from '../input/mode.ts';
import { type ServiceModel, serviceNameOf } from '../model.ts';
import { type ServiceOutcome, serviceFields } from './outcome.ts';
import { checkWait, currentSpec, isSameSpec, onService, perform, type WaitInput } from './perform.ts';

const accepted = 'ID, unique prefix of one, or name';

/**
 * Gives a service another number of tasks.
 *
 * @throws InputError for one that is global
 */
export function scale(
  context: Context,
  service: ServiceModel,
  input: WaitInput & { readonly replicas: Int64; readonly version?: Int64 | null | undefined },
  place: Place,
): Promise<ServiceOutcome> {
  checkWait(input, place);
  return perform(context, service, {
    input,
    apply: (now) => {
      const current = currentSpec(now);
      const Mode = changedModeBody(current.Mode, { replicas: input.replicas }, place);
      const spec = { ...current, Mode };
      return isSameSpec(current, spec) ? undefined : spec;
    },
  });
}

const ServiceScaleInput = builder.inputType('ServiceScaleInput', {
  ...mirrors('POST /services/{id}/update', { replicas: 'ServiceUpdateBody.Mode.Replicated.Replicas' }),
  description: 'What `serviceScale` takes.',
  fields: (t) => ({
    ...refInputs(t, 'service', accepted),
    replicas: t.field({
      type: 'Long',
      required: true,
      description: 'How many tasks it is to have; of a job, how many have to end well.',
    }),
    version: versionInput(t),
    ...waitFields(t),
  }),
});

builder.mutationField('serviceScale', (t) =>
  t.field({
    type: payloadType<ServiceOutcome>('ServiceScalePayload', 'What `serviceScale` answers.', serviceFields),
    nullable: true,
    description:
      'Gives a service another number of tasks. `changed` is false if it has that number already. A global service has one on ' +
      'each node, and cannot be scaled. `POST /services/{id}/update`.',
    args: {
      input: t.arg({ type: ServiceScaleInput, required: true, description: 'Which service, and how many.' }),
    },
    resolve: (_root, { input }, context) =>
      onService(context, input, (service, place) => scale(context, service, input, place)),
  }),
);

const ServiceRestartInput = builder.inputType('ServiceRestartInput', {
  description: 'What `serviceRestart` takes.',
  fields: (t) => ({ ...refInputs(t, 'service', accepted), version: versionInput(t), ...waitFields(t) }),
});

builder.mutationField('serviceRestart', (t) =>
  t.field({
    type: payloadType<ServiceOutcome>(
      'ServiceRestartPayload',
      'What `serviceRestart` answers.',
      serviceFields,
    ),
    nullable: true,
    description:
      'Replaces all tasks of a service by new ones, as its `updateConfig` says (`docker service update --force`). ' +
      '`POST /services/{id}/update`.',
    args: { input: t.arg({ type: ServiceRestartInput, required: true, description: 'Which service.' }) },
    resolve: (_root, { input }, context) =>
      onService(context, input, (service, place) => {
        checkWait(input, place);
        return perform(context, service, {
          input,
          apply: (now) => {
            const current = currentSpec(now);
            const ForceUpdate = BigInt(current.TaskTemplate?.ForceUpdate ?? 0) + 1n;
            return { ...current, TaskTemplate: { ...current.TaskTemplate, ForceUpdate } };
          },
        });
      }),
  }),
);

const ServiceRollbackInput = builder.inputType('ServiceRollbackInput', {
  // To ask for it is all that there is to say.
  ...mirrors('POST /services/{id}/update', { ref: 'POST /services/{id}/update?rollback' }),
  ...mirrors('POST /services/{id}/update'),
  description: 'What `serviceRollback` takes.',
  fields: (t) => ({ ...refInputs(t, 'service', accepted), version: versionInput(t), ...waitFields(t) }),
});

builder.mutationField('serviceRollback', (t) =>
  t.field({
    ...wire('POST /services/{id}/update?rollback'),
    type: payloadType<ServiceOutcome>(
      'ServiceRollbackPayload',
      'What `serviceRollback` answers.',
      serviceFields,
    ),
    nullable: true,
    description:
      'Makes a service what it was before its last update, as its `rollbackConfig` says. What there is now is its previous spec ' +
      'then, so that a second rollback undoes the first. `POST /services/{id}/update`.',
    args: { input: t.arg({ type: ServiceRollbackInput, required: true, description: 'Which service.' }) },
    resolve: (_root, { input }, context) =>
      onService(context, input, (service, place) => {
        checkWait(input, place);
        return perform(context, service, {
          input,
          params: { rollback: 'previous' },
          apply: (now) => {
            if (now.PreviousSpec) return currentSpec(now);
            throw new TypedFailure({
              kind: 'ConflictError',
              message: `The service "${serviceNameOf(service)}" has nothing to go back to: it was never updated.`,
            });
          },
        });
      }),
  }),
);
