/** Services, stacks and jobs on a private Engine that becomes a swarm of one node. */
import { vi } from 'vitest';
import { textAt } from '../../support/json.ts';
import type { PrivateEngine } from '../../support/private-engine.ts';

/** The service that has every field there is; no node fits it. */
export const everyField = 'every-field';

/** As `docker stack deploy` reads it. No address is shared: the kernel may have no IPVS. */
const stack = `
version: "3.9"
services:
  web:
    image: busybox:latest
    command: ["sleep", "600"]
    networks: { back: { aliases: [www] } }
    ports: [{ target: 80, mode: host }]
    secrets: [{ source: password, target: pw, mode: 0400 }]
    configs: [{ source: settings, target: /settings, uid: "1", gid: "2" }]
    volumes: ["data:/data"]
    environment: { GREETING: "hello=you" }
    healthcheck: { test: ["CMD", "true"], interval: 2s, timeout: 1s, retries: 2, start_period: 1s }
    labels: { of: container }
    deploy:
      endpoint_mode: dnsrr
      replicas: 2
      labels: { tier: front }
      placement:
        constraints: ["node.role==manager"]
        preferences: [{ spread: node.labels.zone }]
        max_replicas_per_node: 4
      resources:
        limits: { cpus: "0.5", memory: 64M, pids: 50 }
        reservations: { cpus: "0.05", memory: 8M }
      restart_policy: { condition: on-failure, delay: 2s, max_attempts: 3, window: 60s }
      update_config: { parallelism: 2, delay: 1s, failure_action: rollback, monitor: 3s, max_failure_ratio: 0.25, order: start-first }
      rollback_config: { parallelism: 1, delay: 0s, failure_action: pause, order: stop-first }
  worker:
    image: busybox:latest
    command: ["sh", "-c", "echo line 1; echo error line >&2; echo line 2; echo line 3; exec sleep 600"]
    networks: [back]
    deploy: { endpoint_mode: dnsrr }
networks: { back: {} }
volumes: { data: { labels: { of: stack } } }
secrets: { password: { file: PASSWORD } }
configs: { settings: { file: PASSWORD } }
`;

/** All that a service can be asked for, also what no flag of the CLI does. */
const body = (isNewer: boolean, config: string, secret: string, network: string) => ({
  Name: everyField,
  Labels: { a: 'b', empty: '' },
  TaskTemplate: {
    ContainerSpec: {
      Image:
        'registry.invalid:5000/team/app:1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
      Labels: { inner: 'label' },
      Command: ['/bin/app', '--flag'],
      Args: ['one', 'two'],
      Hostname: '{{.Service.Name}}-host',
      Env: ['A=1', 'B=x=y', 'EMPTY=', 'BARE'],
      Dir: '/srv',
      User: '1000:1000',
      Groups: ['2000', 'staff'],
      Privileges: {
        CredentialSpec: { Config: config },
        SELinuxContext: { Disable: false, User: 'u', Role: 'r', Type: 't', Level: 'l' },
        ...(isNewer && {
          Seccomp: {
            Mode: 'custom',
            Profile: Buffer.from('{"defaultAction":"SCMP_ACT_ALLOW"}').toString('base64'),
          },
          AppArmor: { Mode: 'disabled' },
          NoNewPrivileges: true,
        }),
      },
      Init: true,
      StopSignal: 'SIGUSR1',
      TTY: true,
      OpenStdin: true,
      ReadOnly: true,
      Mounts: [
        {
          Type: 'bind',
          Source: '/etc',
          Target: '/host',
          ReadOnly: true,
          Consistency: 'cached',
          BindOptions: { Propagation: 'rslave', NonRecursive: true },
        },
        {
          Type: 'volume',
          Source: 'data',
          Target: '/data',
          VolumeOptions: {
            NoCopy: true,
            Labels: { on: 'volume' },
            DriverConfig: { Name: 'local', Options: { type: 'tmpfs' } },
          },
        },
        { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 65536, Mode: 1023 } },
      ],
      StopGracePeriod: 90_000_000_000,
      Healthcheck: {
        Test: ['CMD-SHELL', 'true'],
        Interval: 5_000_000_000,
        Timeout: 1_000_000_000,
        Retries: 4,
        StartPeriod: 2_000_000_000,
        ...(isNewer && { StartInterval: 500_000_000 }),
      },
      Hosts: ['10.1.1.1 a b'],
      DNSConfig: { Nameservers: ['1.1.1.1'], Search: ['example.org'], Options: ['ndots:2'] },
      Secrets: [
        {
          File: { Name: 'pw', UID: '1', GID: '2', Mode: 256 },
          SecretID: secret,
          SecretName: 'shop_password',
        },
      ],
      Configs: [
        {
          File: { Name: '/c', UID: '3', GID: '4', Mode: 292 },
          ConfigID: config,
          ConfigName: 'shop_settings',
        },
        { Runtime: {}, ConfigID: config, ConfigName: 'shop_settings' },
      ],
      Isolation: 'default',
      Sysctls: { 'net.ipv4.ip_forward': '1' },
      CapabilityAdd: ['CAP_NET_ADMIN'],
      CapabilityDrop: ['CAP_CHOWN'],
      Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
      ...(isNewer && { OomScoreAdj: -5 }),
    },
    Resources: {
      Limits: { NanoCPUs: 250_000_000, MemoryBytes: 8_589_934_592, Pids: 7 },
      Reservations: {
        NanoCPUs: 1_000_000,
        MemoryBytes: 6_291_456,
        GenericResources: [
          { NamedResourceSpec: { Kind: 'GPU', Value: 'UUID1' } },
          { DiscreteResourceSpec: { Kind: 'SSD', Value: 3 } },
        ],
      },
    },
    RestartPolicy: { Condition: 'on-failure', Delay: 0, MaxAttempts: 5, Window: 60_000_000_000 },
    Placement: {
      Constraints: ['node.labels.none==1'],
      Preferences: [
        { Spread: { SpreadDescriptor: 'node.labels.zone' } },
        { Spread: { SpreadDescriptor: 'engine.labels.rack' } },
      ],
      MaxReplicas: 3,
      Platforms: [{ Architecture: 'amd64', OS: 'linux' }],
    },
    ForceUpdate: 2,
    Runtime: 'container',
    Networks: [{ Target: network, Aliases: ['alias'], DriverOpts: { 'com.docker.network.x': 'y' } }],
    LogDriver: { Name: 'json-file', Options: { 'max-size': '1m' } },
  },
  Mode: { Replicated: { Replicas: 2 } },
  UpdateConfig: {
    Parallelism: 2,
    Delay: 1_000_000_000,
    FailureAction: 'rollback',
    Monitor: 3_000_000_000,
    MaxFailureRatio: 0.25,
    Order: 'start-first',
  },
  RollbackConfig: {
    Parallelism: 0,
    FailureAction: 'continue',
    Monitor: 4_000_000_000,
    MaxFailureRatio: 0.5,
    Order: 'stop-first',
  },
  EndpointSpec: {
    Mode: 'dnsrr',
    Ports: [
      { Name: 'dns', Protocol: 'udp', TargetPort: 53, PublishedPort: 5353, PublishMode: 'host' },
      { Protocol: 'tcp', TargetPort: 8080, PublishMode: 'host' },
    ],
  },
});

/** Makes them, and waits until the swarm has done what it can. */
export async function deployServices(engine: PrivateEngine): Promise<void> {
  const { cli } = engine;
  await cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  const file = `${engine.dataDir}/stack.yml`;
  const password = `${engine.dataDir}/password`;
  await engine.exec('sh', [
    '-c',
    `printf hunter2 > ${password} && cat > ${file} <<'EOF'\n${stack.replaceAll('PASSWORD', password)}\nEOF`,
  ]);
  await cli('stack', 'deploy', '--resolve-image', 'never', '--compose-file', file, 'shop');
  const create = (name: string, ...args: readonly string[]) =>
    cli(
      'service',
      'create',
      '--detach',
      '--quiet',
      '--no-resolve-image',
      '--endpoint-mode',
      'dnsrr',
      '--name',
      name,
      ...args,
    );
  await create('failed', '--restart-condition', 'none', 'busybox', 'sh', '-c', 'exit 3');
  await create('glob', '--mode', 'global', 'busybox', 'sleep', '600');
  await create(
    'job',
    '--mode',
    'replicated-job',
    '--replicas',
    '3',
    '--max-concurrent',
    '2',
    'busybox',
    'true',
  );
  await create('gjob', '--mode', 'global-job', 'busybox', 'true');
  await create('zero', '--replicas', '0', 'busybox', 'true');
  await create('stuck', '--replicas', '2', '--constraint', 'node.labels.none==1', 'busybox', 'true');
  const idOf = (noun: string, name: string) => cli(noun, 'inspect', '--format', '{{.ID}}', name);
  const network = textAt((await engine.mustRest('GET', '/networks/shop_back')).json(), 'Id');
  const isNewer = Number(engine.apiVersion.split('.')[1]) >= 46;
  const made = body(
    isNewer,
    await idOf('config', 'shop_settings'),
    await idOf('secret', 'shop_password'),
    network,
  );
  const { ID: id } = Object((await engine.mustRest('POST', '/services/create', { body: made })).json());
  const version = await cli('service', 'inspect', '--format', '{{.Version.Index}}', everyField);
  // So that it has a spec of before as well.
  await engine.mustRest('POST', `/services/${String(id)}/update?version=${version}`, {
    body: { ...made, Labels: { a: 'c' } },
  });
  const failures = () => cli('service', 'ps', '--format', '{{.CurrentState}}', 'failed');
  const until = { timeout: 40_000, interval: 200 };
  await vi.waitFor(async () => {
    if (!/^Failed/.test(await failures())) throw new Error('the failing task has not failed yet');
  }, until);
  await cli('service', 'update', '--detach', '--quiet', '--force', 'failed');
  const wanted = ['shop_web 2/2', 'shop_worker 1/1', 'glob 1/1', 'job 0/2 (3/3', 'gjob 0/0 (1/1'];
  await vi.waitFor(async () => {
    const shown = await cli('service', 'ls', '--format', '{{.Name}} {{.Replicas}}');
    const missing = wanted.filter((row) => !shown.includes(row));
    if (missing.length > 0 || !/^Failed.*\n.*Failed/.test(await failures())) {
      throw new Error(`not there yet: ${missing.join(', ')}\n${shown}`);
    }
  }, until);
}
