/** What each task of a service is made from. */
import type { TaskSpec as Spec } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { limit } from '../../container/host-config/limit.ts';
import { flag, long, map, object, objects, record, text, texts, word } from '../../kit/record.ts';
import { of, wire } from '../../kit/wire.ts';
import { TaskRestartCondition, TaskRuntime } from '../enums.ts';
import { exactDuration, type Item, type TaskPart } from './columns.ts';
import { ContainerSpec } from './container-spec.ts';
import { TaskResources } from './resources.ts';

type Placement = TaskPart<'Placement'>;
type Preference = Item<NonNullable<Placement['Preferences']>>;

const PlacementPreference = builder.objectRef<Preference>('PlacementPreference').implement({
  description: 'By what tasks are spread over nodes.',
  fields: (t) => ({
    spread: t.string({
      ...wire('TaskSpec.Placement.Preferences[].Spread.SpreadDescriptor'),
      nullable: true,
      description:
        'The label whose values get as many tasks each, such as `node.labels.rack` (`Spread.SpreadDescriptor`).',
      resolve: ({ Spread }) => Spread?.SpreadDescriptor || null,
    }),
  }),
});

const PlacementPlatform = record<Item<NonNullable<Placement['Platforms']>>>(
  'PlacementPlatform',
  'A platform that the image of a service was built for.',
  {
    [of]: 'Platform',
    Architecture: text('The CPU architecture, such as `x86_64` or `amd64`; null for any.'),
    OS: text('The operating system, such as `linux`; null for any.'),
  },
);

export const TaskPlacement = record<Placement>('TaskPlacement', 'Which nodes tasks may be given to.', {
  [of]: 'TaskSpec.Placement',
  Constraints: texts(
    'What must be true of a node, all of them, such as `node.role==worker` or `node.labels.zone!=a`.',
  ),
  Preferences: objects(
    PlacementPreference,
    'By what tasks are spread over the nodes that fit, in this order.',
  ),
  MaxReplicas: limit('How many tasks one node may have at most; null is any number.'),
  Platforms: objects(PlacementPlatform, 'The platforms of nodes that fit; empty for all.'),
});

const TaskRestartPolicy = record<TaskPart<'RestartPolicy'>>(
  'TaskRestartPolicy',
  'When the swarm replaces a task that ended.',
  {
    [of]: 'TaskSpec.RestartPolicy',
    Condition: word(TaskRestartCondition, 'When it is replaced.'),
    Delay: exactDuration('How long it waits before that; null is the default, 5 seconds.'),
    MaxAttempts: limit('How often at most, within the window; null is without limit.'),
    Window: exactDuration('The span in which attempts are counted; null is without limit.'),
  },
);

const TaskLogDriver = record<TaskPart<'LogDriver'>>('TaskLogDriver', 'Where the output of tasks goes.', {
  [of]: 'TaskSpec.LogDriver',
  Name: text('The log driver, such as `json-file`.'),
  Options: map('Options of the log driver, such as `max-size`.'),
});

export const NetworkAttachmentConfig = record<Item<TaskPart<'Networks'>>>(
  'NetworkAttachmentConfig',
  'A network that tasks are connected to, as it was asked for.',
  {
    [of]: 'NetworkAttachmentConfig',
    Target: text('The ID of the network.'),
    Aliases: texts('Other names of the service in that network.'),
    DriverOpts: map('Options given to the driver of the network.', { name: 'driverOptions' }),
  },
);

const NetworkAttachmentSpec = record<TaskPart<'NetworkAttachmentSpec'>>(
  'NetworkAttachmentSpec',
  'What a task stands for that runs nothing: a container that was connected to a network of the swarm by hand.',
  {
    [of]: 'TaskSpec.NetworkAttachmentSpec',
    ContainerID: text('The ID of that container.', { name: 'containerId' }),
  },
);

type PluginShape = TaskPart<'PluginSpec'>;

const PluginPrivilege = record<Item<NonNullable<PluginShape['privileges']>>>(
  'TaskPluginPrivilege',
  'A right on the host that a plugin gets on the nodes of a swarm.',
  {
    [of]: 'PluginPrivilege',
    name: text('What it is about, such as `network` or `device`.'),
    description: text('What it means.'),
    value: texts('What is granted, such as `host` or `/dev/fuse`.', { name: 'values' }),
  },
);

const PluginSpec = record<PluginShape>(
  'TaskPluginSpec',
  'The plugin that each task installs on its node. Experimental at Docker.',
  {
    [of]: 'TaskSpec.PluginSpec',
    name: text('The name the plugin gets there.'),
    remote: text('The reference it is pulled by.'),
    disabled: flag('Whether it is only installed, and not enabled.', { name: 'isDisabled' }),
    privileges: objects(PluginPrivilege, 'The rights on the host that it is given.'),
    env: texts('Its environment, as `NAME=value`.', { since: '1.42' }),
  },
);

export const TaskSpec = record<Spec>('TaskSpec', 'What each task of a service is made from.', {
  [of]: 'TaskSpec',
  ContainerSpec: object(ContainerSpec, 'Its container; null where the runtime is another.'),
  PluginSpec: object(PluginSpec, 'Its plugin; null where the runtime is another.'),
  NetworkAttachmentSpec: object(
    NetworkAttachmentSpec,
    'The container it stands for; null where the runtime is another.',
  ),
  Resources: object(TaskResources, 'What it may use, and what is set aside for it.'),
  RestartPolicy: object(TaskRestartPolicy, 'When it is replaced after its end; null is the default, always.'),
  Placement: object(TaskPlacement, 'Which nodes it may be given to.'),
  ForceUpdate: long('A counter: raising it makes the swarm replace all tasks though nothing else changed.'),
  Runtime: word(TaskRuntime, 'What runs it.'),
  Networks: objects(NetworkAttachmentConfig, 'The networks it is connected to, as they were asked for.'),
  LogDriver: object(
    TaskLogDriver,
    'Where its output goes; null is the default of the swarm, or of the node.',
  ),
});
