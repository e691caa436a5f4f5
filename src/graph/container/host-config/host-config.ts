/** What the host grants a container: big and flat at Docker, so grouped here. */
import type { HostConfig, Int64 } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { columnFields, flag, map, mapped, object, objects, text, texts, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { Isolation } from '../enums.ts';
import { portBindings } from '../port-bindings.ts';
import { ContainerDns, type DnsShape } from './dns.ts';
import { limit } from './limit.ts';
import { LogConfig } from './log-config.ts';
import { HostMount } from './mounts.ts';
import { ContainerNamespaces, type NamespacesShape } from './namespaces.ts';
import { ContainerResources, type ResourcesShape } from './resources.ts';
import { RestartPolicy } from './restart-policy.ts';
import { ContainerSecurity, type SecurityShape } from './security.ts';

interface ConsoleSizeModel {
  readonly height: number;
  readonly width: number;
}

const ConsoleSize = builder.objectRef<ConsoleSizeModel>('ConsoleSize').implement({
  description: 'The size of a terminal in characters.',
  fields: (t) => ({
    height: t.exposeInt('height', { nullable: false, description: 'Lines.' }),
    width: t.exposeInt('width', { nullable: false, description: 'Characters in a line.' }),
  }),
});

/** Null for `[0, 0]`, which is "not set". */
function consoleSize([height, width]: readonly Int64[]): ConsoleSizeModel | null {
  return height || width ? { height: Number(height ?? 0), width: Number(width ?? 0) } : null;
}

type Ungrouped = Omit<
  HostConfig,
  keyof ResourcesShape | keyof SecurityShape | keyof NamespacesShape | keyof DnsShape
>;

export const HostConfigType = builder.objectRef<HostConfig>('HostConfig').implement({
  description: 'What the host grants a container: limits, privileges, mounts, ports, restart policy.',
  fields: (t) => ({
    ...columnFields<Ungrouped, HostConfig>(
      t,
      {
        [of]: 'HostConfig',
        Binds: texts(
          'Mounts as they were asked for by `--volume`: `source:target`, optionally `:` and options.',
        ),
        Mounts: objects(HostMount, 'Mounts as they were asked for by `--mount`.'),
        Tmpfs: map('Directories that are memory, with their mount options (`--tmpfs`).'),
        VolumesFrom: texts('Containers whose mounts it has too, optionally with `:ro` or `:rw`.'),
        VolumeDriver: text('The driver of the volumes that are made for it; null is `local`.'),
        PortBindings: portBindings(
          'Ports to publish, as they were asked for; what came of it is `ports` of the container.',
        ),
        PublishAllPorts: flag('Whether every exposed port gets a free port of the host at each start.'),
        Links: texts('Legacy links to other containers, as `/container:/this/alias`.'),
        LogConfig: object(LogConfig, 'Where its output goes.'),
        RestartPolicy: object(RestartPolicy, 'When it is started again by itself.'),
        AutoRemove: flag('Whether it is removed when it ends (`docker run --rm`).'),
        Init: flag(
          'Whether a small init process runs in it that reaps others; null is the default of the Engine.',
        ),
        Runtime: text('The runtime that runs it, such as `runc`.'),
        Isolation: word(Isolation, 'How it is kept apart from its host (Windows).'),
        ShmSize: limit('Size of `/dev/shm` in bytes; null is the default of the Engine, 64 MiB.'),
        StorageOpt: map('Options of the storage driver for its files, such as `size`.'),
        Sysctls: map('Kernel parameters that it sets for itself.'),
        Annotations: map('Free metadata that is handed to the runtime.', {
          since: '1.43',
          wire: ['ContainerSummary.HostConfig.Annotations'],
        }),
        ConsoleSize: mapped(
          ConsoleSize,
          consoleSize,
          'The first size of its terminal; null where none was given.',
        ),
        ContainerIDFile: text('The file on the side of the client that the ID was written to.'),
      },
      (hostConfig) => hostConfig,
      { certain: true },
    ),
    resources: t.field({
      type: ContainerResources,
      nullable: false,
      description: 'What it may use: CPU, memory, devices, processes.',
      resolve: (hostConfig) => hostConfig,
    }),
    security: t.field({
      type: ContainerSecurity,
      nullable: false,
      description: 'What it may do: privileges, capabilities, confinement.',
      resolve: (hostConfig) => hostConfig,
    }),
    namespaces: t.field({
      type: ContainerNamespaces,
      nullable: false,
      description: 'What it sees of the host and of other containers.',
      resolve: (hostConfig) => hostConfig,
    }),
    dns: t.field({
      type: ContainerDns,
      nullable: false,
      description: 'How it resolves names.',
      resolve: (hostConfig) => hostConfig,
    }),
  }),
});
