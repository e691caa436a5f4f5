import type { Services } from '../../src/context.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';

/** What a context needs beside its engines, where no gateway makes it. */
export const ownServices = (): Services => ({ longWork: createLongWork() });
