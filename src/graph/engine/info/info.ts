/** `EngineInfo`: all of `docker info`, grouped. */
import type { SystemInfo } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { KeyValueType } from '../../kit/key-value.ts';
import {
  columnFields,
  entries,
  type FieldBuilder,
  flag,
  mappedList,
  object,
  objects,
  type Ref,
  text,
  texts,
  time,
} from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import {
  type CgroupInfo,
  type DebugInfo,
  EngineCgroup,
  EngineDebug,
  EngineHost,
  EngineLimits,
  type HostInfo,
  type LimitsInfo,
} from './host.ts';
import {
  EngineNetworking,
  EngineProxy,
  EngineRegistry,
  type NetworkingInfo,
  type ProxyInfo,
  type RegistryInfo,
} from './networking.ts';
import { labelsFrom, pairs } from './pairs.ts';
import {
  type CommitInfo,
  EngineCommits,
  EngineContainerd,
  EngineDevice,
  EngineNri,
  EngineObjects,
  EnginePlugins,
  EngineRuntime,
  EngineStorage,
  GenericResourceType,
  namedRuntime,
  type ObjectsInfo,
  type StorageInfo,
} from './runtime.ts';
import { parseSecurityOption, SecurityOption } from './security-option.ts';
import { SwarmInfo } from './swarm.ts';

/** What is in none of the groups; the compiler asks for a column for each. */
type Rest = Omit<
  SystemInfo,
  | keyof HostInfo
  | keyof LimitsInfo
  | keyof CgroupInfo
  | keyof DebugInfo
  | keyof NetworkingInfo
  | keyof RegistryInfo
  | keyof ProxyInfo
  | keyof StorageInfo
  | keyof CommitInfo
  | keyof ObjectsInfo
>;

/** A part of the flat answer as a type of its own; each is a `Pick` of it. */
const group = (t: FieldBuilder<SystemInfo>, type: Ref<object>, description: string) =>
  t.field({ type, nullable: false, description, resolve: (info) => info });

export const EngineInfo = builder.objectRef<SystemInfo>('EngineInfo').implement({
  description: 'What the Engine says of itself and its host: all of `docker info`. `GET /info`.',
  fields: (t) => ({
    host: group(t, EngineHost, 'The machine.'),
    limits: group(t, EngineLimits, 'Which limits the kernel supports.'),
    cgroup: group(t, EngineCgroup, 'Control groups.'),
    storage: group(t, EngineStorage, 'Where and how images and containers are kept.'),
    networking: group(t, EngineNetworking, 'How containers are connected.'),
    registry: group(t, EngineRegistry, 'Where images come from.'),
    proxy: group(t, EngineProxy, 'Proxies of the daemon, credentials masked.'),
    commits: group(t, EngineCommits, 'The builds of containerd, runc and docker-init.'),
    objects: group(t, EngineObjects, 'How many containers and images there are.'),
    debug: group(t, EngineDebug, 'The daemon looking at itself.'),
    ...columnFields<Rest, SystemInfo>(
      t,
      {
        [of]: 'SystemInfo',
        ID: text('The ID of the daemon, made at its first start. Not a stable format.', { name: 'daemonId' }),
        ServerVersion: text('The version of the daemon.'),
        ExperimentalBuild: flag('Whether experimental features are on.', { name: 'experimental' }),
        SystemTime: time('The clock of the host when it answered.'),
        LoggingDriver: text('The log driver of containers that do not choose one.'),
        Labels: mappedList(KeyValueType, labelsFrom, 'The labels of the daemon, sorted by key.'),
        Warnings: texts('What the daemon wants operators to know, such as missing kernel features.'),
        LiveRestoreEnabled: flag('Whether containers run on while the daemon is down.'),
        Isolation: text(
          'How containers are kept apart on Windows: `default`, `process` or `hyperv`; null elsewhere.',
        ),
        ProductLicense: text('The licence of the product; null where none is reported.'),
        SecurityOptions: mappedList(
          SecurityOption,
          (options: readonly string[]) => options.map(parseSecurityOption),
          'Security features, such as seccomp or rootless mode.',
        ),
        Plugins: object(EnginePlugins, 'Drivers to choose from.'),
        Runtimes: entries(EngineRuntime, namedRuntime, 'Programs that start containers.'),
        DefaultRuntime: text('The name of the runtime that is used when none is asked for.'),
        InitBinary: text('The program that is the first process where `--init` is asked for.'),
        Containerd: object(EngineContainerd, 'The containerd it uses.', { since: '1.46' }),
        GenericResources: objects(GenericResourceType, 'What services of a swarm can reserve here.'),
        NRI: object(EngineNri, 'The plugins of NRI that may change containers; null without NRI.', {
          name: 'nri',
          since: '1.53',
        }),
        CDISpecDirs: texts('Directories of CDI specifications, which describe devices; empty when off.', {
          name: 'cdiSpecDirs',
          since: '1.44',
        }),
        DiscoveredDevices: objects(EngineDevice, 'Devices that drivers have found.', { since: '1.50' }),
        Swarm: object(SwarmInfo, 'How it stands to a swarm.'),
        ClusterStore: text('The key-value store of the swarm before Docker 1.12.', { gone: '1.42' }),
        ClusterAdvertise: text('The address given to that store.', { gone: '1.42' }),
        SystemStatus: pairs('What a stand-alone swarm of old says of itself; empty on anything else.'),
      },
      (info) => info,
      { certain: true },
    ),
  }),
});
