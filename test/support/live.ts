import { createHash } from 'node:crypto';
import { afterAll, expect, inject } from 'vitest';
import { removeAll } from './clean-up.ts';
import { type EngineAccess, engineAccess } from './engine-access.ts';

/** The Engine that all specs of this run share. Throws with the reason where there is none. */
export function sharedEngine(): EngineAccess {
  const provided = inject('sharedEngine');
  if ('unavailable' in provided) throw new Error(`this spec needs a Docker Engine: ${provided.unavailable}`);
  return engineAccess(provided);
}

/**
 * A prefix for the names of everything that this spec file makes on a shared Engine (`t3f09ac-`): no two files
 * have the same. All that bears it is removed after the file's last test. Call it in the file's outermost scope
 * or in a `describe`.
 */
export function ownPrefix(engine: EngineAccess = sharedEngine()): string {
  const file = `${expect.getState().testPath}`;
  const prefix = `t${createHash('sha256').update(file).digest('hex').slice(0, 6)}-`;
  afterAll(() => removeAll(engine, prefix));
  return prefix;
}
