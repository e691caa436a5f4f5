/** Devices of the host that a container is to use. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';

const DeviceMappingInput = builder.inputType('DeviceMappingInput', {
  ...mirrors('DeviceMapping'),
  description: 'A device of the host for a container to use (`docker run --device`).',
  fields: (t) => ({
    pathOnHost: t.string({ required: true, description: 'The device on the host, such as `/dev/sda`.' }),
    pathInContainer: t.string({ description: 'Where it is inside; the same path if left out.' }),
    cgroupPermissions: t.string({
      description:
        'What is allowed, out of `r` (read), `w` (write) and `m` (make device files); `rwm` if left out.',
    }),
  }),
});

const DeviceRequestInput = builder.inputType('DeviceRequestInput', {
  ...mirrors('DeviceRequest'),
  description: 'Devices to ask a driver for. For GPUs `gpus` is shorter.',
  fields: (t) => ({
    driver: t.string({
      description: 'The device driver, such as `nvidia`, or `cdi`; the capabilities choose it if left out.',
    }),
    count: t.int({ description: 'How many devices; -1 is all there are. Instead of `deviceIds`.' }),
    deviceIds: t.stringList({ description: 'The devices by their IDs, in the words of the driver.' }),
    capabilities: t.field({
      type: t.listRef(t.listRef('String')),
      description:
        'What the devices must be able to do. The inner lists are alternatives; all of one list is needed.',
    }),
    options: t.field({ type: [KeyValueInput], description: 'Options of the driver.' }),
  }),
});

const GpusInput = builder.inputType('GpusInput', {
  ...mirrors('DeviceRequest'),
  description: 'GPUs for a container (`docker run --gpus`): all, so many, or certain ones.',
  fields: (t) => ({
    all: t.boolean({ description: 'All there are.' }),
    count: t.int({ description: 'So many.' }),
    deviceIds: t.stringList({ description: 'These, by number or UUID.' }),
    capabilities: t.stringList({
      description: 'What they must be able to do beside being GPUs, such as `utility` or `compute`.',
    }),
    driver: t.string({ description: 'The device driver; the Engine chooses if left out.' }),
    options: t.field({ type: [KeyValueInput], description: 'Options of the driver.' }),
  }),
});

export const deviceFields = (t: InputFields) => ({
  devices: t.field({ type: [DeviceMappingInput], description: 'Devices of the host that it may use.' }),
  deviceCgroupRules: t.stringList({
    description: 'Rules for devices by their numbers, such as `c 13:* rwm`.',
  }),
  deviceRequests: t.field({ type: [DeviceRequestInput], description: 'Devices to ask drivers for.' }),
  gpus: t.field({ type: GpusInput, description: 'GPUs it may use.' }),
});

type Mapping = typeof DeviceMappingInput.$inferInput;
type Request = typeof DeviceRequestInput.$inferInput;
type Gpus = typeof GpusInput.$inferInput;
type RequestBody = NonNullable<NonNullable<HostConfigBody['DeviceRequests']>[number]>;

export interface DevicesWish {
  readonly devices?: readonly Mapping[] | null | undefined;
  readonly deviceCgroupRules?: readonly string[] | null | undefined;
  readonly deviceRequests?: readonly Request[] | null | undefined;
  readonly gpus?: Gpus | null | undefined;
}

const requestBody = (request: Request): RequestBody => ({
  Driver: given(request.driver),
  Count: given(request.count),
  DeviceIDs: given(request.deviceIds),
  Capabilities: given(request.capabilities),
  Options: mapOf(request.options),
});

function gpusBody({ all, count, deviceIds, capabilities, driver, options }: Gpus, place: Place): RequestBody {
  const ways = [all === true, count !== null && count !== undefined, (deviceIds ?? []).length > 0];
  if (ways.filter(Boolean).length !== 1)
    refuse(place, 'takes exactly one of `all`, `count` and `deviceIds`.');
  if (count !== null && count !== undefined && count < 1) {
    refuse(inside(place, 'count'), `cannot be ${count}: give 1 or more, or \`all\`.`);
  }
  return {
    Driver: given(driver),
    Count: all ? -1 : (count ?? undefined),
    DeviceIDs: given(deviceIds),
    Capabilities: [[...(capabilities ?? []).filter((capability) => capability !== 'gpu'), 'gpu']],
    Options: mapOf(options ?? []),
  };
}

/** @throws InputError for GPUs that are chosen in no way, or in several */
export function devicesBody(input: DevicesWish | null | undefined, place: Place) {
  const requests = [
    ...(input?.deviceRequests ?? []).map(requestBody),
    ...(input?.gpus ? [gpusBody(input.gpus, inside(place, 'gpus'))] : []),
  ];
  return {
    Devices: input?.devices?.map(({ pathOnHost, pathInContainer, cgroupPermissions }) => ({
      PathOnHost: pathOnHost,
      PathInContainer: pathInContainer ?? pathOnHost,
      CgroupPermissions: cgroupPermissions ?? 'rwm',
    })),
    DeviceCgroupRules: given(input?.deviceCgroupRules),
    DeviceRequests: requests.length > 0 ? requests : undefined,
  } satisfies HostConfigBody;
}
