/** `servicesScale` and `servicesRemove`: many services at once, with a result for each. */
import { EngineError } from '../../../engine/errors.ts';
import { builder } from '../../builder.ts';
import { inParallel } from '../../container/mutations/bulk.ts';
import { engineInput } from '../../mutation/fields.ts';
import {
  failed,
  type Outcome,
  objection,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../../mutation/payload.ts';
import { UserError } from '../../mutation/user-error.ts';
import { operationField } from '../../operation/fields.ts';
import { waitFields } from '../input/fields.ts';
import { findService } from '../model.ts';
import { nothing, type ServiceOutcome, serviceField } from './outcome.ts';
import { onService } from './perform.ts';
import { remove } from './remove.ts';
import { scale } from './scale.ts';

/** How many services are worked on at the same time: managers write one change after the other. */
const width = 4;

interface Item {
  readonly ref: string;
}
type ScaleItem = ServiceOutcome & Item;
type RemoveItem = RemovalOutcome & Item;

interface Results<Each> extends Outcome {
  readonly results: readonly Each[];
}

const refText = 'The reference as it was given.';
const changedText = 'Whether this service was changed.';
const errorText = 'Why it was not done to this service; empty when it was.';

const ScaleResult = builder.objectRef<ScaleItem>('ServicesScaleResult').implement({
  description: 'What became of one service of `servicesScale`.',
  fields: (t) => ({
    ref: t.exposeString('ref', { nullable: false, description: refText }),
    changed: t.exposeBoolean('changed', { nullable: false, description: changedText }),
    userErrors: t.field({
      type: [UserError],
      nullable: false,
      description: errorText,
      resolve: ({ userErrors }) => userErrors,
    }),
    service: serviceField(t),
    operation: operationField(t),
  }),
});

const RemoveResult = builder.objectRef<RemoveItem>('ServicesRemoveResult').implement({
  description: 'What became of one service of `servicesRemove`.',
  fields: (t) => ({
    ref: t.exposeString('ref', { nullable: false, description: refText }),
    changed: t.exposeBoolean('changed', { nullable: false, description: changedText }),
    userErrors: t.field({
      type: [UserError],
      nullable: false,
      description: errorText,
      resolve: ({ userErrors }) => userErrors,
    }),
    removedId: removedIdField(t),
  }),
});

const ServiceReplicasInput = builder.inputType('ServiceReplicasInput', {
  description: 'A service, and how many tasks it is to have.',
  fields: (t) => ({
    ref: t.id({ required: true, description: 'The service: global ID, ID, unique prefix of one, or name.' }),
    replicas: t.field({ type: 'Long', required: true, description: 'How many tasks.' }),
  }),
});

const ServicesScaleInput = builder.inputType('ServicesScaleInput', {
  description: 'What `servicesScale` takes.',
  fields: (t) => ({
    services: t.field({ type: [ServiceReplicasInput], required: true, description: 'Which, and how many.' }),
    engine: engineInput(t),
    ...waitFields(t),
  }),
});

const ServicesRemoveInput = builder.inputType('ServicesRemoveInput', {
  description: 'What `servicesRemove` takes.',
  fields: (t) => ({
    refs: t.idList({
      required: true,
      description: 'The services: global IDs, IDs, unique prefixes of them, or names.',
    }),
    engine: engineInput(t),
  }),
});

/** What the Engine fails at for one must not cost the others their results. */
function engineFailed(error: unknown): Outcome {
  if (!(error instanceof EngineError)) throw error;
  return failed({ kind: 'EngineFailedError', message: error.message });
}

const together = <Each extends Outcome>(results: readonly Each[]): Results<Each> => ({
  results,
  changed: results.some(({ changed }) => changed),
  userErrors: [],
});

const resultsText = 'One result for each service, in the order in which they were given.';

builder.mutationField('servicesScale', (t) =>
  t.field({
    type: payloadType<Results<ScaleItem>>(
      'ServicesScalePayload',
      'What `servicesScale` answers.',
      (fields) => ({
        results: fields.field({
          type: [ScaleResult],
          nullable: false,
          description: resultsText,
          resolve: ({ results }) => results,
        }),
      }),
    ),
    nullable: true,
    description:
      'Gives several services another number of tasks, each for itself: one that cannot be scaled costs the others nothing. ' +
      '`POST /services/{id}/update`.',
    args: {
      input: t.arg({
        type: ServicesScaleInput,
        required: true,
        description: 'Which services, and how many.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { services, engine, ...wait } = input;
      const unknown = objection(context, ['input', 'engine'], () => context.scope(engine));
      if (unknown) return { ...failed(unknown), results: [] };
      const indexed = services.map((item, index) => ({ ...item, index }));
      return together(
        await inParallel(indexed, width, async ({ ref, replicas, index }): Promise<ScaleItem> => {
          const path = ['input', 'services', String(index)];
          const outcome = await onService(
            context,
            { ref, engine },
            (service, place) => scale(context, service, { ...wait, replicas }, place),
            { path },
          ).catch((error: unknown) => ({ ...nothing, ...engineFailed(error) }));
          return { ...outcome, ref };
        }),
      );
    },
  }),
);

builder.mutationField('servicesRemove', (t) =>
  t.field({
    type: payloadType<Results<RemoveItem>>(
      'ServicesRemovePayload',
      'What `servicesRemove` answers.',
      (fields) => ({
        results: fields.field({
          type: [RemoveResult],
          nullable: false,
          description: resultsText,
          resolve: ({ results }) => results,
        }),
      }),
    ),
    nullable: true,
    description:
      'Removes several services, each for itself. Their tasks are stopped after that. `DELETE /services/{id}`.',
    args: { input: t.arg({ type: ServicesRemoveInput, required: true, description: 'Which services.' }) },
    resolve: async (_root, { input: { refs, engine } }, context) => {
      const unknown = objection(context, ['input', 'engine'], () => context.scope(engine));
      if (unknown) return { ...failed(unknown), results: [] };
      const indexed = refs.map((ref, index) => ({ ref, index }));
      return together(
        await inParallel(indexed, width, async ({ ref, index }): Promise<RemoveItem> => {
          const path = ['input', 'refs', String(index)];
          const found = await resolveRef(context, { ref, engine, what: 'service', path }, findService);
          if ('error' in found) return { ...failed(found.error), about: null, ref };
          const about = found.model;
          const outcome = await remove(about).catch((error: unknown) => ({ ...engineFailed(error), about }));
          return { ...outcome, ref };
        }),
      );
    },
  }),
);
