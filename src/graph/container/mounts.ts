/** What is mounted into a container, the same from the list and from inspect. */
import type { MountPoint, Volume as VolumeEntry } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { columnFields, flag, omitted, text, word } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Volume } from '../nouns.ts';
import { volumeModel } from '../volume/model.ts';
import { MountType } from './enums.ts';

export interface MountModel {
  readonly scope: EngineScope;
  readonly mount: MountPoint;
}

const volumeOf = async (scope: EngineScope, { Type, Name }: MountPoint): Promise<VolumeEntry | null> =>
  Type === 'volume' && Name ? scope.loaders.volumes.byName.load(Name) : null;

export const ContainerMount = builder.objectRef<MountModel>('ContainerMount').implement({
  description: 'A file system that is mounted into a container.',
  fields: (t) => ({
    ...columnFields<MountPoint, MountModel>(
      t,
      {
        [of]: 'MountPoint',
        Type: word(MountType, 'What is mounted.'),
        Name: text('The name of the volume; null for anything but a volume.'),
        Source: omitted('written out: some Engines leave it out of the list'),
        Destination: text('The path inside the container.'),
        Driver: text('The driver of the volume; null for anything but a volume.'),
        Mode: text('Options as they were given, such as `ro` or `z`.'),
        RW: flag('Whether the container may write.', { name: 'writable' }),
        Propagation: text('How mounts below this one spread between host and container, such as `rprivate`.'),
      },
      ({ mount }) => mount,
      { certain: true },
    ),
    source: t.string({
      ...wire('MountPoint.Source'),
      nullable: true,
      description:
        'Where it is on the host, or the name of the image; null for memory. Some Engines leave it out of the list for ' +
        'volumes without a given name: then it is joined from one `GET /volumes`.',
      resolve: async ({ scope, mount }) => mount.Source || (await volumeOf(scope, mount))?.Mountpoint || null,
    }),
    volume: t.field({
      type: Volume,
      nullable: true,
      description: 'The volume itself; null for anything but a volume.',
      resolve: async ({ scope, mount }) => {
        const volume = await volumeOf(scope, mount);
        return volume && volumeModel(scope, volume);
      },
    }),
  }),
});
