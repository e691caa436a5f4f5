/** `containerFileWrite`: a small file into a container, right away. */
import { archiveLength, archiveOf } from '../../engine/streams/tar-file.ts';
import { newestApi } from '../../engine/version.ts';
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import { inside, type Place, refuse } from '../mutation/input-error.ts';
import {
  attempt,
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  objection,
  payloadType,
  reread,
  resolveContainer,
} from '../mutation/payload.ts';
import { attributeFields, checkName, checkPathAt, fileOf, noDirectory, unpack } from './archive-unpack.ts';
import { ContainerFile, type FileModel, fileAt } from './files.ts';
import { containerRefFields } from './mutations/verb.ts';

const ContainerFileWriteInput = builder.inputType('ContainerFileWriteInput', {
  ...mirrors('PUT /containers/{id}/archive'),
  description: 'What `containerFileWrite` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    path: t.string({
      required: true,
      description:
        'The path of the file inside the container. Its directory must exist; a file there is replaced.',
    }),
    text: t.string({ description: 'What shall be in it. Give this or `base64`.' }),
    base64: t.string({ description: 'The same as any bytes, in base64.' }),
    ...attributeFields(t),
  }),
});

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** @throws InputError */
function contentOf(place: Place, { text, base64 }: typeof ContainerFileWriteInput.$inferInput): Buffer {
  if (typeof text === 'string' && typeof base64 === 'string') {
    refuse(inside(place, 'text'), 'cannot be given with `base64`: leave one of them out.');
  }
  if (typeof text === 'string') return Buffer.from(text);
  if (typeof base64 !== 'string') refuse(place, 'lacks the content: give `text` or `base64`.');
  if (!base64Form.test(base64)) {
    refuse(inside(place, 'base64'), 'is no base64: give the letters of RFC 4648, without line breaks.');
  }
  return Buffer.from(base64, 'base64');
}

/** Where a file lies and what it is called: `/etc/nginx/nginx.conf`. */
function placeOf(place: Place, path: string): { readonly directory: string; readonly name: string } {
  const checked = checkPathAt(place, path);
  const slash = checked.lastIndexOf('/');
  const name = checked.slice(slash + 1);
  if (name === '') refuse(place, 'ends with a slash: give the path of a file, such as "/etc/motd".');
  return { directory: checked.slice(0, slash + 1) || '/', name: checkName(place, name) };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

interface WriteOutcome extends ContainerOutcome {
  readonly file: () => Promise<FileModel | null>;
}

const noFile = async (): Promise<null> => null;

builder.mutationField('containerFileWrite', (t) =>
  t.field({
    type: payloadType<WriteOutcome>(
      'ContainerFileWritePayload',
      'What `containerFileWrite` answers.',
      (fields) => ({
        container: containerField(fields),
        file: fields.field({
          type: ContainerFile,
          nullable: true,
          description: 'The file as it is now; null when it was not written.',
          resolve: ({ file }) => file(),
        }),
      }),
    ),
    nullable: true,
    description:
      'Writes a small file into a container, running or not. For large files, and for several, see `containerCopyTo`. ' +
      '`PUT /containers/{id}/archive`.',
    args: {
      input: t.arg({
        type: ContainerFileWriteInput,
        required: true,
        description: 'Which container, where in it, and the content.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<WriteOutcome> => {
      const top: Place = { api: newestApi, path: ['input'] };
      const wish = () => {
        const { directory, name } = placeOf(inside(top, 'path'), input.path);
        const content = contentOf(top, input);
        return { directory, content, file: fileOf(top, name, content.length, input) };
      };
      const wrong = objection(context, top.path, wish);
      if (wrong) return { ...failed(wrong), container: noContainer, file: noFile };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer, file: noFile };
      const { model } = found;
      const container = reread(model);
      return attempt<WriteOutcome>(
        { scope: model.scope, container: model, path: ['input', 'path'] },
        async () => {
          const { directory, content, file } = wish();
          const unfit = await noDirectory(model, directory, ['input', 'path']);
          if (unfit) return { ...failed(unfit), container, file: noFile };
          // A change that has begun is not given up with its client.
          const { signal } = new AbortController();
          await unpack(
            { container: model, path: directory, noOverwriteDirNonDir: true },
            archiveOf(file, once(content)),
            archiveLength(file),
            signal,
          );
          return { changed: true, userErrors: [], container, file: () => fileAt(model, input.path) };
        },
        (error) => ({ ...failed(error), container, file: noFile }),
      );
    },
  }),
);
