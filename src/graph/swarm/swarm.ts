/** The noun Swarm. */
import type { StringMap, Swarm as SwarmData } from '../../engine/types.ts';
import { SwarmSpec, TlsInfo } from '../engine/info/swarm.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields, shortSwarmIdField } from '../kit/noun.ts';
import {
  type Columns,
  columnFields,
  flag,
  int,
  object,
  omitted,
  record,
  text,
  texts,
  time,
} from '../kit/record.ts';
import { version } from '../kit/version.ts';
import { of, wire } from '../kit/wire.ts';
import { Swarm, SwarmNode } from '../nouns.ts';
import { ownNodeId, swarmNodeById, swarmNodeModel } from '../swarm-node/model.ts';
import { SwarmCounts } from './counts.ts';
import { type SwarmModel, swarmOf } from './model.ts';

const sensitive = 'SENSITIVE: whoever has it can join this swarm';

const JoinTokens = record<NonNullable<SwarmData['JoinTokens']>>(
  'SwarmJoinTokens',
  'What new nodes prove with that they may join. Valid until rotated (`swarmTokensRotate`).',
  {
    [of]: 'JoinTokens',
    Worker: text(`For workers. ${sensitive}, and gets the secrets of the services that run on it then.`),
    Manager: text(`For managers. ${sensitive} as a manager, and steer all of it.`),
  },
);

const columns: Columns<SwarmData> = {
  [of]: 'Swarm',
  ID: omitted('written out as `dockerId`'),
  Version: version,
  CreatedAt: time('When the swarm was made.'),
  UpdatedAt: time('When its configuration last changed.'),
  Spec: object(SwarmSpec, 'How it is configured.'),
  TLSInfo: object(TlsInfo, 'The authority that certificates of nodes come from.', { name: 'tlsInfo' }),
  RootRotationInProgress: flag(
    'Whether the nodes are just getting certificates of a new authority (`swarmCaRotate`).',
  ),
  DefaultAddrPool: texts('Address ranges that overlay networks take their subnets from, as CIDR.'),
  SubnetSize: int('The prefix length of each such subnet.'),
  DataPathPort: int('The UDP port of overlay networks, 4789 by default.'),
  JoinTokens: object(
    JoinTokens,
    'What new nodes prove with that they may join. SENSITIVE: see its fields, and select it only where it is shown.',
  ),
};

const labelsOf = ({ data }: SwarmModel): StringMap => data.Spec?.Labels ?? {};

const listed = 'Joined from one `GET /nodes`.';

Swarm.implement({
  description:
    'A swarm: Engines that run services together. Only its managers show it; `engine { info { swarm } }` tells of any ' +
    'Engine how it stands to a swarm.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Swarm.ID'),
      nullable: false,
      description: "Docker's own ID: 25 letters and digits.",
    }),
    shortId: shortSwarmIdField(t),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives leaving and making another: the engine.',
      resolve: ({ scope }) => `${scope.name}/swarm`,
    }),
    engine: engineField(t),
    ...labelFields(t, labelsOf, 'SwarmSpec.Labels'),
    ...columnFields(t, columns, ({ data }: SwarmModel) => data, { certain: true }),
    unlockKey: t.string({
      ...wire('SwarmUnlockkeyResponse.UnlockKey'),
      nullable: true,
      description:
        'The key that a restarted manager needs (`swarmUnlock`), while `spec.encryptionConfig.autoLockManagers` is on; null ' +
        'while it is off. SENSITIVE: it decrypts what managers store, so keep it outside of the swarm. Needs ' +
        '`GET /swarm/unlockkey`.',
      resolve: async ({ scope }) => (await scope.loaders.swarm.unlockKey()).UnlockKey || null,
    }),
    counts: t.field({
      type: SwarmCounts,
      nullable: true,
      description: `How many nodes it has, of which kinds. ${listed}`,
      resolve: ({ scope }) => scope.loaders.nodes.all(),
    }),
    nodes: t.field({
      type: [SwarmNode],
      nullable: true,
      description: `All its nodes; \`swarmNodes\` filters and sorts them. ${listed}`,
      resolve: async ({ scope }) =>
        (await scope.loaders.nodes.all()).map((data) => swarmNodeModel(scope, data)),
    }),
    leader: t.field({
      type: SwarmNode,
      nullable: true,
      description: `The manager that leads; null while there is none. ${listed}`,
      resolve: async ({ scope }) => {
        const leader = (await scope.loaders.nodes.all()).find(({ ManagerStatus }) => ManagerStatus?.Leader);
        return leader ? swarmNodeModel(scope, leader) : null;
      },
    }),
    ownNode: t.field({
      type: SwarmNode,
      nullable: true,
      description: 'The node that this Engine is. Needs `GET /info` and `GET /nodes/{id}`.',
      resolve: async ({ scope }) => {
        const id = await ownNodeId(scope);
        return id ? swarmNodeById(scope, id) : null;
      },
    }),
    joinAddrs: t.field({
      type: ['String'],
      nullable: true,
      description: `Where new nodes join, for \`remoteAddrs\` of \`swarmJoin\`: the addresses of all managers that are reached. ${listed}`,
      resolve: async ({ scope }) =>
        (await scope.loaders.nodes.all()).flatMap(({ ManagerStatus }) =>
          ManagerStatus?.Addr && ManagerStatus.Reachability === 'reachable' ? [ManagerStatus.Addr] : [],
        ),
    }),
  }),
});

findNodesWith('Swarm', async (scope, id) => {
  const swarm = await swarmOf(scope);
  return swarm?.key === id ? swarm : null;
});
