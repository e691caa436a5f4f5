import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./install-engine.sh', import.meta.url));

/** Debian's package for each command that the support code runs. */
const packages = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  iptables: 'iptables',
  ip: 'iproute2',
  busybox: 'busybox-static',
  'docker-registry': 'docker-registry',
  chromium: 'chromium',
  git: 'git',
} as const;

export type Tool = keyof typeof packages;

/** What it takes to run an Engine: its daemon, and the two commands that daemon and supervisor call. */
export const engineTools = ['dockerd', 'iptables', 'ip'] as const satisfies readonly Tool[];

/** PATH with the system directories, where daemons live, even when the user's own PATH lacks them. */
export const systemPath = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
]
  .filter((directory, index, all) => directory !== '' && all.indexOf(directory) === index)
  .join(delimiter);

/** Where a command is on {@link systemPath}, or undefined. */
export function findCommand(command: string): string | undefined {
  return systemPath
    .split(delimiter)
    .map((directory) => join(directory, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** Why an Engine cannot be started here, as a clause; undefined when nothing stands against it. */
export function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'a private Docker Engine needs Linux';
  if (process.getuid?.() !== 0) return 'a private Docker Engine has to be started by root';
  if (findCommand('dockerd') === undefined && !isDebian()) {
    return 'dockerd is not installed, and only Debian and Ubuntu can be helped to it automatically';
  }
  return undefined;
}

const missing = (tools: readonly Tool[]): readonly Tool[] =>
  tools.filter((tool) => findCommand(tool) === undefined);

/**
 * Installs what is missing of these commands with apt-get (root on Debian or Ubuntu, minutes on a slow line).
 * Rejects with apt's own words where that fails, and with the names of what is still missing afterwards.
 */
export async function installMissing(tools: readonly Tool[]): Promise<void> {
  const wanted = new Set(missing(tools).map((tool) => packages[tool]));
  if (wanted.size === 0) return;
  const why = obstacle() ?? (isDebian() ? undefined : 'this is neither Debian nor Ubuntu');
  if (why !== undefined) throw new Error(`cannot install ${[...wanted].join(', ')}: ${why}`);
  await run('bash', [script, ...wanted], { env: { ...process.env, PATH: systemPath } });
  // From Debian 13 on, the client is a package of its own that docker.io only recommends.
  if (missing(tools).includes('docker')) await run('bash', [script, 'docker-cli']);
  const left = missing(tools);
  if (left.length > 0) throw new Error(`still missing after the installation: ${left.join(', ')}`);
}
