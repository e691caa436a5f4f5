/** Disk space of volumes: asked for only when selected, once for all of them, as the Engine has to walk the disk. */
import type { Volume } from '../../engine/types.ts';
import { indexBy } from '../../loaders/grouping.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { measure } from '../engine/disk-usage/measure.ts';
import { computed, record } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type UsageData = NonNullable<Volume['UsageData']>;

export const VolumeUsage = record<UsageData>('VolumeUsage', 'What a volume takes, and who uses it.', {
  [of]: 'Volume.UsageData',
  Size: computed('Bytes of all its files; null where the Engine could not add them up.'),
  RefCount: computed('How many containers use it, running or not; null where the driver cannot tell.'),
});

/** One index for each answer, however many volumes are looked up in it. */
const indexes = new WeakMap<object, ReadonlyMap<string, Volume>>();

/**
 * What the volume of that name takes (`GET /system/df`); null for volumes that the Engine does not measure, which are
 * those of other drivers than `local` and those with options.
 */
export async function volumeUsage(scope: EngineScope, name: string): Promise<UsageData | null> {
  const parts = await measure(scope, ['volume']);
  const index = indexes.get(parts) ?? indexBy(parts.volumes.items, ({ Name }) => [Name]);
  indexes.set(parts, index);
  return index.get(name)?.UsageData ?? null;
}
