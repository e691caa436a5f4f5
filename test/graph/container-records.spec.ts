import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseVariable } from '../../src/graph/container/environment.ts';
import { cpusOf } from '../../src/graph/container/host-config/resources.ts';
import { bindingsOf } from '../../src/graph/container/port-bindings.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { firstBytes } from './first-bytes.ts';
import { type Answer, type Graph, graphOver } from './image-fixture.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
afterAll(() => graph.close());

const named = (name: string) => `${prefix}${name}`;
const inspect = async (name: string): Promise<unknown> =>
  (await engine.mustRest('GET', `/containers/${named(name)}/json`)).json();

/** One field of one container; fails on any error. */
async function read(name: string, selection: string, over: Graph = graph): Promise<unknown> {
  const { data, errors }: Answer = await over.ask(
    `query ($ref: ID!) { container(ref: $ref) { ${selection} } }`,
    {
      ref: name.length === 64 ? name : named(name),
    },
  );
  expect(errors).toEqual([]);
  return at(data, 'container');
}

const pairs = (map: unknown) =>
  Object.entries(map ?? {})
    .map(([key, value]) => ({ key, value: String(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

describe('a container with every kind of option', () => {
  let raw: unknown;

  beforeAll(async () => {
    await engine.cli('volume', 'create', named('data'));
    await engine.cli('create', '--name', named('other'), '--volume', '/shared', 'busybox', 'sleep', '300');
    const options = `
      --hostname web --domainname example.org --user 1000:1000 --env A=1 --env EQUATION=e=mc2 --env EMPTY=
      --label tier=web --label color=red --expose 443 --expose 53/udp --interactive --tty --workdir /srv
      --stop-signal SIGQUIT --stop-timeout 7 --entrypoint sh --volume /anonymous --volume /etc:/host-etc:ro
      --health-cmd true --health-interval 1m30s --health-timeout 500ms --health-retries 4 --health-start-period 10s
      --cpus 1.5 --cpu-shares 512 --cpuset-cpus 0 --memory 64m --memory-reservation 32m --memory-swap -1
      --pids-limit 50 --ulimit nofile=100:200 --oom-score-adj 300 --blkio-weight 300 --device-read-bps /dev/zero:1mb
      --device /dev/zero:/dev/nothing:r --restart on-failure:3 --log-driver json-file --log-opt max-size=1m
      --cap-add NET_ADMIN --cap-drop MKNOD --security-opt no-new-privileges --read-only --group-add 10 --pid host
      --ipc shareable --dns 10.0.0.1 --dns-option ndots:2 --dns-search example.org --add-host db:10.0.0.2
      --publish 127.0.0.1:8080:80 --publish 90/udp --volumes-from ${named('other')}:ro
      --mount type=volume,source=${named('data')},target=/data,readonly,volume-nocopy,volume-label=a=b
      --mount type=bind,source=/tmp,target=/host,bind-propagation=rslave
      --mount type=tmpfs,target=/memory,tmpfs-size=1m,tmpfs-mode=1770 --tmpfs /run:rw,size=64k
      --sysctl net.ipv4.ip_forward=1 --shm-size 8m --init`;
    const words = [
      '--name',
      named('full'),
      '--device-cgroup-rule',
      'c 13:* rwm',
      ...options.trim().split(/\s+/),
    ];
    await engine.cli('create', ...words, 'busybox', '-c', 'sleep 300');
    raw = await inspect('full');
  });

  const host = (...path: readonly string[]) => at(raw, 'HostConfig', ...path);

  it('says what runs in it, as `docker inspect` does', async () => {
    const config = at(
      await read(
        'full',
        `config { hostname domainname user tty openStdin stdinOnce attachStdin exposedPorts volumes cmd entrypoint image
          workingDir stopSignal stopTimeout shell onBuild macAddress env { name value } labels { key value }
          healthcheck { test interval timeout retries startPeriod startInterval isDisabled } }`,
      ),
      'config',
    );
    const expected = at(raw, 'Config');
    expect(config).toEqual({
      hostname: 'web',
      domainname: 'example.org',
      user: '1000:1000',
      tty: true,
      openStdin: true,
      stdinOnce: at(expected, 'StdinOnce'),
      attachStdin: at(expected, 'AttachStdin'),
      exposedPorts: Object.keys(at(expected, 'ExposedPorts') ?? {}),
      volumes: ['/anonymous'],
      cmd: ['-c', 'sleep 300'],
      entrypoint: ['sh'],
      image: 'busybox',
      workingDir: '/srv',
      stopSignal: 'SIGQUIT',
      stopTimeout: 7,
      shell: [],
      onBuild: [],
      macAddress: null,
      // In the order of the Engine, which on old ones is another each time.
      env: listAt(expected, 'Env').map((entry) => {
        const [name, ...value] = String(entry).split('=');
        return { name, value: value.join('=') };
      }),
      labels: pairs(at(expected, 'Labels')),
      healthcheck: {
        test: ['CMD-SHELL', 'true'],
        interval: '1m30s',
        timeout: '500ms',
        retries: 4,
        startPeriod: '10s',
        startInterval: null,
        isDisabled: false,
      },
    });
    expect(listAt(config, 'env')).toContainEqual({ name: 'EQUATION', value: 'e=mc2' });
    expect(listAt(config, 'env')).toContainEqual({ name: 'EMPTY', value: '' });
    expect(Object.keys(at(expected, 'ExposedPorts') ?? {}).sort()).toEqual([
      '443/tcp',
      '53/udp',
      '80/tcp',
      '90/udp',
    ]);
  });

  it('says what it may use', async () => {
    const answer = await read(
      'full',
      `hostConfig { shmSize resources { cpus nanoCpus cpuShares cpuPeriod cpuQuota cpusetCpus memory memoryReservation
        memorySwap memorySwappiness pidsLimit oomScoreAdj oomKillDisable blkioWeight deviceCgroupRules cgroupParent
        ulimits { name soft hard } blkioDeviceReadBps { path rate } blkioDeviceWriteBps { path rate }
        devices { pathOnHost pathInContainer cgroupPermissions } } }`,
    );
    expect(at(answer, 'hostConfig')).toEqual({
      shmSize: 8 * 1024 ** 2,
      resources: {
        cpus: 1.5,
        nanoCpus: host('NanoCpus'),
        cpuShares: 512,
        cpuPeriod: null,
        cpuQuota: null,
        cpusetCpus: '0',
        memory: 64 * 1024 ** 2,
        memoryReservation: 32 * 1024 ** 2,
        memorySwap: -1,
        memorySwappiness: null,
        pidsLimit: 50,
        oomScoreAdj: 300,
        oomKillDisable: host('OomKillDisable'),
        blkioWeight: host('BlkioWeight') || null,
        deviceCgroupRules: ['c 13:* rwm'],
        cgroupParent: host('CgroupParent') || null,
        ulimits: [{ name: 'nofile', soft: 100, hard: 200 }],
        // The client of 26.1 drops the option.
        blkioDeviceReadBps: listAt(host('BlkioDeviceReadBps')).map((device) => ({
          path: at(device, 'Path'),
          rate: at(device, 'Rate'),
        })),
        blkioDeviceWriteBps: [],
        devices: [{ pathOnHost: '/dev/zero', pathInContainer: '/dev/nothing', cgroupPermissions: 'r' }],
      },
    });
  });

  it('says what it may do and what it sees', async () => {
    const answer = await read(
      'full',
      `hostConfig { init runtime autoRemove publishAllPorts sysctls { key value } annotations { key value }
        security { privileged capAdd capDrop securityOpt readonlyRootfs maskedPaths readonlyPaths groupAdd }
        namespaces { networkMode pidMode ipcMode utsMode usernsMode cgroupnsMode cgroupnsModeRaw cgroup }
        dns { servers options search extraHosts } restartPolicy { name nameRaw maximumRetryCount }
        logConfig { type config { key value } } }`,
    );
    expect(at(answer, 'hostConfig')).toEqual({
      init: true,
      runtime: 'runc',
      autoRemove: false,
      publishAllPorts: false,
      sysctls: [{ key: 'net.ipv4.ip_forward', value: '1' }],
      annotations: [],
      security: {
        privileged: false,
        capAdd: host('CapAdd'),
        capDrop: host('CapDrop'),
        securityOpt: host('SecurityOpt'),
        readonlyRootfs: true,
        maskedPaths: host('MaskedPaths'),
        readonlyPaths: host('ReadonlyPaths'),
        groupAdd: ['10'],
      },
      namespaces: {
        networkMode: host('NetworkMode'),
        pidMode: 'host',
        ipcMode: 'shareable',
        utsMode: null,
        usernsMode: null,
        cgroupnsMode: String(host('CgroupnsMode')).toUpperCase(),
        cgroupnsModeRaw: host('CgroupnsMode'),
        cgroup: null,
      },
      dns: {
        servers: ['10.0.0.1'],
        options: ['ndots:2'],
        search: ['example.org'],
        extraHosts: ['db:10.0.0.2'],
      },
      restartPolicy: { name: 'ON_FAILURE', nameRaw: 'on-failure', maximumRetryCount: 3 },
      logConfig: { type: 'json-file', config: [{ key: 'max-size', value: '1m' }] },
    });
    expect(listAt(raw, 'HostConfig', 'MaskedPaths').length).toBeGreaterThan(0);
    expect(listAt(raw, 'HostConfig', 'SecurityOpt')).toContain('no-new-privileges');
  });

  it('says what was to be mounted and published', async () => {
    const answer = await read(
      'full',
      `hostConfig { binds volumesFrom tmpfs { key value } portBindings { containerPort protocol hostIp hostPort hostPortRange }
        mounts { type typeRaw source target readOnly bindOptions { propagation propagationRaw nonRecursive }
          volumeOptions { noCopy labels { key value } subpath }
          tmpfsOptions { sizeBytes mode options { key value } } } }`,
    );
    expect(at(answer, 'hostConfig')).toEqual({
      binds: host('Binds'),
      volumesFrom: [`${named('other')}:ro`],
      tmpfs: [{ key: '/run', value: 'rw,size=64k' }],
      portBindings: [
        { containerPort: 80, protocol: 'TCP', hostIp: '127.0.0.1', hostPort: 8080, hostPortRange: null },
        { containerPort: 90, protocol: 'UDP', hostIp: null, hostPort: null, hostPortRange: null },
      ],
      mounts: [
        {
          type: 'VOLUME',
          typeRaw: 'volume',
          source: named('data'),
          target: '/data',
          readOnly: true,
          bindOptions: null,
          volumeOptions: {
            noCopy: true,
            labels: [{ key: 'a', value: 'b' }],
            subpath: null,
          },
          tmpfsOptions: null,
        },
        {
          type: 'BIND',
          typeRaw: 'bind',
          source: '/tmp',
          target: '/host',
          readOnly: null,
          bindOptions: { propagation: 'RSLAVE', propagationRaw: 'rslave', nonRecursive: null },
          volumeOptions: null,
          tmpfsOptions: null,
        },
        {
          type: 'TMPFS',
          typeRaw: 'tmpfs',
          source: null,
          target: '/memory',
          readOnly: null,
          bindOptions: null,
          volumeOptions: null,
          tmpfsOptions: { sizeBytes: 1024 ** 2, mode: 0o1770, options: [] },
        },
      ],
    });
    expect(listAt(raw, 'HostConfig', 'Binds')).toEqual(['/etc:/host-etc:ro']);
  });

  it('says where its files are', async () => {
    const answer = await read('full', 'graphDriver { name data { key value } } storage { snapshotter }');
    expect(answer).toEqual({
      graphDriver: {
        name: at(raw, 'GraphDriver', 'Name'),
        data: pairs(at(raw, 'GraphDriver', 'Data')),
      },
      storage: null,
    });
  });
});

describe('a container with nothing but its image', () => {
  beforeAll(async () => {
    await engine.cli('create', '--name', named('plain'), 'busybox');
  });

  it('has null for every limit that Docker writes as 0, and a restart policy of NO', async () => {
    const answer = await read(
      'plain',
      `hostConfig { consoleSize { height width } restartPolicy { name maximumRetryCount } resources { cpus memory memorySwap
        nanoCpus cpuShares pidsLimit kernelMemory blkioWeight cpuCount } }`,
    );
    expect(at(answer, 'hostConfig', 'resources')).toEqual({
      cpus: null,
      memory: null,
      memorySwap: null,
      nanoCpus: null,
      cpuShares: null,
      pidsLimit: null,
      kernelMemory: null,
      blkioWeight: null,
      cpuCount: null,
    });
    expect(at(answer, 'hostConfig', 'restartPolicy')).toEqual({ name: 'NO', maximumRetryCount: null });
    expect(at(answer, 'hostConfig', 'consoleSize')).toBeNull();
    expect(at(await inspect('plain'), 'HostConfig', 'Memory')).toBe(0);
  });

  it('has no health check, and no status of one while it does not run', async () => {
    const health = at(
      await read('plain', 'config { healthcheck { test } } health { status failingStreak log { exitCode } }'),
    );
    expect(health).toEqual({
      config: { healthcheck: null },
      health: { status: null, failingStreak: null, log: [] },
    });
  });
});

describe('a running container on a network', () => {
  it('has the addresses and ports of `docker inspect`', async () => {
    await engine.cli(
      'run',
      '--detach',
      '--name',
      named('net'),
      '-p',
      '80',
      '--expose',
      '81',
      'busybox',
      'sleep',
      '300',
    );
    const raw = at(await inspect('net'), 'NetworkSettings');
    const answer = await read(
      'net',
      `networkSettings { sandboxId sandboxKey endpointId gateway ipAddress ipPrefixLength ipv6Gateway globalIpv6Address
        macAddress bridge hairpinMode secondaryIpAddresses { address prefixLength }
        ports { containerPort protocol protocolRaw hostIp hostPort } }`,
    );
    const bound = listAt(raw, 'Ports', '80/tcp').map((binding) => ({
      containerPort: 80,
      protocol: 'TCP',
      protocolRaw: 'tcp',
      hostIp: textAt(binding, 'HostIp'),
      hostPort: Number(textAt(binding, 'HostPort')),
    }));
    expect(at(answer, 'networkSettings')).toEqual({
      sandboxId: at(raw, 'SandboxID'),
      sandboxKey: at(raw, 'SandboxKey'),
      endpointId: at(raw, 'EndpointID'),
      gateway: at(raw, 'Gateway'),
      ipAddress: at(raw, 'IPAddress'),
      ipPrefixLength: at(raw, 'IPPrefixLen'),
      ipv6Gateway: null,
      globalIpv6Address: null,
      macAddress: at(raw, 'MacAddress'),
      bridge: null,
      hairpinMode: false,
      secondaryIpAddresses: [],
      ports: [
        ...bound,
        { containerPort: 81, protocol: 'TCP', protocolRaw: 'tcp', hostIp: null, hostPort: null },
      ],
    });
    expect(bound.length).toBeGreaterThan(0);
    expect(textAt(raw, 'IPAddress')).not.toBe('');
  });
});

/** Resolves when the health of a container is this, or has been. */
function health(container: string, status: string): Promise<unknown> {
  const filters = JSON.stringify({ container: [named(container)], event: [`health_status: ${status}`] });
  return firstBytes(engine, `/events?since=1&filters=${encodeURIComponent(filters)}`);
}

describe('a health check', () => {
  const listed = (selection: string) =>
    graph.ask(
      `query ($names: [String!]) { containers(filter: { namePatterns: $names }) { nodes { name health { ${selection} } } } }`,
      {
        names: [`^/${named('h-')}`],
      },
    );
  const ofList = ({ data }: Answer, name: string) =>
    at(
      listAt(data, 'containers', 'nodes').find((node) => textAt(node, 'name') === named(name)),
      'health',
    );

  beforeAll(async () => {
    const start = (name: string, check: readonly string[]) =>
      engine.cli(
        'run',
        '--detach',
        '--name',
        named(name),
        '--health-interval',
        '100ms',
        ...check,
        'busybox',
        'sleep',
        '300',
      );
    await start('h-none', []);
    await start('h-good', ['--health-cmd', 'echo fine']);
    await start('h-bad', ['--health-cmd', 'echo broken; exit 1', '--health-retries', '1']);
    await start('h-new', ['--health-cmd', 'exit 1', '--health-start-period', '10m']);
    await start('h-gone', ['--health-cmd', 'true']);
    await Promise.all([
      health('h-good', 'healthy'),
      health('h-bad', 'unhealthy'),
      health('h-gone', 'healthy'),
    ]);
    await engine.cli('kill', named('h-gone'));
    await engine.cli('wait', named('h-gone'));
  });

  it('tells its status in a list without any call but the list', async () => {
    const answer = await listed('status');
    expect(answer.errors).toEqual([]);
    expect(answer.calls).toEqual(['GET /containers/json']);
    expect(
      ['h-none', 'h-good', 'h-bad', 'h-new', 'h-gone'].map((name) => at(ofList(answer, name), 'status')),
    ).toEqual(['NONE', 'HEALTHY', 'UNHEALTHY', 'STARTING', null]);
  });

  it('tells the same of one container, with the log of its checks', async () => {
    const selection = 'health { status statusRaw failingStreak log { start end exitCode output } }';
    const answer = at(await read('h-bad', selection), 'health');
    const [first] = listAt(answer, 'log');
    expect(at(answer, 'status')).toBe('UNHEALTHY');
    expect(at(answer, 'statusRaw')).toBe('unhealthy');
    expect(Number(at(answer, 'failingStreak'))).toBeGreaterThan(0);
    expect(first).toMatchObject({ exitCode: 1, output: 'broken\n' });
  });

  it('is not asked about where the list says that there is none', async () => {
    const answer = await graph.ask(
      `query ($names: [String!]) {
        containers(filter: { namePatterns: $names }) { nodes { health { statusRaw failingStreak log { exitCode } } } }
      }`,
      { names: [`^/${named('h-none')}$`] },
    );
    expect(listAt(answer.data, 'containers', 'nodes')).toEqual([
      { health: { statusRaw: 'none', failingStreak: null, log: [] } },
    ]);
    expect(answer.calls).toEqual(['GET /containers/json']);
  });

  it('keeps the log of a container that has ended, with all nanoseconds', async () => {
    const log = listAt(await inspect('h-gone'), 'State', 'Health', 'Log');
    const answer = await read('h-gone', 'health { log { start end exitCode output } }');
    expect(listAt(answer, 'health', 'log')).toEqual(
      log.map((each) => ({
        start: at(each, 'Start'),
        end: at(each, 'End'),
        exitCode: at(each, 'ExitCode'),
        output: textAt(each, 'Output') || null,
      })),
    );
    expect(log.length).toBeGreaterThan(0);
  });

  it('tells of a container that has ended what the Engine says only as raw text', async () => {
    const raw = textAt(await inspect('h-gone'), 'State', 'Health', 'Status');
    expect(raw).toBe('unhealthy');
    expect(at(await read('h-gone', 'health { status statusRaw }'), 'health')).toEqual({
      status: null,
      statusRaw: raw,
    });
    expect(at(ofList(await listed('statusRaw'), 'h-gone'), 'statusRaw')).toBe(raw);
  });
});

describe('what only newer Engines send', () => {
  const id = 'f'.repeat(64);
  let fake: FakeEngine;
  let newer: Graph;

  beforeAll(async () => {
    fake = await startFakeEngine({
      apiVersion: '1.52',
      handlers: {
        'GET /containers/json': () => [
          {
            Id: id,
            Names: ['/web'],
            State: 'running',
            Status: 'Up 5 minutes (unhealthy)',
            Health: { Status: 'unhealthy', FailingStreak: 3 },
          },
          { Id: 'e'.repeat(64), Names: ['/future'], State: 'running', Health: { Status: 'dizzy' } },
        ],
        'GET /containers/{id}/json': () => ({
          Id: id,
          Name: '/web',
          Config: { Env: ['ALONE', 'X=y'], Healthcheck: { Test: ['NONE'], StartInterval: 2_000_000_000 } },
          Storage: { RootFS: { Snapshot: { Name: 'overlayfs' } } },
          HostConfig: {
            RestartPolicy: { Name: 'on-full-moon', MaximumRetryCount: 0 },
            ConsoleSize: [40, 120],
            Annotations: { a: 'b' },
            Isolation: '',
            CgroupnsMode: '',
            PortBindings: { '70/sctp': [{ HostIp: '', HostPort: '7000-7010' }] },
            CpuQuota: 50_000,
            DeviceRequests: [
              {
                Driver: '',
                Count: -1,
                DeviceIDs: null,
                Capabilities: [['gpu', 'nvidia'], ['compute']],
                Options: { x: '1' },
              },
            ],
            Mounts: [
              { Type: 'image', Source: 'busybox', Target: '/i', ImageOptions: { Subpath: 'bin' } },
              {
                Type: 'volume',
                VolumeOptions: { DriverConfig: { Name: 'nfs', Options: { o: 'ro' } }, Subpath: 'sub' },
              },
              { Type: 'tmpfs', Target: '/t', TmpfsOptions: { Options: [['noexec'], ['uid', '1000']] } },
            ],
          },
          ImageManifestDescriptor: {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            digest: `sha256:${'d'.repeat(64)}`,
            size: 9_007_199_254,
            platform: {
              architecture: 'arm',
              os: 'linux',
              variant: 'v7',
              'os.version': '1',
              'os.features': ['win32k'],
            },
            annotations: { k: 'v' },
          },
        }),
      },
    });
    newer = graphOver(fake);
  });
  afterAll(async () => {
    await newer.close();
    await fake.close();
  });

  it('has the failing streak in the list without inspecting, and survives a status nobody knows', async () => {
    const answer = await newer.ask(
      '{ containers { nodes { name health { status statusRaw failingStreak } } } }',
    );
    expect(answer.errors).toEqual([]);
    expect(answer.calls).toEqual(['GET /containers/json']);
    expect(listAt(answer.data, 'containers', 'nodes')).toEqual(
      expect.arrayContaining([
        { name: 'web', health: { status: 'UNHEALTHY', statusRaw: 'unhealthy', failingStreak: 3 } },
        { name: 'future', health: { status: 'UNKNOWN', statusRaw: 'dizzy', failingStreak: 0 } },
      ]),
    );
  });

  it('reads all of it', async () => {
    const answer = await read(
      id,
      `storage { snapshotter } graphDriver { name } config { env { name value } healthcheck { isDisabled startInterval } }
       imageManifestDescriptor { digest size annotations { key value }
         platform { architecture os variant osVersion osFeatures } }
       hostConfig { consoleSize { height width } annotations { key value } isolation isolationRaw
         restartPolicy { name nameRaw maximumRetryCount } namespaces { cgroupnsMode cgroupnsModeRaw }
         portBindings { containerPort protocol hostIp hostPort hostPortRange }
         resources { cpus deviceRequests { driver count deviceIds capabilities options { key value } } }
         mounts { type imageOptions { subpath } tmpfsOptions { sizeBytes options { key value } }
           volumeOptions { noCopy subpath driverConfig { name options { key value } } } } }`,
      newer,
    );
    expect(answer).toEqual({
      storage: { snapshotter: 'overlayfs' },
      graphDriver: null,
      config: {
        env: [
          { name: 'ALONE', value: null },
          { name: 'X', value: 'y' },
        ],
        healthcheck: { isDisabled: true, startInterval: '2s' },
      },
      imageManifestDescriptor: {
        digest: `sha256:${'d'.repeat(64)}`,
        size: 9_007_199_254,
        annotations: [{ key: 'k', value: 'v' }],
        platform: { architecture: 'arm', os: 'linux', variant: 'v7', osVersion: '1', osFeatures: ['win32k'] },
      },
      hostConfig: {
        consoleSize: { height: 40, width: 120 },
        annotations: [{ key: 'a', value: 'b' }],
        isolation: null,
        isolationRaw: null,
        restartPolicy: { name: 'UNKNOWN', nameRaw: 'on-full-moon', maximumRetryCount: null },
        namespaces: { cgroupnsMode: null, cgroupnsModeRaw: null },
        portBindings: [
          { containerPort: 70, protocol: 'SCTP', hostIp: null, hostPort: null, hostPortRange: '7000-7010' },
        ],
        resources: {
          cpus: 0.5,
          deviceRequests: [
            {
              driver: null,
              count: -1,
              deviceIds: [],
              capabilities: [['gpu', 'nvidia'], ['compute']],
              options: [{ key: 'x', value: '1' }],
            },
          ],
        },
        mounts: [
          { type: 'IMAGE', imageOptions: { subpath: 'bin' }, tmpfsOptions: null, volumeOptions: null },
          {
            type: 'VOLUME',
            imageOptions: null,
            tmpfsOptions: null,
            volumeOptions: {
              noCopy: null,
              subpath: 'sub',
              driverConfig: { name: 'nfs', options: [{ key: 'o', value: 'ro' }] },
            },
          },
          {
            type: 'TMPFS',
            imageOptions: null,
            tmpfsOptions: {
              sizeBytes: null,
              options: [
                { key: 'noexec', value: '' },
                { key: 'uid', value: '1000' },
              ],
            },
            volumeOptions: null,
          },
        ],
      },
    });
  });
});

describe('processes and changes', () => {
  beforeAll(async () => {
    const files = 'echo new > /new; echo changed >> /etc/passwd; rm /etc/group';
    // The child stops itself once it has told that it is there, and so stays what it is.
    const script = `${files}; sh -c 'echo ready; kill -STOP $$' & wait`;
    await engine.cli('run', '--detach', '--name', named('busy'), 'busybox', 'sh', '-c', script);
    await engine.cli('create', '--name', named('idle'), 'busybox');
    await firstBytes(engine, `/containers/${named('busy')}/logs?follow=1&stdout=1`);
  });

  it('lists the processes that `docker top` lists', async () => {
    const answer = at(
      await read('busy', 'top { titles processes { values pid parentPid user command } }'),
      'top',
    );
    const [head = '', ...rows] = (await engine.cli('top', named('busy'))).split('\n');
    expect(listAt(answer, 'titles')).toEqual(head.trim().split(/\s+/));
    expect(listAt(answer, 'processes')).toHaveLength(rows.length);
    const pids = rows.map((row) => Number(row.trim().split(/\s+/)[1]));
    expect(listAt(answer, 'processes').map((process) => at(process, 'pid'))).toEqual(pids);
    const child = listAt(answer, 'processes').find((process) =>
      textAt(process, 'command').startsWith('sh -c echo ready'),
    );
    expect(child).toMatchObject({ user: 'root', parentPid: at(await inspect('busy'), 'State', 'Pid') });
  });

  it('shows the columns that were asked for, and the refusal of the Engine of those it cannot do without', async () => {
    const answer = at(
      await read(
        'busy',
        'top(psArgs: "-o pid,rss,comm") { titles processes { memory: value(title: "rss") user } }',
      ),
      'top',
    );
    expect(listAt(answer, 'titles')).toEqual(['PID', 'RSS', 'COMMAND']);
    for (const process of listAt(answer, 'processes')) {
      expect(Number(textAt(process, 'memory'))).toBeGreaterThan(0);
      expect(at(process, 'user')).toBeNull();
    }
    const refused = await graph.ask(
      `query ($ref: ID!) { container(ref: $ref) { name top(psArgs: "-o comm") { titles } } }`,
      { ref: named('busy') },
    );
    expect(at(refused.data, 'container')).toEqual({ name: named('busy'), top: null });
    expect(refused.errors).toHaveLength(1);
    expect(refused.errors[0]?.message).toMatch(/PID/);
  });

  it('has null for the processes of a container that does not run, and asks nobody', async () => {
    const answer = await graph.ask('query ($ref: ID!) { container(ref: $ref) { top { titles } } }', {
      ref: named('idle'),
    });
    expect(answer).toMatchObject({ data: { container: { top: null } }, errors: [] });
    expect(answer.calls).toEqual(['GET /containers/{id}/json']);
  });

  it('lists the changes that `docker diff` lists', async () => {
    const answer = listAt(await read('busy', 'changes { path kind kindRaw }'), 'changes');
    const letters = new Map([
      ['MODIFIED', 'C'],
      ['ADDED', 'A'],
      ['DELETED', 'D'],
    ]);
    const lines = answer.map((change) => `${letters.get(textAt(change, 'kind'))} ${textAt(change, 'path')}`);
    expect(lines.sort()).toEqual((await engine.cli('diff', named('busy'))).split('\n').sort());
    expect(answer).toEqual(
      expect.arrayContaining([
        { path: '/new', kind: 'ADDED', kindRaw: 1 },
        { path: '/etc/passwd', kind: 'MODIFIED', kindRaw: 0 },
        { path: '/etc/group', kind: 'DELETED', kindRaw: 2 },
      ]),
    );
  });

  it('has an empty list where nothing has changed', async () => {
    expect(await read('idle', 'changes { path }')).toEqual({ changes: [] });
  });
});

describe('the small readers', () => {
  it('splits a variable at its first equals sign', () => {
    expect(parseVariable('A=b=c')).toEqual({ name: 'A', value: 'b=c' });
    expect(parseVariable('A=')).toEqual({ name: 'A', value: '' });
    expect(parseVariable('A')).toEqual({ name: 'A', value: null });
  });

  it('computes CPUs from either notation', () => {
    expect(cpusOf({ NanoCpus: 2_500_000_000, CpuQuota: 1 })).toBe(2.5);
    expect(cpusOf({ CpuQuota: 150_000, CpuPeriod: 50_000 })).toBe(3);
    expect(cpusOf({ CpuQuota: 50_000, CpuPeriod: 0 })).toBe(0.5);
    expect(cpusOf({ CpuQuota: -1, NanoCpus: 0 })).toBeNull();
    expect(cpusOf({})).toBeNull();
  });

  it('sorts ports by number, not by text, and keeps those that are bound to nothing', () => {
    const ports = bindingsOf({
      '443/tcp': null,
      '53/udp': [],
      '53/tcp': [{ HostIp: '::', HostPort: '5353' }],
    });
    expect(
      ports.map(({ containerPort, protocol, hostPort }) => `${containerPort}/${protocol} ${hostPort}`),
    ).toEqual(['53/tcp 5353', '53/udp null', '443/tcp null']);
  });
});
