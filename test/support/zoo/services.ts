import { oddLabels } from './features.ts';
import { type Body, untilStopped } from './site.ts';

/** What the services of one zoo have around them. */
export interface Ground {
  /** `n('web')`: the full name of one of this zoo's things. */
  n(short: string): string;
  /** IDs of the secrets, configs and networks, by their short names. */
  id(short: string): string;
  /** Whether the Engines speak this API version. */
  speaks(version: string): boolean;
}

/** How a service is to be found when the zoo is ready. */
export interface Tamed {
  /** Without the zoo's prefix. */
  readonly name: string;
  /** The body of `POST /services/create`; name, image and command are filled in. */
  readonly body: Body;
  /** What it is changed to afterwards, and how its update then ends (`UpdateStatus.State`). */
  readonly updated?: { readonly body: Body; readonly state: string };
  /** States that its tasks come to, each at least as often as it is here. */
  readonly tasks: readonly string[];
}

const second = 1e9;
const dnsrr: Body = { EndpointSpec: { Mode: 'dnsrr' } };
const never: Body = { RestartPolicy: { Condition: 'none' } };
const shell = (script: string): Body => ({ Command: ['sh', '-c', script] });

/** The body of a service whose containers get `container`, and its tasks `task`. */
const service = (container: Body, task: Body = {}, rest: Body = {}): Body => ({
  ...dnsrr,
  ...rest,
  TaskTemplate: { ...task, ContainerSpec: { Command: untilStopped, ...container } },
});

const file = (name: string, mode: number): Body => ({ Name: name, UID: '1000', GID: '50', Mode: mode });

/** Runs with all that a container of a service can be given on this machine. */
function furnished({ n, id, speaks }: Ground): Tamed {
  const container: Body = {
    Labels: oddLabels,
    Command: ['sh', '-c'],
    Args: ['trap "exit 0" TERM; sleep 1000000 & wait', 'аргумент', 'with "quotes"'],
    Hostname: '{{.Service.Name}}-{{.Task.Slot}}',
    Env: ['GREETING=grüße 🐳', 'EMPTY=', 'EQUALS=a=b=c', 'NO_VALUE', 'NODE={{.Node.Hostname}}'],
    Dir: '/tmp',
    User: '0:0',
    Groups: ['nogroup', '4711'],
    TTY: true,
    OpenStdin: true,
    ReadOnly: true,
    StopSignal: 'SIGINT',
    StopGracePeriod: 3 * second,
    Init: true,
    Hosts: ['10.0.0.1 one.example two.example', '::1 six.example'],
    DNSConfig: { Nameservers: ['10.9.8.7'], Search: ['example.org'], Options: ['ndots:3', 'use-vc'] },
    Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80', 'net.ipv4.tcp_syncookies': '1' },
    CapabilityAdd: ['CAP_NET_ADMIN', 'CAP_SYS_TIME'],
    CapabilityDrop: ['CAP_MKNOD'],
    Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
    Healthcheck: {
      Test: ['CMD-SHELL', 'true'],
      Interval: second,
      Timeout: 5 * second,
      StartPeriod: 1.5 * second,
      Retries: 4,
      ...(speaks('1.44') && { StartInterval: 2 * second }),
    },
    ...(speaks('1.46') && { OomScoreAdj: 250 }),
    ...(speaks('1.44') && {
      Privileges: { Seccomp: { Mode: 'unconfined' }, AppArmor: { Mode: 'disabled' }, NoNewPrivileges: true },
    }),
    Secrets: [
      { SecretID: id('password'), SecretName: n('password'), File: file('password', 0o440) },
      { SecretID: id('token'), SecretName: n('token'), File: file('/etc/token', 0o400) },
    ],
    Configs: [
      { ConfigID: id('settings'), ConfigName: n('settings'), File: file('/etc/settings.ini', 0o444) },
      { ConfigID: id('templated'), ConfigName: n('templated'), File: file('/etc/templated', 0o644) },
    ],
    Mounts: [
      { Type: 'bind', Source: '/proc/version', Target: '/bound', ReadOnly: true, Consistency: 'default' },
      {
        Type: 'bind',
        Source: '/tmp',
        Target: '/shared',
        BindOptions: {
          Propagation: 'rslave',
          NonRecursive: true,
          ...(speaks('1.42') && { CreateMountpoint: true }),
        },
      },
      {
        Type: 'volume',
        Source: n('{{.Service.Name}}-data'),
        Target: '/data',
        VolumeOptions: {
          NoCopy: true,
          Labels: oddLabels,
          DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
        },
      },
      { Type: 'volume', Target: '/anonymous' },
      { Type: 'tmpfs', Target: '/scratch', TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o1770 } },
    ],
  };
  const task: Body = {
    Resources: {
      Limits: { NanoCPUs: 500_000_000, MemoryBytes: 64 * 2 ** 20, Pids: 100 },
      Reservations: {
        NanoCPUs: 10_000_000,
        MemoryBytes: 8 * 2 ** 20,
        GenericResources: [
          { DiscreteResourceSpec: { Kind: 'ssd', Value: 1 } },
          { DiscreteResourceSpec: { Kind: 'gpu', Value: 1 } },
        ],
      },
    },
    RestartPolicy: { Condition: 'on-failure', Delay: 2 * second, MaxAttempts: 3, Window: 90 * second },
    Placement: {
      Constraints: ['node.platform.os == linux', 'node.labels.rack != none'],
      Preferences: [
        { Spread: { SpreadDescriptor: 'node.labels.rack' } },
        { Spread: { SpreadDescriptor: 'node.id' } },
      ],
      MaxReplicas: 2,
      Platforms: [{ Architecture: 'x86_64', OS: 'linux' }, { OS: 'linux' }],
    },
    ForceUpdate: 3,
    LogDriver: { Name: 'json-file', Options: { 'max-size': '1m', 'max-file': '2', labels: 'a,b' } },
    Networks: [
      {
        Target: id('over'),
        Aliases: ['db', 'db.internal'],
        DriverOpts: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.log_martians=1' },
      },
      { Target: id('attachable') },
    ],
  };
  const rest: Body = {
    Labels: oddLabels,
    Mode: { Replicated: { Replicas: 2 } },
    UpdateConfig: {
      Parallelism: 2,
      Delay: 1.5 * second,
      FailureAction: 'rollback',
      Monitor: 7 * second,
      MaxFailureRatio: 0.25,
      Order: 'start-first',
    },
    RollbackConfig: {
      Parallelism: 0,
      Delay: second,
      FailureAction: 'continue',
      Monitor: 3 * second,
      MaxFailureRatio: 1,
      Order: 'stop-first',
    },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: [
        { Name: 'http', Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' },
        { Protocol: 'udp', TargetPort: 53, PublishedPort: 5353, PublishMode: 'host' },
        { Protocol: 'tcp', TargetPort: 443, PublishMode: 'host' },
      ],
    },
  };
  return { name: 'furnished', body: service(container, task, rest), tasks: ['running', 'running'] };
}

/** Has what only other machines can run, and no tasks: Windows' isolation, SELinux, virtual addresses, all that CSI is. */
function foreign({ n, id, speaks }: Ground): Tamed {
  const container: Body = {
    Isolation: 'hyperv',
    Privileges: {
      CredentialSpec: { Config: id('credentials') },
      SELinuxContext: { Disable: true, User: 'user', Role: 'role', Type: 'type', Level: 's0:c1,c2' },
      ...(speaks('1.44') && {
        Seccomp: {
          Mode: 'custom',
          Profile: Buffer.from('{"defaultAction":"SCMP_ACT_ALLOW"}').toString('base64'),
        },
        AppArmor: { Mode: 'default' },
      }),
    },
    Configs: [{ ConfigID: id('credentials'), ConfigName: n('credentials'), Runtime: {} }],
    Mounts: [
      {
        Type: 'npipe',
        Source: String.raw`\\.\pipe\docker_engine`,
        Target: String.raw`\\.\pipe\docker_engine`,
      },
      ...(speaks('1.42') ? [{ Type: 'cluster', Source: 'group:storage', Target: '/cluster' }] : []),
      ...(speaks('1.44')
        ? [
            {
              Type: 'bind',
              Source: '/a',
              Target: '/a',
              BindOptions: { ReadOnlyNonRecursive: true },
              ReadOnly: true,
            },
          ]
        : []),
      ...(speaks('1.45')
        ? [{ Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { Subpath: 'below/it' } }]
        : []),
    ],
  };
  return {
    name: 'foreign',
    body: service(
      container,
      {
        Networks: [{ Target: id('over') }],
        Resources: {
          Reservations: { GenericResources: [{ NamedResourceSpec: { Kind: 'gpu', Value: 'UUID1' } }] },
        },
        RestartPolicy: { Condition: 'any', Delay: 0 },
      },
      {
        Mode: { Replicated: { Replicas: 0 } },
        EndpointSpec: {
          Mode: 'vip',
          Ports: [
            { Name: 'http', Protocol: 'tcp', TargetPort: 80, PublishedPort: 9080, PublishMode: 'ingress' },
            { Protocol: 'sctp', TargetPort: 81, PublishMode: 'ingress' },
          ],
        },
      },
    ),
    tasks: [],
  };
}

/** Has a task on each node and in each network. */
export const everywhere = ({ id }: Ground): Tamed => ({
  name: 'everywhere',
  body: service(
    {},
    {
      Networks: [{ Target: id('over') }, { Target: id('attachable') }],
      RestartPolicy: { Delay: second / 5 },
    },
    { Mode: { Global: {} } },
  ),
  tasks: ['running', 'running'],
});

/** One service for each of the ways that services go; {@link everywhere} is there before. */
export const services = (ground: Ground): readonly Tamed[] => [
  furnished(ground),
  foreign(ground),
  { name: 'bare', body: { TaskTemplate: { ContainerSpec: {}, ...never }, ...dnsrr }, tasks: ['complete'] },
  {
    name: 'updated',
    body: service({ Env: ['ROUND=1'] }),
    updated: { body: service({ Env: ['ROUND=2'] }), state: 'completed' },
    tasks: ['running', 'shutdown'],
  },
  {
    name: 'stuck',
    body: service({}),
    updated: {
      body: service(shell('exit 3'), never, { UpdateConfig: { FailureAction: 'pause', Monitor: second } }),
      state: 'paused',
    },
    tasks: ['failed', 'shutdown'],
  },
  {
    name: 'returned',
    body: service({}, {}, { RollbackConfig: { Monitor: second / 10 } }),
    updated: {
      body: service(shell('exit 4'), never, {
        UpdateConfig: { FailureAction: 'rollback', Monitor: second },
        RollbackConfig: { Monitor: second / 10 },
      }),
      state: 'rollback_completed',
    },
    tasks: ['running', 'failed'],
  },
  {
    name: 'job',
    body: {
      ...service(shell('exit 0'), { RestartPolicy: { Condition: 'on-failure' } }),
      Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 3 } },
      EndpointSpec: undefined,
    },
    tasks: ['complete', 'complete', 'complete'],
  },
  {
    name: 'job-everywhere',
    body: {
      ...service(shell('exit 0'), { RestartPolicy: { Condition: 'none' } }),
      Mode: { GlobalJob: {} },
      EndpointSpec: undefined,
    },
    tasks: ['complete'],
  },
  {
    name: 'waiting',
    body: service({}, { Placement: { Constraints: ['node.labels.rack == nowhere'] } }),
    tasks: ['pending'],
  },
  {
    name: 'failing',
    body: service(shell('echo no >&2; exit 3'), never),
    tasks: ['failed'],
  },
  {
    name: 'rejected',
    body: service({ Mounts: [{ Type: 'bind', Source: '/nowhere/at/all', Target: '/x' }] }, never),
    tasks: ['rejected'],
  },
  {
    name: 'stack_web',
    body: service(
      { Labels: { 'com.docker.stack.namespace': 'stack' } },
      {},
      { Labels: { 'com.docker.stack.namespace': 'stack' } },
    ),
    tasks: ['running'],
  },
];
