/** `DiskUsage`: what takes space on the Engine's disk, and what could be freed. */
import type {
  BuildCache,
  ContainerSummary,
  ImageSummary,
  Int64,
  Volume as WireVolume,
} from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { fromSummary } from '../../container/model.ts';
import { imageFromSummary } from '../../image/model.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { Container, Image, Volume } from '../../nouns.ts';
import { volumeModel } from '../../volume/model.ts';
import { BuildCacheRecord, withParents } from './build-cache.ts';
import type { DiskUsageModel, Kind } from './measure.ts';
import {
  buildCacheSums,
  containerSums,
  imageSums,
  type UsageSums,
  uniqueSizeOf,
  volumeSums,
} from './sums.ts';

interface Item<Wire> {
  readonly scope: EngineScope;
  readonly wire: Wire;
}

interface Usage<Entry> extends UsageSums {
  readonly items: readonly Entry[];
}

const computedSize = (size: Int64 | null | undefined): Int64 | null =>
  size === null || size === undefined || size < 0 ? null : size;

const sumFields = (
  t: FieldBuilder<UsageSums>,
  words: { readonly active: string; readonly size: string; readonly reclaimable: string },
) => ({
  count: t.exposeInt('count', { nullable: false, description: 'How many there are.' }),
  activeCount: t.exposeInt('activeCount', { nullable: false, description: words.active }),
  size: t.expose('size', { type: 'Long', nullable: false, description: words.size }),
  reclaimable: t.expose('reclaimable', { type: 'Long', nullable: false, description: words.reclaimable }),
});

const ImageDiskUsage = builder.objectRef<Item<ImageSummary>>('ImageDiskUsage').implement({
  description: 'Disk space of one image.',
  fields: (t) => ({
    image: t.field({
      type: Image,
      nullable: false,
      description: 'The image.',
      resolve: ({ scope, wire }) => imageFromSummary(scope, wire),
    }),
    size: t.field({
      type: 'Long',
      nullable: true,
      description: 'Bytes of all its layers, also those it shares with other images.',
      resolve: ({ wire }) => computedSize(wire.Size),
    }),
    sharedSize: t.field({
      type: 'Long',
      nullable: true,
      description: 'Bytes of layers that other images have too.',
      resolve: ({ wire }) => computedSize(wire.SharedSize),
    }),
    uniqueSize: t.field({
      type: 'Long',
      nullable: true,
      description: 'Bytes of layers that only it has: what removing it would free.',
      resolve: ({ wire }) => uniqueSizeOf(wire),
    }),
    containerCount: t.int({
      nullable: true,
      description: 'How many containers were made from it, stopped ones too.',
      resolve: ({ wire }) => {
        const count = computedSize(wire.Containers);
        return count === null ? null : Number(count);
      },
    }),
  }),
});

const ContainerDiskUsage = builder.objectRef<Item<ContainerSummary>>('ContainerDiskUsage').implement({
  description: 'Disk space of one container.',
  fields: (t) => ({
    container: t.field({
      type: Container,
      nullable: false,
      description: 'The container.',
      resolve: ({ scope, wire }) => fromSummary(scope, wire),
    }),
    size: t.field({
      type: 'Long',
      nullable: false,
      description: 'Bytes of the files it has made or changed (`SizeRw`).',
      resolve: ({ wire }) => wire.SizeRw ?? 0,
    }),
    rootFsSize: t.field({
      type: 'Long',
      nullable: false,
      description: 'Bytes of all its files, those of the image too (`SizeRootFs`).',
      resolve: ({ wire }) => wire.SizeRootFs ?? 0,
    }),
  }),
});

const VolumeDiskUsage = builder.objectRef<Item<WireVolume>>('VolumeDiskUsage').implement({
  description: 'Disk space of one volume.',
  fields: (t) => ({
    volume: t.field({
      type: Volume,
      nullable: false,
      description: 'The volume.',
      resolve: ({ scope, wire }) => volumeModel(scope, wire),
    }),
    size: t.field({
      type: 'Long',
      nullable: true,
      description: 'Bytes of its files; null where its driver cannot tell.',
      resolve: ({ wire }) => computedSize(wire.UsageData?.Size),
    }),
    refCount: t.int({
      nullable: true,
      description: 'How many containers mount it, stopped ones too; null where that is not known.',
      resolve: ({ wire }) => {
        const count = computedSize(wire.UsageData?.RefCount);
        return count === null ? null : Number(count);
      },
    }),
  }),
});

const ImagesDiskUsage = builder.objectRef<Usage<Item<ImageSummary>>>('ImagesDiskUsage').implement({
  description: 'Disk space of images.',
  fields: (t) => ({
    ...sumFields(t, {
      active: 'How many of them containers were made from.',
      size: 'Bytes of all layers, each counted once.',
      reclaimable:
        'Bytes that removing all unused images could free, as `docker system df` computes it: an upper limit, since layers ' +
        'that used images share with each other or with unused ones are counted as well.',
    }),
    items: t.field({
      type: [ImageDiskUsage],
      nullable: false,
      description: 'Image by image.',
      resolve: ({ items }) => items,
    }),
  }),
});

const ContainersDiskUsage = builder
  .objectRef<Usage<Item<ContainerSummary>>>('ContainersDiskUsage')
  .implement({
    description: 'Disk space of the files that containers have made or changed.',
    fields: (t) => ({
      ...sumFields(t, {
        active: 'How many of them run, are paused or are restarting.',
        size: 'Bytes of the files they have made or changed.',
        reclaimable: 'Bytes that removing the others would free.',
      }),
      items: t.field({
        type: [ContainerDiskUsage],
        nullable: false,
        description: 'Container by container.',
        resolve: ({ items }) => items,
      }),
    }),
  });

const VolumesDiskUsage = builder.objectRef<Usage<Item<WireVolume>>>('VolumesDiskUsage').implement({
  description: 'Disk space of local volumes. Volumes of other drivers are not measured.',
  fields: (t) => ({
    ...sumFields(t, {
      active: 'How many of them containers mount, stopped ones too.',
      size: 'Bytes of their files.',
      reclaimable: 'Bytes that removing the others would free. They may be all there is of some data.',
    }),
    items: t.field({
      type: [VolumeDiskUsage],
      nullable: false,
      description: 'Volume by volume, by name.',
      resolve: ({ items }) => items,
    }),
  }),
});

const BuildCacheDiskUsage = builder.objectRef<Usage<BuildCache>>('BuildCacheDiskUsage').implement({
  description: 'Disk space of the build cache.',
  fields: (t) => ({
    ...sumFields(t, {
      active: 'How many of its records are in use.',
      size: 'Bytes of its records, without those that are shared with images.',
      reclaimable: 'Bytes that removing the records that are not in use would free.',
    }),
    items: t.field({
      type: [BuildCacheRecord],
      nullable: false,
      description: 'Record by record, the oldest first.',
      resolve: ({ items }) => items.map(withParents),
    }),
  }),
});

const items = <Wire>(scope: EngineScope, list: readonly Wire[]): readonly Item<Wire>[] =>
  list.map((wire) => ({ scope, wire }));

/** In an order that stays: the Engine lists these in a new one each time. */
const sortedBy = <Wire>(
  list: readonly Wire[],
  keyOf: (wire: Wire) => string | null | undefined,
): readonly Wire[] =>
  list
    .map((wire) => ({ wire, key: keyOf(wire) ?? '' }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ wire }) => wire);

/** The kind's own part of the answer; null where it was not wanted. */
async function part<Result>(
  { measured }: DiskUsageModel,
  kind: Kind,
  read: (usage: NonNullable<Awaited<ReturnType<DiskUsageModel['measured']>>>) => Result,
): Promise<Result | null> {
  const usage = await measured(kind);
  return usage && read(usage);
}

export const DiskUsageKind = builder.enumType('DiskUsageKind', {
  description: 'What disk space can be measured of.',
  values: {
    IMAGES: { value: 'image', description: 'Images and their layers.' },
    CONTAINERS: { value: 'container', description: 'Files that containers have made or changed.' },
    VOLUMES: { value: 'volume', description: 'Local volumes.' },
    BUILD_CACHE: { value: 'build-cache', description: 'The cache of the builder.' },
  } as const,
});

export const DiskUsage = builder.objectRef<DiskUsageModel>('DiskUsage').implement({
  description:
    'What takes disk space on an Engine: all of `docker system df --verbose`. Only what is selected is measured, in one ' +
    'call; before API 1.42 the Engine always measures everything. `GET /system/df`.',
  fields: (t) => ({
    images: t.field({
      type: ImagesDiskUsage,
      nullable: true,
      description: 'Images; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'image', ({ Images, LayersSize }) => ({
          ...imageSums(Images ?? [], LayersSize),
          items: items(model.scope, Images ?? []),
        })),
    }),
    containers: t.field({
      type: ContainersDiskUsage,
      nullable: true,
      description: 'Containers; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'container', ({ Containers }) => ({
          ...containerSums(Containers ?? []),
          items: items(model.scope, Containers ?? []),
        })),
    }),
    volumes: t.field({
      type: VolumesDiskUsage,
      nullable: true,
      description: 'Local volumes; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'volume', ({ Volumes }) => ({
          ...volumeSums(Volumes ?? []),
          items: items(
            model.scope,
            sortedBy(Volumes ?? [], ({ Name }) => Name),
          ),
        })),
    }),
    buildCache: t.field({
      type: BuildCacheDiskUsage,
      nullable: true,
      description: 'The build cache; null when `types` leaves it out.',
      resolve: (model) =>
        part(model, 'build-cache', ({ BuildCache: records }) => ({
          ...buildCacheSums(records ?? []),
          items: sortedBy(records ?? [], ({ CreatedAt, ID }) => `${CreatedAt} ${ID}`),
        })),
    }),
    layersSize: t.field({
      type: 'Long',
      nullable: true,
      description: 'Bytes of all layers of images, each counted once; null when `types` leaves out images.',
      resolve: (model) => part(model, 'image', ({ LayersSize }) => LayersSize ?? 0),
    }),
  }),
});
