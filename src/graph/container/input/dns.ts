/** How a container is to resolve names. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given } from '../../mutation/input-error.ts';

export const ContainerDnsInput = builder.inputType('ContainerDnsInput', {
  ...mirrors('HostConfig', {
    servers: ['HostConfig.Dns', 'TaskSpec.ContainerSpec.DNSConfig.Nameservers'],
    options: ['HostConfig.DnsOptions', 'TaskSpec.ContainerSpec.DNSConfig.Options'],
    search: ['HostConfig.DnsSearch', 'TaskSpec.ContainerSpec.DNSConfig.Search'],
    extraHosts: ['HostConfig.ExtraHosts', 'TaskSpec.ContainerSpec.Hosts'],
  }),
  description:
    'How a container is to resolve names. What is left out comes from the Engine or from the host.',
  fields: (t) => ({
    servers: t.stringList({ description: 'Addresses of DNS servers.' }),
    options: t.stringList({ description: 'Options of the resolver, such as `ndots:2`.' }),
    search: t.stringList({ description: 'Domains to look short names up in; `.` for none.' }),
    extraHosts: t.stringList({
      description: 'Entries for its hosts file, as `name:address`; `host-gateway` stands for the host.',
    }),
  }),
});

/** The CLI also takes `name=address`; the daemon takes only a colon. */
export const hostEntry = (entry: string): string =>
  entry.includes('=') && !entry.split('=', 1)[0]?.includes(':') ? entry.replace('=', ':') : entry;

export const dnsBody = (input: typeof ContainerDnsInput.$inferInput | null | undefined) =>
  ({
    Dns: given(input?.servers),
    DnsOptions: given(input?.options),
    DnsSearch: given(input?.search),
    ExtraHosts: input?.extraHosts?.map(hostEntry),
  }) satisfies HostConfigBody;
