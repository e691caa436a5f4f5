import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers } from '../support/fake-protocol.ts';
import { at, listAt } from '../support/json.ts';
import { type Graph, graphOver } from './image-fixture.ts';

let fake: FakeEngine;
let graph: Graph;

async function start(apiVersion: string, handlers: FakeHandlers = {}): Promise<void> {
  fake = await startFakeEngine({ apiVersion, handlers });
  graph = graphOver(fake);
}

afterEach(async () => {
  await graph.close();
  await fake.close();
});

const infoOf = async (fields: string): Promise<unknown> => {
  const { data, errors } = await graph.ask(`{ engine { info { ${fields} } } }`);
  expect(errors).toEqual([]);
  return at(data, 'engine', 'info');
};

describe('the info of a newer Engine', () => {
  it('has what came with API 1.44 to 1.51', async () => {
    await start('1.51', {
      'GET /info': () => ({
        Containerd: {
          Address: '/run/containerd/containerd.sock',
          Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' },
        },
        FirewallBackend: { Driver: 'nftables', Info: [['ReloadedAt', '2026-01-01T00:00:00Z']] },
        CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
        DiscoveredDevices: [{ Source: 'cdi', ID: 'vendor.example/gpu=0' }],
        Runtimes: {
          runc: {
            path: 'runc',
            status: { 'org.opencontainers.runtime-spec.features': '{"ociVersionMin":"1.0.0"}' },
          },
          wasm: { runtimeType: 'io.containerd.wasm.v1', options: { TypeUrl: 'x', Depth: 2 } },
        },
        SystemStatus: [['Role', 'primary']],
        Swarm: { LocalNodeState: 'active', Warnings: ['two managers cannot lose one'] },
      }),
    });
    expect(
      await infoOf(`containerd { address namespaces { containers plugins } } cdiSpecDirs systemStatus { key value }
        networking { firewallBackend { driver info { key value } } } discoveredDevices { source deviceId }
        runtimes { name path runtimeType options { key value } status { key value } }
        swarm { localNodeState warnings }`),
    ).toEqual({
      containerd: {
        address: '/run/containerd/containerd.sock',
        namespaces: { containers: 'moby', plugins: 'plugins.moby' },
      },
      networking: {
        firewallBackend: { driver: 'nftables', info: [{ key: 'ReloadedAt', value: '2026-01-01T00:00:00Z' }] },
      },
      cdiSpecDirs: ['/etc/cdi', '/var/run/cdi'],
      discoveredDevices: [{ source: 'cdi', deviceId: 'vendor.example/gpu=0' }],
      runtimes: [
        {
          name: 'runc',
          path: 'runc',
          runtimeType: null,
          options: [],
          status: [{ key: 'org.opencontainers.runtime-spec.features', value: '{"ociVersionMin":"1.0.0"}' }],
        },
        {
          name: 'wasm',
          path: null,
          runtimeType: 'io.containerd.wasm.v1',
          options: [
            { key: 'Depth', value: '2' },
            { key: 'TypeUrl', value: 'x' },
          ],
          status: [],
        },
      ],
      systemStatus: [{ key: 'Role', value: 'primary' }],
      swarm: { localNodeState: 'ACTIVE', warnings: ['two managers cannot lose one'] },
    });
  });

  it('masks credentials that the Engine does not', async () => {
    await start('1.45', {
      'GET /info': () => ({
        HttpProxy: 'http://ann:secret@proxy.example',
        HttpsProxy: 'ann:secret@proxy.example:1',
      }),
    });
    expect(await infoOf('proxy { http https exceptions }')).toEqual({
      proxy: {
        http: 'http://xxxxx:xxxxx@proxy.example',
        https: 'xxxxx:xxxxx@proxy.example:1',
        exceptions: null,
      },
    });
  });

  it('does not break on words of tomorrow or on an Engine that says nothing', async () => {
    await start('1.45', {
      'GET /info': () => ({
        CgroupDriver: 'kdbus',
        CgroupVersion: '3',
        Swarm: { LocalNodeState: 'dreaming' },
      }),
    });
    expect(
      await infoOf(`cgroup { driver driverRaw version versionRaw } swarm { localNodeState localNodeStateRaw }
        host { memory } registry { config { mirrors } } runtimes { name } plugins { log } labels { key } warnings`),
    ).toEqual({
      cgroup: { driver: 'UNKNOWN', driverRaw: 'kdbus', version: 'UNKNOWN', versionRaw: '3' },
      swarm: { localNodeState: 'UNKNOWN', localNodeStateRaw: 'dreaming' },
      host: { memory: null },
      registry: { config: null },
      runtimes: [],
      plugins: null,
      labels: [],
      warnings: [],
    });
  });
});

describe('the capabilities of a newer Engine', () => {
  it('tell the recommended builder, the containerd image store and rootless mode', async () => {
    await start('1.51', {
      'GET /_ping': (_, { response }) => {
        response
          .writeHead(200, { 'api-version': '1.51', 'builder-version': '2', 'docker-experimental': 'true' })
          .end('OK');
      },
      'GET /info': () => ({
        Driver: 'overlayfs',
        DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
        SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=userns'],
        CgroupVersion: '2',
      }),
    });
    const { data } = await graph.ask(`{ engine { capabilities {
      builderVersion experimental containerdImageStore rootless userNamespaces seccomp appArmor cgroupVersion swarmState
      minApiVersion supportsApi(version: "1.51") } } }`);
    expect(at(data, 'engine', 'capabilities')).toEqual({
      builderVersion: '2',
      experimental: true,
      containerdImageStore: true,
      rootless: true,
      userNamespaces: true,
      seccomp: true,
      appArmor: false,
      cgroupVersion: 'V2',
      swarmState: null,
      minApiVersion: '1.24',
      supportsApi: true,
    });
  });

  it('know Podman by its own header', async () => {
    await start('1.41', {
      'GET /_ping': (_, { response }) => {
        response.writeHead(200, { 'api-version': '1.41', 'libpod-api-version': '5.0.0' }).end('OK');
      },
    });
    const { data } = await graph.ask('{ engine { capabilities { isPodman } } }');
    expect(at(data, 'engine', 'capabilities')).toEqual({ isPodman: true });
  });
});

describe('the disk usage of a newer Engine', () => {
  const usage = () => ({
    LayersSize: 10,
    Images: [],
    Volumes: [{ Name: 'data', UsageData: { Size: 7, RefCount: 1 } }],
    BuildCache: [
      { ID: 'b', ' Parents': ['a'], Type: 'exec.cachemount', InUse: false, Shared: false, Size: 5 },
    ],
  });
  const typesAsked = () =>
    fake.requests.filter(({ path }) => path === '/system/df').map(({ query }) => query.getAll('type'));

  it('is narrowed to the kinds that are selected, in one call', async () => {
    await start('1.42', { 'GET /system/df': usage });
    const { data } = await graph.ask('{ engine { diskUsage { volumes { size } buildCache { size } } } }');
    expect(at(data, 'engine', 'diskUsage')).toEqual({ volumes: { size: 7 }, buildCache: { size: 5 } });
    expect(typesAsked()).toEqual([['build-cache', 'volume']]);
  });

  it('is narrowed by `types` too', async () => {
    await start('1.42', { 'GET /system/df': usage });
    const query =
      'query ($types: [DiskUsageKind!]) { engine { diskUsage(types: $types) { images { size } volumes { size } } } }';
    const { data } = await graph.ask(query, { types: ['IMAGES'] });
    expect(at(data, 'engine', 'diskUsage')).toEqual({ images: { size: 10 }, volumes: null });
    expect(typesAsked()).toEqual([['image']]);
  });

  it('is asked for whole when all of it is selected', async () => {
    await start('1.42', { 'GET /system/df': usage });
    await graph.ask(
      '{ engine { diskUsage { images { size } containers { size } volumes { size } buildCache { size } } } }',
    );
    expect(typesAsked()).toEqual([[]]);
  });

  it('is never narrowed below API 1.42, which does not know how', async () => {
    await start('1.41', { 'GET /system/df': usage });
    const { data } = await graph.ask(
      '{ engine { diskUsage(types: [VOLUMES]) { volumes { size } images { size } } } }',
    );
    expect(at(data, 'engine', 'diskUsage')).toEqual({ volumes: { size: 7 }, images: null });
    expect(typesAsked()).toEqual([[]]);
  });

  it('has the parents of build cache records under their misspelt key', async () => {
    await start('1.42', { 'GET /system/df': usage });
    const query =
      '{ engine { diskUsage { buildCache { items { dockerId parents type typeRaw size lastUsedAt } } } } }';
    const { data } = await graph.ask(query);
    expect(listAt(data, 'engine', 'diskUsage', 'buildCache', 'items')).toEqual([
      {
        dockerId: 'b',
        parents: ['a'],
        type: 'EXEC_CACHEMOUNT',
        typeRaw: 'exec.cachemount',
        size: 5,
        lastUsedAt: null,
      },
    ]);
  });

  it('fails alone, field by field', async () => {
    await start('1.45', {
      'GET /system/df': (_, reply) => reply.fail(500, 'the disk is gone'),
    });
    const { data, errors } = await graph.ask(
      '{ engine { name diskUsage { images { size } volumes { size } } } }',
    );
    expect(at(data, 'engine')).toEqual({ name: 'default', diskUsage: { images: null, volumes: null } });
    expect(errors.map(({ message }) => message)).toEqual(['the disk is gone', 'the disk is gone']);
  });
});

describe('the status of an Engine that is no use', () => {
  it('is unsupported when its API is too old, and says so', async () => {
    await start('1.40');
    const { data, errors } = await graph.ask('{ engine { status statusReason } }');
    expect(errors).toEqual([]);
    expect(at(data, 'engine')).toEqual({
      status: 'UNSUPPORTED',
      statusReason: expect.stringContaining('API 1.40'),
    });
  });
});
