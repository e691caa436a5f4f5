/** What a gateway has besides its engines, for specs that make contexts of their own. */
import type { Services } from '../../src/context.ts';
import { createSessions } from '../../src/sessions/registry.ts';

export const ownServices = (): Services => ({
  sessions: createSessions({ most: 10, idleMs: 60_000, graceMs: 60_000 }),
});
