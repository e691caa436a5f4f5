/** The same wish twice: as flags of `docker create`, and as input of `containerCreate`. */
export interface CreateCase {
  readonly flags: readonly string[];
  /** What stands behind the image on the command line. */
  readonly args?: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  /** The first API version that has it; the oldest one there is, if left out. */
  readonly since?: string;
  /** The first API version that no longer has it. */
  readonly until?: string;
  /** API versions whose own client drops these flags, so that there is nothing to compare with. */
  readonly dropped?: readonly string[];
}

/** Names of what the cases refer to; it has to be there before. */
export interface Surroundings {
  readonly network: string;
  readonly second: string;
  /** A container. */
  readonly other: string;
}

/** One flag each, and a few that only mean something together. */
export const createCases = ({
  network,
  second,
  other,
}: Surroundings): Readonly<Record<string, CreateCase>> => ({
  nothing: { flags: [], input: {} },
  'a command': { flags: [], args: ['sleep', '60'], input: { command: ['sleep', '60'] } },
  '--entrypoint': {
    flags: ['--entrypoint', '/bin/echo'],
    args: ['a', 'b c'],
    input: { entrypoint: ['/bin/echo'], command: ['a', 'b c'] },
  },
  '--entrypoint, empty': {
    flags: ['--entrypoint', ''],
    args: ['sleep', '1'],
    input: { entrypoint: [], command: ['sleep', '1'] },
  },
  // One at a time: the CLI sends several in any order.
  '--env': { flags: ['--env', 'A=x=y z'], input: { env: [{ name: 'A', value: 'x=y z' }] } },
  '--env, empty': { flags: ['--env', 'A='], input: { env: [{ name: 'A', value: '' }] } },
  '--user': { flags: ['--user', 'nobody:nogroup'], input: { user: 'nobody:nogroup' } },
  '--workdir': { flags: ['--workdir', '/tmp'], input: { workingDir: '/tmp' } },
  '--hostname': { flags: ['--hostname', 'web.example'], input: { hostname: 'web.example' } },
  '--domainname': { flags: ['--domainname', 'example.org'], input: { domainname: 'example.org' } },
  '--tty': { flags: ['--tty'], input: { tty: true } },
  '--interactive': { flags: ['--interactive'], input: { openStdin: true } },
  '--interactive --tty': { flags: ['--interactive', '--tty'], input: { openStdin: true, tty: true } },
  '--attach': {
    flags: ['--attach', 'stdin'],
    input: { attachStdin: true, attachStdout: false, attachStderr: false },
  },
  '--stop-signal': { flags: ['--stop-signal', 'SIGINT'], input: { stopSignal: 'SIGINT' } },
  '--stop-timeout': { flags: ['--stop-timeout', '7'], input: { stopTimeout: '7s' } },
  '--label': {
    flags: ['--label', 'a=1', '--label', 'b', '--label', '__proto__=x'],
    input: {
      labels: [{ key: 'a', value: '1' }, { key: 'b' }, { key: '__proto__', value: 'x' }],
    },
  },
  '--annotation': {
    flags: ['--annotation', 'a=1'],
    input: { annotations: [{ key: 'a', value: '1' }] },
    since: '1.43',
  },
  '--init': { flags: ['--init'], input: { init: true } },
  '--init=false': { flags: ['--init=false'], input: { init: false } },
  '--platform': { flags: ['--platform', 'linux/amd64'], input: { platform: 'linux/amd64' } },
  '--rm': { flags: ['--rm'], input: { autoRemove: true } },
  '--read-only': { flags: ['--read-only'], input: { security: { readonlyRootfs: true } } },
  '--runtime': { flags: ['--runtime', 'runc'], input: { runtime: 'runc' } },
  '--isolation': { flags: ['--isolation', 'default'], input: { isolation: 'DEFAULT' } },
  '--restart on-failure': {
    flags: ['--restart', 'on-failure:3'],
    input: { restartPolicy: { name: 'ON_FAILURE', maximumRetryCount: 3 } },
  },
  '--restart unless-stopped': {
    flags: ['--restart', 'unless-stopped'],
    input: { restartPolicy: { name: 'UNLESS_STOPPED' } },
  },
  '--restart no': { flags: ['--restart', 'no'], input: { restartPolicy: { name: 'NO' } } },

  '--health-*': {
    flags: [
      '--health-cmd',
      'test -e /tmp && true',
      '--health-interval',
      '5s',
      '--health-timeout',
      '1500ms',
      '--health-retries',
      '4',
      '--health-start-period',
      '1m30s',
    ],
    input: {
      healthcheck: {
        command: 'test -e /tmp && true',
        interval: '5s',
        timeout: '1500ms',
        retries: 4,
        startPeriod: '1m30s',
      },
    },
  },
  '--health-start-interval': {
    flags: ['--health-cmd', 'true', '--health-start-interval', '2s'],
    input: { healthcheck: { command: 'true', startInterval: '2s' } },
    since: '1.44',
  },
  '--no-healthcheck': { flags: ['--no-healthcheck'], input: { healthcheck: { disable: true } } },

  '--publish': {
    flags: ['--publish', '18080:80', '--publish', '127.0.0.1:15353:53/udp'],
    input: {
      ports: [
        { containerPort: 80, hostPort: 18080 },
        { containerPort: 53, protocol: 'UDP', hostIp: '127.0.0.1', hostPort: 15353 },
      ],
    },
  },
  '--publish, any port': {
    flags: ['--publish', '80', '--publish', '127.0.0.1::443'],
    input: { ports: [{ containerPort: 80 }, { containerPort: 443, hostIp: '127.0.0.1' }] },
  },
  '--publish, in short': {
    flags: ['--publish', '18081:81', '--publish', '[::1]:18082:82/tcp', '--publish', '83'],
    input: { publish: ['18081:81', '[::1]:18082:82/tcp', '83'] },
  },
  '--publish, ranges': {
    flags: [
      '--publish',
      '19000-19002:9000-9002/udp',
      '--publish',
      '18000-18010:80',
      '--publish',
      '7000-7001',
    ],
    input: { publish: ['19000-19002:9000-9002/udp', '18000-18010:80', '7000-7001'] },
  },
  '--publish, one port twice': {
    flags: ['--publish', '18083:80', '--publish', '18084:80'],
    input: { publish: ['18083:80', '18084:80'] },
  },
  '--expose': {
    flags: ['--expose', '8080', '--expose', '53/udp', '--expose', '7000-7002'],
    input: { exposedPorts: ['8080', '53/udp', '7000-7002'] },
  },
  '--publish-all': {
    flags: ['--publish-all', '--expose', '80'],
    input: { publishAllPorts: true, exposedPorts: ['80'] },
  },

  '--network': { flags: ['--network', network], input: { networks: [{ network }] } },
  '--network host': { flags: ['--network', 'host'], input: { networks: [{ network: 'host' }] } },
  '--network none': { flags: ['--network', 'none'], input: { namespaces: { networkMode: 'none' } } },
  '--network bridge': { flags: ['--network', 'bridge'], input: { networks: [{ network: 'bridge' }] } },
  '--network container': {
    flags: ['--network', `container:${other}`],
    input: { namespaces: { networkMode: `container:${other}` } },
  },
  '--network-alias, --ip, --ip6, --link-local-ip': {
    flags: [
      '--network',
      network,
      '--network-alias',
      'one',
      '--network-alias',
      'two',
      '--ip',
      '172.31.250.9',
      '--ip6',
      'fd00:d0c::9',
      '--link-local-ip',
      '169.254.9.9',
    ],
    input: {
      networks: [
        {
          network,
          aliases: ['one', 'two'],
          ipv4: '172.31.250.9',
          ipv6: 'fd00:d0c::9',
          linkLocalIps: ['169.254.9.9'],
        },
      ],
    },
  },
  '--network with driver options': {
    flags: ['--network', `name=${network},alias=one,driver-opt=a=1`],
    input: { networks: [{ network, aliases: ['one'], driverOptions: [{ key: 'a', value: '1' }] }] },
  },
  // Older CLIs send it to any Engine, newer ones to newer Engines only.
  '--mac-address': {
    flags: ['--mac-address', '02:42:ac:11:00:63'],
    input: { macAddress: '02:42:ac:11:00:63' },
    since: '1.44',
  },
  '--mac-address in a network': {
    flags: ['--network', network, '--mac-address', '02:42:ac:11:00:63'],
    input: { networks: [{ network }], macAddress: '02:42:ac:11:00:63' },
    since: '1.44',
  },
  '--network, several': {
    flags: [
      '--network',
      `name=${network},alias=one,ip=172.31.250.19,mac-address=02:42:ac:11:00:64`,
      '--network',
      `name=${second},alias=two,driver-opt=a=1`,
    ],
    input: {
      networks: [
        { network, aliases: ['one'], ipv4: '172.31.250.19', macAddress: '02:42:ac:11:00:64' },
        { network: second, aliases: ['two'], driverOptions: [{ key: 'a', value: '1' }] },
      ],
    },
    since: '1.44',
  },
  '--link': { flags: ['--link', `${other}:db`], input: { links: [`${other}:db`] } },
  '--link in a network': {
    flags: ['--network', network, '--link', `${other}:db`],
    input: { networks: [{ network }], links: [`${other}:db`] },
  },
  '--dns*, --add-host': {
    flags: [
      '--dns',
      '9.9.9.9',
      '--dns',
      '1.1.1.1',
      '--dns-option',
      'ndots:2',
      '--dns-search',
      'example.org',
      '--add-host',
      'db:10.0.0.5',
      '--add-host',
      'me:host-gateway',
    ],
    input: {
      dns: {
        servers: ['9.9.9.9', '1.1.1.1'],
        options: ['ndots:2'],
        search: ['example.org'],
        extraHosts: ['db:10.0.0.5', 'me:host-gateway'],
      },
    },
  },

  '--volume of the host': { flags: ['--volume', '/tmp:/mnt:ro'], input: { binds: ['/tmp:/mnt:ro'] } },
  '--volume by name': {
    flags: ['--volume', `${network}-data:/data`],
    input: { binds: [`${network}-data:/data`] },
  },
  '--volume, anonymous': { flags: ['--volume', '/data'], input: { volumes: ['/data'] } },
  '--volume, anonymous in short': { flags: ['--volume', '/data'], input: { binds: ['/data'] } },
  '--volume-driver': {
    flags: ['--volume-driver', 'local', '--volume', '/data'],
    input: { volumeDriver: 'local', volumes: ['/data'] },
  },
  '--volumes-from': { flags: ['--volumes-from', `${other}:ro`], input: { volumesFrom: [`${other}:ro`] } },
  '--tmpfs': {
    flags: ['--tmpfs', '/run', '--tmpfs', '/scratch:rw,size=64m,mode=1777'],
    input: { tmpfs: ['/run', '/scratch:rw,size=64m,mode=1777'] },
  },
  '--mount bind': {
    flags: [
      '--mount',
      'type=bind,source=/tmp,target=/mnt,readonly,bind-propagation=rslave,consistency=cached',
    ],
    input: {
      mounts: [
        {
          type: 'BIND',
          source: '/tmp',
          target: '/mnt',
          readOnly: true,
          consistency: 'cached',
          bind: { propagation: 'RSLAVE' },
        },
      ],
    },
  },
  '--mount bind, not recursive': {
    flags: ['--mount', 'type=bind,source=/tmp,target=/mnt,bind-nonrecursive'],
    input: { mounts: [{ type: 'BIND', source: '/tmp', target: '/mnt', bind: { nonRecursive: true } }] },
  },
  '--mount volume': {
    flags: [
      '--mount',
      `type=volume,source=${network}-typed,target=/data,volume-nocopy,volume-label=a=1,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs`,
    ],
    input: {
      mounts: [
        {
          source: `${network}-typed`,
          target: '/data',
          volume: {
            noCopy: true,
            labels: [{ key: 'a', value: '1' }],
            driver: {
              name: 'local',
              options: [
                { key: 'type', value: 'tmpfs' },
                { key: 'device', value: 'tmpfs' },
              ],
            },
          },
        },
      ],
    },
  },
  '--mount bind, read-only but for what is below': {
    flags: ['--mount', 'type=bind,source=/tmp,target=/mnt,readonly,bind-recursive=writable'],
    input: {
      mounts: [
        {
          type: 'BIND',
          source: '/tmp',
          target: '/mnt',
          readOnly: true,
          bind: { readOnlyNonRecursive: true },
        },
      ],
    },
    since: '1.44',
  },
  '--mount volume, a part of it': {
    flags: ['--mount', `type=volume,source=${network}-part,target=/data,volume-subpath=sub`],
    input: { mounts: [{ source: `${network}-part`, target: '/data', volume: { subpath: 'sub' } }] },
    since: '1.45',
  },
  '--mount image': {
    flags: ['--mount', 'type=image,source=busybox,target=/image,image-subpath=bin'],
    input: { mounts: [{ type: 'IMAGE', source: 'busybox', target: '/image', image: { subpath: 'bin' } }] },
    since: '1.48',
  },
  '--mount tmpfs': {
    flags: ['--mount', 'type=tmpfs,target=/scratch,tmpfs-size=64m,tmpfs-mode=1770'],
    input: { mounts: [{ type: 'TMPFS', target: '/scratch', tmpfs: { size: '64m', mode: '1770' } }] },
  },
  '--shm-size': { flags: ['--shm-size', '128m'], input: { shmSize: '128m' } },

  '--memory*': {
    flags: ['--memory', '512m', '--memory-reservation', '256m', '--memory-swap', '1g'],
    input: { resources: { memory: '512m', memoryReservation: '256m', memorySwap: '1g' } },
  },
  '--memory-swap -1': {
    flags: ['--memory', '64m', '--memory-swap', '-1'],
    input: { resources: { memory: '64m', memorySwap: -1 } },
  },
  '--memory-swappiness': {
    flags: ['--memory-swappiness', '30'],
    input: { resources: { memorySwappiness: 30 } },
  },
  '--kernel-memory': {
    flags: ['--kernel-memory', '64m'],
    input: { resources: { kernelMemory: '64m' } },
    until: '1.42',
  },
  '--oom-*': {
    flags: ['--oom-kill-disable', '--memory', '64m', '--oom-score-adj', '-500'],
    input: { resources: { oomKillDisable: true, memory: '64m', oomScoreAdj: -500 } },
  },
  '--cpus': { flags: ['--cpus', '1.5'], input: { resources: { cpus: 1.5 } } },
  '--cpu-shares': { flags: ['--cpu-shares', '512'], input: { resources: { cpuShares: 512 } } },
  '--cpu-period, --cpu-quota': {
    flags: ['--cpu-period', '50000', '--cpu-quota', '25000'],
    input: { resources: { cpuPeriod: 50000, cpuQuota: 25000 } },
  },
  '--cpu-rt-*': {
    flags: ['--cpu-rt-period', '1000000', '--cpu-rt-runtime', '950000'],
    input: { resources: { cpuRealtimePeriod: 1000000, cpuRealtimeRuntime: 950000 } },
  },
  '--cpuset-*': {
    flags: ['--cpuset-cpus', '0', '--cpuset-mems', '0'],
    input: { resources: { cpusetCpus: '0', cpusetMems: '0' } },
  },
  '--pids-limit': { flags: ['--pids-limit', '100'], input: { resources: { pidsLimit: 100 } } },
  '--pids-limit -1': { flags: ['--pids-limit', '-1'], input: { resources: { pidsLimit: -1 } } },
  '--ulimit': {
    flags: ['--ulimit', 'nofile=1024:2048'],
    input: { resources: { ulimits: [{ name: 'nofile', soft: 1024, hard: 2048 }] } },
  },
  '--ulimit, soft and hard': {
    flags: ['--ulimit', 'nproc=64'],
    input: { resources: { ulimits: [{ name: 'nproc', soft: 64 }] } },
  },
  '--blkio-*': {
    flags: ['--blkio-weight', '300', '--blkio-weight-device', '/dev/null:200'],
    input: {
      resources: { blkioWeight: 300, blkioWeightDevices: [{ path: '/dev/null', weight: 200 }] },
    },
  },
  '--device-read-*, --device-write-*': {
    flags: [
      '--device-read-bps',
      '/dev/null:1mb',
      '--device-write-bps',
      '/dev/null:2mb',
      '--device-read-iops',
      '/dev/null:100',
      '--device-write-iops',
      '/dev/null:200',
    ],
    input: {
      resources: {
        blkioDeviceReadBps: [{ path: '/dev/null', rate: '1mb' }],
        blkioDeviceWriteBps: [{ path: '/dev/null', rate: '2mb' }],
        blkioDeviceReadIops: [{ path: '/dev/null', rate: 100 }],
        blkioDeviceWriteIops: [{ path: '/dev/null', rate: 200 }],
      },
    },
    dropped: ['1.45'],
  },
  '--device': {
    flags: ['--device', '/dev/null', '--device', '/dev/zero:/dev/nil:r'],
    input: {
      resources: {
        devices: [
          { pathOnHost: '/dev/null' },
          { pathOnHost: '/dev/zero', pathInContainer: '/dev/nil', cgroupPermissions: 'r' },
        ],
      },
    },
  },
  '--device-cgroup-rule': {
    flags: ['--device-cgroup-rule', 'c 13:* rwm'],
    input: { resources: { deviceCgroupRules: ['c 13:* rwm'] } },
  },
  '--gpus all': { flags: ['--gpus', 'all'], input: { resources: { gpus: { all: true } } } },
  '--gpus 2': { flags: ['--gpus', '2'], input: { resources: { gpus: { count: 2 } } } },
  '--gpus by ID': {
    flags: ['--gpus', '"device=0,GPU-3a23","capabilities=utility,compute","driver=nvidia"'],
    input: {
      resources: {
        gpus: { deviceIds: ['0', 'GPU-3a23'], capabilities: ['utility', 'compute'], driver: 'nvidia' },
      },
    },
  },
  '--cgroup-parent': { flags: ['--cgroup-parent', '/some'], input: { resources: { cgroupParent: '/some' } } },

  '--privileged': { flags: ['--privileged'], input: { security: { privileged: true } } },
  '--cap-*': {
    // In full, as only newer CLIs complete the names themselves.
    flags: ['--cap-add', 'CAP_NET_ADMIN', '--cap-add', 'CAP_SYS_TIME', '--cap-drop', 'ALL'],
    input: { security: { capAdd: ['sys_time', 'NET_ADMIN'], capDrop: ['ALL'] } },
  },
  '--security-opt': {
    flags: ['--security-opt', 'no-new-privileges', '--security-opt', 'seccomp=unconfined'],
    input: { security: { securityOpt: ['no-new-privileges', 'seccomp=unconfined'] } },
  },
  '--security-opt systempaths': {
    flags: ['--security-opt', 'systempaths=unconfined', '--security-opt', 'no-new-privileges'],
    input: { security: { securityOpt: ['systempaths=unconfined', 'no-new-privileges'] } },
  },
  '--group-add': {
    flags: ['--group-add', 'nogroup', '--group-add', '1000'],
    input: { security: { groupAdd: ['nogroup', '1000'] } },
  },
  '--userns': { flags: ['--userns', 'host'], input: { namespaces: { usernsMode: 'host' } } },
  '--pid, --ipc, --uts host': {
    flags: ['--pid', 'host', '--ipc', 'host', '--uts', 'host'],
    input: { namespaces: { pidMode: 'host', ipcMode: 'host', utsMode: 'host' } },
  },
  '--pid, --ipc container': {
    flags: ['--pid', `container:${other}`, '--ipc', `container:${other}`],
    input: { namespaces: { pidMode: `container:${other}`, ipcMode: `container:${other}` } },
  },
  '--cgroupns': { flags: ['--cgroupns', 'host'], input: { namespaces: { cgroupnsMode: 'HOST' } } },
  '--sysctl': {
    flags: ['--sysctl', 'net.core.somaxconn=1024'],
    input: { sysctls: [{ key: 'net.core.somaxconn', value: '1024' }] },
  },
  '--log-*': {
    flags: ['--log-driver', 'json-file', '--log-opt', 'max-size=10m', '--log-opt', 'max-file=3'],
    input: {
      logConfig: {
        type: 'json-file',
        config: [
          { key: 'max-size', value: '10m' },
          { key: 'max-file', value: '3' },
        ],
      },
    },
  },
  '--log-driver none': { flags: ['--log-driver', 'none'], input: { logConfig: { type: 'none' } } },
});

/** Flags without a case, and why. */
export const excusedFlags: Readonly<Record<string, string>> = {
  'storage-opt': 'only some storage drivers have options: in test/graph/container-input.spec.ts',
  'cpu-count': 'Windows: in test/graph/container-input.spec.ts',
  'cpu-percent': 'Windows: in test/graph/container-input.spec.ts',
  'io-maxbandwidth': 'Windows: in test/graph/container-input.spec.ts',
  'io-maxiops': 'Windows: in test/graph/container-input.spec.ts',
  name: 'every case gives one',
  pull: 'in the specs below the table',
  cidfile: 'in the specs below the table',
  'env-file': 'a file of the CLI',
  'label-file': 'a file of the CLI',
  'disable-content-trust': 'done by the CLI',
  quiet: 'output of the CLI',
  'use-api-socket': 'mounts credentials of the CLI',
  help: 'output of the CLI',
};
