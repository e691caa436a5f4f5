/** How long a container has been running: the sum everybody does by hand. */

import type { FieldBuilder } from '../kit/record.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { shrink } from '../kit/units.ts';
import { type ContainerModel, detailsOf } from './model.ts';

async function uptimeNanos(container: ContainerModel): Promise<bigint | null> {
  const state = (await detailsOf(container))?.State;
  const started = moment(state?.StartedAt);
  const begun = started === null ? undefined : nanosOf(started);
  if (!state?.Running || begun === undefined) return null;
  const elapsed = BigInt(Date.now()) * 1_000_000n - begun;
  // The clocks of the gateway and of the Engine's host may differ.
  return elapsed < 0n ? 0n : elapsed;
}

export const uptimeFields = (t: FieldBuilder<ContainerModel>) => ({
  uptime: t.field({
    type: 'Duration',
    nullable: true,
    description:
      'How long it has been running since its last start; null when it is not. Needs `GET /containers/{id}/json`.',
    resolve: async (container) => {
      const nanos = await uptimeNanos(container);
      return nanos === null ? null : shrink((nanos / 1_000_000_000n) * 1_000_000_000n);
    },
  }),
  uptimeSeconds: t.field({
    type: 'Long',
    nullable: true,
    description: '`uptime` in whole seconds, for arithmetic.',
    resolve: async (container) => {
      const nanos = await uptimeNanos(container);
      return nanos === null ? null : shrink(nanos / 1_000_000_000n);
    },
  }),
});
