/** The noun Volume. */
import type { Volume as VolumeEntry } from '../../engine/types.ts';
import { composeLabel, composeProjectOf, projectNameOf } from '../compose/model.ts';
import { type ContainerModel, fromSummary } from '../container/model.ts';
import { entryOf, KeyValueType, keyValues } from '../kit/key-value.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import { type Columns, columnFields, map, omitted, text, time, word } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { ComposeProject, Container, Volume } from '../nouns.ts';
import { pluginField } from '../plugin/drivers.ts';
import { ClusterVolumeType } from './cluster-volume.ts';
import { VolumeScope } from './enums.ts';
import { isAnonymous, type VolumeModel, volumeByName, volumeDetailsOf, volumeLabelsOf } from './model.ts';
import { VolumeUsage, volumeUsage } from './usage.ts';
import { clusterVolumeOf } from './wire.ts';

const columns: Columns<VolumeEntry> = {
  [of]: 'Volume',
  Name: omitted('written out, as it is never null'),
  Labels: omitted('written out as `labels` and `label`'),
  Status: omitted('written out: the list does not have it'),
  ClusterVolume: omitted('written out by its corrected type'),
  UsageData: omitted('written out: only `GET /system/df` has it'),
  CreatedAt: time('When it was made, to the second; null where the driver does not say.'),
  Driver: text('The driver that stores it: `local`, or that of a plugin.'),
  Mountpoint: text(
    'Where on the host its files are; null where the driver does not say before it is mounted.',
  ),
  Scope: word(VolumeScope, 'How far it reaches.'),
  Options: map('Options its driver was given when it was made.'),
};

function stableKeyOf(volume: VolumeModel): string {
  const labels = volumeLabelsOf(volume);
  const [project, own] = [projectNameOf(labels), entryOf(labels, composeLabel.volume)];
  return `${volume.scope.name}/${project && own ? `compose/${project}/${own}` : `name/${volume.key}`}`;
}

const usersOf = async ({ scope, key }: VolumeModel): Promise<readonly ContainerModel[]> => {
  const groups = await scope.loaders.containers.byVolume();
  return (groups.get(key) ?? []).map((entry) => fromSummary(scope, entry));
};

Volume.implement({
  description: 'A place for files that outlives the containers it is mounted into.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      nullable: false,
      description: "Docker's own identity: volumes have no ID, and their name stands for it.",
    }),
    stableKey: t.string({
      nullable: false,
      description:
        'A key that survives recreation: engine, compose project and name there, or else engine and name.',
      resolve: stableKeyOf,
    }),
    engine: engineField(t),
    name: t.exposeString('key', {
      ...wire('Volume.Name', 'VolumeListResponse.Volumes'),
      nullable: false,
      description: 'The name.',
    }),
    ...labelFields(t, volumeLabelsOf, 'Volume.Labels'),
    isAnonymous: t.boolean({
      nullable: false,
      description: 'Whether it was made for a container without being given a name.',
      resolve: isAnonymous,
    }),
    ...columnFields(t, columns, ({ volume }: VolumeModel) => volume, { certain: true }),
    status: t.field({
      ...wire('Volume.Status'),
      type: [KeyValueType],
      nullable: true,
      description:
        'What its driver says of it, values that are no text as JSON; nothing from the `local` driver. Needs ' +
        '`GET /volumes/{name}`.',
      resolve: async (volume) => {
        const details = await volumeDetailsOf(volume);
        return details && keyValues(details.Status);
      },
    }),
    clusterVolume: t.field({
      ...wire('Volume.ClusterVolume'),
      type: ClusterVolumeType,
      nullable: true,
      description: 'What it has as a volume of a swarm; null for others.',
      since: '1.42',
      resolve: ({ volume }) => clusterVolumeOf(volume),
    }),
    plugin: pluginField(t, ({ volume }: VolumeModel) => volume.Driver),
    usageData: t.field({
      ...wire('Volume.UsageData'),
      type: VolumeUsage,
      nullable: true,
      description:
        'What it takes. The Engine walks the disk for it, which takes seconds to minutes: select it only where it is ' +
        'shown. Null for volumes that it does not measure: those of other drivers than `local`, and those with ' +
        'options. One `GET /system/df` for all.',
      resolve: ({ scope, key }) => volumeUsage(scope, key),
    }),
    usedBy: t.field({
      type: [Container],
      nullable: true,
      description:
        'The containers it is mounted into, running or not, the latest first. Joined from one `GET /containers/json`, ' +
        'however many volumes there are.',
      resolve: usersOf,
    }),
    inUse: t.boolean({
      nullable: true,
      description: 'Whether it is mounted into any container, running or not. Needs `GET /containers/json`.',
      resolve: async (volume) => (await usersOf(volume)).length > 0,
    }),
    composeProject: t.field({
      type: ComposeProject,
      nullable: true,
      description: 'The compose project its labels name.',
      resolve: (volume) => composeProjectOf(volume.scope, volumeLabelsOf(volume)),
    }),
    composeName: t.string({
      nullable: true,
      description:
        'What the compose file calls it, without the name of the project; null outside of compose.',
      resolve: (volume) => entryOf(volumeLabelsOf(volume), composeLabel.volume),
    }),
  }),
});

findNodesWith('Volume', volumeByName);
