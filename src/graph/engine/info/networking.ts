/** Networks, registries and proxies as the daemon is configured for them. */
import type { SystemInfo } from '../../../engine/types.ts';
import {
  entries,
  flag,
  int,
  mapped,
  object,
  objects,
  omitted,
  record,
  text,
  texts,
} from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { withoutCredentials } from '../redact.ts';
import { pairs } from './pairs.ts';

type AddressPool = NonNullable<SystemInfo['DefaultAddressPools']>[number];
type Firewall = NonNullable<SystemInfo['FirewallBackend']>;
type RegistryConfig = NonNullable<SystemInfo['RegistryConfig']>;
type Index = NonNullable<NonNullable<RegistryConfig['IndexConfigs']>[string]>;

const AddressPoolType = record<AddressPool>(
  'EngineAddressPool',
  'Addresses that networks take their subnets from when they are not given one.',
  {
    [of]: 'SystemInfo.DefaultAddressPools[]',
    Base: text('The whole range, such as `10.10.0.0/16`.'),
    Size: int('The prefix length of each subnet, such as 24.'),
  },
);

const FirewallType = record<Firewall>(
  'EngineFirewall',
  'What the Engine writes its packet filter rules with.',
  {
    [of]: 'FirewallInfo',
    Driver: text('The backend: `iptables`, `nftables`, `iptables+firewalld` or `nftables+firewalld`.'),
    Info: pairs('What the backend says of itself. Not a stable format.'),
  },
);

export type NetworkingInfo = Pick<
  SystemInfo,
  'IPv4Forwarding' | 'BridgeNfIptables' | 'BridgeNfIp6tables' | 'DefaultAddressPools' | 'FirewallBackend'
>;

export const EngineNetworking = record<NetworkingInfo>(
  'EngineNetworking',
  'How this host connects containers.',
  {
    [of]: 'SystemInfo',
    IPv4Forwarding: flag(
      'Whether the kernel forwards IPv4 packets, which containers need to reach the outside.',
    ),
    BridgeNfIptables: flag('Whether bridged IPv4 packets pass the packet filter.', {
      name: 'bridgeNfIptables',
      gone: '1.50',
    }),
    BridgeNfIp6tables: flag('Whether bridged IPv6 packets pass the packet filter.', {
      name: 'bridgeNfIp6tables',
      gone: '1.50',
    }),
    DefaultAddressPools: objects(
      AddressPoolType,
      'Pools from the configuration of the daemon; empty for its built-in ones.',
    ),
    FirewallBackend: object(FirewallType, 'The packet filter; null on Windows.', { since: '1.49' }),
  },
);

interface NamedIndex extends Index {
  readonly key: string;
}

const IndexType = record<NamedIndex>('EngineRegistryIndex', 'What the daemon knows of one registry.', {
  [of]: 'IndexInfo',
  key: omitted('The same as `Name`.'),
  Name: mapped(
    'String',
    (name: string) => name,
    'The registry, such as `docker.io` or `registry.example:5000`.',
  ),
  Mirrors: texts('Registries that are asked first, as URLs.'),
  Secure: flag('Whether TLS with a known certificate is demanded; false for an insecure registry.'),
  Official: flag('Whether it is Docker Hub.'),
});

const RegistryConfigType = record<RegistryConfig>(
  'EngineRegistryConfig',
  'How the daemon treats registries.',
  {
    [of]: 'RegistryServiceConfig',
    InsecureRegistryCIDRs: texts(
      'Address ranges in which registries may do without TLS or a known certificate.',
      {
        name: 'insecureCidrs',
      },
    ),
    IndexConfigs: entries(
      IndexType,
      (key, index) => ({ ...index, Name: index?.Name || key, key }),
      'What is set for single registries.',
      {
        name: 'indexes',
      },
    ),
    Mirrors: texts('Mirrors of Docker Hub, as URLs.'),
    AllowNondistributableArtifactsCIDRs: texts(
      'Address ranges of registries that non-distributable layers may be pushed to.',
      { name: 'allowNondistributableArtifactsCidrs', gone: '1.49' },
    ),
    AllowNondistributableArtifactsHostnames: texts(
      'Registries that non-distributable layers may be pushed to.',
      { gone: '1.49' },
    ),
  },
);

export type RegistryInfo = Pick<SystemInfo, 'IndexServerAddress' | 'RegistryConfig'>;

export const EngineRegistry = record<RegistryInfo>('EngineRegistry', 'Where images come from.', {
  [of]: 'SystemInfo',
  IndexServerAddress: text('The server that `docker search` and `docker login` use when none is named.'),
  RegistryConfig: object(RegistryConfigType, 'Mirrors and insecure registries.', { name: 'config' }),
});

export type ProxyInfo = Pick<SystemInfo, 'HttpProxy' | 'HttpsProxy' | 'NoProxy'>;

const proxy = (description: string, name: string) =>
  mapped('String', (address: string) => (address === '' ? null : withoutCredentials(address)), description, {
    name,
  });

export const EngineProxy = record<ProxyInfo>(
  'EngineProxy',
  'The proxies that the daemon itself uses, as for pulling. Users and passwords are masked. Containers do not inherit them.',
  {
    [of]: 'SystemInfo',
    HttpProxy: proxy('For HTTP (`HTTP_PROXY`); null for none.', 'http'),
    HttpsProxy: proxy('For HTTPS (`HTTPS_PROXY`); null for none.', 'https'),
    NoProxy: text(
      'Hosts that are reached without a proxy (`NO_PROXY`), separated by commas; null for none.',
      {
        name: 'exceptions',
      },
    ),
  },
);
