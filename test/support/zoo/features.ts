import type { Animal, Site } from './site.ts';

/** Labels that break programs which take label maps for objects, lines or attributes. */
export const oddLabels: Readonly<Record<string, string>> = JSON.parse(
  JSON.stringify({
    'quoted"key': `it's "quoted"`,
    'key=with=equals': 'value=with=equals',
    'ключ.ünïcode.鍵': 'значение 🐳',
    'line\nfeed': 'first\nsecond\r\n\tthird',
    constructor: 'not a function',
    toString: 'also not',
    empty: '',
    ' spaces ': ' around ',
    'a.very.long.one': 'x'.repeat(3000),
    '<script>': 'alert(1)</script>',
    'back\\slash': '\\n ${HOME} $(id) `id`',
  }).replace('{', '{"__proto__":"a plain label",'),
);

/** One container for each corner of what a container can be given. */
export const features = ({ n, dangling, blockDevice, speaks }: Site): readonly Animal[] => [
  { name: 'odd-labels', life: 'running', body: { Labels: oddLabels } },
  {
    name: 'unicode',
    life: 'running',
    body: {
      Env: [
        'GREETING=grüße 🐳',
        'EMPTY=',
        'EQUALS=a=b=c',
        'LINES=one\ntwo',
        'NO_VALUE',
        'API_TOKEN=s3cr3t-canary',
      ],
      Cmd: ['sh', '-c', '# 你好\nexec sleep 1000000', 'аргумент', 'with "quotes"'],
      StopSignal: 'SIGKILL',
      Labels: { 'dockgraph.note': 'ünï — 語 — 🦑' },
    },
  },
  {
    name: 'linked',
    life: 'running',
    after: 'running',
    body: { HostConfig: { Links: [`${n('running')}:friend`] } },
  },
  {
    name: 'limited',
    life: 'running',
    body: {
      HostConfig: {
        Memory: 64 * 2 ** 20,
        MemoryReservation: 32 * 2 ** 20,
        MemorySwap: 128 * 2 ** 20,
        MemorySwappiness: 10,
        NanoCpus: 500_000_000,
        CpuShares: 512,
        CpusetCpus: '0',
        CpusetMems: '0',
        PidsLimit: 50,
        ShmSize: 16 * 2 ** 20,
        BlkioWeight: 300,
        ...(blockDevice !== undefined && {
          BlkioDeviceReadBps: [{ Path: blockDevice, Rate: 10_485_760 }],
          BlkioDeviceWriteBps: [{ Path: blockDevice, Rate: 5_242_880 }],
          BlkioDeviceReadIOps: [{ Path: blockDevice, Rate: 1000 }],
          BlkioDeviceWriteIOps: [{ Path: blockDevice, Rate: 500 }],
        }),
        Ulimits: [
          { Name: 'nofile', Soft: 1024, Hard: 2048 },
          { Name: 'core', Soft: 0, Hard: 0 },
        ],
        OomScoreAdj: 500,
        CgroupnsMode: 'private',
      },
    },
  },
  {
    name: 'cpu-quota',
    life: 'running',
    body: { HostConfig: { CpuPeriod: 50_000, CpuQuota: 25_000 } },
  },
  {
    name: 'capable',
    life: 'running',
    body: {
      HostConfig: {
        CapAdd: ['NET_ADMIN', 'SYS_PTRACE'],
        CapDrop: ['MKNOD', 'AUDIT_WRITE'],
        SecurityOpt: ['no-new-privileges', 'seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
        Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' }],
        DeviceCgroupRules: ['c 42:* rmw'],
        GroupAdd: ['44', 'nogroup'],
      },
    },
  },
  // Only created: in a sandbox, root has not all the capabilities that this one asks for.
  { name: 'privileged', life: 'created', body: { HostConfig: { Privileged: true } } },
  {
    name: 'resolver',
    life: 'running',
    body: {
      HostConfig: {
        Dns: ['9.9.9.9', '2620:fe::fe'],
        DnsSearch: ['corp.example', 'example'],
        DnsOptions: ['ndots:2', 'timeout:1'],
        ExtraHosts: ['db.example:10.9.8.7', 'six.example:fd00::1'],
      },
    },
  },
  {
    name: 'logging',
    life: 'running',
    body: {
      HostConfig: {
        LogConfig: {
          Type: 'json-file',
          Config: {
            'max-size': '1m',
            'max-file': '3',
            labels: 'dockgraph.zoo',
            env: 'API_TOKEN',
            tag: '{{.Name}}',
          },
        },
      },
    },
  },
  { name: 'log-none', life: 'running', body: { HostConfig: { LogConfig: { Type: 'none', Config: {} } } } },
  { name: 'log-local', life: 'running', body: { HostConfig: { LogConfig: { Type: 'local', Config: {} } } } },
  {
    name: 'configured',
    life: 'running',
    body: {
      Hostname: 'myhost',
      Domainname: 'corp.example',
      User: 'nobody:nogroup',
      WorkingDir: '/tmp/work dir',
      Entrypoint: ['sh', '-c'],
      Cmd: ["trap 'exit 0' USR1; sleep 1000000 & wait"],
      StopSignal: 'SIGUSR1',
      StopTimeout: 7,
      Shell: ['/bin/sh', '-c'],
      AttachStdout: true,
      AttachStderr: true,
    },
  },
  {
    name: 'kernel',
    life: 'running',
    body: {
      HostConfig: {
        Sysctls: { 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '65536' },
        Init: true,
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': '' },
        Runtime: 'runc',
        MaskedPaths: ['/proc/kcore'],
        ReadonlyPaths: ['/proc/sys'],
      },
    },
  },
  {
    name: 'modes',
    life: 'running',
    body: { HostConfig: { IpcMode: 'shareable', PidMode: 'host', UTSMode: 'host', UsernsMode: 'host' } },
  },
  {
    name: 'joined',
    life: 'running',
    after: 'modes',
    body: {
      HostConfig: {
        IpcMode: `container:${n('modes')}`,
        PidMode: `container:${n('modes')}`,
        NetworkMode: `container:${n('modes')}`,
      },
    },
  },
  ...(speaks('1.43')
    ? [
        {
          name: 'annotated',
          life: 'running' as const,
          body: { HostConfig: { Annotations: { 'org.example.note': 'an annotation' } } },
        },
      ]
    : []),
  { name: 'dangling-image', life: 'created', body: { Image: dangling } },
];
