/** `volumeUpdate`. */
import type { Context } from '../../context.ts';
import { volumes } from '../../engine/operations/volumes.ts';
import { builder } from '../builder.ts';
import { wire } from '../kit/wire.ts';
import { refInputs } from '../mutation/fields.ts';
import { inside, type Place, refuse, since } from '../mutation/input-error.ts';
import { attempt, failed, objection, payloadType, resolveRef } from '../mutation/payload.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import { changeVersioned } from '../mutation/versioned.ts';
import { Volume } from '../nouns.ts';
import { changed, differences } from './cluster-change.ts';
import {
  ClusterVolumeSpecInput,
  type ClusterVolumeWish,
  checkSecrets,
  clusterSpecBody,
} from './cluster-input.ts';
import { findVolume, type VolumeModel, volumeByName } from './model.ts';
import type { VolumeOutcome } from './mutations.ts';
import { type ClusterVolume, clusterVolumeOf } from './wire.ts';

const VolumeUpdateInput = builder.inputType('VolumeUpdateInput', {
  description: 'What `volumeUpdate` takes.',
  fields: (t) => ({
    ...refInputs(t, 'volume', "its name, or the swarm's ID of it"),
    version: t.field({
      ...wire('PUT /volumes/{name}?version'),
      type: 'Long',
      description:
        'The `clusterVolume.version` that the change was made for: it is refused where somebody else was quicker. Left out, ' +
        'whatever is there is changed.',
    }),
    spec: t.field({
      ...wire('VolumeUpdateBody.Spec'),
      type: ClusterVolumeSpecInput,
      required: true,
      description:
        'What it should be; what is left out stays. Engines let nothing but `availability` be changed: all else may be given ' +
        'only as it is.',
    }),
  }),
});

const isLocal = (name: string): TypedFailure =>
  new TypedFailure({
    kind: 'InvalidInputError',
    message: `The volume "${name}" is one of this Engine alone: only volumes of a swarm can be changed.`,
    path: ['input', 'ref'],
  });

async function change(
  context: Context,
  { scope, key: name, volume }: VolumeModel,
  version: Parameters<typeof changeVersioned>[0]['version'],
  spec: ClusterVolumeWish,
): Promise<boolean> {
  const place: Place = { api: await scope.apiVersion(), path: ['input', 'spec'] };
  since(place, '1.42', true);
  if (!clusterVolumeOf(volume)) throw isLocal(name);
  const wish = await clusterSpecBody(context, scope, spec, place);
  const written = await changeVersioned({
    what: `The volume "${name}"`,
    version,
    read: async (): Promise<ClusterVolume> => {
      const current = clusterVolumeOf(await scope.call(volumes.inspect, { name }));
      if (!current) throw isLocal(name);
      return current;
    },
    apply: ({ Spec }) => {
      const wanted = differences(Spec, wish);
      // The Engine would take the others, and forget them.
      const fixed = wanted.find((part) => part !== 'availability');
      if (fixed) {
        refuse(
          inside(place, fixed),
          'cannot be changed: the Engine lets nothing but `availability` be. Leave it out.',
        );
      }
      return wanted.length > 0 ? changed(Spec, wish) : undefined;
    },
    // It finds the volume by its name, and then asks the swarm for it by what it was given: an ID is right for both.
    write: (Spec, index, { ID }) =>
      scope.call(volumes.update, { name: ID ?? name, version: index, body: { Spec } }),
  });
  return written !== undefined;
}

builder.mutationField('volumeUpdate', (t) =>
  t.field({
    type: payloadType<VolumeOutcome>('VolumeUpdatePayload', 'What `volumeUpdate` answers.', (fields) => ({
      volume: fields.field({
        type: Volume,
        nullable: true,
        description: 'The volume as it is after the change; null when there is none.',
        resolve: ({ volume }) => volume(),
      }),
    })),
    nullable: true,
    since: '1.42',
    description:
      'Changes a volume of a swarm; `changed` is false if it was so already. `PUT /volumes/{name}`.',
    args: {
      input: t.arg({ type: VolumeUpdateInput, required: true, description: 'Which volume, and how.' }),
    },
    resolve: async (_root, { input }, context) => {
      const path = ['input', 'spec'];
      const wrong = objection(context, path, () => checkSecrets(input.spec, context, { api: '', path }));
      if (wrong) return { ...failed(wrong), volume: async () => null };
      const found = await resolveRef(
        context,
        { ref: input.ref, engine: input.engine, what: 'volume' },
        findVolume,
      );
      if ('error' in found) return { ...failed(found.error), volume: async () => null };
      const { model } = found;
      const volume = () => volumeByName(model.scope, model.key);
      return attempt<VolumeOutcome>(
        { scope: model.scope, volume: model.key },
        async () => ({
          changed: await change(context, model, input.version, input.spec),
          userErrors: [],
          volume,
        }),
        (error) => ({ ...failed(error), volume }),
      );
    },
  }),
);
