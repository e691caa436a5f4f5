import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineAccess } from './engine-access.ts';
import { installMissing, systemPath } from './install-engine.ts';

/** Where Git and archives are served on the loopback of an Engine's namespace. */
export interface GitServer {
  /** `git://127.0.0.1:9418` */
  readonly address: string;
  /** Makes the repository `NAME.git` with these files on its branch `main`. */
  commit(name: string, files: Readonly<Record<string, string>>): void;
  stop(): Promise<void>;
}

const port = 9418;
const identity = [
  '-c',
  'user.name=spec',
  '-c',
  'user.email=spec@example.org',
  '-c',
  'init.defaultBranch=main',
];

/** Starts `git daemon` beside a private Engine, and resolves when it listens. It ends with this process at the latest. */
export async function startGitServer(engine: EngineAccess): Promise<GitServer> {
  await installMissing(['git']);
  const directory = mkdtempSync(join(dirname(engine.socketPath), 'git-'));
  const child = spawn(
    'nsenter',
    [
      `--net=${engine.namespace}`,
      'setpriv',
      '--pdeathsig',
      'KILL',
      'git',
      'daemon',
      '--verbose',
      '--export-all',
      '--reuseaddr',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${directory}`,
      directory,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: systemPath, HOME: directory } },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error(`git daemon ended:\n${said.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('Ready to rumble')) resolve();
    });
  });
  return {
    address: `git://127.0.0.1:${port}`,
    commit(name, files) {
      const repository = join(directory, `${name}.git`);
      const git = (...args: string[]) =>
        execFileSync('git', [...identity, ...args], {
          cwd: directory,
          env: { PATH: systemPath, HOME: directory },
          stdio: 'pipe',
        });
      git('init', '--quiet', repository);
      for (const [path, text] of Object.entries(files)) writeFileSync(join(repository, path), text);
      git('-C', repository, 'add', '--all');
      git('-C', repository, 'commit', '--quiet', '--message=files');
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
