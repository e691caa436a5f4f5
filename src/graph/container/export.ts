/** Downloads of a container's files. */

import type { Context } from '../../context.ts';
import { containers } from '../../engine/operations/containers.ts';
import { wholeArchive } from '../../engine/streams/tar-walk.ts';
import type { Transfer } from '../../transfers/transfers.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import { offerDownload, TransferType } from '../transfer/transfer.ts';
import { checkPath, lastNameOf, tarName } from './archive-path.ts';
import { type ContainerModel, nameOf } from './model.ts';

/** A file or directory of a container as an archive. `GET /containers/{id}/archive`. */
export const offerArchive = (context: Context, container: ContainerModel, path: string): Transfer =>
  offerDownload(context, {
    what: 'containerArchive',
    filename: tarName(nameOf(container), lastNameOf(path)),
    contentType: 'application/x-tar',
    open: async (signal) => {
      const { body } = await container.scope
        .lasting(signal)
        .stream(containers.archive, { id: container.key, path });
      return { body: wholeArchive(body) };
    },
  });

/** `export` and `archive`: fields of a container. */
export const exportFields = (t: FieldBuilder<ContainerModel>) => ({
  export: t.field({
    type: TransferType,
    nullable: true,
    description:
      'The address of all its files as one tar archive, as `docker export` writes it: without volumes, and without the ' +
      'layers and settings of an image. Nothing happens until it is fetched. `GET /containers/{id}/export`.',
    resolve: (container, _args, context) =>
      offerDownload(context, {
        what: 'containerExport',
        filename: tarName(nameOf(container)),
        contentType: 'application/x-tar',
        open: async (signal) => {
          const { body } = await container.scope
            .lasting(signal)
            .stream(containers.export, { id: container.key });
          return { body: wholeArchive(body) };
        },
      }),
  }),
  archive: t.field({
    type: TransferType,
    nullable: true,
    description:
      'The address of a file, or of a directory with all that is in it, as a tar archive, as `docker cp` copies it out of ' +
      'a running or stopped container; volumes are included. Links are kept as links: for what one leads to ask ' +
      '`file(path:) { target { archive { url } } }`. A path that is not there is an error, with status 404, of the ' +
      'address only. What changes while it is read may break the download. `GET /containers/{id}/archive`.',
    args: {
      path: t.arg.string({
        ...wire('GET /containers/{id}/archive?path'),
        required: true,
        description: 'The path inside the container; a relative one begins at its root.',
      }),
    },
    resolve: (container, { path }, context) => offerArchive(context, container, checkPath(path)),
  }),
});
