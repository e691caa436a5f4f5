/** Disk space of volumes: asked for only when selected, once for all of them, as the Engine has to walk the disk. */
import type { SystemDiskUsage, Volume } from '../../engine/types.ts';
import { compareApi } from '../../engine/version.ts';
import { indexBy } from '../../loaders/grouping.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { computed, record } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type UsageData = NonNullable<Volume['UsageData']>;

export const VolumeUsage = record<UsageData>('VolumeUsage', 'What a volume takes, and who uses it.', {
  [of]: 'Volume.UsageData',
  Size: computed('Bytes of all its files; null where the Engine could not add them up.'),
  RefCount: computed('How many containers use it, running or not; null where the driver cannot tell.'),
});

/** One index for each answer, however many volumes are looked up in it. */
const indexes = new WeakMap<SystemDiskUsage, ReadonlyMap<string, Volume>>();

/**
 * What the volume of that name takes (`GET /system/df`); null for volumes that the Engine does not measure, which are
 * those of other drivers than `local` and those with options.
 */
export async function volumeUsage(
  { apiVersion, loaders }: EngineScope,
  name: string,
): Promise<UsageData | null> {
  const canNarrow = compareApi(await apiVersion(), '1.42') >= 0;
  const answer = await loaders.system.diskUsage(canNarrow ? ['volume'] : []);
  const index = indexes.get(answer) ?? indexBy(answer.Volumes ?? [], ({ Name }) => [Name]);
  indexes.set(answer, index);
  return index.get(name)?.UsageData ?? null;
}
