import type { TestProject } from 'vitest/node';
import { importBusybox } from './busybox.ts';
import type { EngineHandle } from './engine-access.ts';
import { choice, newestRelease, obtainEngine } from './engine-releases.ts';
import { obstacle } from './install-engine.ts';
import { textAt } from './json.ts';
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

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** Which Engine this run is on, for it and for all that it starts; resolves with the reason. */
async function chooseRelease(): Promise<string> {
  if ((process.env[choice] ?? '') !== '') return `as ${choice} says`;
  try {
    await obtainEngine(newestRelease, {
      onFetch: (version) => say(`Fetching Docker Engine ${version} into .cache/engines (60 MB, once) ...`),
    });
    process.env[choice] = newestRelease;
    return 'the newest that can be had here';
  } catch (error) {
    return useInstalled(error);
  }
}

function useInstalled(error: unknown): string {
  process.env[choice] = 'installed';
  return `this machine's own, as the newest cannot be had here (${textAt(error, 'message').trim()}). ${choice}=installed spares the attempt.`;
}

/** The Engine of the run, and why it is this one. */
async function startEngine(): Promise<{ readonly engine: PrivateEngine; readonly why: string }> {
  const chosen = (process.env[choice] ?? '') !== '';
  const why = await chooseRelease();
  try {
    return { engine: await startPrivateEngine(), why };
  } catch (error) {
    if (chosen || process.env[choice] !== newestRelease) throw error;
    return { why: useInstalled(error), engine: await startPrivateEngine() };
  }
}

/**
 * Starts one Engine for the whole run, with a busybox image: the newest that can be had, unless `DOCKGRAPH_TEST_ENGINE`
 * chooses. Where none can run (not Linux, not root), specs that need no Engine still run, and those that do fail with the
 * reason.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  markRun();
  const unavailable = obstacle();
  if (unavailable !== undefined) {
    say(`No Docker Engine for this run: ${unavailable}. Specs that need one will fail.`);
    project.provide('sharedEngine', { unavailable });
    return () => failing(untilNothingLeft());
  }
  const began = performance.now();
  const { engine, why } = await startEngine();
  try {
    await importBusybox(engine);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const took = ((performance.now() - began) / 1000).toFixed(2);
  say(`Started a private Docker Engine ${engine.version} (API ${engine.apiVersion}) in ${took} s: ${why}`);
  project.provide('sharedEngine', engine.handle);
  return () => failing(tearDown(engine));
}
