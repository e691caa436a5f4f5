/** The networks that a task is connected to, in the words of the swarm. */
import type { Task } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import {
  columnFields,
  type FieldBuilder,
  flag,
  map,
  mapped,
  object,
  objects,
  record,
  text,
  texts,
  time,
  word,
} from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { NetworkScope } from '../network/enums.ts';
import { networkFromSummary } from '../network/model.ts';
import { Network } from '../nouns.ts';
import type { TaskModel } from './model.ts';
import { type Item, versionIndex } from './spec/columns.ts';

type Attachment = Item<NonNullable<Task['NetworksAttachments']>>;
type SwarmNetworkShape = NonNullable<Attachment['Network']>;
type Spec = NonNullable<SwarmNetworkShape['Spec']>;
type Ipam = NonNullable<SwarmNetworkShape['IPAMOptions']>;
type Driver = NonNullable<SwarmNetworkShape['DriverState']>;

const SwarmDriver = record<Driver>('SwarmDriver', 'A driver with its options, as the swarm keeps it.', {
  [of]: 'Driver',
  Name: text('The driver, such as `overlay`.'),
  Options: map('Its options.'),
});

const SwarmIpamConfig = record<Item<NonNullable<Ipam['Configs']>>>(
  'SwarmIpamConfig',
  'A pool of addresses of a network, as the swarm keeps it.',
  {
    Subnet: text('The whole pool, in CIDR notation, such as `10.0.1.0/24`.'),
    Range: text('The part of the subnet that tasks get addresses from; null for all of it.', {
      name: 'ipRange',
    }),
    Gateway: text('The address of the router of this subnet.'),
  },
);

const SwarmIpam = record<Ipam>('SwarmIpam', 'How a network of a swarm gets and gives out addresses.', {
  Driver: object(SwarmDriver, 'The driver that manages the addresses.'),
  Configs: objects(SwarmIpamConfig, 'The pools of addresses.'),
});

const SwarmNetworkSpec = record<Spec>('SwarmNetworkSpec', 'A network of a swarm as it was asked for.', {
  Name: text('The name.'),
  Labels: map('The labels.'),
  DriverConfiguration: object(SwarmDriver, 'The driver that was asked for.'),
  IPv6Enabled: flag('Whether endpoints get IPv6 addresses.', { name: 'ipv6Enabled' }),
  Internal: flag('Whether there is no way out of it to other networks.'),
  Attachable: flag('Whether single containers may be connected to it.'),
  Ingress: flag('Whether it is the network through which ports are published on all nodes.'),
  IPAMOptions: object(SwarmIpam, 'The addresses that were asked for.', { name: 'ipam' }),
  ConfigFrom: mapped<NonNullable<Spec['ConfigFrom']>, string>(
    'String',
    ({ Network: name }) => name || null,
    'The name of the network whose configuration it took over; null if none.',
    { name: 'configFromName' },
  ),
  Scope: word(NetworkScope, 'How far it reaches.'),
});

const SwarmNetwork = record<SwarmNetworkShape>(
  'SwarmNetwork',
  'A network as the managers of a swarm keep it.',
  {
    [of]: 'SwarmNetwork',
    ID: text("Docker's own ID of the network.", { name: 'dockerId' }),
    Version: versionIndex('The version of this record.', { name: 'versionIndex' }),
    CreatedAt: time('When it was made.'),
    UpdatedAt: time('When it last changed.'),
    Spec: object(SwarmNetworkSpec, 'What was asked for.'),
    DriverState: object(SwarmDriver, 'What came of it: the driver, with options such as the VXLAN ID.'),
    IPAMOptions: object(SwarmIpam, 'What came of it: the addresses.', { name: 'ipam' }),
  },
);

interface AttachmentModel {
  readonly scope: EngineScope;
  readonly attachment: Attachment;
}

const TaskNetwork = builder.objectRef<AttachmentModel>('TaskNetwork').implement({
  description: 'A network that a task is connected to, with its addresses there.',
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description:
        'The network as this Engine knows it; null where it does not. Joined from one `GET /networks`.',
      resolve: async ({ scope, attachment }) => {
        const id = attachment.Network?.ID;
        const summary = id ? await scope.loaders.networks.summary.load(id) : null;
        return summary && networkFromSummary(scope, summary);
      },
    }),
    ...columnFields<Attachment, AttachmentModel>(
      t,
      {
        [of]: 'NetworkAttachment',
        Network: object(SwarmNetwork, 'The network as the managers of the swarm keep it.', {
          name: 'swarmNetwork',
        }),
        Addresses: texts('Its addresses there, in CIDR notation, such as `10.0.1.4/24`.'),
        Aliases: texts('Other names of it there.'),
      },
      ({ attachment }) => attachment,
      { certain: true },
    ),
  }),
});

export const networksField = (t: FieldBuilder<TaskModel>) =>
  t.field({
    ...wire('Task.NetworksAttachments'),
    type: [TaskNetwork],
    nullable: false,
    description:
      'The networks that it is connected to by the swarm, with its addresses there (`NetworksAttachments`).',
    resolve: ({ scope, data }) =>
      (data.NetworksAttachments ?? []).map((attachment) => ({ scope, attachment })),
  });
