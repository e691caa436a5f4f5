/** How much of its host's block devices a container is to have. */
import type { HostConfigBody, Int64 } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given } from '../../mutation/input-error.ts';

const WeightDeviceInput = builder.inputType('WeightDeviceInput', {
  ...mirrors('HostConfig.BlkioWeightDevice[]'),
  description: "A container's share of one block device.",
  fields: (t) => ({
    path: t.string({ required: true, description: 'The device on the host, such as `/dev/sda`.' }),
    weight: t.int({ required: true, description: 'The weight against other containers, 10 to 1000.' }),
  }),
});

const ThrottleBytesInput = builder.inputType('ThrottleBytesInput', {
  ...mirrors('ThrottleDevice'),
  description: 'How many bytes per second a container may read from or write to one block device.',
  fields: (t) => ({
    path: t.string({ required: true, description: 'The device on the host, such as `/dev/sda`.' }),
    rate: t.field({ type: 'ByteSize', required: true, description: 'Bytes per second, such as `10m`.' }),
  }),
});

const ThrottleOperationsInput = builder.inputType('ThrottleOperationsInput', {
  ...mirrors('ThrottleDevice'),
  description: 'How many operations per second a container may do on one block device.',
  fields: (t) => ({
    path: t.string({ required: true, description: 'The device on the host, such as `/dev/sda`.' }),
    rate: t.field({ type: 'Long', required: true, description: 'Operations per second.' }),
  }),
});

export const blockIoFields = (t: InputFields) => ({
  blkioWeightDevices: t.field({
    type: [WeightDeviceInput],
    description: 'Its shares of single block devices.',
  }),
  blkioDeviceReadBps: t.field({ type: [ThrottleBytesInput], description: 'Limits of reading, in bytes.' }),
  blkioDeviceWriteBps: t.field({ type: [ThrottleBytesInput], description: 'Limits of writing, in bytes.' }),
  blkioDeviceReadIops: t.field({
    type: [ThrottleOperationsInput],
    description: 'Limits of reading, in operations.',
  }),
  blkioDeviceWriteIops: t.field({
    type: [ThrottleOperationsInput],
    description: 'Limits of writing, in operations.',
  }),
  ioMaximumIops: t.field({
    type: 'Long',
    description: 'Limit of the system drive in operations per second (Windows).',
  }),
  ioMaximumBandwidth: t.field({
    type: 'ByteSize',
    description: 'Limit of the system drive in bytes per second (Windows).',
  }),
});

interface Throttle {
  readonly path: string;
  readonly rate: Int64;
}
type Throttles = readonly Throttle[] | null | undefined;

export interface BlockIoWish {
  readonly blkioWeightDevices?:
    | readonly { readonly path: string; readonly weight: number }[]
    | null
    | undefined;
  readonly blkioDeviceReadBps?: Throttles;
  readonly blkioDeviceWriteBps?: Throttles;
  readonly blkioDeviceReadIops?: Throttles;
  readonly blkioDeviceWriteIops?: Throttles;
  readonly ioMaximumIops?: Int64 | null | undefined;
  readonly ioMaximumBandwidth?: Int64 | null | undefined;
}

const throttles = (list: Throttles) => list?.map(({ path, rate }) => ({ Path: path, Rate: rate }));

export const blockIoBody = (input: BlockIoWish | null | undefined) =>
  ({
    BlkioWeightDevice: input?.blkioWeightDevices?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: throttles(input?.blkioDeviceReadBps),
    BlkioDeviceWriteBps: throttles(input?.blkioDeviceWriteBps),
    BlkioDeviceReadIOps: throttles(input?.blkioDeviceReadIops),
    BlkioDeviceWriteIOps: throttles(input?.blkioDeviceWriteIops),
    IOMaximumIOps: given(input?.ioMaximumIops),
    IOMaximumBandwidth: given(input?.ioMaximumBandwidth),
  }) satisfies HostConfigBody;
