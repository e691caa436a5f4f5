/** How a container resolves names. */
import type { HostConfig } from '../../../engine/types.ts';
import { record, texts } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

export type DnsShape = Pick<HostConfig, 'Dns' | 'DnsOptions' | 'DnsSearch' | 'ExtraHosts'>;

export const ContainerDns = record<DnsShape>(
  'ContainerDns',
  'How a container resolves names. What is empty comes from the Engine or from the host.',
  {
    [of]: 'HostConfig',
    Dns: texts('Addresses of DNS servers.', { name: 'servers' }),
    DnsOptions: texts('Options of the resolver, such as `ndots:2`.', { name: 'options' }),
    DnsSearch: texts('Domains that short names are looked up in.', { name: 'search' }),
    ExtraHosts: texts('Entries of its hosts file, as `name:address`; `host-gateway` stands for the host.'),
  },
);
