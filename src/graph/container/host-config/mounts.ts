/** Mounts as they were asked for by `--mount`; what came of them is `mounts` of the container. */
import type { HostConfig } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import { type KeyValue, KeyValueType } from '../../kit/key-value.ts';
import { flag, int, map, mappedList, object, record, text, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { MountType } from '../enums.ts';
import { limit } from './limit.ts';

type Mount = NonNullable<HostConfig['Mounts']>[number];

export const MountPropagation = enumOf(
  'MountPropagation',
  'How mounts below a mounted directory, made later, spread between host and container.',
  {
    private: 'They do not.',
    rprivate: 'They do not, and neither do those further below. The default.',
    shared: 'Both ways.',
    rshared: 'Both ways, and those further below too.',
    slave: 'From the host to the container only.',
    rslave: 'From the host to the container only, and those further below too.',
  },
);

const BindOptions = record<NonNullable<Mount['BindOptions']>>(
  'MountBindOptions',
  'Options of a mounted file or directory of the host.',
  {
    [of]: 'Mount.BindOptions',
    Propagation: word(MountPropagation, 'How mounts below it spread.'),
    NonRecursive: flag('Whether what is mounted below it on the host is left out.'),
    CreateMountpoint: flag('Whether the directory is made on the host where it is missing.', {
      since: '1.42',
    }),
    ReadOnlyNonRecursive: flag('Whether what is mounted below a read-only mount can be written.', {
      since: '1.44',
    }),
    ReadOnlyForceRecursive: flag(
      'Whether the container must not start where what is mounted below cannot be made read-only too.',
      { since: '1.44' },
    ),
  },
);

type VolumeOptionsShape = NonNullable<Mount['VolumeOptions']>;

const VolumeDriverConfig = record<NonNullable<VolumeOptionsShape['DriverConfig']>>(
  'MountVolumeDriver',
  'The driver of a volume that is made for a mount.',
  {
    [of]: 'Mount.VolumeOptions.DriverConfig',
    Name: text('The volume driver.'),
    Options: map('Options of that driver.'),
  },
);

const VolumeOptions = record<VolumeOptionsShape>('MountVolumeOptions', 'Options of a mounted volume.', {
  [of]: 'Mount.VolumeOptions',
  NoCopy: flag('Whether what the image has at that path is not copied into the volume when that is new.'),
  Labels: map('Labels for the volume, if it has to be made.'),
  DriverConfig: object(VolumeDriverConfig, 'The driver of the volume, if it has to be made.'),
  Subpath: text('The directory inside the volume that is mounted; null is all of it.', { since: '1.45' }),
});

const ImageOptions = record<NonNullable<Mount['ImageOptions']>>(
  'MountImageOptions',
  'Options of a mounted image.',
  {
    [of]: 'Mount.ImageOptions',
    Subpath: text('The directory inside the image that is mounted; null is all of it.', { since: '1.48' }),
  },
);

/** `[["noexec"], ["uid", "1000"]]`: flags are entries of one. */
const tmpfsOption = ([key = '', value = '']: readonly string[]): KeyValue => ({ key, value });

const TmpfsOptions = record<NonNullable<Mount['TmpfsOptions']>>(
  'MountTmpfsOptions',
  'Options of memory that is mounted as a directory.',
  {
    [of]: 'Mount.TmpfsOptions',
    SizeBytes: limit('Limit of its size in bytes; null is half the memory of the host.'),
    Mode: int('The permissions of the directory, as a number: 1023 is octal 1777.'),
    Options: mappedList(
      KeyValueType,
      (options: readonly (readonly string[])[]) => options.map(tmpfsOption),
      'Further mount options; those that are flags have an empty value.',
      { since: '1.46' },
    ),
  },
);

export const HostMount = record<Mount>(
  'HostMount',
  'A mount as it was asked for (`docker run --mount`). What came of it is in `mounts` of the container.',
  {
    [of]: 'Mount',
    Type: word(MountType, 'What is mounted.', { wire: ['Mount.ClusterOptions'] }),
    Source: text(
      'The path on the host, the name of the volume, or the image; null for memory and anonymous volumes.',
    ),
    Target: text('The path inside the container.'),
    ReadOnly: flag('Whether the container can only read it.'),
    Consistency: text(
      'How soon writes are seen on the other side: `default`, `consistent`, `cached` or `delegated`.',
    ),
    BindOptions: object(BindOptions, 'Options of a file or directory of the host; null for any other mount.'),
    VolumeOptions: object(VolumeOptions, 'Options of a volume; null for any other mount.'),
    ImageOptions: object(ImageOptions, 'Options of an image; null for any other mount.', { since: '1.48' }),
    TmpfsOptions: object(TmpfsOptions, 'Options of memory; null for any other mount.'),
  },
);
