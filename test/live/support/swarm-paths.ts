/** Where the graph has what the docker CLI prints of services and tasks: only what is elsewhere than under its own name. */
import { isRecord, type Rule, type Rules, type Same } from './walk.ts';

const to = (path: string): Rule => ({ to: path });

const field = (item: unknown, name: string): unknown => (isRecord(item) ? item[name] : undefined);
const itemsOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

const nanoseconds: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 };

/** `1m30s` for 90000000000. */
const duration: Same = (docker, graph) => {
  if (typeof graph !== 'string') return docker === 0 && graph === null;
  const parts = [...graph.matchAll(/([\d.]+)(h|ms|m|s|µs|ns)/g)];
  const total = parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (nanoseconds[unit] ?? Number.NaN),
    0,
  );
  return total === docker;
};
const exact = { same: duration };

const zeroIsNone: Same = (docker, graph) => docker === graph || (docker === 0 && graph === null);
const presence: Same = (docker, graph) => isRecord(docker) && graph === true;
/** Go leaves out a 0. */
const index: Same = (docker, graph) => (field(docker, 'Index') ?? 0) === graph;

const variables: Same = (docker, graph) => {
  const given = itemsOf(graph).map((item) => {
    const [name, value] = [field(item, 'name'), field(item, 'value')];
    return typeof value === 'string' ? `${String(name)}=${value}` : name;
  });
  return JSON.stringify(docker) === JSON.stringify(given);
};
const base64: Same = (docker, graph) =>
  typeof graph === 'string' && docker === Buffer.from(graph).toString('base64');
const spreads: Same = (docker, graph) =>
  JSON.stringify(itemsOf(docker).map((each) => field(field(each, 'Spread'), 'SpreadDescriptor'))) ===
  JSON.stringify(itemsOf(graph).map((each) => field(each, 'spread')));
const genericResources: Same = (docker, graph) =>
  JSON.stringify(
    itemsOf(docker).map((each) => {
      const [named, counted] = [field(each, 'NamedResourceSpec'), field(each, 'DiscreteResourceSpec')];
      return [
        field(named ?? counted, 'Kind'),
        field(named, 'Value') ?? null,
        field(counted, 'Value') ?? null,
      ];
    }),
  ) ===
  JSON.stringify(
    itemsOf(graph).map((each) => [
      field(each, 'kind'),
      field(each, 'namedValue'),
      field(each, 'discreteValue'),
    ]),
  );

const under = (prefix: string, rules: Rules): Rules =>
  Object.fromEntries(Object.entries(rules).map(([path, rule]) => [`${prefix}.${path}`, rule]));

const port: Rules = {
  TargetPort: to('containerPort'),
  PublishedPort: { to: 'hostPort', same: zeroIsNone },
};

/** The CLI prints false for what an old Engine does not send. */
const falseIsNone: Same = (docker, graph) => docker === graph || (docker === false && graph === null);

const containerSpec: Rules = {
  'Privileges.NoNewPrivileges': { same: falseIsNone },
  Env: { same: variables },
  Dir: to('workingDir'),
  ReadOnly: to('readonlyRootfs'),
  StopGracePeriod: exact,
  'Healthcheck.Interval': exact,
  'Healthcheck.Timeout': exact,
  'Healthcheck.StartPeriod': exact,
  'Healthcheck.StartInterval': exact,
  DNSConfig: to('dns'),
  'DNSConfig.Nameservers': to('servers'),
  CapabilityAdd: to('capAdd'),
  CapabilityDrop: to('capDrop'),
  'Configs[].Runtime': { to: 'isRuntime', same: presence },
  'Privileges.CredentialSpec.Config': to('configId'),
  'Privileges.SELinuxContext.Disable': to('isDisabled'),
  'Privileges.Seccomp.Profile': { same: base64 },
  'Mounts[].TmpfsOptions.SizeBytes': { same: zeroIsNone },
};

const resources = (part: string): Rules => ({
  [`${part}.MemoryBytes`]: { to: 'memory', same: zeroIsNone },
  [`${part}.NanoCPUs`]: { same: zeroIsNone },
  [`${part}.Pids`]: { to: 'pidsLimit', same: zeroIsNone },
  [`${part}.GenericResources`]: { same: genericResources },
});

const taskSpec: Rules = {
  ...under('ContainerSpec', containerSpec),
  'PluginSpec.disabled': to('isDisabled'),
  'PluginSpec.privileges[].value': to('values'),
  ...under('Resources', { ...resources('Limits'), ...resources('Reservations') }),
  'RestartPolicy.Delay': exact,
  'RestartPolicy.Window': exact,
  'RestartPolicy.MaxAttempts': { same: zeroIsNone },
  'Placement.MaxReplicas': { same: zeroIsNone },
  'Placement.Preferences': { same: spreads },
  'Networks[].DriverOpts': to('driverOptions'),
};

const updateConfig: Rules = { Delay: exact, Monitor: exact };

const serviceSpec: Rules = {
  ...under('TaskTemplate', taskSpec),
  'Mode.Global': { to: 'isGlobal', same: presence },
  'Mode.GlobalJob': { to: 'isGlobalJob', same: presence },
  ...under('UpdateConfig', updateConfig),
  ...under('RollbackConfig', updateConfig),
  ...under('EndpointSpec.Ports[]', port),
};

/** Of the Engine itself, which tells what was asked for. */
export const serviceRules: Rules = {
  ID: to('dockerId'),
  Version: { to: 'versionIndex', same: index },
  ...under('Spec', serviceSpec),
  ...under('PreviousSpec', serviceSpec),
  ...under('Endpoint.Ports[]', port),
  ...under('Endpoint.Spec.Ports[]', port),
  'Endpoint.VirtualIPs[].Addr': to('address'),
  'JobStatus.JobIteration': { same: index },
};

/** Of `docker service inspect`, which has the Engine fill in defaults. */
export const inspectedServiceRules: Rules = { ...serviceRules, Spec: to('effectiveSpec') };

const swarmNetwork: Rules = {
  ID: to('dockerId'),
  Version: { to: 'versionIndex', same: index },
  'Spec.IPAMOptions': to('ipam'),
  IPAMOptions: to('ipam'),
  'IPAMOptions.Configs[].Range': to('ipRange'),
  'Spec.IPAMOptions.Configs[].Range': to('ipRange'),
};

export const taskRules: Rules = {
  ID: to('dockerId'),
  Version: { to: 'versionIndex', same: index },
  ...under('Spec', taskSpec),
  'Status.Timestamp': to('changedAt'),
  'Status.Err': to('error'),
  ...under('Status.PortStatus.Ports[]', port),
  GenericResources: { to: 'assignedGenericResources', same: genericResources },
  JobIteration: { same: index },
  NetworksAttachments: to('networks'),
  'NetworksAttachments[].Network': to('swarmNetwork'),
  ...under('NetworksAttachments[].Network', swarmNetwork),
};

const version: Rules = { ID: to('dockerId'), Version: { to: 'versionIndex', same: index } };

export const nodeRules: Rules = {
  ...version,
  Spec: to(''),
  'Description.Resources.GenericResources': { same: genericResources },
  'Description.Engine.EngineVersion': to('version'),
  'Status.Addr': to('address'),
  'ManagerStatus.Addr': to('address'),
};

export const secretRules: Rules = { ...version, Spec: to('') };

export const configRules: Rules = { ...version, Spec: to(''), 'Spec.Data': to('dataBase64') };

export const swarmRules: Rules = {
  ...version,
  'Spec.Dispatcher.HeartbeatPeriod': exact,
  'Spec.CAConfig.NodeCertExpiry': exact,
};

/** Of the `Swarm` part of `docker info`, beside the rules for the rest of it. */
export const swarmInfoRules: Rules = {
  ...under('Swarm.Cluster', swarmRules),
  GenericResources: { same: genericResources },
};
