import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { EngineAccess } from './engine-access.ts';
import { installMissing, systemPath } from './install-engine.ts';

export interface RegistryOptions {
  /** Ask for this user and password (HTTP basic). */
  readonly auth?: { readonly username: string; readonly password: string };
}

/** A registry on the loopback of an Engine's namespace, which engines trust without TLS. */
export interface Registry {
  /** What image names begin with: `127.0.0.1:PORT`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** The registry takes bcrypt only; the C library that perl reaches knows it. */
async function htpasswd(username: string, password: string): Promise<string> {
  const program = 'print crypt($ARGV[0], q($2y$05$) . q(dockgraphdockgraphdoc.))';
  const { stdout } = await promisify(execFile)('perl', ['-e', program, password]);
  if (!stdout.startsWith('$2y$')) throw new Error('this system has no bcrypt in its C library');
  return `${username}:${stdout}\n`;
}

const configuration = (directory: string, withAuth: boolean): string =>
  JSON.stringify({
    version: '0.1',
    log: { level: 'info', formatter: 'text', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...(withAuth && { auth: { htpasswd: { realm: 'dockgraph', path: join(directory, 'htpasswd') } } }),
  });

/**
 * Starts Debian's docker-registry beside a private Engine, on a free port, and resolves when it listens. It ends
 * with this process at the latest, and so does what was pushed. Installs docker-registry where it is missing.
 */
export async function startRegistry(engine: EngineAccess, options: RegistryOptions = {}): Promise<Registry> {
  await installMissing(['docker-registry']);
  const directory = mkdtempSync(join(dirname(engine.socketPath), 'registry-'));
  const file = join(directory, 'config.yml');
  // JSON is YAML too.
  writeFileSync(file, configuration(directory, options.auth !== undefined));
  if (options.auth !== undefined) {
    const { username, password } = options.auth;
    writeFileSync(join(directory, 'htpasswd'), await htpasswd(username, password), { mode: 0o600 });
  }
  const child = spawn(
    'nsenter',
    // The kernel ends it when we end, whatever ends us.
    [`--net=${engine.namespace}`, 'setpriv', '--pdeathsig', 'KILL', 'docker-registry', 'serve', file],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: systemPath, OTEL_TRACES_EXPORTER: 'none' } },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error(`docker-registry ended:\n${said.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const [, found] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
