/** Wishes for services, as the docker CLI takes them and as the graph does. */

export interface ServiceCase {
  readonly flags: readonly string[];
  /** What follows the image. */
  readonly args?: readonly string[];
  readonly input: object;
  /** The API version that the wish came with. */
  readonly since?: string;
}

export interface SwarmThings {
  readonly network: string;
  readonly second: string;
  readonly secret: string;
  readonly otherSecret: string;
  readonly config: string;
  readonly otherConfig: string;
}

const pair = (text: string) => {
  const [key = '', value = ''] = text.split('=');
  return { key, value };
};
const pairs = (...texts: readonly string[]) => texts.map(pair);

/** Where they run: nowhere. */
const nowhere = 'node.labels.never==1';

export const createCases = (things: SwarmThings): Readonly<Record<string, ServiceCase>> => {
  const { network, second, secret, otherSecret, config, otherConfig } = things;
  return {
    nothing: { flags: [], input: {} },
    arguments: { flags: [], args: ['sh', '-c', 'sleep 1'], input: { command: ['sh', '-c', 'sleep 1'] } },
    '--entrypoint': {
      flags: ['--entrypoint', 'sh -c "echo hi"'],
      args: ['x'],
      input: { entrypoint: ['sh', '-c', 'echo hi'], command: ['x'] },
    },
    '--label, --container-label': {
      flags: ['--label', 'a=1', '--label', 'b', '--container-label', 'c=3', '--container-label', 'd=e=f'],
      input: {
        labels: pairs('a=1', 'b='),
        containerLabels: [pair('c=3'), { key: 'd', value: 'e=f' }],
      },
    },
    '--env': {
      flags: ['--env', 'A=1', '--env', 'B=', '--env', 'C=x=y'],
      input: {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '' },
          { name: 'C', value: 'x=y' },
        ],
      },
    },
    '--hostname, --user, --workdir, --group': {
      flags: [
        '--hostname',
        '{{.Node.Hostname}}',
        '--user',
        '1000:1000',
        '--workdir',
        '/tmp',
        '--group',
        'audio',
        '--group',
        '44',
      ],
      input: {
        hostname: '{{.Node.Hostname}}',
        user: '1000:1000',
        workingDir: '/tmp',
        security: { groupAdd: ['audio', '44'] },
      },
    },
    '--tty, --read-only, --init': {
      flags: ['--tty', '--read-only', '--init'],
      input: { tty: true, init: true, security: { readonlyRootfs: true } },
    },
    '--stop-*': {
      flags: ['--stop-signal', 'SIGINT', '--stop-grace-period', '1m30s'],
      input: { stopSignal: 'SIGINT', stopGracePeriod: '1m30s' },
    },
    '--health-*': {
      flags: [
        '--health-cmd',
        'test -e /ok',
        '--health-interval',
        '5s',
        '--health-timeout',
        '2s',
        '--health-retries',
        '4',
        '--health-start-period',
        '10s',
      ],
      input: {
        healthcheck: {
          command: 'test -e /ok',
          interval: '5s',
          timeout: '2s',
          retries: 4,
          startPeriod: '10s',
        },
      },
    },
    '--health-start-interval': {
      flags: ['--health-cmd', 'true', '--health-start-period', '10s', '--health-start-interval', '1s'],
      input: { healthcheck: { command: 'true', startPeriod: '10s', startInterval: '1s' } },
      since: '1.44',
    },
    '--no-healthcheck': { flags: ['--no-healthcheck'], input: { healthcheck: { disable: true } } },
    '--dns*, --host': {
      flags: [
        '--dns',
        '10.0.0.2',
        '--dns',
        '10.0.0.3',
        '--dns-option',
        'ndots:2',
        '--dns-search',
        'example.org',
        '--host',
        'db:10.0.0.9',
        '--host',
        'six:::1',
      ],
      input: {
        dns: {
          servers: ['10.0.0.2', '10.0.0.3'],
          options: ['ndots:2'],
          search: ['example.org'],
          extraHosts: ['db:10.0.0.9', 'six:::1'],
        },
      },
    },
    '--sysctl, --ulimit': {
      flags: ['--sysctl', 'net.core.somaxconn=1024', '--ulimit', 'nofile=64:128', '--ulimit', 'nproc=12'],
      input: {
        sysctls: pairs('net.core.somaxconn=1024'),
        resources: {
          ulimits: [
            { name: 'nofile', soft: 64, hard: 128 },
            { name: 'nproc', soft: 12 },
          ],
        },
      },
    },
    '--cap-*': {
      flags: [
        '--cap-add',
        'net_admin',
        '--cap-add',
        'CAP_SYS_TIME',
        '--cap-drop',
        'CHOWN',
        '--cap-drop',
        'NET_ADMIN',
      ],
      input: { security: { capAdd: ['net_admin', 'CAP_SYS_TIME'], capDrop: ['CHOWN', 'NET_ADMIN'] } },
    },
    '--cap-* ALL': {
      flags: ['--cap-add', 'NET_ADMIN', '--cap-drop', 'ALL'],
      input: { security: { capAdd: ['NET_ADMIN'], capDrop: ['ALL'] } },
    },
    '--limit-*, --reserve-*': {
      flags: [
        '--limit-cpu',
        '1.5',
        '--limit-memory',
        '512m',
        '--limit-pids',
        '100',
        '--reserve-cpu',
        '0.25',
        '--reserve-memory',
        '64m',
      ],
      input: {
        resources: {
          limits: { cpus: 1.5, memory: '512m', pidsLimit: 100 },
          reservations: { cpus: 0.25, memory: '64m' },
        },
      },
    },
    '--generic-resource': {
      flags: ['--generic-resource', 'gpu=2', '--generic-resource', 'ssd=1'],
      input: {
        resources: {
          reservations: {
            genericResources: [
              { kind: 'gpu', value: 2 },
              { kind: 'ssd', value: 1 },
            ],
          },
        },
      },
    },
    '--oom-score-adj': {
      flags: ['--oom-score-adj', '-500'],
      input: { resources: { oomScoreAdj: -500 } },
      since: '1.46',
    },
    '--restart-*': {
      flags: [
        '--restart-condition',
        'on-failure',
        '--restart-delay',
        '2s',
        '--restart-max-attempts',
        '3',
        '--restart-window',
        '1m',
      ],
      input: { restartPolicy: { condition: 'ON_FAILURE', delay: '2s', maxAttempts: 3, window: '1m' } },
    },
    '--restart-max-attempts alone': {
      flags: ['--restart-max-attempts', '3'],
      input: { restartPolicy: { maxAttempts: 3 } },
    },
    '--update-*': {
      flags: [
        '--update-parallelism',
        '2',
        '--update-delay',
        '3s',
        '--update-monitor',
        '4s',
        '--update-failure-action',
        'rollback',
        '--update-max-failure-ratio',
        '0.25',
        '--update-order',
        'start-first',
      ],
      input: {
        updateConfig: {
          parallelism: 2,
          delay: '3s',
          monitor: '4s',
          failureAction: 'ROLLBACK',
          maxFailureRatio: 0.25,
          order: 'START_FIRST',
        },
      },
    },
    '--update-delay alone': { flags: ['--update-delay', '3s'], input: { updateConfig: { delay: '3s' } } },
    '--rollback-*': {
      flags: [
        '--rollback-parallelism',
        '0',
        '--rollback-delay',
        '3s',
        '--rollback-monitor',
        '4s',
        '--rollback-failure-action',
        'continue',
        '--rollback-max-failure-ratio',
        '0.5',
        '--rollback-order',
        'start-first',
      ],
      input: {
        rollbackConfig: {
          parallelism: 0,
          delay: '3s',
          monitor: '4s',
          failureAction: 'CONTINUE',
          maxFailureRatio: 0.5,
          order: 'START_FIRST',
        },
      },
    },
    '--replicas, --replicas-max-per-node': {
      flags: ['--replicas', '3', '--replicas-max-per-node', '2'],
      input: { replicas: 3, placement: { maxReplicas: 2 } },
    },
    '--replicas 0': { flags: ['--replicas', '0'], input: { replicas: 0 } },
    '--mode global': { flags: ['--mode', 'global'], input: { mode: 'GLOBAL' } },
    '--mode replicated-job': {
      flags: ['--mode', 'replicated-job', '--replicas', '5', '--max-concurrent', '2'],
      input: { mode: 'REPLICATED_JOB', replicas: 5, maxConcurrent: 2 },
    },
    '--mode replicated-job, all at once': {
      flags: ['--mode', 'replicated-job', '--replicas', '5'],
      input: { mode: 'REPLICATED_JOB', replicas: 5 },
    },
    '--mode global-job': { flags: ['--mode', 'global-job'], input: { mode: 'GLOBAL_JOB' } },
    '--constraint, --placement-pref': {
      flags: [
        '--constraint',
        'node.role==worker',
        '--constraint',
        'node.labels.disk!=slow',
        '--placement-pref',
        'spread=node.labels.zone',
        '--placement-pref',
        'spread=node.labels.rack',
      ],
      input: {
        placement: {
          constraints: ['node.role==worker', 'node.labels.disk!=slow'],
          preferences: ['spread=node.labels.zone', 'spread=node.labels.rack'],
        },
      },
    },
    '--endpoint-mode dnsrr': { flags: ['--endpoint-mode', 'dnsrr'], input: { endpointMode: 'DNSRR' } },
    '--publish': {
      flags: [
        '--publish',
        '18080:80',
        '--publish',
        '18053:53/udp',
        '--publish',
        '18100-18102:9000-9002',
        '--publish',
        '81',
        '--publish',
        'published=18081,target=8080,protocol=tcp,mode=host',
      ],
      input: {
        publish: [
          '18080:80',
          '18053:53/udp',
          '18100-18102:9000-9002',
          '81',
          'published=18081,target=8080,mode=host',
        ],
      },
    },
    '--publish, typed': {
      flags: [
        '--publish',
        '18080:80',
        '--publish',
        'target=53,protocol=udp',
        '--publish',
        'published=18081,target=8080,mode=host',
      ],
      input: {
        ports: [
          { containerPort: 80, hostPort: 18080 },
          { containerPort: 53, protocol: 'UDP' },
          { containerPort: 8080, hostPort: 18081, publishMode: 'HOST' },
        ],
      },
    },
    '--network': {
      flags: ['--network', network, '--network', `name=${second},alias=web,alias=www,driver-opt=a=1`],
      input: {
        networks: [{ network }, { network: second, aliases: ['web', 'www'], driverOptions: pairs('a=1') }],
      },
    },
    '--network host': { flags: ['--network', 'host'], input: { networks: [{ network: 'host' }] } },
    '--secret, --config': {
      flags: [
        '--secret',
        secret,
        '--secret',
        `source=${otherSecret},target=key,uid=5,gid=6,mode=0400`,
        '--config',
        config,
        '--config',
        `source=${otherConfig},target=/etc/x.conf,uid=7,gid=8,mode=0440`,
      ],
      input: {
        secrets: [{ secret }, { secret: otherSecret, target: 'key', uid: '5', gid: '6', mode: '0400' }],
        configs: [
          { config },
          { config: otherConfig, target: '/etc/x.conf', uid: '7', gid: '8', mode: '0440' },
        ],
      },
    },
    '--credential-spec config': {
      flags: ['--credential-spec', `config://${config}`],
      input: { security: { credentialSpec: { config } } },
    },
    '--credential-spec config, beside a file': {
      flags: ['--credential-spec', `config://${config}`, '--config', otherConfig],
      input: { security: { credentialSpec: { config } }, configs: [{ config: otherConfig }] },
    },
    '--credential-spec file': {
      flags: ['--credential-spec', 'file://a.json'],
      input: { security: { credentialSpec: { file: 'a.json' } } },
    },
    '--credential-spec registry': {
      flags: ['--credential-spec', 'registry://a'],
      input: { security: { credentialSpec: { registry: 'a' } } },
    },
    '--isolation': { flags: ['--isolation', 'hyperv'], input: { isolation: 'HYPERV' } },
    '--log-*': {
      flags: ['--log-driver', 'json-file', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=2'],
      input: { logConfig: { type: 'json-file', config: pairs('max-size=1m', 'max-file=2') } },
    },
    '--mount bind': {
      flags: ['--mount', 'type=bind,source=/tmp,target=/t,readonly,bind-propagation=rslave'],
      input: {
        mounts: [
          { type: 'BIND', source: '/tmp', target: '/t', readOnly: true, bind: { propagation: 'RSLAVE' } },
        ],
      },
    },
    '--mount volume': {
      flags: [
        '--mount',
        'type=volume,source=data,target=/data,volume-nocopy,volume-label=a=1,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs',
        '--mount',
        'type=volume,target=/anonymous',
      ],
      input: {
        mounts: [
          {
            source: 'data',
            target: '/data',
            volume: {
              noCopy: true,
              labels: pairs('a=1'),
              driver: { name: 'local', options: pairs('type=tmpfs', 'device=tmpfs') },
            },
          },
          { target: '/anonymous' },
        ],
      },
    },
    '--mount volume, a part of it': {
      flags: ['--mount', 'type=volume,source=data,target=/data,volume-subpath=a/b'],
      input: { mounts: [{ source: 'data', target: '/data', volume: { subpath: 'a/b' } }] },
      since: '1.45',
    },
    '--mount tmpfs': {
      flags: ['--mount', 'type=tmpfs,target=/scratch,tmpfs-size=64m,tmpfs-mode=1770'],
      input: { mounts: [{ type: 'TMPFS', target: '/scratch', tmpfs: { size: '64m', mode: '1770' } }] },
    },
    '--mount npipe': {
      flags: ['--mount', String.raw`type=npipe,source=\\.\pipe\x,target=\\.\pipe\x`],
      input: { mounts: [{ type: 'NPIPE', source: String.raw`\\.\pipe\x`, target: String.raw`\\.\pipe\x` }] },
    },
    '--mount cluster': {
      flags: ['--mount', 'type=cluster,source=group:fast,target=/data'],
      input: { mounts: [{ type: 'CLUSTER', source: 'group:fast', target: '/data' }] },
      since: '1.42',
    },
  };
};

/** One service that uses all flags that go together; those of the rest have cases of their own. */
export const everything = (things: SwarmThings, api: (since: string) => boolean): ServiceCase => {
  const { network, second, secret, otherSecret, config, otherConfig } = things;
  const newer = api('1.46');
  return {
    args: ['sh', '-c', 'sleep 1'],
    flags: [
      '--label',
      'a=1',
      '--container-label',
      'b=2',
      '--env',
      'A=1',
      '--env',
      'B=2',
      '--hostname',
      'h',
      '--user',
      'root',
      '--workdir',
      '/tmp',
      '--group',
      'audio',
      '--tty',
      '--read-only',
      '--init',
      '--stop-signal',
      'SIGINT',
      '--stop-grace-period',
      '20s',
      '--entrypoint',
      'env',
      '--health-cmd',
      'true',
      '--health-interval',
      '5s',
      '--health-timeout',
      '2s',
      '--health-retries',
      '4',
      '--health-start-period',
      '10s',
      '--dns',
      '10.0.0.2',
      '--dns-option',
      'ndots:2',
      '--dns-search',
      'example.org',
      '--host',
      'db:10.0.0.9',
      '--sysctl',
      'net.core.somaxconn=1024',
      '--ulimit',
      'nofile=64:128',
      '--cap-add',
      'NET_ADMIN',
      '--cap-drop',
      'CHOWN',
      '--limit-cpu',
      '1.5',
      '--limit-memory',
      '512m',
      '--limit-pids',
      '100',
      '--reserve-cpu',
      '0.25',
      '--reserve-memory',
      '64m',
      '--generic-resource',
      'gpu=2',
      '--restart-condition',
      'on-failure',
      '--restart-delay',
      '2s',
      '--restart-max-attempts',
      '3',
      '--restart-window',
      '1m',
      '--update-parallelism',
      '2',
      '--update-delay',
      '3s',
      '--update-monitor',
      '4s',
      '--update-failure-action',
      'rollback',
      '--update-max-failure-ratio',
      '0.25',
      '--update-order',
      'start-first',
      '--rollback-parallelism',
      '3',
      '--rollback-delay',
      '3s',
      '--rollback-monitor',
      '4s',
      '--rollback-failure-action',
      'continue',
      '--rollback-max-failure-ratio',
      '0.5',
      '--rollback-order',
      'start-first',
      '--mode',
      'replicated',
      '--replicas',
      '3',
      '--replicas-max-per-node',
      '2',
      '--constraint',
      'node.role==worker',
      '--placement-pref',
      'spread=node.labels.zone',
      '--endpoint-mode',
      'vip',
      '--publish',
      '18080:80',
      '--publish',
      'published=18081,target=8080,mode=host',
      '--network',
      network,
      '--network',
      `name=${second},alias=web`,
      '--secret',
      secret,
      '--secret',
      `source=${otherSecret},target=key,uid=5,gid=6,mode=0400`,
      '--config',
      config,
      '--config',
      `source=${otherConfig},target=/etc/x.conf`,
      '--credential-spec',
      `config://${config}`,
      '--isolation',
      'process',
      '--log-driver',
      'json-file',
      '--log-opt',
      'max-size=1m',
      '--mount',
      'type=volume,source=data,target=/data',
      '--mount',
      'type=tmpfs,target=/scratch,tmpfs-size=64m',
      ...(newer ? ['--oom-score-adj', '-500', '--health-start-interval', '1s'] : []),
    ],
    input: {
      labels: pairs('a=1'),
      containerLabels: pairs('b=2'),
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      hostname: 'h',
      user: 'root',
      workingDir: '/tmp',
      tty: true,
      init: true,
      stopSignal: 'SIGINT',
      stopGracePeriod: '20s',
      entrypoint: ['env'],
      command: ['sh', '-c', 'sleep 1'],
      healthcheck: {
        command: 'true',
        interval: '5s',
        timeout: '2s',
        retries: 4,
        startPeriod: '10s',
        ...(newer && { startInterval: '1s' }),
      },
      dns: {
        servers: ['10.0.0.2'],
        options: ['ndots:2'],
        search: ['example.org'],
        extraHosts: ['db:10.0.0.9'],
      },
      sysctls: pairs('net.core.somaxconn=1024'),
      security: {
        capAdd: ['NET_ADMIN'],
        capDrop: ['CHOWN'],
        groupAdd: ['audio'],
        readonlyRootfs: true,
        credentialSpec: { config },
      },
      resources: {
        limits: { cpus: 1.5, memory: '512m', pidsLimit: 100 },
        reservations: { cpus: 0.25, memory: '64m', genericResources: [{ kind: 'gpu', value: 2 }] },
        ulimits: [{ name: 'nofile', soft: 64, hard: 128 }],
        ...(newer && { oomScoreAdj: -500 }),
      },
      restartPolicy: { condition: 'ON_FAILURE', delay: '2s', maxAttempts: 3, window: '1m' },
      updateConfig: {
        parallelism: 2,
        delay: '3s',
        monitor: '4s',
        failureAction: 'ROLLBACK',
        maxFailureRatio: 0.25,
        order: 'START_FIRST',
      },
      rollbackConfig: {
        parallelism: 3,
        delay: '3s',
        monitor: '4s',
        failureAction: 'CONTINUE',
        maxFailureRatio: 0.5,
        order: 'START_FIRST',
      },
      mode: 'REPLICATED',
      replicas: 3,
      placement: {
        maxReplicas: 2,
        constraints: ['node.role==worker'],
        preferences: ['spread=node.labels.zone'],
      },
      endpointMode: 'VIP',
      publish: ['18080:80'],
      ports: [{ containerPort: 8080, hostPort: 18081, publishMode: 'HOST' }],
      networks: [{ network }, { network: second, aliases: ['web'] }],
      secrets: [{ secret }, { secret: otherSecret, target: 'key', uid: '5', gid: '6', mode: '0400' }],
      configs: [{ config }, { config: otherConfig, target: '/etc/x.conf' }],
      isolation: 'PROCESS',
      logConfig: { type: 'json-file', config: pairs('max-size=1m') },
      mounts: [
        { source: 'data', target: '/data' },
        { type: 'TMPFS', target: '/scratch', tmpfs: { size: '64m' } },
      ],
    },
  };
};

/** Flags without a case, and why. */
export const excusedCreateFlags: Readonly<Record<string, string>> = {
  name: 'every case gives one',
  detach: 'output of the CLI; waiting is in service-converge.spec.ts',
  quiet: 'output of the CLI',
  'no-resolve-image': 'every case gives it; what comes without is in service-images.spec.ts',
  'with-registry-auth': 'is not in the spec: in service-images.spec.ts',
  'env-file': 'a file of the CLI',
  help: 'output of the CLI',
};

export { nowhere };
