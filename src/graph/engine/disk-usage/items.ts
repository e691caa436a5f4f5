/** Disk space of one image, one container, one volume. */
import type { ContainerSummary, ImageSummary, Int64, Volume as WireVolume } from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { fromSummary } from '../../container/model.ts';
import { imageFromSummary } from '../../image/model.ts';
import { Container, Image, Volume } from '../../nouns.ts';
import { volumeModel } from '../../volume/model.ts';
import { uniqueSizeOf } from './sums.ts';

/** An entry of the Engine's answer and where it is from. */
export interface Item<Wire> {
  readonly scope: EngineScope;
  readonly wire: Wire;
}

/** -1 says "not computed". */
const computedSize = (size: Int64 | null | undefined): Int64 | null =>
  size === null || size === undefined || size < 0 ? null : size;

/** Podman measures objects without saying much of them: there they are joined from the lists. */
async function listed<Wire>(
  scope: EngineScope,
  wire: Wire,
  find: (scope: EngineScope, wire: Wire) => Promise<Wire | null>,
): Promise<Wire> {
  return scope.greeted()?.product === 'PODMAN' ? ((await find(scope, wire)) ?? wire) : wire;
}

const imageOf = ({ loaders }: EngineScope, { Id }: ImageSummary) =>
  loaders.images.summary.load(Id?.startsWith('sha256:') ? Id : `sha256:${Id}`);
const containerOf = ({ loaders }: EngineScope, { Id }: ContainerSummary) =>
  loaders.containers.summary.load(Id ?? '');
const volumeOf = ({ loaders }: EngineScope, { Name }: WireVolume) => loaders.volumes.byName.load(Name ?? '');

export const ImageDiskUsage = builder.objectRef<Item<ImageSummary>>('ImageDiskUsage').implement({
  description: 'Disk space of one image.',
  fields: (t) => ({
    image: t.field({
      type: Image,
      nullable: false,
      description: 'The image.',
      resolve: async ({ scope, wire }) => imageFromSummary(scope, await listed(scope, wire, imageOf)),
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

export const ContainerDiskUsage = builder.objectRef<Item<ContainerSummary>>('ContainerDiskUsage').implement({
  description: 'Disk space of one container.',
  fields: (t) => ({
    container: t.field({
      type: Container,
      nullable: false,
      description: 'The container.',
      resolve: async ({ scope, wire }) => fromSummary(scope, await listed(scope, wire, containerOf)),
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

export const VolumeDiskUsage = builder.objectRef<Item<WireVolume>>('VolumeDiskUsage').implement({
  description: 'Disk space of one volume.',
  fields: (t) => ({
    volume: t.field({
      type: Volume,
      nullable: false,
      description: 'The volume.',
      resolve: async ({ scope, wire }) => volumeModel(scope, await listed(scope, wire, volumeOf)),
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
