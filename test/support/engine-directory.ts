import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Unix socket paths end at 107 bytes, so every Engine's sockets live here, wherever its data is. */
const base = '/tmp/dockgraph';

function makeBase(): void {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(base);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${base} belongs to somebody else or others may write to it: remove it`);
  }
}

function make(directory: string): string {
  makeBase();
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'cli'), { recursive: true, mode: 0o700 });
  return directory;
}

/** When a process began, in ticks since the machine did: with its pid, a name for it that is never used again. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

let count = 0;

/** A directory for an Engine that goes with its owner, who is in its name: nobody else sweeps it while he lives. */
export function newDirectory(): string {
  count += 1;
  return make(join(base, `${process.pid}-${startTime(process.pid)}-${count}`));
}

function kept(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return join(base, `kept-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 12)}`);
}

/**
 * Waits (40 s) for an earlier Engine on this data that is still stopping; rejects where one goes on running. What it
 * removes at its end, such as bridges, can be made again from then on.
 */
export async function earlierGone(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    await promisify(execFile)('flock', ['--timeout', '40', join(dataDir, 'lock'), 'true']);
  } catch {
    throw new Error(`another Engine works on ${dataDir}`);
  }
}

/** The directory for an Engine whose data is kept, the same one every time. Awaits {@link earlierGone}. */
export async function keptDirectory(dataDir: string): Promise<string> {
  await earlierGone(dataDir);
  const directory = make(kept(dataDir));
  writeFileSync(join(directory, 'owner'), `${process.pid} ${startTime(process.pid)}`);
  return directory;
}

/** The socket of an Engine that a living process runs on this data, if there is one. */
export function socketInUse(dataDir: string): string | undefined {
  const directory = kept(dataDir);
  try {
    const [pid, began] = readFileSync(join(directory, 'owner'), 'utf8').split(' ');
    return startTime(Number(pid)) === began ? join(directory, 'docker.sock') : undefined;
  } catch {
    return undefined;
  }
}
