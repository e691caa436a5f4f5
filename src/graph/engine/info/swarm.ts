/** The swarm as `docker info` shows it, with the records that the swarm itself is described by. */
import type { SystemInfo } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import {
  duration,
  flag,
  int,
  long,
  map,
  mapped,
  object,
  objects,
  omitted,
  record,
  text,
  texts,
  time,
  word,
} from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

type Swarm = NonNullable<SystemInfo['Swarm']>;
type Cluster = NonNullable<Swarm['Cluster']>;
type Spec = NonNullable<Cluster['Spec']>;
type Part<Key extends keyof Spec> = NonNullable<Spec[Key]>;
type ExternalCa = NonNullable<Part<'CAConfig'>['ExternalCAs']>[number];
type Peer = NonNullable<Swarm['RemoteManagers']>[number];
type LogDriver = NonNullable<Part<'TaskDefaults'>['LogDriver']>;

export const SwarmNodeState = enumOf('LocalNodeState', 'How an Engine stands to a swarm.', {
  '': { name: 'NONE', description: 'The Engine knows no swarms.' },
  inactive: 'It is in no swarm.',
  pending: 'It is about to join one.',
  active: 'It is a node of one.',
  error: 'It is a node of one and something is wrong: see `error`.',
  locked: 'It is a manager of one, waiting for the key to its data.',
});

const Orchestration = record<Part<'Orchestration'>>('SwarmOrchestration', 'How tasks are kept.', {
  [of]: 'SwarmSpec.Orchestration',
  TaskHistoryRetentionLimit: long('How many ended tasks are remembered for each replica; negative for all.'),
});

const Raft = record<Part<'Raft'>>('SwarmRaft', 'How managers agree (the Raft algorithm).', {
  [of]: 'SwarmSpec.Raft',
  SnapshotInterval: long('Log entries between two snapshots.'),
  KeepOldSnapshots: long('Snapshots kept beside the current one.'),
  LogEntriesForSlowFollowers: long('Log entries kept after a snapshot for managers that lag behind.'),
  ElectionTick: int(
    'Ticks (about seconds) without a word of the leader after which a manager stands for election.',
  ),
  HeartbeatTick: int("Ticks (about seconds) between two of the leader's signs of life."),
});

const Dispatcher = record<Part<'Dispatcher'>>('SwarmDispatcher', 'How managers and nodes keep in touch.', {
  [of]: 'SwarmSpec.Dispatcher',
  HeartbeatPeriod: duration('How often a node gives a sign of life.'),
});

const ExternalCaType = record<ExternalCa>('SwarmExternalCa', 'A certificate authority outside the swarm.', {
  [of]: 'SwarmSpec.CAConfig.ExternalCAs[]',
  Protocol: text('How it is spoken with: `cfssl`.'),
  URL: text('Where signing requests go.', { name: 'url' }),
  Options: map('Further options of the protocol.'),
  CACert: text('Its own certificate, in PEM.', { name: 'caCert' }),
});

const CaConfig = record<Part<'CAConfig'>>('SwarmCaConfig', 'The certificates of nodes.', {
  [of]: 'SwarmSpec.CAConfig',
  NodeCertExpiry: duration('How long the certificate of a node is valid.'),
  ExternalCAs: objects(ExternalCaType, 'Authorities that sign instead of the managers.', {
    name: 'externalCas',
  }),
  SigningCACert: text('The wanted certificate of the signing authority, in PEM.', { name: 'signingCaCert' }),
  SigningCAKey: omitted(
    'A private key: managers never send it back, and nobody should read it here if one did.',
  ),
  ForceRotate: long('A counter: raising it makes the swarm renew its authority.'),
});

const Encryption = record<Part<'EncryptionConfig'>>('SwarmEncryption', 'Encryption of what managers store.', {
  [of]: 'SwarmSpec.EncryptionConfig',
  AutoLockManagers: flag('Whether a restarted manager waits for a key before it can read its data.'),
});

const LogDriverType = record<LogDriver>('SwarmLogDriver', 'A log driver with its options.', {
  [of]: 'SwarmSpec.TaskDefaults.LogDriver',
  Name: text('The driver, such as `json-file`.'),
  Options: map('Its options.'),
});

const TaskDefaults = record<Part<'TaskDefaults'>>(
  'SwarmTaskDefaults',
  'What new tasks get when their service does not say.',
  {
    [of]: 'SwarmSpec.TaskDefaults',
    LogDriver: object(LogDriverType, 'The log driver; null for the default of each node.'),
  },
);

export const SwarmSpec = record<Spec>('SwarmSpec', 'How a swarm is configured.', {
  [of]: 'SwarmSpec',
  Name: text('The name of the swarm, `default` by default.'),
  Labels: map('The labels of the swarm.'),
  Orchestration: object(Orchestration, 'How tasks are kept.'),
  Raft: object(Raft, 'How managers agree.'),
  Dispatcher: object(Dispatcher, 'How managers and nodes keep in touch.'),
  CAConfig: object(CaConfig, 'The certificates of nodes.', { name: 'caConfig' }),
  EncryptionConfig: object(Encryption, 'Encryption of what managers store.'),
  TaskDefaults: object(TaskDefaults, 'What new tasks get.'),
});

export const TlsInfo = record<NonNullable<Cluster['TLSInfo']>>(
  'SwarmTlsInfo',
  'The authority that certificates of nodes come from.',
  {
    [of]: 'TLSInfo',
    TrustRoot: text('Its certificates, in PEM.'),
    CertIssuerSubject: text('The subject of the issuer, base64 of its DER bytes.'),
    CertIssuerPublicKey: text('The public key of the issuer, base64 of its DER bytes.'),
  },
);

const ClusterType = record<Cluster>('SwarmCluster', 'The swarm itself, as its managers know it.', {
  [of]: 'ClusterInfo',
  ID: text("Docker's own ID of the swarm.", { name: 'dockerId' }),
  Version: mapped(
    'Long',
    (version: NonNullable<Cluster['Version']>) => version.Index ?? null,
    'The version of this record, which an update has to name.',
    { name: 'versionIndex' },
  ),
  CreatedAt: time('When the swarm was made.'),
  UpdatedAt: time('When its configuration last changed.'),
  Spec: object(SwarmSpec, 'How it is configured.'),
  TLSInfo: object(TlsInfo, 'The authority that certificates of nodes come from.', { name: 'tlsInfo' }),
  RootRotationInProgress: flag('Whether the nodes are just getting certificates of a new authority.'),
  DataPathPort: int('The UDP port of overlay networks, 4789 by default.'),
  DefaultAddrPool: texts('Address ranges that overlay networks take their subnets from.'),
  SubnetSize: int('The prefix length of each such subnet.'),
});

const PeerType = record<Peer>('SwarmPeer', 'A manager of the swarm.', {
  [of]: 'PeerNode',
  NodeID: text("Docker's own ID of the node.", { name: 'nodeId' }),
  Addr: text('Where it is reached, with port.', { name: 'address' }),
});

export const SwarmInfo = record<Swarm>('SwarmInfo', 'How this Engine stands to a swarm.', {
  [of]: 'SwarmInfo',
  NodeID: text('Its own ID as a node; null outside a swarm.', { name: 'nodeId' }),
  NodeAddr: text('The address other nodes reach it at; null outside a swarm.', { name: 'nodeAddress' }),
  LocalNodeState: word(SwarmNodeState, 'Whether it is in a swarm.'),
  ControlAvailable: flag('Whether it is a manager: only managers answer questions about the swarm.'),
  Error: text('What is wrong; null for nothing.'),
  RemoteManagers: objects(PeerType, 'The managers it knows; empty outside a swarm.'),
  Nodes: int('How many nodes the swarm has; null but on managers.'),
  Managers: int('How many managers the swarm has; null but on managers.'),
  Cluster: object(ClusterType, 'The swarm itself; null but on managers.'),
  Warnings: texts('What the managers want operators to know.'),
});
