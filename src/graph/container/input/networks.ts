/** How a container is to be connected to networks. */
import type { EndpointBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { checkRef, given, inside, type Place, since } from '../../mutation/input-error.ts';

const endpointFields = (t: InputFields) => ({
  aliases: t.stringList({
    description: 'Further names of the container in this network. Not in the default network.',
  }),
  ipv4: t.string({ description: 'The IPv4 address, such as `172.28.0.10`; a free one if left out.' }),
  ipv6: t.string({ description: 'The IPv6 address; a free one, where the network has IPv6, if left out.' }),
  linkLocalIps: t.stringList({ description: 'Link-local addresses beside it, IPv4 or IPv6.' }),
  macAddress: t.string({
    description: 'The hardware address, such as `02:42:ac:11:00:04`; made up if left out.',
    since: '1.44',
  }),
  links: t.stringList({
    description: 'Legacy links to other containers, as `container:alias`: use `aliases` there instead.',
  }),
  driverOptions: t.field({
    type: [KeyValueInput],
    description: 'Options for the driver of the network, for this container.',
  }),
  gatewayPriority: t.int({
    description: 'The default route goes through the network with the highest number; 0 if left out.',
    since: '1.48',
  }),
});

export const EndpointInput = builder.inputType('EndpointInput', {
  ...mirrors('EndpointSettings', {
    driverOptions: 'EndpointSettings.DriverOpts',
    gatewayPriority: 'EndpointSettings.GwPriority',
    ipv4: ['EndpointIPAMConfig.IPv4Address', 'EndpointSettings.IPAMConfig'],
    ipv6: 'EndpointIPAMConfig.IPv6Address',
    linkLocalIps: 'EndpointIPAMConfig.LinkLocalIPs',
  }),
  description: 'Addresses and names of a container in a network. What is left out the Engine chooses.',
  fields: endpointFields,
});

export const ContainerNetworkInput = builder.inputType('ContainerNetworkInput', {
  ...mirrors('EndpointSettings', {
    driverOptions: 'EndpointSettings.DriverOpts',
    gatewayPriority: 'EndpointSettings.GwPriority',
    ipv4: ['EndpointIPAMConfig.IPv4Address', 'EndpointSettings.IPAMConfig'],
    ipv6: 'EndpointIPAMConfig.IPv6Address',
    linkLocalIps: 'EndpointIPAMConfig.LinkLocalIPs',
  }),
  description: 'A network to connect a container to, with its addresses and names there.',
  fields: (t) => ({
    network: t.id({
      required: true,
      description: 'The network: global ID, ID, unique prefix of one, or name.',
    }),
    ...endpointFields(t),
  }),
});

export type EndpointWish = typeof EndpointInput.$inferInput;
export type NetworkWish = typeof ContainerNetworkInput.$inferInput;

/** An empty list is no wish. */
const filled = <Item>(list: readonly Item[] | null | undefined): readonly Item[] | undefined =>
  list?.length ? list : undefined;

/** @throws InputError for what is not `container:alias` */
export function checkLinks(links: readonly string[] | null | undefined, place: Place): void {
  for (const [index, link] of (links ?? []).entries()) {
    checkRef(inside(place, 'links', index), 'object', link.split(':')[0]);
  }
}

/**
 * An endpoint's settings, of what was given and nothing else.
 *
 * @throws InputError for links that cannot be, and for what the API of the Engine does not have yet
 */
export function endpointBody(input: EndpointWish, place: Place): EndpointBody {
  const { ipv4, ipv6 } = input;
  checkLinks(input.links, place);
  const linkLocalIps = filled(input.linkLocalIps);
  const asksForAddress = ipv4 || ipv6 || linkLocalIps;
  return {
    IPAMConfig: asksForAddress
      ? { IPv4Address: given(ipv4), IPv6Address: given(ipv6), LinkLocalIPs: linkLocalIps }
      : undefined,
    Aliases: filled(input.aliases),
    MacAddress: since(inside(place, 'macAddress'), '1.44', input.macAddress),
    Links: filled(input.links),
    DriverOpts: mapOf(filled(input.driverOptions)),
    GwPriority: since(inside(place, 'gatewayPriority'), '1.48', input.gatewayPriority),
  };
}

/** Whether nothing is wished for beyond the connection itself. */
export const isPlain = (endpoint: EndpointBody): boolean =>
  Object.values(endpoint).every((value) => value === undefined);
