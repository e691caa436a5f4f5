/** `containerCopyTo`: an archive or a file into a container, by upload. */
import type { Context } from '../../context.ts';
import { archiveLength, archiveOf, type TarFile } from '../../engine/streams/tar-file.ts';
import { newestApi } from '../../engine/version.ts';
import type { Transfer } from '../../transfers/transfers.ts';
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import { inside, type Place } from '../mutation/input-error.ts';
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
import { archiveTypes, offerUpload, TransferType } from '../transfer/transfer.ts';
import {
  attributeFields,
  checkName,
  checkPathAt,
  fileOf,
  noDirectory,
  type Unpacking,
  unpack,
} from './archive-unpack.ts';
import { containerRefFields } from './mutations/verb.ts';

const ContainerCopyFileInput = builder.inputType('ContainerCopyFileInput', {
  description: 'A single file that is sent as it is, rather than in an archive.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it shall be called, without a directory.' }),
    ...attributeFields(t),
  }),
});

const ContainerCopyToInput = builder.inputType('ContainerCopyToInput', {
  ...mirrors('PUT /containers/{id}/archive'),
  description: 'What `containerCopyTo` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    path: t.string({
      required: true,
      description: 'The directory inside the container that is copied into. It must exist.',
    }),
    file: t.field({
      type: ContainerCopyFileInput,
      description:
        'The upload is one file as it is, whose length must be known (`Content-Length`). Left out: it is a tar archive, ' +
        'compressed by gzip, bzip2 or xz, or not at all.',
    }),
    noOverwriteDirNonDir: t.boolean({
      defaultValue: false,
      description: 'Fail where a directory would be replaced by something else, or the other way round.',
    }),
    copyUidGid: t.boolean({
      defaultValue: false,
      description:
        'Give everything to the user and group that the container runs as, rather than to those in the archive.',
    }),
  }),
});

const offerUnpacking = (context: Context, unpacking: Unpacking): Transfer =>
  offerUpload(context, {
    what: 'containerCopyTo',
    accepts: archiveTypes,
    receive: async (body, { length, signal }) => {
      await unpack(unpacking, body, length, signal);
      return undefined;
    },
  });

const offerFile = (context: Context, unpacking: Unpacking, file: TarFile): Transfer =>
  offerUpload(context, {
    what: 'containerCopyTo',
    accepts: ['*/*'],
    needsLength: true,
    receive: async (body, { length = 0, signal }) => {
      const sized = { ...file, size: length };
      await unpack(unpacking, archiveOf(sized, body), archiveLength(sized), signal);
      return undefined;
    },
  });

interface CopyOutcome extends ContainerOutcome {
  readonly upload: Transfer | null;
}

builder.mutationField('containerCopyTo', (t) =>
  t.field({
    type: payloadType<CopyOutcome>('ContainerCopyToPayload', 'What `containerCopyTo` answers.', (fields) => ({
      container: containerField(fields),
      upload: fields.field({
        type: TransferType,
        nullable: true,
        description: 'Where to send the bytes; null when it was refused.',
        resolve: ({ upload }) => upload,
      }),
    })),
    nullable: true,
    description:
      'Hands out an address that files can be sent to, to be unpacked in a directory of a container, running or not, as ' +
      '`docker cp` does. Nothing has changed before that, so `changed` is false. What is sent replaces files of the same ' +
      'name. A read-only file system, a full disk or a broken archive is an error that the address answers. The Engine ' +
      'unpacks while bytes come: of an upload that is cut off, files that came before the cut may be there, the last of ' +
      'them in part. `PUT /containers/{id}/archive`.',
    args: {
      input: t.arg({
        type: ContainerCopyToInput,
        required: true,
        description: 'Which container, where in it, and what will come.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<CopyOutcome> => {
      const top: Place = { api: newestApi, path: ['input'] };
      const place = inside(top, 'file');
      const wrong = objection(context, top.path, () => {
        checkPathAt(inside(top, 'path'), input.path);
        if (input.file) fileOf(place, checkName(inside(place, 'name'), input.file.name), 0, input.file);
      });
      if (wrong) return { ...failed(wrong), container: noContainer, upload: null };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer, upload: null };
      const { model } = found;
      const container = reread(model);
      return attempt<CopyOutcome>(
        { scope: model.scope, container: model },
        async () => {
          const unfit = await noDirectory(model, input.path, ['input', 'path']);
          if (unfit) return { ...failed(unfit), container, upload: null };
          const unpacking: Unpacking = {
            container: model,
            path: input.path,
            noOverwriteDirNonDir: input.noOverwriteDirNonDir ?? false,
            copyUIDGID: input.copyUidGid ?? false,
          };
          const upload = input.file
            ? offerFile(context, unpacking, fileOf(place, input.file.name, 0, input.file))
            : offerUnpacking(context, unpacking);
          return { changed: false, userErrors: [], container, upload };
        },
        (error) => ({ ...failed(error), container, upload: null }),
      );
    },
  }),
);
