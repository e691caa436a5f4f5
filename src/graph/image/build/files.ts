/** Small contexts that come in the input itself, as the archive that the Engine takes. */
import { pack } from 'tar-stream';
import { builder } from '../../builder.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';

export const BuildFileInput = builder.inputType('BuildFileInput', {
  description: 'A file of a build context: its path, and either `text` or `base64`.',
  fields: (t) => ({
    path: t.string({
      required: true,
      description: 'Where it stands in the context, such as `src/app.js`; with slashes, and without `..`.',
    }),
    text: t.string({ description: 'What is in it, as text.' }),
    base64: t.string({ description: 'What is in it, as any bytes in base64, in place of `text`.' }),
    executable: t.boolean({
      defaultValue: false,
      description: 'Whether it may be run as a program: mode 755 instead of 644.',
    }),
  }),
});

type FileWish = typeof BuildFileInput.$inferInput;

export interface ContextFile {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

const mostFiles = 1_000;
const longestPath = 1_024;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function checkPath(place: Place, path: string): string {
  const parts = path.split('/');
  const isWrong = parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\0');
  if (isWrong || path.length > longestPath)
    return refuse(
      place,
      `cannot be ${JSON.stringify(path.slice(0, 100))}: give a path inside the context, such as "src/app.js", of ` +
        `${longestPath} characters at most.`,
    );
  return path;
}

function contentOf({ text, base64: encoded }: FileWish, place: Place): Buffer {
  const plain = given(text);
  const coded = given(encoded);
  if ((plain === undefined) === (coded === undefined))
    refuse(place, 'needs `text` or `base64`: one of the two.');
  if (coded === undefined) return Buffer.from(plain ?? '');
  if (!base64.test(coded))
    refuse(inside(place, 'base64'), 'is no base64: give the letters of RFC 4648, without line breaks.');
  return Buffer.from(coded, 'base64');
}

/**
 * The files of an input, of which no two may stand in the same place.
 *
 * @throws InputError
 */
export function contextFiles(files: readonly FileWish[], place: Place): readonly ContextFile[] {
  if (files.length === 0) refuse(place, 'cannot be empty: give at least the Dockerfile.');
  if (files.length > mostFiles)
    refuse(place, `cannot be ${files.length} files: ${mostFiles} at most. Upload a larger context instead.`);
  const paths = new Map<string, number>();
  const made = files.map((file, index) => {
    const at = inside(place, index);
    const path = checkPath(inside(at, 'path'), file.path);
    const first = paths.get(path);
    if (first !== undefined)
      refuse(inside(at, 'path'), `is "${path}" a second time: number ${first} is it too.`);
    paths.set(path, index);
    return { path, content: contentOf(file, at), mode: file.executable ? 0o755 : 0o644 };
  });
  for (const [index, { path }] of made.entries()) {
    const above = path
      .split('/')
      .slice(0, -1)
      .map((_, depth, parts) => parts.slice(0, depth + 1).join('/'));
    const file = above.find((directory) => paths.has(directory));
    if (file !== undefined)
      refuse(
        inside(place, index, 'path'),
        `is "${path}", but "${file}" is a file, which cannot hold others.`,
      );
  }
  return made;
}

/** Nothing in it changes from build to build but the files: the times of all are the same. */
const epoch = new Date(0);

/** @returns a tar archive; directories are made by whoever unpacks it */
export async function archiveOf(files: readonly ContextFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { path, content, mode } of files) archive.entry({ name: path, mode, mtime: epoch }, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
