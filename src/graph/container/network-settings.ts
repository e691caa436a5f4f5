/** The network name space of a container, and what is left of the days when there was only one network. */
import type { NetworkSettings } from '../../engine/types.ts';
import { flag, int, objects, omitted, record, text } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { portBindings } from './port-bindings.ts';

const legacy = 'Of the default network (`bridge`, on Windows `nat`) only: see `networks` of the container.';
const neverSet = 'Docker never sets it.';

const NetworkAddress = record<NonNullable<NetworkSettings['SecondaryIPAddresses']>[number]>(
  'NetworkAddress',
  'An IP address with the length of its prefix.',
  {
    [of]: 'Address',
    Addr: text('The address.', { name: 'address' }),
    PrefixLen: int('The length of its prefix in bits.', { name: 'prefixLength' }),
  },
);

export const ContainerNetworkSettingsType = record<NetworkSettings>(
  'ContainerNetworkSettings',
  'The network name space of a container. Its addresses are in `networks` of the container; what is here of them is for ' +
    'those who used the API before there were several networks.',
  {
    [of]: 'NetworkSettings',
    SandboxID: text('Its network name space by its ID; null while it is not running.'),
    SandboxKey: text('The file on the host that stands for its network name space.'),
    Ports: portBindings('Its ports while it is running, also those that are bound to nothing on the host.'),
    Networks: omitted('`networks` of the container has them, as edges to the networks.'),
    Bridge: text('The bridge of the default network, if the Engine was told to use another one.', {
      gone: '1.52',
    }),
    EndpointID: text(`Its connection by its ID. ${legacy}`),
    Gateway: text(`The IPv4 gateway. ${legacy}`),
    IPAddress: text(`Its IPv4 address. ${legacy}`),
    IPPrefixLen: int(`The length of the prefix of its IPv4 address. ${legacy}`, { name: 'ipPrefixLength' }),
    IPv6Gateway: text(`The IPv6 gateway. ${legacy}`),
    GlobalIPv6Address: text(`Its IPv6 address. ${legacy}`),
    GlobalIPv6PrefixLen: int(`The length of the prefix of its IPv6 address. ${legacy}`, {
      name: 'globalIpv6PrefixLength',
    }),
    MacAddress: text(`Its MAC address. ${legacy}`),
    HairpinMode: flag(`Whether it reaches itself by the address of the host. ${neverSet}`),
    LinkLocalIPv6Address: text(`Its link-local IPv6 address. ${neverSet}`),
    LinkLocalIPv6PrefixLen: int(`The length of the prefix of that address. ${neverSet}`, {
      name: 'linkLocalIpv6PrefixLength',
    }),
    SecondaryIPAddresses: objects(NetworkAddress, `Further IPv4 addresses. ${neverSet}`),
    SecondaryIPv6Addresses: objects(NetworkAddress, `Further IPv6 addresses. ${neverSet}`),
  },
);

/** What docker has always called the network of containers that ask for none. */
const defaultNetworks = ['bridge', 'nat'];

/**
 * The settings with all that old clients look for. API 1.52 left the address in the default network to `Networks`, and
 * with it what had never been anything but empty.
 */
export function wholeSettings(settings: NetworkSettings): NetworkSettings {
  const name = defaultNetworks.find((each) => settings.Networks?.[each]);
  const endpoint = name === undefined ? undefined : settings.Networks?.[name];
  return {
    EndpointID: endpoint?.EndpointID ?? null,
    Gateway: endpoint?.Gateway ?? null,
    IPAddress: endpoint?.IPAddress ?? null,
    IPPrefixLen: endpoint?.IPPrefixLen ?? 0,
    IPv6Gateway: endpoint?.IPv6Gateway ?? null,
    GlobalIPv6Address: endpoint?.GlobalIPv6Address ?? null,
    GlobalIPv6PrefixLen: endpoint?.GlobalIPv6PrefixLen ?? 0,
    MacAddress: endpoint?.MacAddress ?? null,
    HairpinMode: false,
    LinkLocalIPv6PrefixLen: 0,
    ...settings,
  };
}
