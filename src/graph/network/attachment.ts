/** How a container is connected to a network: the fields of the edge, the same from either end. */
import type { EndpointSettings } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { type ContainerModel, detailsOf } from '../container/model.ts';
import {
  type Columns,
  columnFields,
  type FieldBuilder,
  long,
  map,
  mapped,
  omitted,
  text,
  texts,
} from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Network } from '../nouns.ts';
import { networkByName, networkFromSummary } from './model.ts';

/** Compares texts by code unit, so that lists from maps are in the same order each time. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface Attachment {
  readonly container: ContainerModel;
  /** The key of the endpoint in the container's settings: the network's name, or what it was asked for by. */
  readonly name: string;
  readonly endpoint: EndpointSettings;
}

/** The list of containers always has null for these. */
type InspectedOnly = 'Aliases' | 'Links' | 'DNSNames' | 'DriverOpts';

const running = 'null while the container does not run';
const inspected = 'Needs `GET /containers/{id}/json`.';
/** A prefix of 0 is that of an address which is not there. */
const prefixLength = (value: number | bigint): number | null => Number(value) || null;

const listedColumns: Columns<Omit<EndpointSettings, InspectedOnly>> = {
  [of]: 'EndpointSettings',
  NetworkID: text('The ID of the network; null until the container is started for the first time.', {
    name: 'networkId',
  }),
  EndpointID: text(`The ID of the endpoint; ${running}.`, { name: 'endpointId' }),
  IPAddress: text(`The IPv4 address in this network; ${running}.`, { name: 'ipv4' }),
  IPPrefixLen: mapped('Int', prefixLength, `The length of the IPv4 network prefix in bits; ${running}.`, {
    name: 'ipv4PrefixLength',
  }),
  GlobalIPv6Address: text(`The IPv6 address in this network; ${running} and where the network has no IPv6.`, {
    name: 'ipv6',
  }),
  GlobalIPv6PrefixLen: mapped(
    'Int',
    prefixLength,
    'The length of the IPv6 network prefix in bits; null without IPv6.',
    {
      name: 'ipv6PrefixLength',
    },
  ),
  Gateway: text(`The IPv4 address of the router; ${running} and in networks without one.`),
  IPv6Gateway: text('The IPv6 address of the router; null without IPv6.', { name: 'ipv6Gateway' }),
  MacAddress: text(`The hardware address, such as \`02:42:ac:11:00:04\`; ${running}, if none was asked for.`),
  GwPriority: long('Which network the default route goes through: the one with the highest number.', {
    name: 'gatewayPriority',
    since: '1.48',
  }),
  IPAMConfig: omitted('written out: its link-local addresses are not in the list'),
};

const inspectedColumns: Columns<Pick<EndpointSettings, InspectedOnly>> = {
  [of]: 'EndpointSettings',
  Aliases: texts(
    `Other names of the container in this network that were asked for; see \`dnsNames\` for all. ${inspected}`,
  ),
  Links: texts(`Legacy links to other containers, as \`container:alias\`. ${inspected}`),
  DNSNames: texts(`All names that the Engine's DNS answers to in this network. ${inspected}`, {
    name: 'dnsNames',
    since: '1.44',
  }),
  DriverOpts: map(`Options given to the driver of the network for this endpoint. ${inspected}`, {
    name: 'driverOptions',
  }),
};

/** The endpoint as inspect has it, whole; null when the container has gone or was disconnected meanwhile. */
async function inspectedEndpointOf({ container, name }: Attachment): Promise<EndpointSettings | null> {
  const endpoint = (await detailsOf(container))?.NetworkSettings?.Networks?.[name];
  if (!endpoint?.Aliases) return endpoint ?? null;
  // Below API 1.45 the Engine adds the short ID, which nobody has asked for.
  const shortId = container.key.slice(0, 12);
  return { ...endpoint, Aliases: endpoint.Aliases.filter((alias) => alias !== shortId) };
}

const EndpointIpamConfig = builder.objectRef<Attachment>('EndpointIpamConfig').implement({
  description: 'The addresses that were asked for when a container was connected to a network.',
  fields: (t) => ({
    ipv4Address: t.string({
      ...wire('EndpointIPAMConfig.IPv4Address'),
      nullable: true,
      description: 'The IPv4 address that was asked for; null for any.',
      resolve: ({ endpoint }) => endpoint.IPAMConfig?.IPv4Address || null,
    }),
    ipv6Address: t.string({
      ...wire('EndpointIPAMConfig.IPv6Address'),
      nullable: true,
      description: 'The IPv6 address that was asked for; null for any.',
      resolve: ({ endpoint }) => endpoint.IPAMConfig?.IPv6Address || null,
    }),
    linkLocalIps: t.stringList({
      ...wire('EndpointIPAMConfig.LinkLocalIPs'),
      nullable: true,
      description: `Link-local addresses beside it, IPv4 or IPv6. ${inspected}`,
      resolve: async (attachment) => {
        const endpoint = await inspectedEndpointOf(attachment);
        return endpoint && (endpoint.IPAMConfig?.LinkLocalIPs ?? []);
      },
    }),
  }),
});

/** All that is known of an endpoint, and the network it is in. */
export const attachmentFields = (t: FieldBuilder<Attachment>) => ({
  network: t.field({
    type: Network,
    nullable: true,
    description: 'The network; null when it has been removed meanwhile. Joined from one `GET /networks`.',
    resolve: async ({ container: { scope }, name, endpoint }) => {
      const { NetworkID } = endpoint;
      // Podman has the name there too.
      const summary = await (NetworkID && NetworkID !== name
        ? scope.loaders.networks.summary.load(NetworkID)
        : networkByName(scope, name));
      return summary && networkFromSummary(scope, summary);
    },
  }),
  networkName: t.exposeString('name', {
    nullable: false,
    description:
      'The name of the network. Before the first start it may be the ID, if the network was asked for by that.',
  }),
  ...columnFields(t, listedColumns, ({ endpoint }: Attachment) => endpoint),
  ipamConfig: t.field({
    ...wire('EndpointSettings.IPAMConfig'),
    type: EndpointIpamConfig,
    nullable: true,
    description: 'The addresses that were asked for; null when none were.',
    resolve: (attachment) => (attachment.endpoint.IPAMConfig ? attachment : null),
  }),
  ...columnFields(t, inspectedColumns, inspectedEndpointOf),
});
