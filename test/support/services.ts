import type { Services } from '../../src/context.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';
import { createSessions } from '../../src/sessions/registry.ts';
import { createTransfers } from '../../src/transfers/transfers.ts';

/** What a context needs of a gateway, where there is none. */
export const services = (): Services => ({
  longWork: createLongWork(),
  sessions: createSessions({ most: 10, idleMs: 60_000, graceMs: 60_000 }),
  transfers: createTransfers({ lifetimeMs: 60_000, mostUnderWay: 1 }),
  buildRemotes: [],
  importRemotes: [],
});
