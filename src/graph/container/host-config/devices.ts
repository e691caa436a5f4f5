/** Devices and per-process limits of a container. */
import type { HostConfig } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { columnFields, long, map, omitted, record, text, texts } from '../../kit/record.ts';
import { of, wire } from '../../kit/wire.ts';

type Item<List> = NonNullable<List> extends readonly (infer Each)[] ? Each : never;

export const DeviceMapping = record<Item<HostConfig['Devices']>>(
  'DeviceMapping',
  'A device of the host that a container may use (`docker run --device`).',
  {
    [of]: 'DeviceMapping',
    PathOnHost: text('The device on the host, such as `/dev/sda`.'),
    PathInContainer: text('Where it is inside the container.'),
    CgroupPermissions: text('What is allowed, out of `r` (read), `w` (write) and `m` (make device files).'),
  },
);

type Request = Item<HostConfig['DeviceRequests']>;

export const DeviceRequest = builder.objectRef<Request>('DeviceRequest').implement({
  description: 'Devices that a driver is asked for, such as GPUs (`docker run --gpus`).',
  fields: (t) => ({
    ...columnFields<Request, Request>(
      t,
      {
        [of]: 'DeviceRequest',
        Driver: text('The device driver; null lets the capabilities choose it.'),
        Count: long('How many devices; -1 is all there are, and 0 leaves it to `deviceIds`.'),
        DeviceIDs: texts('The devices by their IDs, in the words of the driver.'),
        Capabilities: omitted('A list of lists, which a column cannot be: added below.'),
        Options: map('Options of the driver.'),
      },
      (request) => request,
      { certain: true },
    ),
    capabilities: t.field({
      ...wire('DeviceRequest.Capabilities'),
      type: t.listRef(t.listRef('String')),
      nullable: false,
      description:
        'What the devices must be able to do. The inner lists are alternatives; all of one list is needed.',
      resolve: ({ Capabilities }) => Capabilities ?? [],
    }),
  }),
});

export const Ulimit = record<Item<HostConfig['Ulimits']>>(
  'Ulimit',
  'A limit of each process in a container (`docker run --ulimit`). -1 is unlimited.',
  {
    [of]: ['HostConfig.Ulimits[]', 'TaskSpec.ContainerSpec.Ulimits[]'],
    Name: text('What is limited, such as `nofile` for open files.'),
    Soft: long('The limit that counts; a process may raise it up to the hard one.'),
    Hard: long('The limit up to which the soft one may be raised.'),
  },
);

export const ThrottleDevice = record<Item<HostConfig['BlkioDeviceReadBps']>>(
  'ThrottleDevice',
  'How fast a container may use one block device.',
  {
    [of]: 'ThrottleDevice',
    Path: text('The device on the host.'),
    Rate: long('Bytes per second or operations per second, as the field says that this is in.'),
  },
);

export const WeightDevice = record<Item<HostConfig['BlkioWeightDevice']>>(
  'WeightDevice',
  "A container's share of one block device.",
  {
    [of]: 'HostConfig.BlkioWeightDevice[]',
    Path: text('The device on the host.'),
    Weight: long('The weight against other containers, 10 to 1000.'),
  },
);
