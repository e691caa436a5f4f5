/** What the daemon says of a path in a container: the header `X-Docker-Container-Path-Stat`. */
import { parseJson } from './json.ts';
import type { Int64 } from './types.ts';

export interface FileStat {
  readonly name: string;
  readonly size: Int64;
  /** Go's `os.FileMode`: permissions in the lowest nine bits, all else where Unix does not have it. */
  readonly mode: number;
  /** RFC 3339. */
  readonly mtime: string;
  /** Of a link: where it leads to, resolved within the container. Empty for anything else. */
  readonly linkTarget: string;
}

/** The bits of Go's mode that are no permissions, by their numbers. */
const bits = {
  directory: 31,
  symlink: 27,
  device: 26,
  pipe: 25,
  socket: 24,
  setuid: 23,
  setgid: 22,
  character: 21,
  sticky: 20,
  irregular: 19,
} as const;

const has = (mode: number, bit: keyof typeof bits): boolean => ((mode >>> bits[bit]) & 1) === 1;

export type FileType =
  | 'DIRECTORY'
  | 'SYMLINK'
  | 'NAMED_PIPE'
  | 'SOCKET'
  | 'BLOCK_DEVICE'
  | 'CHARACTER_DEVICE'
  | 'FILE'
  | 'OTHER';

export function fileTypeOf(mode: number): FileType {
  if (has(mode, 'directory')) return 'DIRECTORY';
  if (has(mode, 'symlink')) return 'SYMLINK';
  if (has(mode, 'pipe')) return 'NAMED_PIPE';
  if (has(mode, 'socket')) return 'SOCKET';
  if (has(mode, 'device')) return has(mode, 'character') ? 'CHARACTER_DEVICE' : 'BLOCK_DEVICE';
  return has(mode, 'irregular') ? 'OTHER' : 'FILE';
}

/** The permissions as `chmod` takes them: set-user-ID, set-group-ID and sticky in the bits above the nine. */
export const unixMode = (mode: number): number =>
  (mode & 0o777) |
  (has(mode, 'setuid') ? 0o4000 : 0) |
  (has(mode, 'setgid') ? 0o2000 : 0) |
  (has(mode, 'sticky') ? 0o1000 : 0);

const letters = {
  DIRECTORY: 'd',
  SYMLINK: 'l',
  NAMED_PIPE: 'p',
  SOCKET: 's',
  BLOCK_DEVICE: 'b',
  CHARACTER_DEVICE: 'c',
  FILE: '-',
  OTHER: '?',
} as const satisfies Record<FileType, string>;

/** As `ls -l` writes it: `-rwxr-xr-x`. */
export function permissionsOf(mode: number): string {
  const triple = (shift: number, special: boolean, letter: string): string => {
    const own = mode >>> shift;
    const execute = (own & 1) === 1;
    const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-';
    return `${own & 4 ? 'r' : '-'}${own & 2 ? 'w' : '-'}${last}`;
  };
  return [
    letters[fileTypeOf(mode)],
    triple(6, has(mode, 'setuid'), 's'),
    triple(3, has(mode, 'setgid'), 's'),
    triple(0, has(mode, 'sticky'), 't'),
  ].join('');
}

/** The header's value: JSON in base64. Undefined for what makes no sense. */
export function parseFileStat(header: string): FileStat | undefined {
  let said: unknown;
  try {
    said = parseJson(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { name, size, mode, mtime, linkTarget }: { [Key in keyof FileStat]?: unknown } = said;
  if (typeof name !== 'string' || typeof mode !== 'number' || typeof mtime !== 'string') return undefined;
  if (typeof size !== 'number' && typeof size !== 'bigint') return undefined;
  return { name, size, mode, mtime, linkTarget: typeof linkTarget === 'string' ? linkTarget : '' };
}
