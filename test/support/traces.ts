import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Where a symbolic link points to, empty where there is none. */
export const linkTarget = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const processes = (belongs: (pid: string) => boolean): readonly string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && belongs(entry))
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);

/** The processes in a network namespace (what `/proc/PID/ns/net` points to). */
export const processesIn = (namespace: string): readonly string[] =>
  processes((pid) => linkTarget(`/proc/${pid}/ns/net`) === namespace);

/** What of an Engine is left on this machine: files, processes, mounts, control groups. */
export function traces(socketPath: string, namespace: string): readonly string[] {
  const directory = dirname(socketPath);
  const name = directory.split('/').at(-1) ?? '';
  const groups = [
    '/sys/fs/cgroup',
    ...readdirSync('/sys/fs/cgroup').map((entry) => `/sys/fs/cgroup/${entry}`),
  ];
  return [
    ...(existsSync(directory) ? [directory] : []),
    ...processesIn(namespace),
    ...processes((pid) => ['cmdline', 'cgroup'].some((file) => read(`/proc/${pid}/${file}`).includes(name))),
    ...read('/proc/self/mounts')
      .split('\n')
      .filter((mount) => mount.includes(name)),
    ...groups.map((group) => `${group}/dockgraph-${name}`).filter(existsSync),
  ];
}
