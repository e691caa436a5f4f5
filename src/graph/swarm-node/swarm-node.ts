/** The noun SwarmNode. */
import type { SwarmNode as NodeData } from '../../engine/types.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields, shortSwarmIdField } from '../kit/noun.ts';
import { type Columns, columnFields, object, omitted, text, time, word } from '../kit/record.ts';
import { version } from '../kit/version.ts';
import { of, wire } from '../kit/wire.ts';
import { SwarmNode } from '../nouns.ts';
import { NodeAvailability, NodeRole } from './enums.ts';
import { hostnameOf, nodeLabelsOf, ownNodeId, type SwarmNodeModel, swarmNodeById } from './model.ts';
import { ManagerStatus, NodeDescription, NodeStatus } from './records.ts';
import { workFields } from './work.ts';

const columns: Columns<NodeData> = {
  [of]: 'Node',
  ID: omitted('written out as `dockerId`'),
  Version: version,
  CreatedAt: time('When it joined the swarm.'),
  UpdatedAt: time('When it, or what is known of it, last changed.'),
  Spec: omitted('its properties are fields of the node'),
  Description: object(NodeDescription, 'What it has told of itself; null before it has.'),
  Status: object(NodeStatus, 'Whether it is there.'),
  ManagerStatus: object(ManagerStatus, 'What it is among the managers; null for workers.'),
};

const specColumns: Columns<NonNullable<NodeData['Spec']>> = {
  [of]: 'NodeSpec',
  Name: text('A name that it was given with `swarmNodeUpdate`; null for most: they go by `hostname`.'),
  Labels: omitted('written out as `labels` and `label`'),
  Role: word(NodeRole, 'What it is wanted to be; `isManager` tells what it is.', {
    wire: ['Node.Spec'],
  }),
  Availability: word(NodeAvailability, 'Whether it gets tasks.'),
};

SwarmNode.implement({
  description:
    'A node of a swarm: a machine with an Engine of its own. Only managers know of them; the gateway need not serve the ' +
    'Engine of a node to show it.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Node.ID'),
      nullable: false,
      description: "Docker's own ID: 25 letters and digits.",
    }),
    shortId: shortSwarmIdField(t),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives leaving and joining again: engine and host name.',
      resolve: (node) => `${node.scope.name}/host/${hostnameOf(node) || node.key}`,
    }),
    engine: engineField(t),
    hostname: t.string({
      nullable: true,
      description: 'Its host name, as `docker node ls` shows it; null before the node has told it.',
      resolve: (node) => hostnameOf(node) || null,
    }),
    ...labelFields(t, nodeLabelsOf, 'NodeSpec.Labels'),
    ...columnFields(t, columns, ({ data }: SwarmNodeModel) => data),
    ...columnFields(t, specColumns, ({ data }: SwarmNodeModel) => data.Spec),
    isReady: t.boolean({
      nullable: false,
      description: 'Whether it is there and can work: `status.state` is `READY`.',
      resolve: ({ data }) => data.Status?.State === 'ready',
    }),
    isManager: t.boolean({
      nullable: false,
      description: 'Whether it is a manager now. A promotion or demotion takes a moment to become true.',
      resolve: ({ data }) => Boolean(data.ManagerStatus),
    }),
    isLeader: t.boolean({
      nullable: false,
      description: 'Whether it is the manager that leads the others.',
      resolve: ({ data }) => data.ManagerStatus?.Leader === true,
    }),
    isReachable: t.boolean({
      nullable: true,
      description: 'Whether the other managers reach it; null for workers.',
      resolve: ({ data }) => (data.ManagerStatus ? data.ManagerStatus.Reachability === 'reachable' : null),
    }),
    isSelf: t.boolean({
      nullable: true,
      description:
        'Whether it is the node of the Engine that told of it, which `engine` leads to. Needs `GET /info`.',
      resolve: async ({ scope, key }) => (await ownNodeId(scope)) === key,
    }),
    ...workFields(t),
  }),
});

findNodesWith('SwarmNode', swarmNodeById);
