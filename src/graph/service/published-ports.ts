/** Where the ports of a service can be reached, which is in three places of the API. */
import type { SwarmNode as NodeEntry, Task as TaskEntry } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { PortProtocol } from '../container/enums.ts';
import type { FieldBuilder } from '../kit/record.ts';
import type { EndpointPortShape } from './endpoint.ts';
import { PortPublishMode } from './enums.ts';
import type { ServiceModel } from './model.ts';

interface PublishedPortModel {
  readonly service: ServiceModel;
  readonly port: EndpointPortShape;
}

const isHostMode = ({ PublishMode }: EndpointPortShape): boolean => PublishMode === 'host';

/** `[fd00::1]:80`: without the brackets nobody knows where the address ends. */
const written = (address: string, port: unknown): string =>
  `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;

const addressOf = (node: NodeEntry | undefined | null): string | null => node?.Status?.Addr || null;

/** Those that a node tells of this port of its task; the same one comes for IPv4 and IPv6. */
const portsOfTask = (task: TaskEntry, { TargetPort, Protocol }: EndpointPortShape) =>
  (task.Status?.PortStatus?.Ports ?? [])
    .filter((port) => port.TargetPort === TargetPort && (port.Protocol ?? 'tcp') === (Protocol ?? 'tcp'))
    .map(({ PublishedPort }) => PublishedPort);

async function hostAddresses({ service, port }: PublishedPortModel): Promise<string[]> {
  const { scope, key } = service;
  const tasks = (await scope.loaders.tasks.byService.load(key)) ?? [];
  const running = tasks.filter(({ Status }) => Status?.State === 'running');
  const found = running.map(async (task) => {
    const address = addressOf(task.NodeID ? await scope.loaders.nodes.byId.load(task.NodeID) : null);
    return address ? portsOfTask(task, port).map((published) => written(address, published)) : [];
  });
  return (await Promise.all(found)).flat();
}

async function ingressAddresses({ service: { scope }, port }: PublishedPortModel): Promise<string[]> {
  const published = port.PublishedPort;
  if (!published) return [];
  const ready = (await scope.loaders.nodes.all()).filter(({ Status }) => Status?.State === 'ready');
  return ready.flatMap((node) => {
    const address = addressOf(node);
    return address ? [written(address, published)] : [];
  });
}

const ServicePort = builder.objectRef<PublishedPortModel>('ServicePort').implement({
  description: 'A port that a service publishes, and where it can be reached.',
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'The name that it was given; null for none.',
      resolve: ({ port }) => port.Name || null,
    }),
    containerPort: t.int({
      nullable: false,
      description: 'The port inside the containers.',
      resolve: ({ port }) => Number(port.TargetPort ?? 0),
    }),
    protocol: t.field({
      type: PortProtocol.ref,
      nullable: false,
      description: 'The transport.',
      resolve: ({ port }) => PortProtocol.of(port.Protocol ?? 'tcp') ?? 'UNKNOWN',
    }),
    protocolRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `protocol`.",
      resolve: ({ port }) => port.Protocol ?? 'tcp',
    }),
    hostPort: t.int({
      nullable: true,
      description:
        'The port that it is reached by from outside; null with the mode `HOST` where each node chose one: see `addresses`.',
      resolve: ({ port }) => Number(port.PublishedPort ?? 0) || null,
    }),
    publishMode: t.field({
      type: PortPublishMode.ref,
      nullable: false,
      description: 'On which nodes it can be reached.',
      resolve: ({ port }) => PortPublishMode.of(port.PublishMode ?? 'ingress') ?? 'UNKNOWN',
    }),
    publishModeRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `publishMode`.",
      resolve: ({ port }) => port.PublishMode ?? 'ingress',
    }),
    addresses: t.stringList({
      nullable: true,
      description:
        'Where it can be reached, as `address:port`: on all nodes that are ready, or with the mode `HOST` on those where a task ' +
        'of it runs. The addresses are those by which nodes know each other. Needs `GET /nodes`, and `GET /tasks` for the mode ' +
        '`HOST`.',
      resolve: async (model) => {
        const found = await (isHostMode(model.port) ? hostAddresses(model) : ingressAddresses(model));
        return [...new Set(found)].sort();
      },
    }),
  }),
});

export const publishedPortsField = (t: FieldBuilder<ServiceModel>) =>
  t.field({
    type: [ServicePort],
    nullable: false,
    description: 'The ports that can be reached from outside of the swarm.',
    resolve: (service) => {
      const { Endpoint, Spec } = service.data;
      const ports = Endpoint?.Ports ?? Endpoint?.Spec?.Ports ?? Spec?.EndpointSpec?.Ports ?? [];
      return ports.map((port) => ({ service, port }));
    },
  });
