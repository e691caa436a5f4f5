/** The noun Task. */
import type { Task as TaskEntry } from '../../engine/types.ts';
import { fromSummary } from '../container/model.ts';
import { GenericResourceType } from '../engine/info/runtime.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import { type Columns, columnFields, object, objects, omitted, record, text, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Container, Service, SwarmNode, Task } from '../nouns.ts';
import { serviceModel } from '../service/model.ts';
import { taskLogsField } from '../swarm/logs/tail.ts';
import { swarmNodeModel } from '../swarm-node/model.ts';
import { networksField } from './attachments.ts';
import { TaskState } from './enums.ts';
import {
  ageOf,
  desiredStateOf,
  isCurrent,
  nameWith,
  placeOf,
  serviceOf,
  stateOf,
  type TaskModel,
  taskLabelsOf,
  taskModel,
} from './model.ts';
import { type Item, versionIndex } from './spec/columns.ts';
import { TaskSpec } from './spec/task-spec.ts';
import { TaskStatus } from './status.ts';

const TaskVolume = record<Item<NonNullable<TaskEntry['Volumes']>>>(
  'TaskVolume',
  'A cluster volume that a task was given for one of its mounts.',
  {
    [of]: 'Task.Volumes[]',
    ID: text("The swarm's ID of the volume.", { name: 'swarmId' }),
    Source: text('What the mount asked for: the name of the volume, or of a group of volumes.'),
    Target: text('The path inside the container.'),
  },
);

const columns: Columns<TaskEntry> = {
  [of]: 'Task',
  ID: omitted('written out as `dockerId`'),
  Name: omitted('written out as `name`, which it is where the Engine has one'),
  Labels: omitted('written out as `labels` and `label`'),
  Slot: omitted('written out as `slot`, since 0 is left out on the wire'),
  NodeID: text('The ID of the node that it was given to; null while it waits for one.', { name: 'nodeId' }),
  ServiceID: text('The ID of its service; null for what belongs to none.', { name: 'serviceId' }),
  DesiredState: omitted('written out as `desiredState`, as it is never null'),
  NetworksAttachments: omitted('written out as `networks`, as edges to the networks'),
  Version: versionIndex('The version of this record: it grows with each change of the task.', {
    name: 'versionIndex',
  }),
  CreatedAt: time('When it was made.'),
  UpdatedAt: time('When it last changed in any way.'),
  Spec: object(TaskSpec, 'What it was made from: that of its service as it was then.'),
  Status: object(TaskStatus, 'How it is, as its node last told.'),
  GenericResources: objects(
    GenericResourceType,
    'Of what its node counts or names, such as graphics cards, what was given to it.',
    { name: 'assignedGenericResources' },
  ),
  JobIteration: versionIndex(
    'Of a job, which of its runs it belongs to, beginning with 0; null for what is no job.',
  ),
  Volumes: objects(TaskVolume, 'The cluster volumes that it was given.', { since: '1.42' }),
};

const joined = 'Many are joined from one';

Task.implement({
  description:
    'A task: one container of a service, planned, running or over. The swarm never starts one again but puts another in its ' +
    'place, and remembers the last few. The Engine sends no events of tasks: a live query that has read them, or their ' +
    'counts, looks at them regularly (`DOCKGRAPH_TASKS_POLL`), and soon after anything that hints at a change.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Task.ID'),
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
      description: 'A key that its successors have too: engine, service, and its place in that.',
      resolve: ({ scope, key, data }) =>
        `${scope.name}/task/${data.ServiceID ? `${data.ServiceID}/${placeOf(data)}` : key}`,
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('Task.Name'),
      nullable: true,
      description:
        'What `docker service ps` calls it: its service and its number there, such as `web.1`, or the ID of its node where it ' +
        `has no number. ${joined} \`GET /services\`.`,
      resolve: async (task) => nameWith(task.data, await serviceOf(task)),
    }),
    ...labelFields(t, taskLabelsOf, 'Task.Labels'),
    slot: t.field({
      ...wire('Task.Slot'),
      type: 'Long',
      nullable: true,
      description:
        'Its number among the replicas of its service, which its successor has too; null for one of a global service, and ' +
        'for number 0 of a job.',
      resolve: ({ data }) => data.Slot || null,
    }),
    state: t.field({
      type: TaskState.ref,
      nullable: false,
      description: 'Where it is in its life.',
      resolve: (task) => TaskState.of(stateOf(task)) ?? 'UNKNOWN',
    }),
    stateRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `state`.",
      resolve: stateOf,
    }),
    desiredState: t.field({
      ...wire('Task.DesiredState'),
      type: TaskState.ref,
      nullable: false,
      description: 'Where the swarm wants it to be: `RUNNING`, or `SHUTDOWN` once another has its place.',
      resolve: (task) => TaskState.of(desiredStateOf(task)) ?? 'UNKNOWN',
    }),
    desiredStateRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `desiredState`.",
      resolve: desiredStateOf,
    }),
    error: t.string({
      nullable: true,
      description: 'What went wrong, or what it waits for; null for nothing. `status.error` in short.',
      resolve: ({ data }) => data.Status?.Err || null,
    }),
    exitCode: t.field({
      type: 'Long',
      nullable: true,
      description: 'How its container ended; null while it runs, and where it never ran.',
      resolve: ({ data }) => {
        const { ContainerStatus: status, State: state } = data.Status ?? {};
        return status && state !== 'running' && state !== 'starting' ? (status.ExitCode ?? 0) : null;
      },
    }),
    age: t.field({
      type: 'Duration',
      nullable: true,
      description: 'For how long it has been in its state, as `docker service ps` shows it.',
      resolve: ageOf,
    }),
    isCurrent: t.boolean({
      nullable: true,
      description:
        'Whether it has its place in the service now. False for those before it, which `docker service ps` marks with `\\_`. ' +
        `${joined} \`GET /tasks\`.`,
      resolve: isCurrent,
    }),
    ...columnFields(t, columns, ({ data }: TaskModel) => data, { certain: true }),
    networks: networksField(t),
    service: t.field({
      type: Service,
      nullable: true,
      description: `Its service; null once that has been removed. ${joined} \`GET /services\`.`,
      resolve: async (task) => {
        const data = await serviceOf(task);
        return data && serviceModel(task.scope, data);
      },
    }),
    node: t.field({
      type: SwarmNode,
      nullable: true,
      description: `The node that it was given to; null while it waits for one. ${joined} \`GET /nodes\`.`,
      resolve: async ({ scope, data }) => {
        const node = data.NodeID ? await scope.loaders.nodes.byId.load(data.NodeID) : null;
        return node && swarmNodeModel(scope, node);
      },
    }),
    container: t.field({
      type: Container,
      nullable: true,
      description:
        'Its container, if this Engine has it. Null where the task is on another node, whose Engine has to be asked; before ' +
        `there is a container; and once that has been removed. ${joined} \`GET /containers/json\`.`,
      resolve: async ({ scope, data }) => {
        const id = data.Status?.ContainerStatus?.ContainerID;
        const summary = id ? await scope.loaders.containers.summary.load(id) : null;
        return summary && fromSummary(scope, summary);
      },
    }),
    logs: taskLogsField(t),
  }),
});

findNodesWith('Task', async (scope, id) => {
  const data = await scope.loaders.tasks.inspect.load(id);
  return data?.ID ? taskModel(scope, data) : null;
});
