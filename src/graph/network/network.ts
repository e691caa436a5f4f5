/** The noun Network. */
import type { NetworkSummary } from '../../engine/types.ts';
import { composeLabel, composeProjectOf, projectNameOf } from '../compose/model.ts';
import { entryOf } from '../kit/key-value.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import { type Columns, columnFields, flag, map, object, omitted, text, time, word } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { ComposeProject, Network } from '../nouns.ts';
import { pluginField } from '../plugin/drivers.ts';
import { containersField } from './containers.ts';
import { endpointsField } from './endpoints.ts';
import { NetworkScope } from './enums.ts';
import { NetworkIpam } from './ipam.ts';
import {
  isBuiltin,
  type NetworkModel,
  networkByName,
  networkFromSummary,
  networkLabelsOf,
  networkNameOf,
} from './model.ts';
import { statusField } from './status.ts';
import { swarmFields } from './swarm.ts';

const columns: Columns<NetworkSummary> = {
  [of]: ['NetworkSummary', 'NetworkInspect'],
  Id: omitted('written out as `dockerId`'),
  Name: omitted('written out, as it is never null'),
  Labels: omitted('written out as `labels` and `label`'),
  ConfigFrom: omitted('written out as `configFrom` and `configFromName`'),
  Created: time('When it was made; null for networks that only hold a configuration.', { name: 'createdAt' }),
  Driver: text(
    'The driver that makes it, such as `bridge`, `overlay`, `macvlan`, `ipvlan`, `host` or that of a plugin.',
  ),
  Scope: word(NetworkScope, 'How far it reaches.'),
  EnableIPv4: flag(
    'Whether endpoints get IPv4 addresses. Older Engines, which do not say, always give them.',
    { name: 'enableIpv4', since: '1.48' },
  ),
  EnableIPv6: flag('Whether endpoints get IPv6 addresses.', { name: 'enableIpv6' }),
  IPAM: object(NetworkIpam, 'How it gets and gives out addresses.', { name: 'ipam' }),
  Internal: flag('Whether there is no way out of it to other networks.'),
  Attachable: flag(
    'Whether single containers, not only services, may be connected to this network of a swarm.',
  ),
  Ingress: flag('Whether it is the network through which a swarm publishes ports on all nodes.'),
  ConfigOnly: flag(
    'Whether it only holds a configuration for other networks, and no container can be connected to it.',
  ),
  Options: map('Options of its driver.'),
  Peers: omitted('written out: the list does not have it for networks of a swarm'),
};

function stableKeyOf(network: NetworkModel): string {
  const labels = networkLabelsOf(network);
  const [project, own] = [projectNameOf(labels), entryOf(labels, composeLabel.network)];
  return `${network.scope.name}/${project && own ? `compose/${project}/${own}` : `name/${networkNameOf(network)}`}`;
}

Network.implement({
  description: 'A network that containers are connected to.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('NetworkSummary.Id', 'NetworkInspect.Id', 'NetworkCreateResponse.Id'),
      nullable: false,
      description: "Docker's own ID: 64 hexadecimal digits, or the 25 characters of a swarm's.",
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve characters of `dockerId`, as the CLI shows them.',
      resolve: ({ key }) => key.slice(0, 12),
    }),
    stableKey: t.string({
      nullable: false,
      description:
        'A key that survives recreation: engine, compose project and name there, or else engine and name.',
      resolve: stableKeyOf,
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('NetworkSummary.Name', 'NetworkInspect.Name'),
      nullable: false,
      description: 'The name.',
      resolve: networkNameOf,
    }),
    ...labelFields(t, networkLabelsOf, 'NetworkSummary.Labels', 'NetworkInspect.Labels'),
    isBuiltin: t.boolean({
      nullable: false,
      description: 'Whether the Engine made it itself (`bridge`, `host`, `none`) and it cannot be removed.',
      resolve: isBuiltin,
    }),
    ...columnFields(t, columns, ({ summary }: NetworkModel) => summary, { certain: true }),
    plugin: pluginField(t, ({ summary }: NetworkModel) => summary.Driver),
    subnets: t.stringList({
      nullable: false,
      description: 'The subnets of all its pools of addresses, in CIDR notation: `ipam.config` in short.',
      resolve: ({ summary }) => (summary.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet || []),
    }),
    configFromName: t.string({
      ...wire('ConfigReference.Network', 'NetworkSummary.ConfigFrom', 'NetworkInspect.ConfigFrom'),
      nullable: true,
      description: 'The name of the network whose configuration this one took over; null if none.',
      resolve: ({ summary }) => summary.ConfigFrom?.Network || null,
    }),
    configFrom: t.field({
      type: Network,
      nullable: true,
      description: 'The network whose configuration this one took over. Joined from one `GET /networks`.',
      resolve: async ({ scope, summary }) => {
        const name = summary.ConfigFrom?.Network;
        const source = name ? await networkByName(scope, name) : null;
        return source && networkFromSummary(scope, source);
      },
    }),
    containers: containersField(t),
    endpoints: endpointsField(t),
    status: statusField(t),
    ...swarmFields(t),
    composeProject: t.field({
      type: ComposeProject,
      nullable: true,
      description: 'The compose project its labels name.',
      resolve: (network) => composeProjectOf(network.scope, networkLabelsOf(network)),
    }),
    composeName: t.string({
      nullable: true,
      description:
        'What the compose file calls it, without the name of the project; null outside of compose.',
      resolve: (network) => entryOf(networkLabelsOf(network), composeLabel.network),
    }),
  }),
});

findNodesWith('Network', async (scope, key) => {
  const summary = await scope.loaders.networks.summary.load(key);
  return summary && networkFromSummary(scope, summary);
});
