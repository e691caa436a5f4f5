/** What a service is given of its swarm: networks, secrets and configs. */
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { changedList, checkChange } from './change.ts';
import type { ConfigBody, ContainerSpecBody, NetworkBody, SecretBody, SpecBody } from './spec-types.ts';

export const ServiceNetworkInput = builder.inputType('ServiceNetworkInput', {
  ...mirrors('NetworkAttachmentConfig', {
    network: 'NetworkAttachmentConfig.Target',
    driverOptions: 'NetworkAttachmentConfig.DriverOpts',
  }),
  description: 'A network to attach the tasks of a service to.',
  fields: (t) => ({
    network: t.id({
      required: true,
      description: 'The network: global ID, ID, unique prefix of one, or name.',
    }),
    aliases: t.stringList({ description: 'Further names of the service in this network.' }),
    driverOptions: t.field({
      type: [KeyValueInput],
      description: 'Options for the driver of the network, for this service.',
    }),
  }),
});

const fileFields = (t: InputFields) => ({
  target: t.string({
    description:
      'The file inside the tasks: a name, which is put where the daemon puts such files, or an absolute path. Its own name if ' +
      'left out.',
  }),
  uid: t.string({ description: 'The user that the file belongs to, by number; `0` if left out.' }),
  gid: t.string({ description: 'The group that the file belongs to, by number; `0` if left out.' }),
  mode: t.string({ description: 'Its permissions in octal; `0444` if left out.' }),
});

export const ServiceSecretInput = builder.inputType('ServiceSecretInput', {
  ...mirrors('TaskSpec.ContainerSpec.Secrets[].File', {
    secret: ['TaskSpec.ContainerSpec.Secrets[].SecretID', 'TaskSpec.ContainerSpec.Secrets[].SecretName'],
    target: ['TaskSpec.ContainerSpec.Secrets[].File.Name', 'TaskSpec.ContainerSpec.Secrets[].File'],
  }),
  description: 'A secret to show to the tasks of a service as a file in `/run/secrets`.',
  fields: (t) => ({
    secret: t.id({
      required: true,
      description: 'The secret: global ID, ID, unique prefix of one, or name.',
    }),
    ...fileFields(t),
  }),
});

export const ServiceConfigInput = builder.inputType('ServiceConfigInput', {
  ...mirrors('TaskSpec.ContainerSpec.Configs[].File', {
    config: ['TaskSpec.ContainerSpec.Configs[].ConfigID', 'TaskSpec.ContainerSpec.Configs[].ConfigName'],
    target: ['TaskSpec.ContainerSpec.Configs[].File.Name', 'TaskSpec.ContainerSpec.Configs[].File'],
  }),
  description: 'A config to show to the tasks of a service as a file, in `/` if its `target` is just a name.',
  fields: (t) => ({
    config: t.id({
      required: true,
      description: 'The config: global ID, ID, unique prefix of one, or name.',
    }),
    ...fileFields(t),
  }),
});

/** An object of the swarm, as a service refers to it. */
export interface FoundObject {
  readonly id: string;
  readonly name: string;
}

/** What the references in an input were found to mean, by the references themselves. */
export interface FoundRefs {
  readonly network: (ref: string) => FoundObject;
  readonly secret: (ref: string) => FoundObject;
  readonly config: (ref: string) => FoundObject;
}

export interface AttachmentWish {
  readonly networks?: readonly NetworkWish[] | null | undefined;
  readonly addNetworks?: readonly NetworkWish[] | null | undefined;
  readonly removeNetworks?: readonly string[] | null | undefined;
  readonly secrets?: readonly SecretWish[] | null | undefined;
  readonly addSecrets?: readonly SecretWish[] | null | undefined;
  readonly removeSecrets?: readonly string[] | null | undefined;
  readonly configs?: readonly ConfigWish[] | null | undefined;
  readonly addConfigs?: readonly ConfigWish[] | null | undefined;
  readonly removeConfigs?: readonly string[] | null | undefined;
}

type NetworkWish = typeof ServiceNetworkInput.$inferInput;
type SecretWish = typeof ServiceSecretInput.$inferInput;
type ConfigWish = typeof ServiceConfigInput.$inferInput;
type FileWish = Omit<SecretWish, 'secret'>;

const readable = 0o444;

function modeOf(mode: string | null | undefined, place: Place): number {
  if (mode === null || mode === undefined) return readable;
  if (!/^[0-7]{1,5}$/.test(mode)) refuse(place, `cannot be "${mode}": give octal digits, such as \`0444\`.`);
  return Number.parseInt(mode, 8);
}

const fileBody = (wish: FileWish, name: string, place: Place) => ({
  Name: wish.target || name,
  UID: wish.uid || '0',
  GID: wish.gid || '0',
  Mode: modeOf(wish.mode, inside(place, 'mode')),
});

/** @throws InputError for two files of one name: one would hide the other */
function checkTargets(
  items: readonly { readonly File?: { readonly Name?: string | null | undefined } | null | undefined }[],
  place: Place,
): void {
  const seen = new Set<string>();
  for (const { File } of items) {
    const name = File?.Name ?? '';
    if (File && seen.has(name))
      refuse(place, `makes the file "${name}" twice: give one of them another \`target\`.`);
    seen.add(name);
  }
}

function secretsBody(
  current: ContainerSpecBody['Secrets'],
  wish: AttachmentWish,
  found: FoundRefs,
  place: Place,
): readonly SecretBody[] | undefined {
  const { secrets, addSecrets, removeSecrets } = wish;
  checkChange(place, 'secrets', { all: secrets, add: addSecrets, remove: removeSecrets });
  const bodies = (field: 'secrets' | 'addSecrets') =>
    wish[field]?.map((secret, index): SecretBody => {
      const { id, name } = found.secret(secret.secret);
      return {
        File: fileBody(secret, name, inside(place, field, index)),
        SecretID: id,
        SecretName: name,
      };
    });
  const gone = new Set(removeSecrets?.map((ref) => found.secret(ref).id));
  const after = changedList(
    current,
    { all: bodies('secrets'), add: bodies('addSecrets'), remove: removeSecrets && [] },
    ({ SecretID, File }) => `${SecretID}:${File?.Name}`,
    ({ SecretID }) => gone.has(SecretID ?? ''),
  );
  if (after) checkTargets(after, inside(place, secrets ? 'secrets' : 'addSecrets'));
  return after;
}

/** Given to the runtime, not shown as a file: what a credential spec stands in. */
const isForRuntime = ({ Runtime }: ConfigBody): boolean => Runtime !== null && Runtime !== undefined;

/**
 * @param runtimeConfig the ref of the config that a new credential spec stands in
 * @param keepsRuntime whether the credential spec stays as it is, and its config with it
 */
function configsBody(
  current: ContainerSpecBody['Configs'],
  wish: AttachmentWish,
  found: FoundRefs,
  place: Place,
  runtime: RuntimeConfig,
): readonly ConfigBody[] | undefined {
  const { configs, addConfigs, removeConfigs } = wish;
  checkChange(place, 'configs', { all: configs, add: addConfigs, remove: removeConfigs });
  const bodies = (field: 'configs' | 'addConfigs') =>
    wish[field]?.map((config, index): ConfigBody => {
      const { id, name } = found.config(config.config);
      return {
        File: fileBody(config, name, inside(place, field, index)),
        ConfigID: id,
        ConfigName: name,
      };
    });
  const gone = new Set(removeConfigs?.map((ref) => found.config(ref).id));
  const files = changedList(
    (current ?? []).filter((config) => !isForRuntime(config)),
    { all: bodies('configs'), add: bodies('addConfigs'), remove: removeConfigs && [] },
    ({ ConfigID, File }) => `${ConfigID}:${File?.Name}`,
    ({ ConfigID }) => gone.has(ConfigID ?? ''),
  );
  if (files) checkTargets(files, inside(place, configs ? 'configs' : 'addConfigs'));
  if (!files && runtime.isKept) return undefined;
  const kept = files ?? (current ?? []).filter((config) => !isForRuntime(config));
  if (runtime.isKept) return [...kept, ...(current ?? []).filter(isForRuntime)];
  if (runtime.ref === undefined) return kept;
  const { id, name } = found.config(runtime.ref);
  return [...kept, { ConfigID: id, ConfigName: name, Runtime: {} }];
}

interface RuntimeConfig {
  /** Nothing was wished for: what there is stays. */
  readonly isKept: boolean;
  /** The config of the new credential spec; undefined where it has none. */
  readonly ref?: string | undefined;
}

/** @throws InputError for a list that is both replaced and changed, and for two files of one name */
export const filesBody = (
  current: ContainerSpecBody,
  wish: AttachmentWish,
  found: FoundRefs,
  place: Place,
  runtime: RuntimeConfig,
): { readonly [Key in 'Secrets' | 'Configs']: ContainerSpecBody[Key] } => ({
  Secrets: secretsBody(current.Secrets, wish, found, place),
  Configs: configsBody(current.Configs, wish, found, place, runtime),
});

/**
 * The networks of the tasks; undefined where nothing was wished for.
 *
 * @throws InputError for a list that is both replaced and changed, and for a network that is given twice
 */
export function networksBody(
  current: SpecBody | undefined,
  wish: AttachmentWish,
  found: FoundRefs,
  place: Place,
): readonly NetworkBody[] | undefined {
  const { networks, addNetworks, removeNetworks } = wish;
  checkChange(place, 'networks', { all: networks, add: addNetworks, remove: removeNetworks });
  const bodies = (field: 'networks' | 'addNetworks') => {
    const seen = new Set<string>();
    return wish[field]?.map((network, index): NetworkBody => {
      const { id } = found.network(network.network);
      if (seen.has(id)) refuse(inside(place, field, index, 'network'), 'is there for the second time.');
      seen.add(id);
      return { Target: id, Aliases: given(network.aliases), DriverOpts: mapOf(network.driverOptions) };
    });
  };
  const gone = new Set(removeNetworks?.map((ref) => found.network(ref).id));
  const there = current?.TaskTemplate?.Networks;
  return changedList(
    // Old clients put them beside the template of the tasks, which the daemon still takes.
    there?.length ? there : current?.Networks,
    { all: bodies('networks'), add: bodies('addNetworks'), remove: removeNetworks && [] },
    ({ Target }) => Target ?? '',
    ({ Target }) => gone.has(Target ?? ''),
  );
}
