/** Volumes: made and removed. */

import type { Context } from '../../context.ts';
import { volumes } from '../../engine/operations/volumes.ts';
import type { ClusterVolumeSpecBody } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput, labelsInput, refInputs } from '../mutation/fields.ts';
import { checkRef, type Place, refuse, since } from '../mutation/input-error.ts';
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
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { Volume } from '../nouns.ts';
import { differences } from './cluster-change.ts';
import { ClusterVolumeSpecInput, checkSecrets, clusterDefaults, clusterSpecBody } from './cluster-input.ts';
import { findVolume, type VolumeModel, volumeModel } from './model.ts';
import { clusterVolumeOf } from './wire.ts';

const noVolume = async (): Promise<null> => null;

export interface VolumeOutcome extends Outcome {
  readonly volume: () => Promise<VolumeModel | null>;
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
    clusterVolumeSpec: t.field({
      type: ClusterVolumeSpecInput,
      description:
        'Make it a volume of the swarm, by a CSI plugin: `name` and `driver` have to be given then. One of this Engine alone ' +
        'if left out.',
      since: '1.42',
    }),
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
      resolve: ({ volume }) => volume(),
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

interface Wish {
  readonly driver?: string | null | undefined;
  readonly options?: Record<string, string> | undefined;
  readonly cluster?: ClusterVolumeSpecBody | undefined;
}

/** In what the wish differs from what is there; undefined for nothing. */
function differenceTo({ volume }: VolumeModel, { driver, options, cluster }: Wish): string | undefined {
  const { Driver, Options } = volume;
  if (driver && driver !== Driver) return 'another driver';
  const wished = Object.entries(options ?? {});
  const has = new Map(Object.entries(Options ?? {}));
  const sameOptions = wished.length === has.size && wished.every(([key, value]) => has.get(key) === value);
  if (options !== undefined && !sameOptions) return 'another set of options';
  if (!cluster) return undefined;
  const there = clusterVolumeOf(volume);
  if (!there) return 'a scope of this Engine alone';
  const [first] = differences(there.Spec, cluster);
  return first && `another \`${first}\``;
}

/** The wish differs from what is there: a name can have only one meaning. */
function mismatch(there: VolumeModel, wish: Wish): UserErrorModel | null {
  const difference = differenceTo(there, wish);
  if (difference === undefined) return null;
  return {
    kind: 'NameInUseError',
    message: `A volume "${there.key}" exists with ${difference}. Give another name, or remove it first.`,
    path: ['input', 'name'],
    name: there.key,
    existing: async () => there,
  };
}

/** The spec of a volume of a swarm; undefined where none was asked for. */
async function clusterSpec(
  context: Context,
  scope: EngineScope,
  input: typeof VolumeCreateInput.$inferInput,
): Promise<ClusterVolumeSpecBody | undefined> {
  if (!input.clusterVolumeSpec) return undefined;
  const path = ['input', 'clusterVolumeSpec'];
  checkSecrets(input.clusterVolumeSpec, context, { api: '', path });
  const place: Place = { api: await scope.apiVersion(), path };
  since(place, '1.42', input.clusterVolumeSpec);
  for (const field of ['name', 'driver'] as const) {
    if (!input[field])
      refuse({ ...place, path: ['input', field] }, 'has to be given for a volume of a swarm.');
  }
  const wish = await clusterSpecBody(context, scope, input.clusterVolumeSpec, place);
  return { ...clusterDefaults, ...wish };
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
          const cluster = await clusterSpec(context, scope, input);
          const there = await existing(scope, input.name);
          if (there) {
            const error = mismatch(there, { driver: input.driver, options, cluster });
            return error
              ? { ...failed(error), volume: noVolume }
              : { changed: false, userErrors: [], volume: async () => there };
          }
          const body = {
            Name: input.name ?? undefined,
            Driver: input.driver ?? undefined,
            DriverOpts: options,
            Labels: mapOf(input.labels),
            ...(cluster && { ClusterVolumeSpec: cluster }),
          };
          const made = volumeModel(scope, await scope.call(volumes.create, { body }));
          return { changed: true, userErrors: [], volume: async () => made };
        },
        (error) => ({ ...failed(error), volume: noVolume }),
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
