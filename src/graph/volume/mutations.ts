/** Volumes: made and removed. */
import { volumes } from '../../engine/operations/volumes.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput, labelsInput, refInputs } from '../mutation/fields.ts';
import { checkRef } from '../mutation/input-error.ts';
import {
  attempt,
  attemptOn,
  failed,
  type Outcome,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../mutation/payload.ts';
import type { UserErrorModel } from '../mutation/user-error.ts';
import { Volume } from '../nouns.ts';
import { findVolume, type VolumeModel, volumeModel } from './model.ts';

interface VolumeOutcome extends Outcome {
  readonly volume: VolumeModel | null;
}

const VolumeCreateInput = builder.inputType('VolumeCreateInput', {
  ...mirrors('VolumeCreateRequest', { options: 'VolumeCreateRequest.DriverOpts' }),
  description: 'What `volumeCreate` takes.',
  fields: (t) => ({
    name: t.string({ description: 'The name; the Engine makes one up if left out.' }),
    driver: t.string({ description: 'The driver; `local` if left out.' }),
    options: t.field({
      type: [KeyValueInput],
      description: 'Options of the driver; those of `local` are the ones of mount(8): `type`, `o`, `device`.',
    }),
    labels: labelsInput(t),
    engine: engineInput(t),
  }),
});

const VolumeCreatePayload = payloadType<VolumeOutcome>(
  'VolumeCreatePayload',
  'What `volumeCreate` answers.',
  (t) => ({
    volume: t.field({
      type: Volume,
      nullable: true,
      description: 'The volume that was made, or that was there; null when there is none.',
      resolve: ({ volume }) => volume,
    }),
  }),
);

/**
 * Whether a volume of that name is there already. The Engine answers 201 for it, whatever the other wishes were, so
 * only a look before tells the two apart.
 */
async function existing(scope: EngineScope, name: string | null | undefined): Promise<VolumeModel | null> {
  if (!name) return null;
  const found = await scope.loaders.volumes.inspect.load(name);
  return found?.Name ? volumeModel(scope, found) : null;
}

/** The wish differs from what is there: a name can have only one meaning. */
function mismatch(
  there: VolumeModel,
  wish: {
    readonly driver?: string | null | undefined;
    readonly options?: Record<string, string> | undefined;
  },
): UserErrorModel | null {
  const { Driver, Options } = there.volume;
  const sameDriver = !wish.driver || wish.driver === Driver;
  const wished = Object.entries(wish.options ?? {});
  const has = new Map(Object.entries(Options ?? {}));
  const sameOptions =
    wish.options === undefined ||
    (wished.length === has.size && wished.every(([key, value]) => has.get(key) === value));
  if (sameDriver && sameOptions) return null;
  return {
    kind: 'NameInUseError',
    message: `A volume "${there.key}" exists with another ${sameDriver ? 'set of options' : 'driver'}. Give another name, or remove it first.`,
    path: ['input', 'name'],
    name: there.key,
    existing: async () => there,
  };
}

builder.mutationField('volumeCreate', (t) =>
  t.field({
    type: VolumeCreatePayload,
    nullable: true,
    description:
      'Makes a volume; `changed` is false if one of that name, driver and options is there already. `POST /volumes/create`.',
    args: { input: t.arg({ type: VolumeCreateInput, required: true, description: 'The volume to make.' }) },
    resolve: (_root, { input }, context) => {
      const options = mapOf(input.options);
      return attemptOn<VolumeOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          checkRef({ api: '', path: ['input', 'name'] }, 'object', input.name);
          const there = await existing(scope, input.name);
          if (there) {
            const error = mismatch(there, { driver: input.driver, options });
            return error
              ? { ...failed(error), volume: null }
              : { changed: false, userErrors: [], volume: there };
          }
          const body = {
            Name: input.name ?? undefined,
            Driver: input.driver ?? undefined,
            DriverOpts: options,
            Labels: mapOf(input.labels),
          };
          const made = await scope.call(volumes.create, { body });
          return { changed: true, userErrors: [], volume: volumeModel(scope, made) };
        },
        (error) => ({ ...failed(error), volume: null }),
      );
    },
  }),
);

const VolumeRemoveInput = builder.inputType('VolumeRemoveInput', {
  ...mirrors('DELETE /volumes/{name}'),
  description: 'What `volumeRemove` takes.',
  fields: (t) => ({
    ...refInputs(t, 'volume', 'its name'),
    force: t.boolean({
      defaultValue: false,
      description: 'Forget it even if its driver does not know it any more.',
    }),
  }),
});

builder.mutationField('volumeRemove', (t) =>
  t.field({
    type: payloadType<RemovalOutcome>('VolumeRemovePayload', 'What `volumeRemove` answers.', (fields) => ({
      removedId: removedIdField(fields),
    })),
    nullable: true,
    description: 'Removes a volume that no container uses, and all that is in it. `DELETE /volumes/{name}`.',
    args: { input: t.arg({ type: VolumeRemoveInput, required: true, description: 'Which volume.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(
        context,
        { ref: input.ref, engine: input.engine, what: 'volume' },
        findVolume,
      );
      if ('error' in found) return { ...failed(found.error), about: null };
      const { model } = found;
      return attempt<RemovalOutcome>(
        { scope: model.scope, volume: model.key },
        async () => {
          const force = input.force ? { force: true } : {};
          const changed = await model.scope.call(volumes.remove, { name: model.key, ...force });
          return { changed, userErrors: [], about: model };
        },
        (error) => ({ ...failed(error), about: model }),
      );
    },
  }),
);
