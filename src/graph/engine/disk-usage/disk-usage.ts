/** `DiskUsage`: what takes space on the Engine's disk, and what could be freed. */
import type { BuildCache, ContainerSummary, ImageSummary, Volume } from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { wire } from '../../kit/wire.ts';
import { BuildCacheRecord, withParents } from './build-cache.ts';
import { ContainerDiskUsage, ImageDiskUsage, type Item, VolumeDiskUsage } from './items.ts';
import type { DiskUsageModel, Kind } from './measure.ts';
import type { DiskUsageParts, UsagePart } from './parts.ts';
import { buildCacheSums, containerSums, imageSums, type UsageSums, volumeSums } from './sums.ts';

interface Usage<Entry> extends UsageSums {
  readonly items: readonly Entry[];
}

/** What API 1.52 calls them. */
type Definition = 'ImagesDiskUsage' | 'ContainersDiskUsage' | 'VolumesDiskUsage' | 'BuildCacheDiskUsage';

const sumFields = (
  t: FieldBuilder<UsageSums>,
  definition: Definition,
  words: { readonly active: string; readonly size: string; readonly reclaimable: string },
) => ({
  count: t.exposeInt('count', {
    ...wire(`${definition}.TotalCount`),
    nullable: false,
    description: 'How many there are.',
  }),
  activeCount: t.exposeInt('activeCount', {
    ...wire(`${definition}.ActiveCount`),
    nullable: false,
    description: words.active,
  }),
  size: t.expose('size', {
    ...wire(`${definition}.TotalSize`),
    type: 'Long',
    nullable: false,
    description: words.size,
  }),
  reclaimable: t.expose('reclaimable', {
    ...wire(`${definition}.Reclaimable`),
    type: 'Long',
    nullable: false,
    description: words.reclaimable,
  }),
});

/** The Engine leaves them out unless it is asked for them. */
const itemsWire = (definition: Definition) => wire(`${definition}.Items`, 'GET /system/df?verbose');

const ImagesDiskUsage = builder.objectRef<Usage<Item<ImageSummary>>>('ImagesDiskUsage').implement({
  description: 'Disk space of images.',
  fields: (t) => ({
    ...sumFields(t, 'ImagesDiskUsage', {
      active: 'How many of them containers were made from.',
      size: 'Bytes of all layers, each counted once.',
      reclaimable:
        'Bytes that removing all unused images could free, as `docker system df` computes it: an upper limit, since layers ' +
        'that used images share with each other or with unused ones are counted as well.',
    }),
    items: t.field({
      ...itemsWire('ImagesDiskUsage'),
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
      ...sumFields(t, 'ContainersDiskUsage', {
        active: 'How many of them run, are paused or are restarting.',
        size: 'Bytes of the files they have made or changed.',
        reclaimable: 'Bytes that removing the others would free.',
      }),
      items: t.field({
        ...itemsWire('ContainersDiskUsage'),
        type: [ContainerDiskUsage],
        nullable: false,
        description: 'Container by container.',
        resolve: ({ items }) => items,
      }),
    }),
  });

const VolumesDiskUsage = builder.objectRef<Usage<Item<Volume>>>('VolumesDiskUsage').implement({
  description: 'Disk space of local volumes. Volumes of other drivers are not measured.',
  fields: (t) => ({
    ...sumFields(t, 'VolumesDiskUsage', {
      active: 'How many of them containers mount, stopped ones too.',
      size: 'Bytes of their files.',
      reclaimable: 'Bytes that removing the others would free. They may be all there is of some data.',
    }),
    items: t.field({
      ...itemsWire('VolumesDiskUsage'),
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
    ...sumFields(t, 'BuildCacheDiskUsage', {
      active: 'How many of its records are in use.',
      size: 'Bytes of its records, without those that are shared with images.',
      reclaimable: 'Bytes that removing the records that are not in use would free.',
    }),
    items: t.field({
      ...itemsWire('BuildCacheDiskUsage'),
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

/** Added up here, so that it means the same on every Engine; as the Engine has it where it gives nothing to add up. */
const sums = <Wire>(
  { items, told }: UsagePart<Wire>,
  add: (items: readonly Wire[]) => UsageSums,
): UsageSums =>
  items.length === 0 && told
    ? {
        count: Number(told.TotalCount ?? 0),
        activeCount: Number(told.ActiveCount ?? 0),
        size: told.TotalSize ?? 0,
        reclaimable: told.Reclaimable ?? 0,
      }
    : add(items);

/** The kind's own part of the answer; null where it was not wanted. */
async function part<Result>(
  { measured }: DiskUsageModel,
  kind: Kind,
  read: (usage: DiskUsageParts) => Result,
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
      ...wire('SystemDataUsageResponse.Images', 'SystemDataUsageResponse.ImageUsage'),
      type: ImagesDiskUsage,
      nullable: true,
      description: 'Images; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'image', ({ images, layersSize }) => ({
          ...sums(images, (list) => imageSums(list, layersSize)),
          items: items(model.scope, images.items),
        })),
    }),
    containers: t.field({
      ...wire('SystemDataUsageResponse.Containers', 'SystemDataUsageResponse.ContainerUsage'),
      type: ContainersDiskUsage,
      nullable: true,
      description: 'Containers; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'container', ({ containers }) => ({
          ...sums(containers, containerSums),
          items: items(model.scope, containers.items),
        })),
    }),
    volumes: t.field({
      ...wire('SystemDataUsageResponse.Volumes', 'SystemDataUsageResponse.VolumeUsage'),
      type: VolumesDiskUsage,
      nullable: true,
      description: 'Local volumes; null when `types` leaves them out.',
      resolve: (model) =>
        part(model, 'volume', ({ volumes }) => ({
          ...sums(volumes, volumeSums),
          items: items(
            model.scope,
            sortedBy(volumes.items, ({ Name }) => Name),
          ),
        })),
    }),
    buildCache: t.field({
      ...wire('SystemDataUsageResponse.BuildCache', 'SystemDataUsageResponse.BuildCacheUsage'),
      type: BuildCacheDiskUsage,
      nullable: true,
      description: 'The build cache; null when `types` leaves it out.',
      resolve: (model) =>
        part(model, 'build-cache', ({ buildCache }) => ({
          ...sums(buildCache, buildCacheSums),
          items: sortedBy(buildCache.items, ({ CreatedAt, ID }) => `${CreatedAt} ${ID}`),
        })),
    }),
    layersSize: t.field({
      ...wire('SystemDataUsageResponse.LayersSize'),
      type: 'Long',
      nullable: true,
      description: 'Bytes of all layers of images, each counted once; null when `types` leaves out images.',
      resolve: (model) => part(model, 'image', ({ layersSize }) => layersSize),
    }),
  }),
});
