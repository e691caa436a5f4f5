/** One walk over the disk for whatever a query selects, and no wider than that. */
import DataLoader from 'dataloader';
import type { SystemDiskUsage } from '../../../engine/types.ts';
import { compareApi } from '../../../engine/version.ts';
import type { EngineScope } from '../../../loaders/scope.ts';

/** What can be measured alone, in the words of `GET /system/df?type=` (API 1.42). */
export type Kind = 'container' | 'image' | 'volume' | 'build-cache';

const kindCount = 4;

export interface DiskUsageModel {
  readonly scope: EngineScope;
  /** The Engine's answer with at least this kind in it; null for a kind that was not wanted. */
  readonly measured: (kind: Kind) => Promise<SystemDiskUsage | null>;
}

/**
 * Fields that are selected together are measured by one call, which names just their kinds. Below API 1.42 it is always
 * all of them, and always the same call.
 *
 * @param wanted other kinds are never measured; all of them if left out
 */
export function diskUsageOf(scope: EngineScope, wanted: readonly Kind[] | null | undefined): DiskUsageModel {
  const measurements = new DataLoader<Kind, SystemDiskUsage>(async (kinds) => {
    const narrows = kinds.length < kindCount && compareApi(await scope.apiVersion(), '1.42') >= 0;
    const usage = await scope.loaders.system.diskUsage(narrows ? kinds.toSorted() : []);
    return kinds.map(() => usage);
  });
  return {
    scope,
    measured: async (kind) => (!wanted || wanted.includes(kind) ? measurements.load(kind) : null),
  };
}
