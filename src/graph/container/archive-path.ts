/** Paths inside a container, as users give them. */
import { BadUserInput } from '../../errors.ts';

/** What Linux takes, in bytes. */
const longestPath = 4096;

/**
 * What is wrong with a path; undefined for nothing. `..` and links are the Engine's to resolve, which does so within the
 * container.
 */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty: give a path inside the container, such as "/etc/nginx".';
  if (path.includes('\0')) return 'has a NUL character, which no path has.';
  if (/\p{Surrogate}/u.test(path)) return 'is no valid Unicode.';
  if (Buffer.byteLength(path) > longestPath) return `is longer than ${longestPath} bytes.`;
  return undefined;
}

/** @throws BadUserInput for what cannot be a path */
export function checkPath(path: string): string {
  const fault = pathFault(path);
  if (fault !== undefined) throw new BadUserInput(`\`path\` ${fault}`);
  return path;
}

/** The last name in a path; `/` has none. */
export const lastNameOf = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? '';

/** A name for a file to be saved as, out of names of Docker's. */
export const tarName = (...names: readonly string[]): string => {
  const known = names.filter((name) => name !== '' && name !== '.' && name !== '..');
  return `${(known.at(-1) ?? 'files').replace(/[/:\\\p{Cc}]+/gu, '_')}.tar`;
};
