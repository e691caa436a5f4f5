/** Where the files of a container or an image are on the host. */
import type { ContainerInspect, ContainerStorage, DriverData } from '../../engine/types.ts';
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

/** Drivers that keep nothing to tell of: of all others an Engine without the containerd image store tells where. */
const silentDrivers: ReadonlySet<string> = new Set(['vfs', 'btrfs', 'aufs', 'windowsfilter']);

/** Below API 1.52 the Engine shows a snapshotter of containerd as if it were a storage driver without data. */
const isSnapshotter = ({ Name, Data }: DriverData): boolean =>
  (Data === null || Data === undefined) && Boolean(Name) && !silentDrivers.has(Name ?? '');

/** The storage driver; null with the containerd image store, on every Engine. */
export const graphDriverOf = (driver: DriverData | null | undefined): DriverData | null =>
  driver && !isSnapshotter(driver) ? driver : null;

/** What newer Engines say of it themselves, and older ones where the storage driver stands. */
function storageOf({ Storage, GraphDriver: driver }: ContainerInspect): ContainerStorage | null {
  if (Storage) return Storage;
  return driver && isSnapshotter(driver) ? { RootFS: { Snapshot: { Name: driver.Name ?? null } } } : null;
}

/** `storage`: the field of a container. */
export const storageField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    ...wire('ContainerInspectResponse.Storage'),
    type: StorageType,
    nullable: true,
    description:
      'What keeps its files with the containerd image store; null without that store, where `graphDriver` says it. ' +
      'Needs `GET /containers/{id}/json`.',
    resolve: async (container) => {
      const details = await detailsOf(container);
      return details && storageOf(details);
    },
  });
