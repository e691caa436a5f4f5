import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemPath } from './install-engine.ts';

const script = fileURLToPath(new URL('./private-engine.sh', import.meta.url));

export interface SupervisorOptions {
  /** Short directory for sockets, log and `daemon.json`; removed at the end. */
  readonly directory: string;
  readonly dataDir: string;
  readonly isolated: boolean;
  /** Stop the containers in order at the end and keep `dataDir`. */
  readonly keep: boolean;
  /** A machine's name of its own; this machine's where it is left out. */
  readonly hostname?: string | undefined;
  /** PATH of dockerd and what it runs, where it is not the system's. */
  readonly path?: string | undefined;
}

/** The detached watchdog around one dockerd. It ends with our process, whatever ends that. */
export interface Supervisor {
  /** A process outside the PID namespace that holds the Engine's other namespaces. */
  readonly pid: number;
  /** Starts dockerd; resolves when it runs, which is before it answers. */
  up(): Promise<void>;
  /** Sends dockerd a signal, if it runs; resolves when it is sent. One at a time. */
  signal(name: 'TERM' | 'KILL' | 'STOP' | 'CONT' | 'HUP'): Promise<void>;
  /** Resolves with the exit code of the dockerd that was started last; rejects if the watchdog goes first. */
  exited(): Promise<number>;
  /** Ends everything and removes it. Resolves when nothing is left. */
  close(): Promise<void>;
}

/** The last lines of the Engine's log, for error messages. */
export function logTail(directory: string, lines = 15): string {
  try {
    return readFileSync(join(directory, 'log'), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log was written)';
  }
}

/** Starts the watchdog for `directory`. Rejects with what it said where namespaces cannot be made. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { directory, dataDir, isolated, keep, hostname = '', path = systemPath } = options;
  const child = spawn(
    'bash',
    [
      script,
      'watch',
      directory,
      dataDir,
      isolated ? 'isolated' : 'host',
      keep ? 'keep' : 'discard',
      hostname,
    ],
    { detached: true, stdio: 'pipe', env: { ...process.env, PATH: path } },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4096);
  });
  // A command written to a watchdog that is just ending: its exit tells.
  child.stdin.on('error', () => undefined);
  const gone = new Promise<string>((resolve) => {
    child.on('error', ({ message }) => resolve(`could not be started (${message})`));
    child.on('close', (code, signal) => resolve(`ended (${signal ?? code})`));
  });
  const failed = gone.then((how) => {
    throw new Error(`the watchdog of a private Engine ${how}: ${said.trim() || 'it said nothing'}`);
  });
  failed.catch(() => undefined);

  const waiting = new Map<string, (value: number) => void>();
  const next = (word: string): Promise<number> =>
    Promise.race([failed, new Promise<number>((resolve) => waiting.set(word, resolve))]);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', value = '0'] = line.split(' ');
    const answer = waiting.get(word);
    waiting.delete(word);
    answer?.(Number(value));
  });

  const ready = next('ready');
  ready.catch(() => undefined);
  const pid = await next('namespace');
  await ready;
  let exit = Promise.resolve(0);
  return {
    pid,
    async up() {
      const started = next('started');
      exit = next('exited');
      exit.catch(() => undefined);
      child.stdin.write('up\n');
      await started;
    },
    async signal(name) {
      const sent = next('signalled');
      child.stdin.write(`signal ${name}\n`);
      await sent;
    },
    exited: () => exit,
    async close() {
      child.stdin.end();
      await gone;
    },
  };
}
