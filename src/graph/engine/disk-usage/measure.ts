/** One walk over the disk for whatever a query selects, and no wider than that. */
import DataLoader from 'dataloader';
import { compareApi } from '../../../engine/version.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { type DiskUsageParts, partsOf } from './parts.ts';

/** What can be measured alone, in the words of `GET /system/df?type=` (API 1.42). */
export type Kind = 'container' | 'image' | 'volume' | 'build-cache';

const kindCount = 4;

export interface DiskUsageModel {
  readonly scope: EngineScope;
  /** The Engine's answer with at least this kind in it; null for a kind that was not wanted. */
  readonly measured: (kind: Kind) => Promise<DiskUsageParts | null>;
}

/** One answer is taken apart once, however many look at it. */
const known = new WeakMap<object, DiskUsageParts>();

/** At least these kinds. Below API 1.42 the Engine always measures all of them. */
export async function measure(scope: EngineScope, kinds: readonly Kind[]): Promise<DiskUsageParts> {
  const api = await scope.apiVersion();
  const narrows = kinds.length < kindCount && compareApi(api, '1.42') >= 0;
  const answer = await scope.loaders.system.diskUsage({
    ...(narrows && { type: kinds.toSorted() }),
    ...(compareApi(api, '1.52') >= 0 && { verbose: true as const }),
  });
  const parts = known.get(answer) ?? partsOf(answer);
  known.set(answer, parts);
  return parts;
}

/**
 * Fields that are selected together are measured by one call, which names just their kinds. Below API 1.42 it is always
 * all of them, and always the same call.
 *
 * @param wanted other kinds are never measured; all of them if left out
 */
export function diskUsageOf(scope: EngineScope, wanted: readonly Kind[] | null | undefined): DiskUsageModel {
  const measurements = new DataLoader<Kind, DiskUsageParts>(async (kinds) => {
    const parts = await measure(scope, kinds);
    return kinds.map(() => parts);
  });
  return {
    scope,
    measured: async (kind) => (!wanted || wanted.includes(kind) ? measurements.load(kind) : null),
  };
}
