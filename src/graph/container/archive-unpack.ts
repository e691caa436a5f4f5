/** What it takes to put files into a container, however they come. */
import { EngineError } from '../../engine/errors.ts';
import { fileTypeOf } from '../../engine/file-stat.ts';
import { containers } from '../../engine/operations/containers.ts';
import type { TarFile } from '../../engine/streams/tar-file.ts';
import { inside, type Place, refuse } from '../mutation/input-error.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { pathFault } from './archive-path.ts';
import { fileAt, targetOf } from './files.ts';
import type { ContainerModel } from './model.ts';
import type { InputFields } from './mutations/verb.ts';

export const attributeFields = (t: InputFields) => ({
  mode: t.string({ description: 'Its permissions in octal, as `chmod` takes them; `0644` if left out.' }),
  uid: t.int({ description: 'The number of the user it shall belong to; 0, which is root, if left out.' }),
  gid: t.int({ description: 'The number of the group it shall belong to; 0, which is root, if left out.' }),
  modifiedAt: t.field({
    type: 'Timestamp',
    description: 'When it shall appear to have been changed; now if left out.',
  }),
});

/** What {@link attributeFields} give. */
interface Attributes {
  readonly mode?: string | null | undefined;
  readonly uid?: number | null | undefined;
  readonly gid?: number | null | undefined;
  readonly modifiedAt?: string | null | undefined;
}

/** The largest number of a user or group that Linux has. */
const largestId = 2 ** 31 - 1;

function idOf(place: Place, id: number | null | undefined): number {
  const value = id ?? 0;
  if (value < 0 || value > largestId) refuse(place, `cannot be ${value}: give a number from 0 on.`);
  return value;
}

/** @throws InputError for a name, mode or owner that no file has */
export function fileOf(place: Place, name: string, size: number, given: Attributes): TarFile {
  const mode = given.mode ?? '0644';
  if (!/^0?[0-7]{1,4}$/.test(mode)) {
    refuse(inside(place, 'mode'), `cannot be "${mode}": give permissions in octal, such as "0644".`);
  }
  return {
    name,
    size,
    mode: Number.parseInt(mode, 8),
    uid: idOf(inside(place, 'uid'), given.uid),
    gid: idOf(inside(place, 'gid'), given.gid),
    // Inputs of that scalar are Unix seconds.
    modified: Math.floor(given.modifiedAt ? Number(given.modifiedAt) : Date.now() / 1000),
  };
}

/** @throws InputError for what cannot be the name of a file */
export function checkName(place: Place, name: string): string {
  const fault = pathFault(name);
  if (fault !== undefined) refuse(place, fault);
  if (name.includes('/')) refuse(place, 'is the name of a file alone: its directory is `path`.');
  if (name === '.' || name === '..') refuse(place, `cannot be "${name}".`);
  if (Buffer.byteLength(name) > 255) refuse(place, 'is longer than 255 bytes.');
  return name;
}

export function checkPathAt(place: Place, path: string): string {
  const fault = pathFault(path);
  return fault === undefined ? path : refuse(place, fault);
}

/** Why nothing can be unpacked there; undefined for nothing. */
export async function noDirectory(
  container: ContainerModel,
  path: string,
  at: readonly string[],
): Promise<UserErrorModel | undefined> {
  const found = await fileAt(container, path);
  const real = found && fileTypeOf(found.stat.mode) === 'SYMLINK' ? await targetOf(found) : found;
  if (!real) {
    return {
      kind: 'NotFoundError',
      message: `There is no "${path}" in the container. Make the directory first.`,
      path: at,
    };
  }
  if (fileTypeOf(real.stat.mode) === 'DIRECTORY') return undefined;
  return {
    kind: 'InvalidInputError',
    message: `"${path}" in the container is no directory: name the one to copy into.`,
    path: at,
  };
}

export interface Unpacking {
  readonly container: ContainerModel;
  readonly path: string;
  readonly noOverwriteDirNonDir?: boolean | undefined;
  readonly copyUIDGID?: boolean | undefined;
}

/** What Engines, depending on their age, say with one status or another, also with that of a fault of theirs. */
const misjudged: readonly (readonly [sentence: RegExp, status: number])[] = [
  [/marked read-only|read-only file system/i, 403],
  [/cannot overwrite (?:non-)?directory/i, 409],
  [/archive\/tar|invalid tar|unexpected EOF|invalid (?:header|argument)|not a directory/i, 400],
];

function restated(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.kind !== 'response' || error.status === 404) return error;
  const [, status] = misjudged.find(([sentence]) => sentence.test(error.message)) ?? [];
  if (status === undefined) return error;
  const { kind, route, message } = error;
  return new EngineError({ kind, route, message, status, cause: error });
}

/** Unpacks an archive while it comes; whole, or the Engine sees it break off. `PUT /containers/{id}/archive` */
export async function unpack(
  { container: { scope, key }, ...options }: Unpacking,
  archive: AsyncIterable<Uint8Array>,
  length: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { path, noOverwriteDirNonDir, copyUIDGID } = options;
  const params = {
    id: key,
    path,
    ...(noOverwriteDirNonDir && { noOverwriteDirNonDir }),
    ...(copyUIDGID && { copyUIDGID }),
  };
  try {
    const content = { type: 'application/x-tar', body: archive, length };
    const { body } = await scope.lasting(signal).send(containers.unpack, params, content, signal);
    const answer = body[Symbol.asyncIterator]();
    while (!(await answer.next()).done);
  } catch (error) {
    throw restated(error);
  }
}
