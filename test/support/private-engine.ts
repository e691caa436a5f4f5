import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EngineAccess, type EngineHandle, engineAccess } from './engine-access.ts';
import { keptDirectory, newDirectory } from './engine-directory.ts';
import { chosenRelease, configOf, type EngineRelease, obtainEngine, pathWith } from './engine-releases.ts';
import { engineTools, installMissing, obstacle } from './install-engine.ts';
import { textAt } from './json.ts';
import { rest } from './rest.ts';
import { logTail, type Supervisor, startSupervisor } from './supervisor.ts';

export interface PrivateEngineOptions {
  /**
   * A network namespace of its own (the default): bridges, published ports and firewall rules stay inside and are
   * reached with `exec`. Otherwise it works in this process' namespace, and `config` has to keep out of its way.
   */
  readonly isolated?: boolean;
  /** A directory to keep its data in, containers stopped in order at the end. Left out: gone with the Engine. */
  readonly dataDir?: string;
  /** Entries of `daemon.json` on top of ours. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** How long dockerd may take until it answers, in milliseconds. */
  readonly startTimeout?: number;
  /** What it takes for the name of its machine, in a UTS namespace of its own. Left out: the machine's own. */
  readonly hostname?: string;
  /** Another release than the dockerd of PATH; what `DOCKGRAPH_TEST_ENGINE` says by default. */
  readonly release?: EngineRelease;
}

/** An Engine that belongs to this process and goes when it goes. */
export interface PrivateEngine extends EngineAccess {
  /** The handle, for other processes. */
  readonly handle: EngineHandle;
  /** Ends it and removes everything that it made, except data it was told to keep. May be called twice. */
  stop(): Promise<void>;
  /** SIGTERM, wait for the end, start again on the same data; resolves when it answers. */
  restart(): Promise<void>;
  /** SIGKILLs dockerd (containers run on, as they do in life); resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts dockerd again after `kill`; resolves when it answers. */
  start(): Promise<void>;
  /** SIGSTOPs dockerd: connections are accepted and nothing is answered. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** The last lines of its log. */
  log(lines?: number): string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves with true when the socket answers a ping with 200, with false when it cannot or will not. */
export async function answersPing(socketPath: string, timeout = 2_000): Promise<boolean> {
  try {
    const { status } = await rest(socketPath, 'GET', '/_ping', { signal: AbortSignal.timeout(timeout) });
    return status === 200;
  } catch {
    return false;
  }
}

async function bringUp(
  supervisor: Supervisor,
  directory: string,
  socketPath: string,
  timeout: number,
): Promise<void> {
  await supervisor.up();
  const deadline = Date.now() + timeout;
  let code: number | undefined;
  const ended = supervisor.exited().then((value) => {
    code = value;
  });
  // Nobody waits for it any more once the Engine answers.
  ended.catch(() => undefined);
  while (!(await answersPing(socketPath))) {
    if (code !== undefined) throw new Error(`dockerd ended with ${code}:\n${logTail(directory)}`);
    if (Date.now() > deadline) {
      throw new Error(`dockerd did not answer within ${timeout / 1000} s:\n${logTail(directory)}`);
    }
    // A socket that is not there yet announces itself in no way that could be awaited.
    await Promise.race([ended, delay(20)]);
  }
}

/**
 * Starts a Docker Engine of our own: own data, sockets, containerd, PID and mount namespaces, and by default own
 * network namespace. Installs dockerd where it is missing and apt-get can. When this process ends, however it
 * ends, a watchdog ends the Engine and removes what it left. Rejects with the last lines of dockerd's log.
 */
export async function startPrivateEngine(options: PrivateEngineOptions = {}): Promise<PrivateEngine> {
  const { isolated = true, startTimeout = 60_000 } = options;
  const why = obstacle();
  if (why !== undefined) throw new Error(`no Engine can be started: ${why}`);
  await installMissing(engineTools);
  const release = options.release ?? chosenRelease();
  const binaries = release && (await obtainEngine(release));
  const path = binaries && pathWith(binaries);
  const directory = options.dataDir === undefined ? newDirectory() : await keptDirectory(options.dataDir);
  const parent = options.dataDir ?? join(directory, 'data');
  const dataDir = join(parent, 'docker');
  const socketPath = join(directory, 'docker.sock');
  const host = `unix://${socketPath}`;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const configure = (extra: Readonly<Record<string, unknown>>): void =>
    writeFileSync(
      join(directory, 'daemon.json'),
      JSON.stringify({
        'data-root': dataDir,
        'exec-root': join(directory, 'x'),
        pidfile: join(directory, 'dockerd.pid'),
        hosts: [host],
        'cgroup-parent': `/dockgraph-${basename(directory)}`,
        'exec-opts': ['native.cgroupdriver=cgroupfs'],
        ...configOf(release),
        ...extra,
        ...options.config,
      }),
    );

  configure({});
  const supervisor = await startSupervisor({
    directory,
    dataDir: parent,
    isolated,
    keep: options.dataDir !== undefined,
    hostname: options.hostname,
    path,
  });
  const start = (): Promise<void> => bringUp(supervisor, directory, socketPath, startTimeout);
  const firstStart = async (): Promise<void> => {
    try {
      await start();
    } catch (error) {
      const driver = /storage-driver|graphdriver|snapshotter|overlay/i.test(logTail(directory, 5));
      if (!driver || options.config?.['storage-driver'] !== undefined) throw error;
      // Where no union file system works (an overlay on an overlay), whole copies still do.
      configure({ 'storage-driver': 'vfs' });
      await start();
    }
  };
  try {
    await firstStart();
    const answer = (await rest(socketPath, 'GET', '/version')).json();
    const handle: EngineHandle = {
      host,
      socketPath,
      dataDir,
      namespace: `/proc/${supervisor.pid}/ns/net`,
      apiVersion: textAt(answer, 'ApiVersion'),
      version: textAt(answer, 'Version').replace(/\+.*/, ''),
      ...(path !== undefined && { path }),
    };
    const stop = (): Promise<void> => supervisor.close();
    const end = async (signal: 'TERM' | 'KILL'): Promise<void> => {
      await supervisor.signal(signal);
      await supervisor.exited();
    };
    return {
      ...engineAccess(handle),
      handle,
      stop,
      async restart() {
        await end('TERM');
        await start();
      },
      kill: () => end('KILL'),
      start,
      pause: () => supervisor.signal('STOP'),
      resume: () => supervisor.signal('CONT'),
      log: (lines) => logTail(directory, lines),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}
