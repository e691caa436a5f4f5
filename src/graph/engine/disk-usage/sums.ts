/** What `docker system df` makes of the Engine's answer, exact for sizes beyond 2^53. */
import type { BuildCache, ContainerSummary, ImageSummary, Int64, Volume } from '../../../engine/types.ts';
import { shrink } from '../../kit/units.ts';

export interface UsageSums {
  readonly count: number;
  readonly activeCount: number;
  readonly size: Int64;
  readonly reclaimable: Int64;
}

/** -1 says "not computed", and nothing at all is how the Engine writes 0. */
const known = (size: Int64 | null | undefined): bigint | null =>
  size === null || size === undefined ? 0n : BigInt(size) < 0n ? null : BigInt(size);

const sum = <Item>(items: readonly Item[], sizeOf: (item: Item) => bigint | null): bigint =>
  items.reduce((total, item) => total + (sizeOf(item) ?? 0n), 0n);

/** Bytes of layers that no other image has; null where the Engine did not compute it. */
export function uniqueSizeOf({ Size, SharedSize }: ImageSummary): Int64 | null {
  const [size, shared] = [known(Size), known(SharedSize)];
  return size === null || shared === null ? null : shrink(size - shared);
}

/** Reclaimable is all but the unique layers of used images, as the CLI has it up to 28: a shared layer counts as free. */
export function imageSums(images: readonly ImageSummary[], layersSize: Int64 | null | undefined): UsageSums {
  const total = known(layersSize) ?? 0n;
  const isUsed = ({ Containers }: ImageSummary) => BigInt(Containers ?? 0) !== 0n;
  const used = sum(images.filter(isUsed), (image) => {
    const unique = uniqueSizeOf(image);
    return unique === null ? null : BigInt(unique);
  });
  return {
    count: images.length,
    activeCount: images.filter(({ Containers }) => BigInt(Containers ?? 0) > 0n).length,
    size: shrink(total),
    reclaimable: shrink(total - used),
  };
}

const activeStates: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

export function containerSums(containers: readonly ContainerSummary[]): UsageSums {
  const isActive = ({ State }: ContainerSummary) => activeStates.has(State ?? '');
  const writable = ({ SizeRw }: ContainerSummary) => known(SizeRw);
  return {
    count: containers.length,
    activeCount: containers.filter(isActive).length,
    size: shrink(sum(containers, writable)),
    reclaimable: shrink(
      sum(
        containers.filter((container) => !isActive(container)),
        writable,
      ),
    ),
  };
}

export function volumeSums(volumes: readonly Volume[]): UsageSums {
  const referencesTo = ({ UsageData }: Volume) => BigInt(UsageData?.RefCount ?? 0);
  const sizeOf = ({ UsageData }: Volume) => known(UsageData?.Size);
  return {
    count: volumes.length,
    activeCount: volumes.filter((volume) => referencesTo(volume) > 0n).length,
    size: shrink(sum(volumes, sizeOf)),
    reclaimable: shrink(
      sum(
        volumes.filter((volume) => referencesTo(volume) === 0n),
        sizeOf,
      ),
    ),
  };
}

/** A shared record is part of an image or of another record, and so takes no space of its own. */
export function buildCacheSums(records: readonly BuildCache[]): UsageSums {
  const own = ({ Shared, Size }: BuildCache) => (Shared ? 0n : known(Size));
  return {
    count: records.length,
    activeCount: records.filter(({ InUse }) => InUse).length,
    size: shrink(sum(records, own)),
    reclaimable: shrink(
      sum(
        records.filter(({ InUse }) => !InUse),
        own,
      ),
    ),
  };
}

/** The parents of a record under whichever name the API version has for them. */
export const parentsOf = ({ Parent, Parents, ' Parents': spaced }: BuildCache): readonly string[] =>
  Parents ?? spaced ?? (Parent ? [Parent] : []);
