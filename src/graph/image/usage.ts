/** Who uses an image, and what disk space it has for itself. */

import type { ContainerSummary, ImageSummary, Int64 } from '../../engine/types.ts';
import { fromSummary } from '../container/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { shrink } from '../kit/units.ts';
import { wire } from '../kit/wire.ts';
import { Container } from '../nouns.ts';
import { type ImageModel, imageSizeOf } from './model.ts';

/** All names under which a container may know the image: with the containerd store, those of its manifests too. */
const idsOf = ({ key, summary, details }: ImageModel): ReadonlySet<string> => {
  const found = summary ?? details;
  const manifests = (found?.Manifests ?? []).map(({ ID }) => ID);
  return new Set(
    [key, found?.Descriptor?.digest, ...manifests].filter((id) => id !== null && id !== undefined),
  );
};

async function containersOf(image: ImageModel): Promise<ContainerSummary[]> {
  const byImage = await image.scope.loaders.containers.byImage();
  return [...idsOf(image)].flatMap((id) => byImage.get(id) ?? []);
}

/** The Engine's own count where it has made one, else that of the containers. */
export async function containerCountOf(image: ImageModel): Promise<number> {
  const counted = image.summary?.Containers;
  if (counted !== null && counted !== undefined && counted >= 0) return Number(counted);
  return (await containersOf(image)).length;
}

interface Sizes {
  readonly size: Int64;
  /** Bytes in layers that other images have too. */
  readonly shared: Int64;
}

const sizesIn = (summary: ImageSummary | undefined): Sizes | null => {
  const { Size: size, SharedSize: shared } = summary ?? {};
  return size === null || size === undefined || shared === null || shared === undefined || shared < 0
    ? null
    : { size, shared };
};

/** Null where the Engine has not compared the layers. */
async function sizesOf({ scope, key, summary }: ImageModel): Promise<Sizes | null> {
  const known = sizesIn(summary);
  if (known) return known;
  return sizesIn((await scope.loaders.images.sharedSizes()).get(key));
}

const compared = 'The Engine compares all layers for it: `GET /images/json?shared-size=1`.';

export const usageFields = (t: FieldBuilder<ImageModel>) => ({
  containers: t.field({
    type: [Container],
    nullable: true,
    description: 'The containers made from it, stopped ones too. Needs `GET /containers/json`.',
    resolve: async (image) => (await containersOf(image)).map((summary) => fromSummary(image.scope, summary)),
  }),
  containerCount: t.int({
    ...wire('ImageSummary.Containers'),
    nullable: true,
    description:
      'How many containers were made from it, stopped ones too. Needs `GET /containers/json` below API 1.51.',
    resolve: containerCountOf,
  }),
  inUse: t.boolean({
    nullable: true,
    description:
      'Whether a container was made from it, running or stopped: then it is removed by force only. Needs ' +
      '`GET /containers/json` below API 1.51.',
    resolve: async (image) => (await containerCountOf(image)) > 0,
  }),
  size: t.field({
    ...wire('ImageSummary.Size'),
    type: 'Long',
    nullable: true,
    description:
      'Bytes of all its layers on this host, those it shares with other images too. With the containerd image store ' +
      'compressed and unpacked, all platforms together; there it needs `GET /images/json`.',
    resolve: imageSizeOf,
  }),
  sharedSize: t.field({
    ...wire('ImageSummary.SharedSize', 'GET /images/json?shared-size'),
    type: 'Long',
    nullable: true,
    description: `Bytes of those of its layers that other images have too. ${compared}`,
    since: '1.42',
    asks: true,
    resolve: async (image) => (await sizesOf(image))?.shared ?? null,
  }),
  uniqueSize: t.field({
    type: 'Long',
    nullable: true,
    description: `Bytes of its layers that no other image has, which is what removing it would free. ${compared}`,
    since: '1.42',
    asks: true,
    resolve: async (image) => {
      const sizes = await sizesOf(image);
      return sizes && shrink(BigInt(sizes.size) - BigInt(sizes.shared));
    },
  }),
  virtualSize: t.field({
    ...wire('ImageSummary.VirtualSize', 'ImageInspect.VirtualSize'),
    type: 'Long',
    nullable: true,
    deprecationReason: 'Use `size`: the same number.',
    description: 'What `size` was called in old Engines.',
    gone: '1.44',
    resolve: ({ summary, details }) => (summary ?? details)?.VirtualSize ?? null,
  }),
});
