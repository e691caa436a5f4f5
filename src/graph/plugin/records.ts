/** What a plugin says of itself, and how it is set: the daemon's objects as tables. */
import type { Plugin } from '../../engine/types.ts';
import { enumOf } from '../kit/enum.ts';
import { flag, long, object, objects, record, text, texts, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type Config = NonNullable<Plugin['Config']>;
type Settings = NonNullable<Plugin['Settings']>;
type Part<Name extends keyof Config> = NonNullable<Config[Name]>;
type Linux = Part<'Linux'>;

const settable = (fields: string) =>
  `What of it \`pluginSet\` may change: ${fields}, or nothing. Empty where it cannot be set.`;

const PluginMount = record<NonNullable<Settings['Mounts']>[number]>(
  'PluginMount',
  'A file or directory that the program of a plugin gets to see.',
  {
    [of]: 'PluginMount',
    Name: text('The name by which it is set; null for one that cannot be.'),
    Description: text('What it is for.'),
    Settable: texts(settable('`source`')),
    Source: text('Where it comes from: a path of the host; null for one that is made anew, such as a tmpfs.'),
    Destination: text('Where the program finds it.'),
    Type: text('Its type, such as `bind`.'),
    Options: texts('Options of the mount, such as `rbind` or `ro`.'),
  },
);

const PluginDevice = record<NonNullable<Linux['Devices']>[number]>(
  'PluginDevice',
  'A device of the host that the program of a plugin may use.',
  {
    [of]: 'PluginDevice',
    Name: text('The name by which it is set.'),
    Description: text('What it is for.'),
    Settable: texts(settable('`path`')),
    Path: text('The device, such as `/dev/fuse`; null where it has to be set first.'),
  },
);

const PluginEnv = record<Part<'Env'>[number]>('PluginEnv', 'An environment variable of a plugin.', {
  [of]: 'PluginEnv',
  Name: text('The name of the variable.'),
  Description: text('What it is for.'),
  Settable: texts(settable('`value`')),
  Value: text('Its value where nobody sets another; null for none.'),
});

const PluginArgs = record<Part<'Args'>>('PluginArgs', 'The arguments of the program of a plugin.', {
  [of]: 'Plugin.Config.Args',
  Name: text('The name by which they are set.'),
  Description: text('What they are for.'),
  Settable: texts(settable('`value`')),
  Value: texts('The arguments where nobody sets others.'),
});

const ProtocolScheme = enumOf('PluginProtocolScheme', 'How the Engine speaks to a plugin.', {
  '': { name: 'DEFAULT', description: 'As it always did: that of `moby.plugins.http/v1`.' },
  'moby.plugins.http/v1': { name: 'HTTP_V1', description: 'Calls in JSON over HTTP.' },
});

const PluginInterface = record<Part<'Interface'>>(
  'PluginInterface',
  'What a plugin can do, and where it listens for that.',
  {
    [of]: 'Plugin.Config.Interface',
    Types: texts(
      'What it can do, as `prefix.capability/version`, such as `docker.volumedriver/1.0`. See `Plugin.capabilities`.',
    ),
    Socket: text('The name of the unix socket that its program has to listen on, in `/run/docker/plugins`.'),
    ProtocolScheme: word(ProtocolScheme, 'How the Engine speaks to it; null where the plugin does not say.'),
  },
);

const PluginUser = record<Part<'User'>>('PluginUser', 'As whom the program of a plugin runs.', {
  [of]: 'Plugin.Config.User',
  UID: long('The ID of the user; 0 or null for root.', { name: 'uid' }),
  GID: long('The ID of the group; 0 or null for that of root.', { name: 'gid' }),
});

const PluginLinux = record<Linux>(
  'PluginLinux',
  'What a plugin may do on Linux beyond what any process may.',
  {
    [of]: 'Plugin.Config.Linux',
    Capabilities: texts('Capabilities that it gets, such as `CAP_SYS_ADMIN`.'),
    AllowAllDevices: flag('Whether it may use all devices of the host.'),
    Devices: objects(
      PluginDevice,
      'The devices that it may use; `settings.devices` are those that it does use.',
    ),
  },
);

const PluginRootfs = record<Part<'rootfs'>>('PluginRootfs', 'The files of a plugin.', {
  [of]: 'Plugin.Config.rootfs',
  type: text('How they are kept: `layers`.'),
  diff_ids: texts('The digests of its layers, the lowest first.', { name: 'diffIds' }),
});

export const PluginConfig = record<Config>(
  'PluginConfig',
  'What a plugin says of itself: what it is made of.',
  {
    [of]: 'Plugin.Config',
    DockerVersion: text('The version of the Engine that it was made with.', { gone: '1.52' }),
    Description: text('What it is for, in a sentence.'),
    Documentation: text('Where to read about it.'),
    Interface: object(PluginInterface, 'What it can do, and where it listens.'),
    Entrypoint: texts('The command that starts its program.'),
    WorkDir: text('The directory that it starts in.'),
    User: object(PluginUser, 'As whom it runs.'),
    Network: object(
      record<Part<'Network'>>('PluginNetwork', 'The network of the program of a plugin.', {
        [of]: 'Plugin.Config.Network',
        Type: text('The kind of network: `host`, `none` or `bridge`; null for none.'),
      }),
      'The network it is in.',
    ),
    Linux: object(PluginLinux, 'What it may do on Linux.'),
    PropagatedMount: text(
      'A directory whose mounts are seen by the host too, as volumes have to be; null if none.',
    ),
    IpcHost: flag('Whether it shares the interprocess communication of the host.'),
    PidHost: flag('Whether it sees the processes of the host.'),
    Mounts: objects(PluginMount, 'The files of the host that it sees; `settings.mounts` are those in use.'),
    Env: objects(PluginEnv, 'Its environment variables; `settings.env` are those in use.'),
    Args: object(PluginArgs, 'Its arguments; `settings.args` are those in use.'),
    rootfs: object(PluginRootfs, 'Its files.'),
  },
);

export const PluginSettings = record<Settings>(
  'PluginSettings',
  'How a plugin is set: what its program is started with.',
  {
    [of]: 'Plugin.Settings',
    Mounts: objects(PluginMount, 'The files of the host that it sees.'),
    Env: texts('Its environment variables, as `NAME=value`.'),
    Args: texts('The arguments of its program.'),
    Devices: objects(PluginDevice, 'The devices of the host that it may use.'),
  },
);
