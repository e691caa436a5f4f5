/** What a container has changed in the files of its image. */
import type { FilesystemChange } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../kit/enum.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import type { ContainerModel } from './model.ts';

const ChangeKind = enumOf('FilesystemChangeKind', 'What happened to a file or directory.', {
  '0': {
    name: 'MODIFIED',
    description: 'Its content or attributes are others, or something in the directory is.',
  },
  '1': { name: 'ADDED', description: 'The image does not have it.' },
  '2': { name: 'DELETED', description: 'The image has it and the container does not.' },
});

const FilesystemChangeType = builder.objectRef<FilesystemChange>('FilesystemChange').implement({
  description: 'A file or directory that is not as in the image of the container.',
  fields: (t) => ({
    path: t.string({
      ...wire('FilesystemChange.Path'),
      nullable: false,
      description: 'Where it is inside the container.',
      resolve: ({ Path }) => Path ?? '',
    }),
    kind: t.field({
      ...wire('FilesystemChange.Kind'),
      type: ChangeKind.ref,
      nullable: false,
      description: 'What happened to it.',
      resolve: ({ Kind }) => ChangeKind.of(String(Kind)) ?? 'UNKNOWN',
    }),
    kindRaw: t.int({
      nullable: true,
      description: "The Engine's own number for `kind`.",
      resolve: ({ Kind }) => (Kind === null || Kind === undefined ? null : Number(Kind)),
    }),
  }),
});

/** `changes`: the field of a container. */
export const changesField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: [FilesystemChangeType],
    nullable: true,
    description:
      'The files and directories it has changed, beside volumes and other mounts. Empty for none; null once the container ' +
      'is gone. The Engine compares file by file: select it for single containers. `GET /containers/{id}/changes`.',
    resolve: ({ scope, key }) => scope.loaders.containers.changes.load(key),
  });
