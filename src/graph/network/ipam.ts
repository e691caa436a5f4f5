/** Where the addresses of a network come from. */
import type { Ipam } from '../../engine/types.ts';
import { map, objects, record, text } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type IpamPool = NonNullable<Ipam['Config']>[number];

const NetworkIpamConfig = record<IpamPool>('NetworkIpamConfig', 'A pool of addresses of a network.', {
  [of]: 'IPAMConfig',
  Subnet: text('The whole pool, in CIDR notation, such as `172.20.0.0/16`.'),
  IPRange: text('The part of the subnet that containers get addresses from; null for all of it.'),
  Gateway: text('The address of the router between this subnet and the host.'),
  AuxiliaryAddresses: map('Addresses that are kept for others than containers, by name.'),
});

export const NetworkIpam = record<Ipam>('NetworkIpam', 'How a network gets and gives out addresses (IPAM).', {
  [of]: 'IPAM',
  Driver: text('The driver that manages the addresses, `default` for the one of the Engine.'),
  Config: objects(NetworkIpamConfig, 'The pools of addresses, one or more for each IP version.'),
  Options: map('Options of that driver.'),
});
