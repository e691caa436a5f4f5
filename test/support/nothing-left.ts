/** What a run of the tests must not leave behind: processes that it started, and connections to its Engine. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Inherited by whatever a run starts. Not of the gateway's own prefix, which it would warn of. */
const mark = 'TEST_RUN_OF_DOCKGRAPH';

/** From now on processes that this one starts, and those that they start, can be told from all others. */
export function markRun(): void {
  process.env[mark] = String(process.pid);
}

/** A file below `/proc`, empty where its process has gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Vitest's own: its workers end after the teardown. */
const isRunner = (command: string): boolean => /\bvitest\b|\besbuild\b/.test(command);

/** Command lines, by process ID, of what this run started and what has not ended. */
function startedProcesses(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${mark}=${process.pid}`))
    .map((pid) => `${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`)
    .filter((process) => !isRunner(process) && !process.endsWith(': '));
}

/**
 * How many clients of this network namespace an Engine has. Old Engines leave the closing of connections that were handed
 * over to their garbage collector, up to minutes after the client has gone: those, whose other end is no more, do not count.
 */
export function clientsOf(socketPath: string): number {
  const lines = execFileSync('ss', ['-xH'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state, , , local, , , peer]) => state === 'ESTAB' && local === socketPath && peer !== '0')
    .length;
}

/** @throws Error naming what is still there after `patienceMs` */
export async function untilNothingLeft(
  find: () => readonly string[] = startedProcesses,
  patienceMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = find();
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`The tests left behind:\n${left.join('\n')}`);
    await wait(100);
  }
}
