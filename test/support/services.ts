import type { Services } from '../../src/context.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';
import { createTransfers } from '../../src/transfers/transfers.ts';

/** What a context needs of a gateway, where there is none. */
export const services = (): Services => ({
  longWork: createLongWork(),
  transfers: createTransfers({ lifetimeMs: 60_000, mostUnderWay: 1 }),
  buildRemotes: [],
  importRemotes: [],
});
