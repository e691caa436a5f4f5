/** What a network has in a swarm: the nodes that take part in it, and the services on it. */
import { EngineError } from '../../engine/errors.ts';
import { swarmRefusal } from '../../engine/swarm-refusal.ts';
import type { NetworkSummary, Service as ServiceEntry } from '../../engine/types.ts';
import { type FieldBuilder, int, map, objects, record, text, texts } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Service } from '../nouns.ts';
import { networkIdsOf, type ServiceModel, serviceModel, serviceNameOf } from '../service/model.ts';
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

/** An Engine that is no manager knows no services, and so none on a network of its own. */
function noneElsewhere(error: unknown): readonly ServiceEntry[] {
  const refusal = error instanceof EngineError ? swarmRefusal(error) : undefined;
  if (refusal === 'inactive' || refusal === 'not_manager') return [];
  throw error;
}

async function servicesOf({ scope, key, summary }: NetworkModel): Promise<readonly ServiceModel[]> {
  const listed = scope.loaders.services.all();
  const all = await (summary.Scope === 'local' ? listed.catch(noneElsewhere) : listed);
  return all
    .map((data) => serviceModel(scope, data))
    .filter((service) => networkIdsOf(service).includes(key))
    .sort((a, b) => (serviceNameOf(a) < serviceNameOf(b) ? -1 : 1));
}

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
    type: [Service],
    nullable: true,
    description:
      'The services of the swarm whose tasks are connected to it, by name. Only managers know. Joined from one ' +
      '`GET /services`.',
    resolve: servicesOf,
  }),
  serviceEndpoints: t.field({
    ...wire('NetworkInspect.Services', 'GET /networks/{id}?verbose'),
    type: [NetworkService],
    nullable: true,
    description:
      'How the network itself reaches services, with their tasks on all nodes; none outside of a swarm. Slow in a big one. ' +
      'Needs `GET /networks/{id}?verbose=1` for a network of a swarm.',
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
