/** What is to be mounted into a container: typed mounts, and the short notations of the docker CLI. */
import type { ContainerCreateBody, HostConfigBody, MountBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { checkRef, given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import { MountType } from '../enums.ts';
import { MountPropagation } from '../host-config/mounts.ts';
import { word } from './words.ts';

const BindOptionsInput = builder.inputType('MountBindOptionsInput', {
  ...mirrors('Mount.BindOptions'),
  description: 'How a file or directory of the host is mounted.',
  fields: (t) => ({
    propagation: t.field({
      type: MountPropagation.ref,
      description:
        'How mounts below it, made later, spread between host and container; `RPRIVATE` if left out.',
    }),
    nonRecursive: t.boolean({ description: 'Leave out what is mounted below it on the host.' }),
    createMountpoint: t.boolean({
      description: 'Make the directory on the host if it is missing, which is an error otherwise.',
      since: '1.42',
    }),
    readOnlyNonRecursive: t.boolean({
      description: 'With `readOnly`, leave what is mounted below it writable.',
      since: '1.44',
    }),
    readOnlyForceRecursive: t.boolean({
      description: 'With `readOnly`, fail if what is mounted below it cannot be made read-only too.',
      since: '1.44',
    }),
  }),
});

const VolumeDriverInput = builder.inputType('MountVolumeDriverInput', {
  ...mirrors('Mount.VolumeOptions.DriverConfig'),
  description: 'The driver of a volume that is made for a mount.',
  fields: (t) => ({
    name: t.string({ description: 'The volume driver; `local` if left out.' }),
    options: t.field({ type: [KeyValueInput], description: 'Options of that driver.' }),
  }),
});

const VolumeOptionsInput = builder.inputType('MountVolumeOptionsInput', {
  ...mirrors('Mount.VolumeOptions', { driver: 'Mount.VolumeOptions.DriverConfig' }),
  description: 'How a volume is mounted, and made if it has to be.',
  fields: (t) => ({
    noCopy: t.boolean({ description: 'Do not fill a new volume with what the image has at that path.' }),
    labels: t.field({ type: [KeyValueInput], description: 'Labels for the volume, if it has to be made.' }),
    driver: t.field({ type: VolumeDriverInput, description: 'Its driver, if it has to be made.' }),
    subpath: t.string({ description: 'The directory inside the volume to mount.', since: '1.45' }),
  }),
});

const TmpfsOptionsInput = builder.inputType('MountTmpfsOptionsInput', {
  ...mirrors('Mount.TmpfsOptions', { size: 'Mount.TmpfsOptions.SizeBytes' }),
  description: 'How memory is mounted as a directory.',
  fields: (t) => ({
    size: t.field({
      type: 'ByteSize',
      description: 'Limit of its size; half the memory of the host if left out.',
    }),
    mode: t.string({ description: 'Its permissions in octal, such as `1777`, which it is if left out.' }),
    options: t.stringList({
      description: 'Further mount options, such as `noexec` or `uid=1000`.',
      since: '1.46',
    }),
  }),
});

const ImageOptionsInput = builder.inputType('MountImageOptionsInput', {
  ...mirrors('Mount.ImageOptions'),
  description: 'How the files of an image are mounted.',
  fields: (t) => ({
    subpath: t.string({ description: 'The directory inside the image to mount.' }),
  }),
});

export const MountInput = builder.inputType('MountInput', {
  ...mirrors('Mount', {
    type: ['Mount.Type', 'Mount.ClusterOptions'],
    bind: 'Mount.BindOptions',
    volume: 'Mount.VolumeOptions',
    tmpfs: 'Mount.TmpfsOptions',
    image: 'Mount.ImageOptions',
  }),
  description: 'A file system to mount into a container (`docker run --mount`).',
  fields: (t) => ({
    type: t.field({ type: MountType.ref, description: 'What is mounted; `VOLUME` if left out.' }),
    source: t.string({
      description:
        'The path on the host, the name of the volume (made if there is none; an anonymous one if left out), or the image. ' +
        'Nothing for memory.',
    }),
    target: t.string({ required: true, description: 'The path inside the container.' }),
    readOnly: t.boolean({ description: 'Let the container only read it. False if left out.' }),
    consistency: t.string({
      description:
        'How soon writes must be seen on the other side: `default`, `consistent`, `cached` or `delegated`.',
    }),
    bind: t.field({ type: BindOptionsInput, description: 'Options for `BIND`.' }),
    volume: t.field({ type: VolumeOptionsInput, description: 'Options for `VOLUME`.' }),
    tmpfs: t.field({ type: TmpfsOptionsInput, description: 'Options for `TMPFS`.' }),
    image: t.field({ type: ImageOptionsInput, description: 'Options for `IMAGE`.', since: '1.48' }),
  }),
});

type MountWish = typeof MountInput.$inferInput;
type Given<Options> = NonNullable<Options>;

const bindBody = (bind: Given<MountWish['bind']>, place: Place): MountBody['BindOptions'] => ({
  Propagation: word<Given<Given<MountBody['BindOptions']>['Propagation']>>(
    inside(place, 'propagation'),
    MountPropagation,
    bind.propagation,
  ),
  NonRecursive: given(bind.nonRecursive),
  CreateMountpoint: since(inside(place, 'createMountpoint'), '1.42', bind.createMountpoint),
  ReadOnlyNonRecursive: since(inside(place, 'readOnlyNonRecursive'), '1.44', bind.readOnlyNonRecursive),
  ReadOnlyForceRecursive: since(inside(place, 'readOnlyForceRecursive'), '1.44', bind.readOnlyForceRecursive),
});

const volumeBody = (volume: Given<MountWish['volume']>, place: Place): MountBody['VolumeOptions'] => ({
  NoCopy: given(volume.noCopy),
  Labels: mapOf(volume.labels),
  DriverConfig: volume.driver
    ? { Name: given(volume.driver.name), Options: mapOf(volume.driver.options) }
    : undefined,
  Subpath: since(inside(place, 'subpath'), '1.45', volume.subpath),
});

function octal(mode: string | null | undefined, place: Place): number | undefined {
  if (mode === null || mode === undefined) return undefined;
  if (!/^[0-7]{1,5}$/.test(mode)) refuse(place, `cannot be "${mode}": give octal digits, such as \`1777\`.`);
  return Number.parseInt(mode, 8);
}

/** `uid=1000` is a pair, `noexec` stands alone. */
const mountOption = (option: string): string[] => {
  const end = option.indexOf('=');
  return end < 0 ? [option] : [option.slice(0, end), option.slice(end + 1)];
};

const tmpfsBody = (tmpfs: Given<MountWish['tmpfs']>, place: Place): MountBody['TmpfsOptions'] => ({
  SizeBytes: given(tmpfs.size),
  Mode: octal(tmpfs.mode, inside(place, 'mode')),
  Options: since(inside(place, 'options'), '1.46', tmpfs.options)?.map(mountOption),
});

const optionsOf = ['bind', 'volume', 'tmpfs', 'image'] as const;

function mountBody(mount: MountWish, place: Place): MountBody {
  const Type = word<Given<MountBody['Type']>>(inside(place, 'type'), MountType, mount.type) ?? 'volume';
  const stranger = optionsOf.find((key) => mount[key] && key !== Type);
  if (stranger) refuse(inside(place, stranger), `means nothing to a mount of type ${Type.toUpperCase()}.`);
  since(inside(place, 'type'), '1.48', Type === 'image' ? Type : undefined);
  since(inside(place, 'type'), '1.42', Type === 'cluster' ? Type : undefined);
  if (Type === 'volume') checkRef(inside(place, 'source'), 'object', mount.source);
  if (Type === 'image') checkRef(inside(place, 'source'), 'image', mount.source);
  return {
    Type,
    Source: given(mount.source),
    Target: mount.target,
    ReadOnly: given(mount.readOnly),
    Consistency: given(mount.consistency),
    BindOptions: mount.bind ? bindBody(mount.bind, inside(place, 'bind')) : undefined,
    VolumeOptions: mount.volume ? volumeBody(mount.volume, inside(place, 'volume')) : undefined,
    TmpfsOptions: mount.tmpfs ? tmpfsBody(mount.tmpfs, inside(place, 'tmpfs')) : undefined,
    ImageOptions: mount.image ? { Subpath: given(mount.image.subpath) } : undefined,
  };
}

/** @throws InputError for options that do not fit their mount, and for what the API of the Engine does not have yet */
export const mountBodies = (
  mounts: readonly MountWish[] | null | undefined,
  place: Place,
): readonly MountBody[] | undefined => mounts?.map((mount, index) => mountBody(mount, inside(place, index)));

/** A path alone, which makes an anonymous volume there; the colon of a Windows drive is part of it. */
const isPathAlone = (bind: string): boolean => !bind.replace(/^[A-Za-z]:(?=[\\/])/, '').includes(':');

function tmpfsEntry(text: string): readonly [path: string, options: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

export interface MountsInput {
  readonly mounts?: readonly MountWish[] | null | undefined;
  readonly binds?: readonly string[] | null | undefined;
  readonly volumes?: readonly string[] | null | undefined;
  readonly tmpfs?: readonly string[] | null | undefined;
}

/** @throws InputError for options that do not fit their mount, and for what the API of the Engine does not have yet */
export function mountsBody(
  input: MountsInput,
  place: Place,
): {
  readonly volumes: ContainerCreateBody['Volumes'];
  readonly host: Pick<HostConfigBody, 'Binds' | 'Mounts' | 'Tmpfs'>;
} {
  const paths = [...(input.volumes ?? []), ...(input.binds ?? []).filter(isPathAlone)];
  return {
    volumes: paths.length > 0 ? Object.fromEntries(paths.map((path) => [path, {}])) : undefined,
    host: {
      Binds: input.binds?.filter((bind) => !isPathAlone(bind)),
      Mounts: mountBodies(input.mounts, inside(place, 'mounts')),
      Tmpfs: input.tmpfs ? Object.fromEntries(input.tmpfs.map(tmpfsEntry)) : undefined,
    },
  };
}
