/** Files and directories inside a container, one at a time, whether it runs or not. */
import { EngineError } from '../../engine/errors.ts';
import { type FileStat, fileTypeOf, parseFileStat, permissionsOf, unixMode } from '../../engine/file-stat.ts';
import { containers } from '../../engine/operations/containers.ts';
import { BadUserInput } from '../../errors.ts';
import { orNull } from '../../loaders/batch.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { moment } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { TransferType } from '../transfer/transfer.ts';
import { checkPath } from './archive-path.ts';
import { offerArchive } from './export.ts';
import { ContainerFileContent, contentOf } from './files-content.ts';
import type { ContainerModel } from './model.ts';

export interface FileModel {
  readonly container: ContainerModel;
  readonly path: string;
  readonly stat: FileStat;
}

const ContainerFileType = builder.enumType('ContainerFileType', {
  description: 'What is at a path.',
  values: {
    FILE: { description: 'A regular file.' },
    DIRECTORY: { description: 'A directory.' },
    SYMLINK: { description: 'A symbolic link.' },
    NAMED_PIPE: { description: 'A named pipe (FIFO).' },
    SOCKET: { description: 'A Unix socket.' },
    BLOCK_DEVICE: { description: 'A device of blocks, such as a disk.' },
    CHARACTER_DEVICE: { description: 'A device of bytes, such as a terminal.' },
    OTHER: { description: 'Anything else.' },
  } as const,
});

/**
 * An answer to `HEAD` has no sentence, and old Engines fail in the same way where a part of the path is no directory: the
 * same question is asked with `GET`.
 *
 * @returns null for such a path
 * @throws EngineError with the sentence for all else
 */
async function reasonWhy({ scope, key }: ContainerModel, path: string, error: unknown): Promise<null> {
  if (!(error instanceof EngineError) || error.kind !== 'response') throw error;
  const asked = new AbortController();
  try {
    await scope.stream(containers.archive, { id: key, path }, asked.signal);
  } catch (said) {
    if (said instanceof EngineError && said.status !== undefined) {
      if (said.status === 404 || /not a directory/i.test(said.message)) return null;
      throw said;
    }
  } finally {
    asked.abort();
  }
  throw error;
}

/** What is at a path; null for nothing, or when the container is gone. `HEAD /containers/{id}/archive` */
export async function fileAt(container: ContainerModel, path: string): Promise<FileModel | null> {
  const { scope, key } = container;
  const row = containers.fileStat;
  const header = await orNull(scope.call(row, { id: key, path })).catch((error: unknown) =>
    reasonWhy(container, path, error),
  );
  if (header === null) return null;
  const stat = parseFileStat(header);
  if (stat) return { container, path, stat };
  throw new EngineError({
    kind: 'protocol',
    route: row.route,
    message: 'The Engine describes the path in a way that makes no sense.',
  });
}

/** What a link leads to in the end; null for what is no link, and for one that leads nowhere. */
export const targetOf = async ({ container, stat }: FileModel): Promise<FileModel | null> =>
  stat.linkTarget === '' ? null : fileAt(container, stat.linkTarget);

/** Most bytes of a file in one answer. */
const mostContent = 4_194_304;
const defaultContent = 65_536;

/** @throws BadUserInput */
function contentLimit(wanted: number | bigint | null | undefined): number {
  const limit = Number(wanted ?? defaultContent);
  if (limit >= 0 && limit <= mostContent) return limit;
  throw new BadUserInput('`maxBytes` can be up to "4m"; for larger files use the download, `archive`.');
}

export const ContainerFile = builder.objectRef<FileModel>('ContainerFile');

ContainerFile.implement({
  description:
    'A file, directory or anything else at a path inside a container. What only exists while it is looked at, such as in ' +
    '`/proc` and `/sys`, is not seen: for that use `containerExec`.',
  fields: (t) => ({
    path: t.exposeString('path', { nullable: false, description: 'The path, as it was asked for.' }),
    name: t.string({
      nullable: false,
      description: 'Its own name, the last part of the path.',
      resolve: ({ stat }) => stat.name,
    }),
    type: t.field({
      type: ContainerFileType,
      nullable: false,
      description: 'What it is.',
      resolve: ({ stat }) => fileTypeOf(stat.mode),
    }),
    size: t.field({
      type: 'Long',
      nullable: false,
      description:
        'Bytes of a file. Of anything else what the file system says, such as 4096 for a directory.',
      resolve: ({ stat }) => stat.size,
    }),
    mode: t.string({
      nullable: false,
      description: 'Its permissions as `chmod` takes them, such as `0644` or `1777`.',
      resolve: ({ stat }) => unixMode(stat.mode).toString(8).padStart(4, '0'),
    }),
    permissions: t.string({
      nullable: false,
      description: 'Its type and permissions as `ls -l` shows them, such as `-rw-r--r--`.',
      resolve: ({ stat }) => permissionsOf(stat.mode),
    }),
    modifiedAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When its content was last changed.',
      resolve: ({ stat }) => moment(stat.mtime),
    }),
    linkTarget: t.string({
      nullable: true,
      description:
        'Where a symbolic link leads to in the end: a path from the root of the container. Null for anything else.',
      resolve: ({ stat }) => stat.linkTarget || null,
    }),
    target: t.field({
      type: ContainerFile,
      nullable: true,
      description:
        'What a symbolic link leads to; null for one that leads nowhere, and for anything else. Needs `HEAD ' +
        '/containers/{id}/archive`.',
      resolve: targetOf,
    }),
    content: t.field({
      type: ContainerFileContent,
      nullable: true,
      description:
        'What is in it, for small files; of a symbolic link what is in the file it leads to. Null for what is no regular ' +
        'file. Needs `GET /containers/{id}/archive`.',
      args: {
        maxBytes: t.arg({
          type: 'ByteSize',
          description: 'How much of it, from its beginning: `64k` if left out, `4m` at most.',
        }),
      },
      resolve: async (file, { maxBytes }) => {
        const limit = contentLimit(maxBytes);
        const real = file.stat.linkTarget === '' ? file : await targetOf(file);
        if (!real || fileTypeOf(real.stat.mode) !== 'FILE') return null;
        return contentOf(real.container, real.path, limit);
      },
    }),
    archive: t.field({
      type: TransferType,
      nullable: true,
      description:
        'The address of it as a tar archive, a directory with all that is in it. `GET /containers/{id}/archive`.',
      resolve: ({ container, path }, _args, context) => offerArchive(context, container, path),
    }),
  }),
});

/** `file(path:)`: a field of a container. */
export const fileField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: ContainerFile,
    nullable: true,
    description:
      'What is at a path inside it, also in its volumes, whether it runs or not; null for nothing. `HEAD ' +
      '/containers/{id}/archive`.',
    args: {
      path: t.arg.string({
        ...wire('HEAD /containers/{id}/archive?path'),
        required: true,
        description:
          'The path inside the container; a relative one begins at its root. A link itself is shown, links on the way ' +
          'to it are followed.',
      }),
    },
    resolve: (container, { path }) => fileAt(container, checkPath(path)),
  });
