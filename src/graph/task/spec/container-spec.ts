/** The container that a task is made of. */
import type { ContainerSpec as Spec } from '../../../engine/types.ts';
import { Isolation } from '../../container/enums.ts';
import { environmentColumn } from '../../container/environment.ts';
import { HealthCheckConfigType } from '../../container/health.ts';
import { Ulimit } from '../../container/host-config/devices.ts';
import { HostMount } from '../../container/host-config/mounts.ts';
import { flag, int, long, map, object, objects, record, text, texts, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { type ContainerPart, exactDuration, type Item, presence } from './columns.ts';
import { TaskPrivileges } from './privileges.ts';

type SecretUse = Item<ContainerPart<'Secrets'>>;
type ConfigUse = Item<ContainerPart<'Configs'>>;

const mode = 'Its permissions, as a number: 292 is octal 0444.';

const SecretFile = record<NonNullable<SecretUse['File']>>(
  'TaskSecretFile',
  'The file that a secret is in the containers of a service.',
  {
    [of]: 'TaskSpec.ContainerSpec.Secrets[].File',
    Name: text('The path, below `/run/secrets` where it is not absolute.'),
    UID: text('The user that owns it, by number.'),
    GID: text('The group that owns it, by number.'),
    Mode: long(mode),
  },
);

const TaskSecret = record<SecretUse>('TaskSecret', 'A secret that the containers of a service get.', {
  [of]: 'TaskSpec.ContainerSpec.Secrets[]',
  SecretID: text("Docker's own ID of the secret.", { name: 'secretId' }),
  SecretName: text('The name of the secret, as it was when the service was written.'),
  File: object(SecretFile, 'The file that it is in there.'),
});

const ConfigFile = record<NonNullable<ConfigUse['File']>>(
  'TaskConfigFile',
  'The file that a config is in the containers of a service.',
  {
    [of]: 'TaskSpec.ContainerSpec.Configs[].File',
    Name: text('The path, below `/` where it is not absolute.'),
    UID: text('The user that owns it, by number.'),
    GID: text('The group that owns it, by number.'),
    Mode: long(mode),
  },
);

const TaskConfig = record<ConfigUse>('TaskConfig', 'A config that the containers of a service get.', {
  [of]: 'TaskSpec.ContainerSpec.Configs[]',
  ConfigID: text("Docker's own ID of the config.", { name: 'configId' }),
  ConfigName: text('The name of the config, as it was when the service was written.'),
  File: object(ConfigFile, 'The file that it is in there; null where it is no file.'),
  Runtime: presence(
    'True where it is no file of the container, but meant for whatever makes that, such as a credential spec; else null.',
    { name: 'isRuntime' },
  ),
});

const TaskDns = record<ContainerPart<'DNSConfig'>>(
  'TaskDns',
  'How the containers of a service resolve names. What is empty comes from the node.',
  {
    [of]: 'TaskSpec.ContainerSpec.DNSConfig',
    Nameservers: texts('Addresses of DNS servers.', { name: 'servers' }),
    Search: texts('Domains that short names are looked up in.'),
    Options: texts('Options of the resolver, such as `ndots:2`.'),
  },
);

export const ContainerSpec = record<Spec>(
  'ContainerSpec',
  'The container that each task of a service is made of.',
  {
    [of]: 'TaskSpec.ContainerSpec',
    Image: text('The image, as its reference: mostly with the digest that its tag had when it was written.'),
    Labels: map('Labels of the containers. Those of the service are `labels` of the service.'),
    Command: texts('The program and its arguments in place of the entrypoint of the image; empty for that.'),
    Args: texts('The arguments of the entrypoint; empty for those of the image.'),
    Hostname: text('The host name that processes inside see; null is the short ID of the container.'),
    Env: environmentColumn('The environment, in the order given. Secrets are often found here.'),
    Dir: text('The directory its main process starts in; null is that of the image.', { name: 'workingDir' }),
    User: text('Who its processes run as: name or number of a user, optionally `:` and a group.'),
    Groups: texts('Groups its processes are in beside that of their user, by name or number.'),
    Privileges: object(
      TaskPrivileges,
      'What it may do on its node; null for what any container may do there.',
    ),
    TTY: flag('Whether it has a terminal.'),
    OpenStdin: flag('Whether its standard input stays open.'),
    ReadOnly: flag('Whether its own files cannot be written; volumes and other mounts can.', {
      name: 'readonlyRootfs',
    }),
    Mounts: objects(HostMount, 'What is mounted into it. Volumes are those of the node that a task is on.'),
    StopSignal: text('The signal that asks it to stop; null is that of the image, or `SIGTERM`.'),
    StopGracePeriod: exactDuration(
      'How long it has to stop before it is killed; null is the default, 10 seconds.',
    ),
    Healthcheck: object(HealthCheckConfigType, 'Its health check; null for that of the image.'),
    Hosts: texts('Entries of its hosts file, as that has them: an address and one or more names.'),
    DNSConfig: object(TaskDns, 'How it resolves names; null as the node does.', { name: 'dns' }),
    Secrets: objects(TaskSecret, 'The secrets that it gets.'),
    Configs: objects(TaskConfig, 'The configs that it gets.'),
    Isolation: word(Isolation, 'How it is kept apart from its host (Windows).'),
    Init: flag('Whether an init process reaps orphans in it (`--init`); null is the default of each Engine.'),
    Sysctls: map('Kernel parameters of its name spaces.'),
    CapabilityAdd: texts('Kernel capabilities beyond the default ones, such as `CAP_NET_ADMIN`.', {
      name: 'capAdd',
    }),
    CapabilityDrop: texts('Kernel capabilities that are taken away; `ALL` is all.', { name: 'capDrop' }),
    Ulimits: objects(Ulimit, 'Limits of each process, beside the defaults of the Engine.'),
    OomScoreAdj: int(
      'How early it is killed when memory runs out on the node: -1000 (never) to 1000 (first).',
      { since: '1.46' },
    ),
  },
);
