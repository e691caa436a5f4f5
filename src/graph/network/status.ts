/** How many addresses of a network are taken: only inspect tells. */
import { entries, type FieldBuilder, long, object, record, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { type NetworkModel, networkDetailsOf } from './model.ts';
import { type IpamStatus, inspectedOnly, type NetworkStatus, type SubnetStatus } from './wire.ts';

const NetworkSubnetStatus = record<{ readonly Subnet: string } & SubnetStatus>(
  'NetworkSubnetStatus',
  'How much of a pool of addresses is taken.',
  {
    [of]: 'SubnetStatus',
    Subnet: text('The pool, in CIDR notation.'),
    IPsInUse: long('How many addresses are in use or reserved.', { name: 'ipsInUse' }),
    DynamicIPsAvailable: long('How many addresses are left to be given out.', {
      name: 'dynamicIpsAvailable',
    }),
  },
);

const NetworkIpamStatus = record<IpamStatus>(
  'NetworkIpamStatus',
  'The state of the addresses of a network.',
  {
    [of]: 'IPAMStatus',
    Subnets: entries(
      NetworkSubnetStatus,
      (Subnet, status: SubnetStatus) => ({ Subnet, ...status }),
      'How much of each pool is taken.',
    ),
  },
);

const Status = record<NetworkStatus>('NetworkStatus', 'The state of a network at this moment.', {
  [of]: 'NetworkStatus',
  IPAM: object(NetworkIpamStatus, 'The state of its addresses.', { name: 'ipam' }),
});

export const statusField = (t: FieldBuilder<NetworkModel>) =>
  t.field({
    ...wire('NetworkInspect.Status'),
    type: Status,
    nullable: true,
    description: 'Its state at this moment. Needs `GET /networks/{id}`.',
    since: '1.52',
    asks: true,
    resolve: async (network) => {
      const details = await networkDetailsOf(network);
      return (details && inspectedOnly(details).Status) ?? null;
    },
  });
