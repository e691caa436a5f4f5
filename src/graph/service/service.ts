/** The noun Service. */
import type { Service as ServiceEntry } from '../../engine/types.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import {
  type Columns,
  columnFields,
  long,
  object,
  objects,
  omitted,
  record,
  text,
  time,
  word,
} from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Service } from '../nouns.ts';
import { serviceLogsField } from '../swarm/logs/tail.ts';
import { type Item, versionIndex } from '../task/spec/columns.ts';
import { TaskPlacement } from '../task/spec/task-spec.ts';
import { countFields } from './counts.ts';
import { edgeFields } from './edges.ts';
import { type Endpoint, EndpointPort, EndpointSpec } from './endpoint.ts';
import { ServiceMode, ServiceUpdateState } from './enums.ts';
import { imageFields } from './image.ts';
import {
  modeOf,
  modeWordOf,
  type ServiceModel,
  serviceLabelsOf,
  serviceModel,
  serviceNameOf,
  templateOf,
  totalCompletionsOf,
} from './model.ts';
import { networksField } from './networks.ts';
import { publishedPortsField } from './published-ports.ts';
import { ServiceSpec } from './spec.ts';

type Part<Key extends keyof ServiceEntry> = NonNullable<ServiceEntry[Key]>;

const ServiceVirtualIp = record<Item<NonNullable<Endpoint['VirtualIPs']>>>(
  'ServiceVirtualIp',
  'The virtual address of a service in one network.',
  {
    [of]: 'Service.Endpoint.VirtualIPs[]',
    NetworkID: text('The ID of the network.', { name: 'networkId' }),
    Addr: text('The address, in CIDR notation.', { name: 'address' }),
  },
);

const ServiceEndpoint = record<Endpoint>('ServiceEndpoint', 'How a service is reached.', {
  [of]: 'Service.Endpoint',
  Spec: object(EndpointSpec, 'What was asked for.'),
  Ports: objects(EndpointPort, 'The ports that it publishes: those the swarm has chosen are filled in.'),
  VirtualIPs: objects(ServiceVirtualIp, 'Its virtual address in each of its networks.', {
    name: 'virtualIps',
  }),
});

const ServiceUpdateStatus = record<Part<'UpdateStatus'>>(
  'ServiceUpdateStatus',
  'How far the last update or rollback of a service has come.',
  {
    [of]: 'Service.UpdateStatus',
    State: word(ServiceUpdateState, 'How far it has come.'),
    StartedAt: time('When it began.'),
    CompletedAt: time('When it was over; null while it is not.'),
    Message: text('How it is, in words, such as `update in progress`.'),
  },
);

const ServiceStatus = record<Part<'ServiceStatus'>>(
  'ServiceStatus',
  'The tasks of a service, counted by the managers.',
  {
    [of]: 'Service.ServiceStatus',
    RunningTasks: long('How many run now.'),
    DesiredTasks: long('How many there should be now.'),
    CompletedTasks: long('How many of a job have ended well.'),
  },
);

const ServiceJobStatus = record<Part<'JobStatus'>>('ServiceJobStatus', 'The runs of a job.', {
  [of]: 'Service.JobStatus',
  JobIteration: versionIndex(
    'Which run it is, beginning with 0: each update that forces one begins another.',
  ),
  LastExecution: time('When it was last begun.'),
});

const columns: Columns<ServiceEntry> = {
  [of]: 'Service',
  ID: omitted('written out as `dockerId`'),
  Version: versionIndex('The version of this service: it grows with each change.', {
    name: 'versionIndex',
    wire: ['ObjectVersion.Index'],
  }),
  CreatedAt: time('When it was made.'),
  UpdatedAt: time('When it was last changed, by whomever.'),
  Spec: object(ServiceSpec, 'What was asked for, whole; `effectiveSpec` fills in what nobody asked for.'),
  PreviousSpec: object(ServiceSpec, 'What was asked for before the last update: a rollback goes back to it.'),
  Endpoint: object(ServiceEndpoint, 'How it is reached.'),
  UpdateStatus: object(ServiceUpdateStatus, 'How far its last update has come; null if it never had one.'),
  ServiceStatus: object(
    ServiceStatus,
    'The counts of its tasks as they came with a list; null for one found by itself, whose counts `runningTasks` and the ' +
      'others ask for.',
    { name: 'serviceStatus', wire: ['GET /services?status'] },
  ),
  JobStatus: object(ServiceJobStatus, 'The runs of a job; null for what is no job.'),
};

Service.implement({
  description:
    'A service of a swarm: a wish for tasks, which its managers keep fulfilled. Only managers know about services; others ' +
    'answer with a code that says so.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Service.ID', 'ServiceCreateResponse.ID'),
      nullable: false,
      description: "Docker's own ID, 25 characters.",
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve characters of `dockerId`, as the CLI shows them.',
      resolve: ({ key }) => key.slice(0, 12),
    }),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives recreation: engine and name.',
      resolve: (service) => `${service.scope.name}/service/${serviceNameOf(service)}`,
    }),
    engine: engineField(t),
    name: t.string({ nullable: false, description: 'The name.', resolve: serviceNameOf }),
    ...labelFields(t, serviceLabelsOf),
    mode: t.field({
      type: ServiceMode,
      nullable: false,
      description: 'How many tasks it has, and whether they are to end.',
      resolve: modeOf,
    }),
    modeRaw: t.string({
      nullable: true,
      description: "The Engine's own word for `mode`, which is the name of the one property of `Spec.Mode`.",
      resolve: modeWordOf,
    }),
    replicas: t.field({
      type: 'Long',
      nullable: true,
      description: 'How many tasks were asked for; null unless `mode` is `REPLICATED`.',
      resolve: ({ data }) => data.Spec?.Mode?.Replicated?.Replicas ?? null,
    }),
    totalCompletions: t.int({
      nullable: true,
      description: 'How many tasks of the job have to end well; null unless `mode` is `REPLICATED_JOB`.',
      resolve: totalCompletionsOf,
    }),
    ...countFields(t),
    ...imageFields(t),
    ...columnFields(t, columns, ({ data }: ServiceModel) => data, { certain: true }),
    effectiveSpec: t.field({
      ...wire('GET /services/{id}?insertDefaults'),
      type: ServiceSpec,
      nullable: true,
      description:
        'What holds: `spec` with the values that the swarm uses where nobody said any, as `docker service inspect` prints it. ' +
        'Null once the service is gone. Each service is a call of its own: `GET /services/{id}?insertDefaults=1`.',
      resolve: async ({ scope, key }) =>
        (await scope.loaders.services.inspectDefaults.load(key))?.Spec ?? null,
    }),
    placement: t.field({
      type: TaskPlacement,
      nullable: true,
      description: 'Which nodes its tasks may be given to: `spec.taskTemplate.placement`. Null for any node.',
      resolve: (service) => templateOf(service).Placement ?? null,
    }),
    publishedPorts: publishedPortsField(t),
    networks: networksField(t),
    ...edgeFields(t),
    logs: serviceLogsField(t),
  }),
});

findNodesWith('Service', async (scope, id) => {
  const data = await scope.loaders.services.inspect.load(id);
  return data?.ID ? serviceModel(scope, data) : null;
});
