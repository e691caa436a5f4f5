/** The answer of `GET /system/df`, which API 1.52 gave another shape, read as one. */
import type {
  BuildCache,
  ContainerSummary,
  DiskUsageOf,
  ImageSummary,
  Int64,
  SystemDiskUsage,
  Volume,
} from '../../../engine/types.ts';
import { shrink } from '../../kit/units.ts';

/** What takes space, of one kind. */
export interface UsagePart<Item> {
  readonly items: readonly Item[];
  /** What the Engine itself adds up, where it does (API 1.52). */
  readonly told: DiskUsageOf<Item> | undefined;
}

export interface DiskUsageParts {
  readonly images: UsagePart<ImageSummary>;
  readonly containers: UsagePart<ContainerSummary>;
  readonly volumes: UsagePart<Volume>;
  readonly buildCache: UsagePart<BuildCache>;
  /** Bytes of all layers of images, each counted once. */
  readonly layersSize: Int64;
}

const part = <Item>(
  told: DiskUsageOf<Item> | null | undefined,
  list: readonly Item[] | null | undefined,
): UsagePart<Item> => ({ items: told?.Items ?? list ?? [], told: told ?? undefined });

/** Podman leaves it to others to add up images. */
const added = (images: readonly ImageSummary[]): Int64 =>
  shrink(images.reduce((sum, { Size }) => sum + BigInt(Size ?? 0), 0n));

export const partsOf = (answer: SystemDiskUsage): DiskUsageParts => ({
  images: part(answer.ImageUsage, answer.Images),
  containers: part(answer.ContainerUsage, answer.Containers),
  volumes: part(answer.VolumeUsage, answer.Volumes),
  buildCache: part(answer.BuildCacheUsage, answer.BuildCache),
  layersSize:
    answer.ImageUsage?.TotalSize ||
    answer.LayersSize ||
    added(answer.ImageUsage?.Items ?? answer.Images ?? []),
});
