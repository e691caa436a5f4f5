/** What the daemon runs containers with: storage, runtimes, plugins, devices. */
import type { SystemInfo } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { long, map, mapped, object, record, text, texts } from '../../kit/record.ts';
import { of, wire } from '../../kit/wire.ts';
import { pairs } from './pairs.ts';

export type StorageInfo = Pick<SystemInfo, 'Driver' | 'DriverStatus' | 'DockerRootDir'>;

export const EngineStorage = record<StorageInfo>(
  'EngineStorage',
  'Where and how images and containers are kept.',
  {
    [of]: 'SystemInfo',
    Driver: text('The storage driver, such as `overlay2`; `overlayfs` with the containerd image store.'),
    DriverStatus: pairs('What the driver says of itself, in its order. Not a stable format.'),
    DockerRootDir: text('The directory of all persistent data, such as `/var/lib/docker`.', {
      name: 'rootDir',
    }),
  },
);

type Plugins = NonNullable<SystemInfo['Plugins']>;

export const EnginePlugins = record<Plugins>(
  'EnginePlugins',
  'Drivers to choose from, built-in and from plugins.',
  {
    [of]: 'PluginsInfo',
    Volume: texts('For volumes (`docker volume create --driver`).'),
    Network: texts('For networks (`docker network create --driver`).'),
    Authorization: texts('Plugins that are asked whether a call is allowed.'),
    Log: texts('For logs (`docker run --log-driver`).'),
  },
);

type Runtime = NonNullable<NonNullable<SystemInfo['Runtimes']>[string]>;

interface NamedRuntime extends Runtime {
  readonly Name: string;
}

export const namedRuntime = (name: string, runtime: Runtime | null | undefined): NamedRuntime => ({
  ...runtime,
  Name: name,
});

export const EngineRuntime = record<NamedRuntime>(
  'EngineRuntime',
  'A program that starts containers, such as runc.',
  {
    [of]: 'Runtime',
    Name: mapped('String', (name: string) => name, 'The name it is chosen by (`docker run --runtime`).'),
    path: text('The program; without a directory it is looked for in `PATH`. Null for a containerd shim.'),
    runtimeArgs: texts('Arguments it is always called with.'),
    runtimeType: text('The containerd shim it is, such as `io.containerd.runc.v2`; null for a program.'),
    options: map('Options of the shim. Values that are no text are shown as JSON.'),
    status: map('What it says of itself, such as its features as JSON.', { since: '1.44' }),
  },
);

type Commit = NonNullable<SystemInfo['RuncCommit']>;

const ToolCommit = record<Commit>('EngineToolCommit', 'Which build of a tool is installed.', {
  [of]: 'Commit',
  ID: text('The commit or version it was built from; null where the tool is missing or does not say.', {
    name: 'commit',
  }),
  Expected: text('What the daemon was made for.', { gone: '1.49' }),
});

export type CommitInfo = Pick<SystemInfo, 'ContainerdCommit' | 'RuncCommit' | 'InitCommit'>;

export const EngineCommits = record<CommitInfo>(
  'EngineCommits',
  'The builds of the tools that the daemon relies on.',
  {
    [of]: 'SystemInfo',
    ContainerdCommit: object(ToolCommit, 'containerd, which supervises containers.', { name: 'containerd' }),
    RuncCommit: object(ToolCommit, 'runc, which starts containers.', { name: 'runc' }),
    InitCommit: object(ToolCommit, 'docker-init, the first process where `--init` is asked for.', {
      name: 'init',
    }),
  },
);

type Containerd = NonNullable<SystemInfo['Containerd']>;

const ContainerdNamespaces = record<NonNullable<Containerd['Namespaces']>>(
  'EngineContainerdNamespaces',
  'Where in containerd the things of the Engine are.',
  {
    [of]: 'ContainerdInfo.Namespaces',
    Containers: text('The namespace of containers, `moby` by default.'),
    Plugins: text('The namespace of plugins, `plugins.moby` by default.'),
  },
);

export const EngineContainerd = record<Containerd>(
  'EngineContainerd',
  'The containerd that the Engine uses.',
  {
    [of]: 'ContainerdInfo',
    Address: text('The socket of containerd.'),
    Namespaces: object(ContainerdNamespaces, 'The namespaces it uses there.'),
  },
);

type Nri = NonNullable<SystemInfo['NRI']>;

export const EngineNri = record<Nri>(
  'EngineNri',
  'The interface through which plugins of the host change containers before they start (NRI).',
  {
    [of]: 'NRIInfo',
    Info: pairs('What it says of itself, such as the path of its plugins. Not a stable format.'),
  },
);

type GenericResource = NonNullable<SystemInfo['GenericResources']>[number];

export const GenericResourceType = builder.objectRef<GenericResource>('GenericResource').implement({
  description:
    'Something that a swarm can count or name and services can reserve, such as graphics cards. It is either named or counted.',
  fields: (t) => ({
    kind: t.string({
      ...wire(
        'GenericResources[].NamedResourceSpec',
        'GenericResources[].NamedResourceSpec.Kind',
        'GenericResources[].DiscreteResourceSpec',
        'GenericResources[].DiscreteResourceSpec.Kind',
      ),
      nullable: true,
      description: 'What it is, such as `GPU`.',
      resolve: ({ NamedResourceSpec, DiscreteResourceSpec }) =>
        (NamedResourceSpec ?? DiscreteResourceSpec)?.Kind ?? null,
    }),
    namedValue: t.string({
      ...wire('GenericResources[].NamedResourceSpec.Value'),
      nullable: true,
      description: 'Which one it is, such as `UUID1`; null for a counted one.',
      resolve: ({ NamedResourceSpec }) => NamedResourceSpec?.Value ?? null,
    }),
    discreteValue: t.field({
      ...wire('GenericResources[].DiscreteResourceSpec.Value'),
      type: 'Long',
      nullable: true,
      description: 'How many there are; null for a named one.',
      resolve: ({ DiscreteResourceSpec }) => DiscreteResourceSpec?.Value ?? null,
    }),
  }),
});

type Device = NonNullable<SystemInfo['DiscoveredDevices']>[number];

export const EngineDevice = record<Device>('EngineDevice', 'A device that a device driver has found.', {
  [of]: 'DeviceInfo',
  Source: text('The driver that found it, such as `cdi`.'),
  ID: text('What it is asked for by, such as `vendor.example/gpu=0`.', { name: 'deviceId' }),
});

export type ObjectsInfo = Pick<
  SystemInfo,
  'Containers' | 'ContainersRunning' | 'ContainersPaused' | 'ContainersStopped' | 'Images'
>;

export const EngineObjects = record<ObjectsInfo>(
  'EngineObjects',
  'How many objects the Engine counts. `Engine.counts` has more of them, for less.',
  {
    [of]: 'SystemInfo',
    Containers: long('All containers.'),
    ContainersRunning: long('Containers that run.', { name: 'running' }),
    ContainersPaused: long('Containers that are frozen.', { name: 'paused' }),
    ContainersStopped: long('Containers that neither run nor are frozen.', { name: 'stopped' }),
    Images: long('Images, untagged ones too.'),
  },
);
