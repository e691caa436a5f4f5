/** What a network has in a swarm: the nodes that take part in it, and the services on it. */
import type { NetworkSummary } from '../../engine/types.ts';
import { type FieldBuilder, int, map, objects, record, text, texts } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { type NetworkModel, networkDetailsOf, networkVerboseOf } from './model.ts';
import { inspectedOnly, type ServiceInfo, type ServiceTask } from './wire.ts';

type Peer = NonNullable<NetworkSummary['Peers']>[number];

const NetworkPeer = record<Peer>(
  'NetworkPeer',
  'A node of the swarm that takes part in an overlay network.',
  {
    [of]: 'PeerInfo',
    Name: text('The ID of the peer in this network.'),
    IP: text('The address of the node.', { name: 'ip' }),
  },
);

const NetworkServiceTask = record<ServiceTask>(
  'NetworkServiceTask',
  'A task of a service, as a network reaches it.',
  {
    [of]: 'NetworkTaskInfo',
    Name: text('The name of the task, such as `web.1.zhwf1c53r5zgyk404k4dfmrmu`.'),
    EndpointID: text('The ID of its endpoint.', { name: 'endpointId' }),
    EndpointIP: text('Its address in the network.', { name: 'endpointIp' }),
    Info: map('More of it, such as `Host IP`, the address of its node.'),
  },
);

const NetworkService = record<{ readonly Name: string } & ServiceInfo>(
  'NetworkService',
  'A service of a swarm, as a network reaches it.',
  {
    [of]: 'ServiceInfo',
    Name: text('The name of the service; null for tasks and containers that belong to none.'),
    VIP: text('Its virtual address, behind which the tasks share the load; null where it has none.', {
      name: 'vip',
    }),
    Ports: texts('The ports it publishes.'),
    LocalLBIndex: int('Its number in the load balancer of this node.', { name: 'localLoadBalancerIndex' }),
    Tasks: objects(NetworkServiceTask, 'The tasks that serve it, on all nodes.'),
  },
);

export const swarmFields = (t: FieldBuilder<NetworkModel>) => ({
  peers: t.field({
    ...wire('NetworkSummary.Peers', 'NetworkInspect.Peers'),
    type: [NetworkPeer],
    nullable: true,
    description:
      'The nodes of the swarm that take part in it, this one too; none outside of a swarm. Needs `GET /networks/{id}` ' +
      'for a network of a swarm.',
    resolve: async (network) => {
      const { Peers, Scope } = network.summary;
      if (Peers || Scope === 'local') return Peers ?? [];
      const details = await networkDetailsOf(network);
      return details && (details.Peers ?? []);
    },
  }),
  services: t.field({
    ...wire('NetworkInspect.Services', 'GET /networks/{id}?verbose'),
    type: [NetworkService],
    nullable: true,
    description:
      'The services that are on it, with their tasks on all nodes; none outside of a swarm. Slow in a big one. Needs ' +
      '`GET /networks/{id}?verbose=1` for a network of a swarm.',
    resolve: async (network) => {
      if (network.summary.Scope === 'local') return [];
      const details = await networkVerboseOf(network);
      if (!details) return null;
      return Object.entries(inspectedOnly(details).Services ?? {}).map(([Name, service]) => ({
        Name,
        ...service,
      }));
    },
  }),
});
