import type { TestProject } from 'vitest/node';
import { importBusybox } from './busybox.ts';
import type { EngineHandle } from './engine-access.ts';
import { obstacle } from './install-engine.ts';
import { clientsOf, markRun, untilNothingLeft } from './nothing-left.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Engine that all specs of a run share, or why there is none here. */
    readonly sharedEngine: EngineHandle | { readonly unavailable: string };
  }
}

/** Vitest tells what fails in a teardown, and takes the run for a success all the same. */
async function failing(teardown: Promise<void>): Promise<void> {
  try {
    await teardown;
  } catch (error) {
    process.exitCode = 1;
    throw error;
  }
}

/** Nothing may be left of a run: neither a connection to its Engine, nor a process. Fails the run where there is. */
async function tearDown(engine: PrivateEngine): Promise<void> {
  try {
    await untilNothingLeft(() => {
      const count = clientsOf(engine.socketPath);
      return count === 0 ? [] : [`${count} connections to the shared Engine`];
    });
  } finally {
    await engine.stop();
    await untilNothingLeft();
  }
}

/**
 * Starts one Engine for the whole run, with a busybox image. Where none can run (not Linux, not root), specs that
 * need no Engine still run, and those that do fail with the reason.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  markRun();
  const unavailable = obstacle();
  if (unavailable !== undefined) {
    process.stdout.write(`No Docker Engine for this run: ${unavailable}. Specs that need one will fail.\n`);
    project.provide('sharedEngine', { unavailable });
    return () => failing(untilNothingLeft());
  }
  const began = performance.now();
  const engine = await startPrivateEngine();
  try {
    await importBusybox(engine);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const took = ((performance.now() - began) / 1000).toFixed(2);
  process.stdout.write(
    `Started a private Docker Engine ${engine.version} (API ${engine.apiVersion}) in ${took} s\n`,
  );
  project.provide('sharedEngine', engine.handle);
  return () => failing(tearDown(engine));
}
