/** Where the files of a container or an image are on the host. */
import type { ContainerStorage, DriverData } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { type FieldBuilder, map, record, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { type ContainerModel, detailsOf } from './model.ts';

export const GraphDriver = record<DriverData>(
  'GraphDriver',
  'Where the storage driver keeps the layers of a container or an image. For information only: the Engine owns them.',
  {
    [of]: 'DriverData',
    Name: text('The storage driver, such as `overlay2`.'),
    Data: map('What that driver knows, in its own words, such as directories of the host.'),
  },
);

const StorageType = builder.objectRef<ContainerStorage>('ContainerStorage').implement({
  description: 'What keeps the files of a container with the containerd image store.',
  fields: (t) => ({
    snapshotter: t.string({
      ...wire('RootFSStorageSnapshot.Name', 'RootFSStorage.Snapshot', 'Storage.RootFS'),
      nullable: true,
      description: 'The snapshotter of its root file system, such as `overlayfs` (`RootFS.Snapshot.Name`).',
      resolve: ({ RootFS }) => RootFS?.Snapshot?.Name || null,
    }),
  }),
});

/** `storage`: the field of a container. */
export const storageField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    ...wire('ContainerInspectResponse.Storage'),
    type: StorageType,
    nullable: true,
    description:
      'What keeps its files with the containerd image store; null without that store, where `graphDriver` says it. ' +
      'Needs `GET /containers/{id}/json`.',
    since: '1.52',
    asks: true,
    resolve: async (container) => (await detailsOf(container))?.Storage ?? null,
  });
