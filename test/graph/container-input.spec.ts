import { describe, expect, it } from 'vitest';
import type { ContainerConfig, EndpointSettings, HostConfig, MountBody } from '../../src/engine/types.ts';
import { type ContainerWish, createPlan } from '../../src/graph/container/input/create.ts';
import type { FoundNetwork } from '../../src/graph/container/input/networking.ts';
import { parseExpose, parsePublish } from '../../src/graph/container/input/ports.ts';
import { InputError } from '../../src/graph/mutation/input-error.ts';

const newest = '1.51';
const oldest = '1.41';

const plan = (input: Omit<ContainerWish, 'image'>, api = newest, networks: readonly FoundNetwork[] = []) =>
  createPlan(
    { image: 'busybox', ...input },
    {
      place: { api, path: ['input'] },
      image: 'busybox',
      networks,
      keyOf: (ref) => `key-of-${ref}`,
      attached: true,
    },
  );

/** As it goes over the wire: without what is undefined. */
const sent = (...given: Parameters<typeof plan>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(plan(...given).body));
const hostOf = (...given: Parameters<typeof plan>): Record<string, unknown> =>
  Object(sent(...given)['HostConfig']);

const refusal = (work: () => unknown): InputError => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

const place = { api: newest, path: ['input', 'publish', '0'] };

describe('a port to publish, in short', () => {
  it.each([
    ['80', [['80/tcp', '', '']]],
    ['8080:80', [['80/tcp', '', '8080']]],
    ['8080:80/UDP', [['80/udp', '', '8080']]],
    ['127.0.0.1:8080:80/sctp', [['80/sctp', '127.0.0.1', '8080']]],
    ['127.0.0.1::80', [['80/tcp', '127.0.0.1', '']]],
    ['[::1]:8080:80', [['80/tcp', '::1', '8080']]],
    ['fe80::1:8080:80', [['80/tcp', 'fe80::1', '8080']]],
    ['0:80', [['80/tcp', '', '0']]],
    ['8000-8010:80', [['80/tcp', '', '8000-8010']]],
    ['80-80:80', [['80/tcp', '', '80']]],
    [
      '8000-8001:9000-9001/udp',
      [
        ['9000/udp', '', '8000'],
        ['9001/udp', '', '8001'],
      ],
    ],
    [
      '9000-9001',
      [
        ['9000/tcp', '', ''],
        ['9001/tcp', '', ''],
      ],
    ],
  ])('is read as the docker CLI reads it: %s', (text, expected) => {
    const found = parsePublish(text, place).map(({ containerPort, protocol, hostIp, hostPort }) => [
      `${containerPort}/${protocol}`,
      hostIp,
      hostPort,
    ]);
    expect(found).toEqual(expected);
  });

  it.each([
    ['', 'give [host address:]'],
    ['80:', 'give [host address:]'],
    ['a:80', '"a" is neither'],
    ['0', 'give [host address:]'],
    ['80:0', 'give [host address:]'],
    ['65536', 'give [host address:]'],
    ['9001-9000', 'give [host address:]'],
    ['80:80/http', 'after `/`'],
    ['80:80/tcp/udp', 'after `/`'],
    ['localhost:80:80', '"localhost" is no IP address'],
    ['1.2.3.4.5:80:80', 'is no IP address'],
    ['8000-8002:9000-9001', 'same length'],
    ['-1:80', '"-1" is neither'],
    ['8080:80 ', 'give [host address:]'],
  ])('is refused, and the sentence says what is wrong: %j', (text, why) => {
    const error = refusal(() => parsePublish(text, place));
    expect(error.message).toContain(`\`publish.0\` cannot be ${JSON.stringify(text)}: `);
    expect(error.message).toContain(why);
    expect(error.at).toEqual(place.path);
  });

  it('is taken together with typed ones, and exposed too', () => {
    const body = sent({
      ports: [{ containerPort: 80, hostPort: 8080 }],
      publish: ['8081:80', '53/udp'],
      exposedPorts: ['443', '80'],
    });
    expect(body['ExposedPorts']).toEqual({ '80/tcp': {}, '53/udp': {}, '443/tcp': {} });
    expect(body['HostConfig']).toMatchObject({
      PortBindings: {
        '80/tcp': [
          { HostIp: '', HostPort: '8080' },
          { HostIp: '', HostPort: '8081' },
        ],
        '53/udp': [{ HostIp: '', HostPort: '' }],
      },
    });
  });
});

describe('a port to expose', () => {
  it('may be a range and have a protocol', () => {
    expect(parseExpose('80', place)).toEqual(['80/tcp']);
    expect(parseExpose('7000-7002/UDP', place)).toEqual(['7000/udp', '7001/udp', '7002/udp']);
  });

  it.each([['8080:80'], ['x'], ['0'], ['80/x'], ['9-1'], ['']])('is refused when it is none: %j', (text) => {
    expect(refusal(() => parseExpose(text, place)).kind).toBe('InvalidInputError');
  });
});

describe('what is left out', () => {
  it('is not sent, so that the defaults are those of the image and of the Engine', () => {
    expect(sent({})).toEqual({
      Image: 'busybox',
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      OpenStdin: false,
      StdinOnce: false,
      HostConfig: {},
    });
  });

  it('may be written as null, in every group', () => {
    const nulls = {
      env: null,
      ports: null,
      resources: null,
      security: { capAdd: null },
      healthcheck: null,
      networks: null,
      namespaces: { pidMode: null },
      mounts: null,
    };
    expect(sent(nulls)).toEqual(sent({}));
  });
});

describe('values that Docker writes otherwise', () => {
  it('are translated', () => {
    expect(sent({ entrypoint: [] })['Entrypoint']).toEqual(['']);
    expect(sent({ stopTimeout: 1_500_000_000 })['StopTimeout']).toBe(2);
    expect(
      sent({ env: [{ name: 'A', value: '' }, { name: 'B', value: null }, { name: 'C' }] })['Env'],
    ).toEqual(['A=', 'B', 'C']);
    expect(hostOf({ resources: { cpus: 0.1 } })['NanoCpus']).toBe(100_000_000);
    expect(hostOf({ dns: { extraHosts: ['a=1.2.3.4', 'b:1.2.3.4', 'c=::1'] } })['ExtraHosts']).toEqual([
      'a:1.2.3.4',
      'b:1.2.3.4',
      'c:::1',
    ]);
  });

  it('keep 64-bit integers exact', () => {
    const { body } = plan({ resources: { memory: 9_007_199_254_740_993n } });
    expect(body.HostConfig?.Memory).toBe(9_007_199_254_740_993n);
  });

  it('name capabilities in one way, and give what is both given and taken', () => {
    expect(hostOf({ security: { capAdd: ['sys_time', 'CAP_NET_ADMIN', 'net_admin'] } })['CapAdd']).toEqual([
      'CAP_NET_ADMIN',
      'CAP_SYS_TIME',
    ]);
    expect(hostOf({ security: { capAdd: ['all', 'chown'], capDrop: ['CHOWN', 'kill'] } })).toMatchObject({
      CapAdd: ['ALL'],
      CapDrop: ['CAP_CHOWN', 'CAP_KILL'],
    });
    expect(hostOf({ security: { capAdd: ['chown'], capDrop: ['CHOWN', 'kill'] } })).toMatchObject({
      CapAdd: ['CAP_CHOWN'],
      CapDrop: ['CAP_KILL'],
    });
  });

  it('open the paths of the kernel for `systempaths=unconfined`, which the Engine does not know', () => {
    const securityOpt = ['systempaths=unconfined', 'no-new-privileges'];
    expect(hostOf({ security: { securityOpt } })).toMatchObject({
      SecurityOpt: ['no-new-privileges'],
      MaskedPaths: [],
      ReadonlyPaths: [],
    });
    expect(hostOf({ security: { securityOpt, maskedPaths: ['/proc/kcore'] } })['MaskedPaths']).toEqual([
      '/proc/kcore',
    ]);
  });

  it('keep anonymous volumes apart from binds, on Windows too', () => {
    const body = sent({ binds: ['/data', 'C:\\data', 'C:\\a:D:\\b', 'v:/v:ro'], volumes: ['/more'] });
    expect(Object.keys(Object(body['Volumes']))).toEqual(['/more', '/data', 'C:\\data']);
    expect(body['HostConfig']).toMatchObject({ Binds: ['C:\\a:D:\\b', 'v:/v:ro'] });
  });

  it('are keys of objects without harm, whatever they are called', () => {
    const labels = [
      { key: '__proto__', value: 'x' },
      { key: 'constructor', value: 'y' },
    ];
    const { body } = plan({ labels });
    expect(Object.entries(body.Labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.hasOwn(body.Labels ?? {}, '__proto__')).toBe(true);
  });

  it('name other containers as the Engine takes them', () => {
    const input = {
      namespaces: {
        pidMode: 'container:a',
        ipcMode: 'host',
        networkMode: 'container:b',
        cgroup: 'container:c',
      },
      volumesFrom: ['d', 'e:ro'],
      links: ['f:alias', 'g'],
    };
    expect(hostOf(input)).toMatchObject({
      PidMode: 'container:key-of-a',
      IpcMode: 'host',
      NetworkMode: 'container:key-of-b',
      Cgroup: 'container:key-of-c',
      VolumesFrom: ['key-of-d', 'key-of-e:ro'],
      Links: ['key-of-f:alias', 'key-of-g'],
    });
  });
});

describe('standard streams', () => {
  it('are attached as the docker CLI has it: those of `create`, none for a run in the background', () => {
    const target = { place, image: 'x', networks: [], keyOf: (ref: string) => ref };
    const body = (attached: boolean) =>
      createPlan({ image: 'x', openStdin: true }, { ...target, attached }).body;
    expect(body(true)).toMatchObject({
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      StdinOnce: true,
    });
    expect(body(false)).toMatchObject({
      AttachStdin: false,
      AttachStdout: false,
      StdinOnce: false,
      OpenStdin: true,
    });
  });
});

describe('networks', () => {
  const found = [
    { id: 'id-a', name: 'a' },
    { id: 'id-b', name: 'b' },
  ];
  const wishes = {
    networks: [
      { network: 'a', aliases: ['x'] },
      { network: 'b', ipv4: '10.0.0.9' },
    ],
  };

  it('go into one call from API 1.44 on', () => {
    const { body, later } = plan(wishes, '1.44', found);
    expect(later).toEqual([]);
    expect(JSON.parse(JSON.stringify(body.NetworkingConfig))).toEqual({
      EndpointsConfig: { a: { Aliases: ['x'] }, b: { IPAMConfig: { IPv4Address: '10.0.0.9' } } },
    });
    expect(body.HostConfig?.NetworkMode).toBe('a');
  });

  it('are connected one by one below it, by their IDs', () => {
    const { body, later } = plan(wishes, '1.43', found);
    expect(later).toMatchObject([{ network: 'id-b', path: ['input', 'networks', '1'] }]);
    expect(Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})).toEqual(['a']);
  });

  it('are not described where nothing is wished of the only one', () => {
    expect(sent({ networks: [{ network: 'a', aliases: [] }] }, newest, found.slice(0, 1))).not.toHaveProperty(
      'NetworkingConfig',
    );
  });

  it('are described all, where there are several', () => {
    const networks = [{ network: 'a' }, { network: 'b' }];
    expect(sent({ networks }, newest, found)['NetworkingConfig']).toEqual({
      EndpointsConfig: { a: {}, b: {} },
    });
  });

  it('have the hardware address where the API has a place for it', () => {
    const macAddress = '02:42:ac:11:00:63';
    expect(sent({ macAddress }, '1.43')['MacAddress']).toBe(macAddress);
    expect(sent({ macAddress }, '1.44')).not.toHaveProperty('MacAddress');
    expect(sent({ macAddress }, '1.44')['NetworkingConfig']).toEqual({
      EndpointsConfig: { default: { MacAddress: macAddress } },
    });
    const networks = [{ network: 'a', macAddress }];
    expect(sent({ networks }, '1.43', found.slice(0, 1))['MacAddress']).toBe(macAddress);
    expect(sent({ networks }, '1.44', found.slice(0, 1))['NetworkingConfig']).toEqual({
      EndpointsConfig: { a: { MacAddress: macAddress } },
    });
    expect(
      sent({ networks: [{ network: 'a' }], macAddress }, '1.44', found.slice(0, 1))['NetworkingConfig'],
    ).toEqual({
      EndpointsConfig: { a: { MacAddress: macAddress } },
    });
  });

  it.each<[Omit<ContainerWish, 'image'>, readonly FoundNetwork[], string]>([
    [{ networks: [{ network: 'a' }], namespaces: { networkMode: 'host' } }, [], 'namespaces.networkMode'],
    [
      { networks: [{ network: 'a' }, { network: 'id-a' }] },
      [
        { id: '1', name: 'a' },
        { id: '1', name: 'a' },
      ],
      'networks.1.network',
    ],
    [
      { networks: [{ network: 'a', macAddress: '02:42:ac:11:00:63' }], macAddress: '02:42:ac:11:00:64' },
      [{ id: '1', name: 'a' }],
      'macAddress',
    ],
  ])('that contradict something are refused: %j', (input, networks, where) => {
    const error = refusal(() => plan(input, newest, networks));
    expect(error.at).toEqual(['input', ...where.split('.')]);
    expect(error.message).toContain(`\`${where}\``);
  });
});

describe('wishes that cannot be', () => {
  it.each<[Omit<ContainerWish, 'image'>, string]>([
    [{ name: '-a' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ name: '' }, 'name'],
    [{ env: [{ name: '', value: 'x' }] }, 'env.0.name'],
    [{ ports: [{ containerPort: 0 }] }, 'ports.0.containerPort'],
    [{ ports: [{ containerPort: 1, hostPort: -1 }] }, 'ports.0.hostPort'],
    [{ ports: [{ containerPort: 1, hostIp: 'here' }] }, 'ports.0.hostIp'],
    [{ ports: [{ containerPort: 1, protocol: 'UNKNOWN' }] }, 'ports.0.protocol'],
    [{ healthcheck: { command: 'a', test: ['CMD', 'a'] } }, 'healthcheck.test'],
    [{ healthcheck: { disable: true, retries: 3 } }, 'healthcheck.disable'],
    [{ restartPolicy: { name: 'ON_FAILURE', maximumRetryCount: -1 } }, 'restartPolicy.maximumRetryCount'],
    [{ resources: { cpus: -1 } }, 'resources.cpus'],
    [{ resources: { cpus: 1e300 } }, 'resources.cpus'],
    [{ resources: { ulimits: [{ name: 'nofile', soft: 2, hard: 1 }] } }, 'resources.ulimits.0.soft'],
    [{ resources: { gpus: { all: true, count: 1 } } }, 'resources.gpus'],
    [{ resources: { gpus: { count: 0 } } }, 'resources.gpus.count'],
    [{ mounts: [{ type: 'BIND', target: '/a', tmpfs: {} }] }, 'mounts.0.tmpfs'],
    [{ mounts: [{ type: 'TMPFS', target: '/a', tmpfs: { mode: '0888' } }] }, 'mounts.0.tmpfs.mode'],
  ])('are refused where they stand: %j', (input, where) => {
    const error = refusal(() => plan(input));
    expect(error.kind).toBe('InvalidInputError');
    expect(error.at).toEqual(['input', ...where.split('.')]);
    expect(error.message.startsWith(`\`${where}\` `)).toBe(true);
  });

  it('let unlimited be above everything', () => {
    expect(hostOf({ resources: { ulimits: [{ name: 'core', soft: 5, hard: -1 }] } })['Ulimits']).toEqual([
      { Name: 'core', Soft: 5, Hard: -1 },
    ]);
  });
});

describe('wishes that not every API knows', () => {
  const mount = (rest: object) => ({ mounts: [{ type: 'BIND', source: '/a', target: '/a', ...rest }] });

  it.each<[string, Omit<ContainerWish, 'image'>, string]>([
    ['1.42', mount({ bind: { createMountpoint: true } }), 'mounts.0.bind.createMountpoint'],
    ['1.42', { consoleSize: { height: 24, width: 80 } }, 'consoleSize'],
    ['1.42', mount({ type: 'CLUSTER' }), 'mounts.0.type'],
    ['1.43', { annotations: [{ key: 'a', value: '1' }] }, 'annotations'],
    ['1.44', { healthcheck: { command: 'a', startInterval: 1e9 } }, 'healthcheck.startInterval'],
    [
      '1.44',
      mount({ readOnly: true, bind: { readOnlyNonRecursive: true } }),
      'mounts.0.bind.readOnlyNonRecursive',
    ],
    [
      '1.44',
      mount({ readOnly: true, bind: { readOnlyForceRecursive: true } }),
      'mounts.0.bind.readOnlyForceRecursive',
    ],
    ['1.45', mount({ type: 'VOLUME', source: 'v', volume: { subpath: 'a' } }), 'mounts.0.volume.subpath'],
    [
      '1.46',
      mount({ type: 'TMPFS', source: null, tmpfs: { options: ['noexec'] } }),
      'mounts.0.tmpfs.options',
    ],
    ['1.48', mount({ type: 'IMAGE', source: 'i', image: { subpath: 'a' } }), 'mounts.0.type'],
  ])(
    'are refused below %s, where the Engine would drop them in silence, and sent from there on',
    (version, input, where) => {
      const before = `1.${Number(version.slice(2)) - 1}`;
      const error = refusal(() => plan(input, before));
      expect(error).toMatchObject({ kind: 'ApiVersionError', at: ['input', ...where.split('.')] });
      expect(error.message).toBe(
        `\`${where}\` needs API ${version} or newer, and this Engine is spoken to in ${before}. Leave it out.`,
      );
      expect(() => plan(input, version)).not.toThrow();
    },
  );

  it.each<[string, Omit<ContainerWish, 'image'>, string]>([
    ['1.42', { resources: { kernelMemory: 1 } }, 'resources.kernelMemory'],
    ['1.52', { resources: { kernelMemoryTcp: 1 } }, 'resources.kernelMemoryTcp'],
  ])('are refused from %s on, where they went', (version, input, where) => {
    expect(refusal(() => plan(input, version))).toMatchObject({
      kind: 'ApiVersionError',
      at: ['input', ...where.split('.')],
    });
    expect(() => plan(input, `1.${Number(version.slice(2)) - 1}`)).not.toThrow();
  });

  it('are let through where they say what holds anyway', () => {
    expect(() => plan(mount({ bind: { createMountpoint: false } }), oldest)).not.toThrow();
    expect(() =>
      plan({ networks: [{ network: 'a', gatewayPriority: 0 }] }, oldest, [{ id: '1', name: 'a' }]),
    ).not.toThrow();
  });
});

/** Everything that can be said at once, in the newest API. */
const everything: Omit<ContainerWish, 'image'> = {
  annotations: [{ key: 'a', value: '1' }],
  argsEscaped: true,
  attachStderr: true,
  attachStdin: true,
  attachStdout: true,
  autoRemove: true,
  binds: ['/a:/a'],
  command: ['a'],
  consoleSize: { height: 24, width: 80 },
  dns: { servers: ['1.1.1.1'], options: ['a'], search: ['a'], extraHosts: ['a:1.1.1.1'] },
  domainname: 'a',
  entrypoint: ['a'],
  env: [{ name: 'a', value: '1' }],
  exposedPorts: ['1'],
  healthcheck: { command: 'a', interval: 1, timeout: 1, retries: 1, startPeriod: 1, startInterval: 1 },
  hostname: 'a',
  init: true,
  isolation: 'DEFAULT',
  labels: [{ key: 'a', value: '1' }],
  links: ['a:b'],
  logConfig: { type: 'none', config: [{ key: 'a', value: '1' }] },
  mounts: [
    {
      type: 'BIND',
      source: '/a',
      target: '/a',
      readOnly: true,
      consistency: 'cached',
      bind: {
        propagation: 'RSLAVE',
        nonRecursive: true,
        createMountpoint: true,
        readOnlyNonRecursive: true,
        readOnlyForceRecursive: true,
      },
    },
    {
      target: '/b',
      volume: {
        noCopy: true,
        subpath: 'a',
        labels: [{ key: 'a', value: '1' }],
        driver: { name: 'a', options: [{ key: 'a', value: '1' }] },
      },
    },
    { type: 'TMPFS', target: '/c', tmpfs: { size: 1, mode: '1777', options: ['noexec', 'uid=1000'] } },
    { type: 'IMAGE', source: 'a', target: '/d', image: { subpath: 'a' } },
  ],
  namespaces: {
    pidMode: 'host',
    ipcMode: 'host',
    utsMode: 'host',
    usernsMode: 'host',
    cgroupnsMode: 'HOST',
    cgroup: 'a',
  },
  networkDisabled: true,
  networks: [
    {
      network: 'a',
      aliases: ['a'],
      ipv4: '10.0.0.1',
      ipv6: '::1',
      linkLocalIps: ['169.254.0.1'],
      macAddress: '02:42:ac:11:00:63',
      links: ['a:b'],
      driverOptions: [{ key: 'a', value: '1' }],
      gatewayPriority: 1,
    },
  ],
  onBuild: ['a'],
  openStdin: true,
  ports: [{ containerPort: 1 }],
  publishAllPorts: true,
  resources: {
    cpus: 1,
    cpuShares: 1,
    cpuPeriod: 1,
    cpuQuota: 1,
    cpuRealtimePeriod: 1,
    cpuRealtimeRuntime: 1,
    cpusetCpus: '0',
    cpusetMems: '0',
    cpuCount: 1,
    cpuPercent: 1,
    memory: 1,
    memoryReservation: 1,
    memorySwap: 1,
    memorySwappiness: 1,
    kernelMemoryTcp: 1,
    oomKillDisable: true,
    oomScoreAdj: 1,
    pidsLimit: 1,
    ulimits: [{ name: 'a', soft: 1 }],
    blkioWeight: 1,
    blkioWeightDevices: [{ path: 'a', weight: 1 }],
    blkioDeviceReadBps: [{ path: 'a', rate: 1 }],
    blkioDeviceWriteBps: [{ path: 'a', rate: 1 }],
    blkioDeviceReadIops: [{ path: 'a', rate: 1 }],
    blkioDeviceWriteIops: [{ path: 'a', rate: 1 }],
    ioMaximumIops: 1,
    ioMaximumBandwidth: 1,
    devices: [{ pathOnHost: 'a' }],
    deviceCgroupRules: ['a'],
    deviceRequests: [
      { driver: 'a', count: 1, deviceIds: ['a'], capabilities: [['a']], options: [{ key: 'a', value: '1' }] },
    ],
    cgroupParent: 'a',
  },
  restartPolicy: { name: 'ON_FAILURE', maximumRetryCount: 1 },
  runtime: 'a',
  security: {
    privileged: true,
    capAdd: ['a'],
    capDrop: ['b'],
    securityOpt: ['a'],
    readonlyRootfs: true,
    maskedPaths: ['a'],
    readonlyPaths: ['a'],
    groupAdd: ['a'],
  },
  shell: ['a'],
  shmSize: 1,
  stdinOnce: true,
  stopSignal: 'a',
  stopTimeout: 1e9,
  storageOpt: [{ key: 'a', value: '1' }],
  sysctls: [{ key: 'a', value: '1' }],
  tmpfs: ['/e'],
  tty: true,
  user: 'a',
  volumeDriver: 'a',
  volumes: ['/f'],
  volumesFrom: ['a'],
  workingDir: '/a',
};

/** All keys of a documented type; the compiler counts. */
type All<Type> = Readonly<Record<keyof Type, 'reachable' | 'not'>>;
const reachable = (table: object): string[] =>
  Object.entries(table)
    .filter(([, value]) => value === 'reachable')
    .map(([key]) => key)
    .toSorted();
const keysOf = (value: unknown): string[] => Object.keys(Object(value)).toSorted();

const config: All<ContainerConfig> = {
  Hostname: 'reachable',
  Domainname: 'reachable',
  User: 'reachable',
  AttachStdin: 'reachable',
  AttachStdout: 'reachable',
  AttachStderr: 'reachable',
  ExposedPorts: 'reachable',
  Tty: 'reachable',
  OpenStdin: 'reachable',
  StdinOnce: 'reachable',
  Env: 'reachable',
  Cmd: 'reachable',
  Healthcheck: 'reachable',
  ArgsEscaped: 'reachable',
  Image: 'reachable',
  Volumes: 'reachable',
  WorkingDir: 'reachable',
  Entrypoint: 'reachable',
  NetworkDisabled: 'reachable',
  // Below API 1.44; a spec of its own above.
  MacAddress: 'not',
  OnBuild: 'reachable',
  Labels: 'reachable',
  StopSignal: 'reachable',
  StopTimeout: 'reachable',
  Shell: 'reachable',
};

const hostConfig: All<HostConfig> = {
  CpuShares: 'reachable',
  Memory: 'reachable',
  CgroupParent: 'reachable',
  BlkioWeight: 'reachable',
  BlkioWeightDevice: 'reachable',
  BlkioDeviceReadBps: 'reachable',
  BlkioDeviceWriteBps: 'reachable',
  BlkioDeviceReadIOps: 'reachable',
  BlkioDeviceWriteIOps: 'reachable',
  CpuPeriod: 'reachable',
  CpuQuota: 'reachable',
  CpuRealtimePeriod: 'reachable',
  CpuRealtimeRuntime: 'reachable',
  CpusetCpus: 'reachable',
  CpusetMems: 'reachable',
  Devices: 'reachable',
  DeviceCgroupRules: 'reachable',
  DeviceRequests: 'reachable',
  // Below API 1.42; a spec of its own below.
  KernelMemory: 'not',
  KernelMemoryTCP: 'reachable',
  MemoryReservation: 'reachable',
  MemorySwap: 'reachable',
  MemorySwappiness: 'reachable',
  NanoCpus: 'reachable',
  OomKillDisable: 'reachable',
  Init: 'reachable',
  PidsLimit: 'reachable',
  Ulimits: 'reachable',
  CpuCount: 'reachable',
  CpuPercent: 'reachable',
  IOMaximumIOps: 'reachable',
  IOMaximumBandwidth: 'reachable',
  Binds: 'reachable',
  // A file of the client's.
  ContainerIDFile: 'not',
  LogConfig: 'reachable',
  NetworkMode: 'reachable',
  PortBindings: 'reachable',
  RestartPolicy: 'reachable',
  AutoRemove: 'reachable',
  VolumeDriver: 'reachable',
  VolumesFrom: 'reachable',
  Mounts: 'reachable',
  ConsoleSize: 'reachable',
  Annotations: 'reachable',
  CapAdd: 'reachable',
  CapDrop: 'reachable',
  CgroupnsMode: 'reachable',
  Dns: 'reachable',
  DnsOptions: 'reachable',
  DnsSearch: 'reachable',
  ExtraHosts: 'reachable',
  GroupAdd: 'reachable',
  IpcMode: 'reachable',
  Cgroup: 'reachable',
  Links: 'reachable',
  OomScoreAdj: 'reachable',
  PidMode: 'reachable',
  Privileged: 'reachable',
  PublishAllPorts: 'reachable',
  ReadonlyRootfs: 'reachable',
  SecurityOpt: 'reachable',
  StorageOpt: 'reachable',
  Tmpfs: 'reachable',
  UTSMode: 'reachable',
  UsernsMode: 'reachable',
  ShmSize: 'reachable',
  Sysctls: 'reachable',
  Runtime: 'reachable',
  Isolation: 'reachable',
  MaskedPaths: 'reachable',
  ReadonlyPaths: 'reachable',
};

/** What the Engine tells of an endpoint, and nobody can wish for, is not. */
const endpoint: All<EndpointSettings> = {
  IPAMConfig: 'reachable',
  Links: 'reachable',
  MacAddress: 'reachable',
  Aliases: 'reachable',
  DriverOpts: 'reachable',
  GwPriority: 'reachable',
  NetworkID: 'not',
  EndpointID: 'not',
  Gateway: 'not',
  IPAddress: 'not',
  IPPrefixLen: 'not',
  IPv6Gateway: 'not',
  GlobalIPv6Address: 'not',
  GlobalIPv6PrefixLen: 'not',
  DNSNames: 'not',
};

type Options<Key extends keyof MountBody> = NonNullable<MountBody[Key]>;
const mountOptions: {
  readonly BindOptions: All<Options<'BindOptions'>>;
  readonly VolumeOptions: All<Options<'VolumeOptions'>>;
  readonly TmpfsOptions: All<Options<'TmpfsOptions'>>;
  readonly ImageOptions: All<Options<'ImageOptions'>>;
} = {
  BindOptions: {
    Propagation: 'reachable',
    NonRecursive: 'reachable',
    CreateMountpoint: 'reachable',
    ReadOnlyNonRecursive: 'reachable',
    ReadOnlyForceRecursive: 'reachable',
  },
  VolumeOptions: {
    NoCopy: 'reachable',
    Labels: 'reachable',
    DriverConfig: 'reachable',
    Subpath: 'reachable',
  },
  TmpfsOptions: { SizeBytes: 'reachable', Mode: 'reachable', Options: 'reachable' },
  ImageOptions: { Subpath: 'reachable' },
};

describe('everything that the Engine can be told of a new container', () => {
  const body = sent(everything, newest, [{ id: 'id-a', name: 'a' }]);
  const { HostConfig: host, NetworkingConfig: networking, ...rest } = body;

  it('can be wished for: what runs in it', () => {
    expect(keysOf(rest)).toEqual(reachable(config));
  });

  it('can be wished for: what the host grants it', () => {
    expect(keysOf(host)).toEqual(reachable(hostConfig));
    expect(hostOf({ resources: { kernelMemory: 1 } }, oldest)['KernelMemory']).toBe(1);
  });

  it('can be wished for: how it is connected', () => {
    expect(networking).toMatchObject({ EndpointsConfig: { a: { IPAMConfig: { IPv6Address: '::1' } } } });
    const { a } = Object(Object(networking).EndpointsConfig);
    expect(keysOf(a)).toEqual(reachable(endpoint));
  });

  it('can be wished for: what is mounted into it', () => {
    const mounts: unknown = Object(host).Mounts;
    expect(mounts).toMatchObject([
      { Type: 'bind', ReadOnly: true, Consistency: 'cached' },
      { Type: 'volume', VolumeOptions: { DriverConfig: { Name: 'a', Options: { a: '1' } } } },
      { Type: 'tmpfs', TmpfsOptions: { Mode: 0o1777, Options: [['noexec'], ['uid', '1000']] } },
      { Type: 'image', Source: 'a' },
    ]);
    const merged = Object.assign({}, ...(Array.isArray(mounts) ? mounts : []));
    for (const [group, table] of Object.entries(mountOptions)) {
      expect(keysOf(merged[group]), group).toEqual(reachable(table));
    }
  });
});
