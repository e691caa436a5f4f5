/** What nodes tell of themselves, and managers of them. */
import type { SwarmNode } from '../../engine/types.ts';
import { GenericResourceType } from '../engine/info/runtime.ts';
import { TlsInfo } from '../engine/info/swarm.ts';
import { KeyValueType, keyValues } from '../kit/key-value.ts';
import { flag, long, map, mappedList, object, objects, record, text, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { NodeReachability, NodeState } from './enums.ts';

type Description = NonNullable<SwarmNode['Description']>;
type Part<Key extends keyof Description> = NonNullable<Description[Key]>;
type Item<List> = List extends readonly (infer Each)[] ? Each : never;
type Engine = Part<'Engine'>;
type CsiInfo = Item<Part<'CSIInfo'>>;

const NodePlatform = record<Part<'Platform'>>('SwarmNodePlatform', 'What a node runs on.', {
  [of]: 'Platform',
  Architecture: text('The architecture, such as `x86_64`: as the system calls it, not as images do.'),
  OS: text('The operating system, such as `linux`.', { name: 'os' }),
});

const NodeResources = record<Part<'Resources'>>('SwarmNodeResources', 'What a node has for tasks.', {
  [of]: 'ResourceObject',
  NanoCPUs: long('Its processors, in billionths of one.', { name: 'nanoCpus' }),
  MemoryBytes: long('Its memory in bytes.'),
  GenericResources: objects(GenericResourceType, 'What it counts or names, such as graphics cards.'),
});

const NodePlugin = record<Item<NonNullable<Engine['Plugins']>>>(
  'SwarmNodePlugin',
  'A driver that tasks can use on a node, built-in or from a plugin.',
  {
    [of]: 'EngineDescription.Plugins[]',
    Type: text('What it is for: `Network`, `Volume`, `Log`, `Authorization`.'),
    Name: text('Its name.'),
  },
);

const NodeEngine = record<Engine>('SwarmNodeEngine', 'The Engine of a node.', {
  [of]: 'EngineDescription',
  EngineVersion: text('Its version, such as `28.5.2`.', { name: 'version' }),
  Labels: map('Labels from its `daemon.json`; services select by them as `engine.labels.<key>`.'),
  Plugins: objects(NodePlugin, 'Its drivers.'),
});

const NodeCsi = record<CsiInfo>('SwarmNodeCsi', 'A driver of cluster volumes on a node (CSI).', {
  [of]: 'NodeDescription.CSIInfo[]',
  PluginName: text('The name of its plugin.'),
  NodeID: text('What that plugin calls the node.', { name: 'nodeId' }),
  MaxVolumesPerNode: long('How many of its volumes can be on the node; 0 leaves that to the plugin.'),
  AccessibleTopology: mappedList(
    KeyValueType,
    ({ Segments }: NonNullable<CsiInfo['AccessibleTopology']>) => keyValues(Segments),
    'From which part of the storage the node is reached: domains such as `zone`, each with its value.',
    { wire: ['Topology.Segments'] },
  ),
});

export const NodeDescription = record<Description>(
  'SwarmNodeDescription',
  'What a node has told the managers of itself.',
  {
    [of]: 'NodeDescription',
    Hostname: text('Its host name.'),
    Platform: object(NodePlatform, 'What it runs on.'),
    Resources: object(NodeResources, 'What it has for tasks.'),
    Engine: object(NodeEngine, 'Its Engine.'),
    TLSInfo: object(TlsInfo, 'The authority that its certificate comes from.', { name: 'tlsInfo' }),
    CSIInfo: objects(NodeCsi, 'Its drivers of cluster volumes.', { name: 'csiInfo', since: '1.44' }),
  },
);

export const NodeStatus = record<NonNullable<SwarmNode['Status']>>(
  'SwarmNodeStatus',
  'Whether a node is there.',
  {
    [of]: 'NodeStatus',
    State: word(NodeState, 'Whether it is there.'),
    Message: text('More about that; null for nothing.'),
    Addr: text('The address that the managers see it at.', { name: 'address' }),
  },
);

export const ManagerStatus = record<NonNullable<SwarmNode['ManagerStatus']>>(
  'SwarmManagerStatus',
  'What a manager is among the managers.',
  {
    [of]: 'ManagerStatus',
    Leader: flag(
      'Whether it leads. Engines leave it out where it does not: null then, and `isLeader` is false.',
    ),
    Reachability: word(NodeReachability, 'Whether the others reach it.'),
    Addr: text('Where the others reach it, with port: what new nodes join at.', { name: 'address' }),
  },
);
