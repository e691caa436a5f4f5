/** How a swarm shall be configured: the parts of its spec as inputs, and what becomes of it. */
import type { Swarm, SwarmSpecBody } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import type { InputFields } from '../mutation/fields.ts';

type SwarmSpec = NonNullable<Swarm['Spec']>;

const OrchestrationInput = builder.inputType('SwarmOrchestrationInput', {
  ...mirrors('SwarmSpec.Orchestration'),
  description: 'How tasks are kept.',
  fields: (t) => ({
    taskHistoryRetentionLimit: t.field({
      type: 'Long',
      description: 'How many ended tasks are remembered for each replica; negative for all.',
    }),
  }),
});

const RaftInput = builder.inputType('SwarmRaftInput', {
  ...mirrors('SwarmSpec.Raft'),
  description: 'How managers agree (the Raft algorithm). Few have to change it.',
  fields: (t) => ({
    snapshotInterval: t.field({ type: 'Long', description: 'Log entries between two snapshots.' }),
    keepOldSnapshots: t.field({ type: 'Long', description: 'Snapshots kept beside the current one.' }),
    logEntriesForSlowFollowers: t.field({
      type: 'Long',
      description: 'Log entries kept after a snapshot for managers that lag behind.',
    }),
    electionTick: t.int({
      description:
        'Ticks (about seconds) without a word of the leader after which a manager stands for election: more than `heartbeatTick`.',
    }),
    heartbeatTick: t.int({ description: "Ticks (about seconds) between two of the leader's signs of life." }),
  }),
});

const DispatcherInput = builder.inputType('SwarmDispatcherInput', {
  ...mirrors('SwarmSpec.Dispatcher'),
  description: 'How managers and nodes keep in touch.',
  fields: (t) => ({
    heartbeatPeriod: t.field({
      type: 'Duration',
      description:
        'How often a node gives a sign of life, such as `5s`; without it for three times as long it is down.',
    }),
  }),
});

const ExternalCaInput = builder.inputType('SwarmExternalCaInput', {
  ...mirrors('SwarmSpec.CAConfig.ExternalCAs[]'),
  description: 'A certificate authority outside the swarm.',
  fields: (t) => ({
    protocol: t.string({
      description: 'How it is spoken with; `cfssl`, the only one there is, if left out.',
    }),
    url: t.string({ required: true, description: 'Where signing requests go.' }),
    options: t.field({ type: [KeyValueInput], description: 'Further options of the protocol.' }),
    caCert: t.string({ description: 'Its own certificate, in PEM; that of the swarm if left out.' }),
  }),
});

/** What `swarmUpdate` and `swarmCaRotate` have in common. */
export const caInputs = (t: InputFields) => ({
  nodeCertExpiry: t.field({
    type: 'Duration',
    description: 'How long the certificate of a node is valid, such as `2160h`; an hour at least.',
  }),
  externalCas: t.field({
    type: [ExternalCaInput],
    description: 'All authorities that sign instead of the managers; an empty list for none.',
  }),
  signingCaCert: t.string({
    description:
      'The certificate of the authority that shall sign, in PEM; the swarm makes its own if left out.',
  }),
  signingCaKey: t.string({
    description:
      'Its private key, in PEM: SENSITIVE, and nobody gets it back. Not needed where an external authority has it.',
  }),
});

const CaConfigInput = builder.inputType('SwarmCaConfigInput', {
  ...mirrors('SwarmSpec.CAConfig'),
  description: 'The certificates of nodes.',
  fields: (t) => ({
    ...caInputs(t),
    forceRotate: t.field({
      type: 'Long',
      description:
        'A counter: another number than before makes the swarm renew its authority. `swarmCaRotate` counts by itself.',
    }),
  }),
});

export type CaInput = typeof CaConfigInput.$inferInput;

const EncryptionInput = builder.inputType('SwarmEncryptionInput', {
  ...mirrors('SwarmSpec.EncryptionConfig'),
  description: 'Encryption of what managers store.',
  fields: (t) => ({
    autoLockManagers: t.boolean({
      description:
        'Whether a restarted manager waits for a key (`swarmUnlock`) before it can read its data. The key is `Swarm.unlockKey`.',
    }),
  }),
});

const LogDriverInput = builder.inputType('SwarmLogDriverInput', {
  ...mirrors('SwarmSpec.TaskDefaults.LogDriver'),
  description: 'A log driver with its options.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The driver, such as `json-file`.' }),
    options: t.field({ type: [KeyValueInput], description: 'Its options.' }),
  }),
});

const TaskDefaultsInput = builder.inputType('SwarmTaskDefaultsInput', {
  ...mirrors('SwarmSpec.TaskDefaults'),
  description: 'What new tasks get when their service does not say.',
  fields: (t) => ({
    logDriver: t.field({
      type: LogDriverInput,
      description:
        'The log driver. The API documents it, and Engines up to 29 take it and forget it: `warnings` says so then. Set it ' +
        'in the services, or in the `daemon.json` of the nodes.',
    }),
  }),
});

/** The parts of a spec. What is left out stays as it is, or as Docker has it by default. */
export const specInputs = (t: InputFields) => ({
  name: t.string({ description: 'The name of the swarm: Engines take `default` only.' }),
  orchestration: t.field({ type: OrchestrationInput, description: 'How tasks are kept.' }),
  raft: t.field({ type: RaftInput, description: 'How managers agree.' }),
  dispatcher: t.field({ type: DispatcherInput, description: 'How managers and nodes keep in touch.' }),
  caConfig: t.field({ type: CaConfigInput, description: 'The certificates of nodes.' }),
  encryptionConfig: t.field({ type: EncryptionInput, description: 'Encryption of what managers store.' }),
  taskDefaults: t.field({ type: TaskDefaultsInput, description: 'What new tasks get.' }),
});

interface SpecInput {
  readonly name?: string | null | undefined;
  readonly orchestration?: typeof OrchestrationInput.$inferInput | null | undefined;
  readonly raft?: typeof RaftInput.$inferInput | null | undefined;
  readonly dispatcher?: typeof DispatcherInput.$inferInput | null | undefined;
  readonly caConfig?: CaInput | null | undefined;
  readonly encryptionConfig?: typeof EncryptionInput.$inferInput | null | undefined;
  readonly taskDefaults?: typeof TaskDefaultsInput.$inferInput | null | undefined;
}

const externalCaBody = (ca: typeof ExternalCaInput.$inferInput) => ({
  Protocol: ca.protocol ?? 'cfssl',
  URL: ca.url,
  Options: mapOf(ca.options),
  CACert: ca.caCert ?? undefined,
});

/** The part of the spec that certificates are in. */
export const caBody = (
  current: SwarmSpec['CAConfig'],
  input: CaInput | null | undefined,
): SwarmSpecBody['CAConfig'] => ({
  ...current,
  NodeCertExpiry: input?.nodeCertExpiry ?? current?.NodeCertExpiry,
  ExternalCAs: input?.externalCas?.map(externalCaBody) ?? current?.ExternalCAs,
  SigningCACert: input?.signingCaCert ?? current?.SigningCACert,
  SigningCAKey: input?.signingCaKey ?? current?.SigningCAKey,
  ForceRotate: input?.forceRotate ?? current?.ForceRotate,
});

/**
 * The spec with the wishes in it, whole, as the Engine wants it: what it lacks would go back to Docker's defaults.
 *
 * @param current the spec there is; empty for a new swarm
 * @param labels all labels, where they change
 */
export function specBody(
  current: SwarmSpec,
  input: SpecInput,
  labels: Record<string, string> | undefined,
): SwarmSpecBody {
  const { orchestration, raft, dispatcher, encryptionConfig, taskDefaults } = input;
  const { Orchestration, Raft, Dispatcher, EncryptionConfig, TaskDefaults } = current;
  const logDriver = taskDefaults?.logDriver;
  return {
    ...current,
    Name: input.name ?? current.Name,
    Labels: labels ?? current.Labels,
    Orchestration: {
      TaskHistoryRetentionLimit:
        orchestration?.taskHistoryRetentionLimit ?? Orchestration?.TaskHistoryRetentionLimit,
    },
    Raft: {
      SnapshotInterval: raft?.snapshotInterval ?? Raft?.SnapshotInterval,
      KeepOldSnapshots: raft?.keepOldSnapshots ?? Raft?.KeepOldSnapshots,
      LogEntriesForSlowFollowers: raft?.logEntriesForSlowFollowers ?? Raft?.LogEntriesForSlowFollowers,
      ElectionTick: raft?.electionTick ?? Raft?.ElectionTick,
      HeartbeatTick: raft?.heartbeatTick ?? Raft?.HeartbeatTick,
    },
    Dispatcher: { HeartbeatPeriod: dispatcher?.heartbeatPeriod ?? Dispatcher?.HeartbeatPeriod },
    CAConfig: caBody(current.CAConfig, input.caConfig),
    EncryptionConfig: {
      AutoLockManagers: encryptionConfig?.autoLockManagers ?? EncryptionConfig?.AutoLockManagers,
    },
    TaskDefaults: logDriver
      ? { LogDriver: { Name: logDriver.name, Options: mapOf(logDriver.options) } }
      : TaskDefaults,
  };
}

/** What was asked for and is not in the swarm afterwards, in sentences. */
export function warningsOf({ taskDefaults }: SpecInput, after: SwarmSpec): readonly string[] {
  const wanted = taskDefaults?.logDriver;
  if (!wanted || after.TaskDefaults?.LogDriver?.Name === wanted.name) return [];
  return [
    `The Engine took \`taskDefaults.logDriver\` (${wanted.name}) and did not keep it: set it in the services, or in the daemon.json of the nodes.`,
  ];
}
