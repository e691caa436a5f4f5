/** Where the graph has what the docker CLI prints: only what is not under its own name in the same place. */
import { type Excuses, instantOf, isRecord, type Rule, type Rules, type Same } from './walk.ts';

const to = (path: string): Rule => ({ to: path });

const zeroIsNone: Same = (docker, graph) => docker === graph || (!docker && graph === null);
const minusOneIsNone: Same = (docker, graph) => docker === graph || (docker === -1 && graph === null);
const withoutSlash: Same = (docker, graph) => docker === `/${String(graph)}`;
/** From the list times come to the second. */
const sameSecond: Same = (docker, graph) =>
  (instantOf(docker) ?? 0n) / 1_000_000_000n === (instantOf(graph) ?? 1n) / 1_000_000_000n;

const nanoseconds = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 } as const;

/** `1m30s` for 90000000000; null for 0, which means "not set". */
const duration: Same = (docker, graph) => {
  if (typeof graph !== 'string') return zeroIsNone(docker, graph);
  const parts = [...graph.matchAll(/([\d.]+)(h|ms|m|s|µs|ns)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => {
    const known = Object.entries(nanoseconds).find(([name]) => name === unit);
    return sum + Number(amount) * (known?.[1] ?? Number.NaN);
  }, 0);
  return total === docker;
};

const field = (item: unknown, name: string): unknown => (isRecord(item) ? item[name] : undefined);
/** Texts of an item, put together. */
const joined = (item: unknown, ...names: readonly string[]): string =>
  names.map((name) => String(field(item, name))).join('=');

/** Lists of the same length whose items say the same, one by one. */
const eachSame =
  (same: Same): Same =>
  (docker, graph) =>
    docker === null
      ? Array.isArray(graph) && graph.length === 0
      : Array.isArray(docker) &&
        Array.isArray(graph) &&
        docker.length === graph.length &&
        docker.every((item, index) => same(item, graph[index]));

/** `NAME=value`; without `=` there is no value. */
const variables = eachSame((docker, graph) => {
  const names = field(graph, 'value') === null ? ['name'] : ['name', 'value'];
  return docker === joined(graph, ...names);
});
/** `key=value`, in whatever order. */
const keyValueTexts: Same = (docker, graph) =>
  docker === null
    ? Array.isArray(graph) && graph.length === 0
    : Array.isArray(docker) &&
      Array.isArray(graph) &&
      docker.length === graph.length &&
      graph.every((item) => docker.includes(joined(item, 'key', 'value')));
const pairs = eachSame(
  (docker, graph) =>
    Array.isArray(docker) && docker[0] === field(graph, 'key') && docker[1] === field(graph, 'value'),
);
const raws = eachSame((docker, graph) => docker === field(graph, 'raw'));

/** `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "81/tcp": null}`, as a list. */
const portMap: Same = (docker, graph) => {
  const wanted = Object.entries(Object(docker)).flatMap(([key, bindings]) => {
    const [port, protocol] = key.split('/');
    const each: readonly unknown[] = Array.isArray(bindings) && bindings.length > 0 ? bindings : [{}];
    return each.map((binding) =>
      JSON.stringify([
        Number(port),
        protocol,
        field(binding, 'HostIp') || null,
        field(binding, 'HostPort') || null,
      ]),
    );
  });
  if (!Array.isArray(graph)) return false;
  const given = graph.map((item) => {
    const [one, range] = [field(item, 'hostPort'), field(item, 'hostPortRange')];
    const hostPort = typeof one === 'number' ? String(one) : range;
    return JSON.stringify([
      field(item, 'containerPort'),
      field(item, 'protocolRaw'),
      field(item, 'hostIp'),
      hostPort,
    ]);
  });
  return JSON.stringify(wanted.sort()) === JSON.stringify(given.sort());
};

/** Height and width, which are 0 where nobody said them. */
const size: Same = (docker, graph) =>
  Array.isArray(docker) &&
  (docker.some(Boolean)
    ? docker[0] === field(graph, 'height') && docker[1] === field(graph, 'width')
    : graph === null);

const under = (prefix: string, rules: Rules): Rules =>
  Object.fromEntries(Object.entries(rules).map(([path, rule]) => [`${prefix}.${path}`, rule]));

const all = (same: Same, ...paths: readonly string[]): Rules =>
  Object.fromEntries(paths.map((path) => [path, { same }]));

const config: Rules = {
  Env: { same: variables },
  ...all(
    duration,
    ...['Interval', 'Timeout', 'StartPeriod', 'StartInterval'].map((name) => `Healthcheck.${name}`),
  ),
};

const hostConfig: Rules = {
  Dns: to('dns.servers'),
  DnsOptions: to('dns.options'),
  DnsSearch: to('dns.search'),
  BlkioWeightDevice: to('resources.blkioWeightDevices'),
  PortBindings: { same: portMap },
  ConsoleSize: { same: size },
  MemorySwappiness: { same: minusOneIsNone },
  ...all(
    zeroIsNone,
    'CpuShares',
    'NanoCpus',
    'CpuPeriod',
    'CpuQuota',
    'CpuRealtimePeriod',
    'CpuRealtimeRuntime',
    'CpuCount',
    'CpuPercent',
    'Memory',
    'MemoryReservation',
    'MemorySwap',
    'KernelMemory',
    'KernelMemoryTCP',
    'PidsLimit',
    'BlkioWeight',
    'IOMaximumIOps',
    'IOMaximumBandwidth',
    'RestartPolicy.MaximumRetryCount',
    'Mounts[].TmpfsOptions.SizeBytes',
  ),
};

/** Below API 1.45 the Engine adds the container's short ID, which nobody asked for: the graph has what all versions have. */
const aliases: Same = (docker, graph, noun) => {
  const shortId = field(noun, 'shortId');
  const asked = Array.isArray(docker) ? docker.filter((alias) => alias !== shortId) : [];
  return typeof shortId === 'string' && JSON.stringify(asked) === JSON.stringify(graph);
};

const endpoint: Rules = {
  Aliases: { same: aliases },
  IPAddress: to('ipv4'),
  IPPrefixLen: { to: 'ipv4PrefixLength', same: zeroIsNone },
  GlobalIPv6Address: to('ipv6'),
  GlobalIPv6PrefixLen: { to: 'ipv6PrefixLength', same: zeroIsNone },
  DriverOpts: to('driverOptions'),
  GwPriority: to('gatewayPriority'),
};

/**
 * With the containerd image store, below API 1.52: the Engine shows the snapshotter as if it were a storage driver. Of the
 * drivers that have no data, vfs is the one that tests may meet.
 */
export const showsSnapshotter = (docker: unknown): boolean =>
  field(docker, 'Data') === null && field(docker, 'Name') !== 'vfs';

/** The graph has a snapshotter where Engines of all versions have it: as what keeps the files of the container. */
const graphDriver: Same = (docker, graph, noun) => {
  const name = field(docker, 'Name');
  if (showsSnapshotter(docker))
    return graph === null && field(field(noun, 'storage'), 'snapshotter') === name;
  const data: unknown = field(graph, 'data');
  const given = Array.isArray(data) ? data.map((item) => joined(item, 'key', 'value')) : [];
  const wanted = Object.entries(Object(field(docker, 'Data'))).map((entry) => entry.join('='));
  return field(graph, 'name') === name && JSON.stringify(given.sort()) === JSON.stringify(wanted.sort());
};

export const containerRules: Rules = {
  GraphDriver: { same: graphDriver },
  Id: to('dockerId'),
  Name: { same: withoutSlash },
  Created: to('createdAt'),
  Image: to('imageId'),
  Driver: to('storageDriver'),
  State: to(''),
  'State.Status': to('state'),
  'State.Error': to('startError'),
  'State.Running': to('isRunning'),
  'State.Paused': to('isPaused'),
  'State.Restarting': to('isRestarting'),
  'State.Dead': to('isDead'),
  Mounts: { keyed: 'destination' },
  'Mounts[].RW': to('writable'),
  HostConfig: { among: ['resources', 'security', 'namespaces', 'dns'] },
  'NetworkSettings.IPPrefixLen': to('ipPrefixLength'),
  'NetworkSettings.GlobalIPv6PrefixLen': to('globalIpv6PrefixLength'),
  'NetworkSettings.LinkLocalIPv6PrefixLen': to('linkLocalIpv6PrefixLength'),
  'NetworkSettings.SecondaryIPAddresses[].Addr': to('address'),
  'NetworkSettings.SecondaryIPAddresses[].PrefixLen': to('prefixLength'),
  'NetworkSettings.SecondaryIPv6Addresses[].Addr': to('address'),
  'NetworkSettings.SecondaryIPv6Addresses[].PrefixLen': to('prefixLength'),
  'NetworkSettings.Ports': { same: portMap },
  'NetworkSettings.Networks': { to: '^networks', keyed: 'networkName' },
  ...under('NetworkSettings.Networks.*', endpoint),
  ...under('Config', config),
  ...under('HostConfig', hostConfig),
};

export const imageRules: Rules = {
  Id: to('dockerId'),
  RepoTags: to('tags'),
  RepoDigests: to('digests'),
  Parent: to('parentId'),
  Created: to('createdAt'),
  Size: to('contentSize'),
  Container: to('buildContainerId'),
  ContainerConfig: to('buildContainerConfig'),
  Architecture: to('platform.architecture'),
  Variant: to('platform.variant'),
  Os: to('platform.os'),
  OsVersion: to('platform.osVersion'),
  Metadata: to(''),
  'Metadata.LastTagTime': to('lastTaggedAt'),
  ...under('Config', config),
  ...under('ContainerConfig', config),
};

/** What differs where an object came from the list of its noun: what the list has, it has to the second. */
export const fromList: Rules = { Created: { to: 'createdAt', same: sameSecond } };

export const networkRules: Rules = {
  Id: to('dockerId'),
  Created: to('createdAt'),
  'ConfigFrom.Network': to('^configFromName'),
  ConfigFrom: to(''),
  Containers: { to: 'endpoints', keyed: 'key' },
};

export const volumeRules: Rules = {};

const now: Same = (_docker, graph) =>
  Math.abs(Number((instantOf(graph) ?? 0n) / 1_000_000n) - Date.now()) < 60_000;
const anyCount: Same = (_docker, graph) => typeof graph === 'number' && graph >= 0;

/** What `docker info` prints and what is different each time it is asked. */
export const volatileInfo = ['NFd', 'NGoroutines', 'NEventsListener', 'SystemTime'] as const;

export const infoRules: Rules = {
  '': {
    among: ['cgroup', 'debug', 'host', 'limits', 'networking', 'objects', 'registry', 'storage'],
  },
  ID: to('daemonId'),
  ContainersRunning: to('objects.running'),
  ContainersPaused: to('objects.paused'),
  ContainersStopped: to('objects.stopped'),
  Driver: to('storage.driver'),
  DriverStatus: { same: pairs },
  SystemStatus: { same: pairs },
  MemoryLimit: to('limits.memory'),
  SwapLimit: to('limits.swap'),
  CPUSet: to('limits.cpuset'),
  PidsLimit: to('limits.pids'),
  BridgeNfIptables: to('networking.bridgeNfIptables'),
  Debug: to('debug.enabled'),
  NFd: { to: 'debug.fileDescriptors', same: anyCount },
  NGoroutines: { to: 'debug.goroutines', same: anyCount },
  NEventsListener: { to: 'debug.eventListeners', same: anyCount },
  SystemTime: { same: now },
  CgroupDriver: to('cgroup.driver'),
  CgroupVersion: { to: 'cgroup.versionRaw' },
  RegistryConfig: to('registry.config'),
  'RegistryConfig.IndexConfigs': { to: 'indexes', keyed: 'name' },
  'RegistryConfig.InsecureRegistryCIDRs': to('insecureCidrs'),
  NCPU: to('host.cpus'),
  MemTotal: to('host.memory'),
  DockerRootDir: to('storage.rootDir'),
  HttpProxy: to('proxy.http'),
  HttpsProxy: to('proxy.https'),
  NoProxy: to('proxy.exceptions'),
  Name: to('host.hostname'),
  Labels: { same: keyValueTexts },
  ExperimentalBuild: to('experimental'),
  Runtimes: { keyed: 'name' },
  'Swarm.NodeAddr': to('nodeAddress'),
  'Swarm.RemoteManagers[].Addr': to('address'),
  ContainerdCommit: to('commits.containerd'),
  'ContainerdCommit.ID': to('commit'),
  RuncCommit: to('commits.runc'),
  'RuncCommit.ID': to('commit'),
  InitCommit: to('commits.init'),
  'InitCommit.ID': to('commit'),
  SecurityOptions: { same: raws },
};

export const infoExcuses: Excuses = {
  ClientInfo: 'the CLI speaks of itself there',
};

/** A map of texts; the CLI writes times in a way of its own. */
const details: Same = (docker, graph) => {
  const given = new Map(
    Array.isArray(graph) ? graph.map((item) => [field(item, 'key'), field(item, 'value')]) : [],
  );
  const entries: readonly (readonly [string, unknown])[] = Object.entries(Object(docker));
  return (
    given.size === entries.length &&
    entries.every(([key, text]) =>
      key === 'BuildTime'
        ? Date.parse(`${String(text)} GMT`) === Date.parse(String(given.get(key)))
        : given.get(key) === text,
    )
  );
};

/** Of the `Server` part of `docker version`; `Client` is the CLI itself. */
export const versionRules: Rules = {
  'Platform.Name': to('^platformName'),
  Platform: to(''),
  'Components[].Details': { same: details },
};
