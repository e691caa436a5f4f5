import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type Graph, graphOver } from './image-fixture.ts';

const spec = {
  Group: 'fast',
  AccessMode: {
    Scope: 'multi',
    Sharing: 'onewriter',
    MountVolume: { FsType: 'ext4', MountFlags: ['noatime'] },
  },
  Secrets: [{ Key: 'password', Secret: 'storage-password' }],
  AccessibilityRequirements: {
    Requisite: [{ Segments: { zone: 'a', rack: '1' } }],
    Preferred: null,
  },
  CapacityRange: { RequiredBytes: 1_073_741_824, LimitBytes: 0 },
  Availability: 'active',
};
const cluster = {
  Name: 'orders',
  Driver: 'csi-nfs',
  Mountpoint: '',
  CreatedAt: '0001-01-01T00:00:00Z',
  Labels: { tier: 'db' },
  Options: null,
  Scope: 'global',
  ClusterVolume: {
    ID: 'qxyz0123456789abcdefghijk',
    Version: { Index: 42 },
    CreatedAt: '2026-01-02T03:04:05.678Z',
    UpdatedAt: '0001-01-01T00:00:00Z',
    Spec: spec,
    Info: {
      CapacityBytes: 0,
      VolumeContext: { export: '/orders' },
      VolumeID: 'nfs-1',
      AccessibleTopology: [{ Segments: { zone: 'a' } }],
    },
    PublishStatus: [
      { NodeID: 'node1', State: 'pending-node-unpublish', PublishContext: { device: 'sdb' } },
      { NodeID: 'node2', State: 'dreaming', PublishContext: null },
    ],
  },
};
const block = {
  ...cluster,
  Name: 'raw',
  Labels: null,
  ClusterVolume: { ID: 'b', Spec: { AccessMode: { Scope: 'single', Sharing: 'none', BlockVolume: {} } } },
};
const local = {
  Name: 'data',
  Driver: 'local',
  Mountpoint: '/data',
  Labels: null,
  Options: null,
  Scope: 'local',
};
const odd = { ...local, Name: 'team/data', Driver: 'plugin' };

let engine: FakeEngine;
let graph: Graph;
let lists: unknown[];

beforeEach(async () => {
  lists = [local, odd, cluster, block];
  engine = await startFakeEngine({
    apiVersion: '1.51',
    handlers: {
      'GET /volumes': () => ({ Volumes: lists, Warnings: ['the driver "slow" did not answer'] }),
      'GET /volumes/{name}': ({ params }) => ({
        ...local,
        Name: params['name'],
        Status: { state: 'mounted', replicas: 3, nodes: ['a', 'b'] },
      }),
      'GET /system/df': () => ({
        Volumes: [
          { ...local, UsageData: { Size: -1, RefCount: 9_007_199_254_740_991 } },
          { ...odd, UsageData: { Size: 12, RefCount: -1 } },
        ],
      }),
      'GET /containers/json': () => [],
    },
  });
  graph = graphOver(engine);
});

afterEach(async () => {
  await graph.close();
  await engine.close();
});

const namesFor = async (filter: Readonly<Record<string, unknown>>) => {
  const query = 'query ($filter: VolumeFilter) { volumes(filter: $filter) { nodes { name } } }';
  const { data, errors } = await graph.ask(query, { filter });
  expect(errors).toEqual([]);
  return listAt(data, 'volumes', 'nodes').map((node) => textAt(node, 'name'));
};

describe('volumes of a swarm', () => {
  it('tell what was asked for, what the storage made of it, and where it is used', async () => {
    const { data, errors } = await graph.ask(
      `{ volumes(search: "orders") { nodes { createdAt mountpoint scope clusterVolume {
        swarmId version createdAt updatedAt
        spec {
          group availability availabilityRaw
          accessMode { scope scopeRaw sharing sharingRaw isBlockVolume mountOptions { fsType mountFlags } }
          secrets { key secret }
          accessibilityRequirements { requisite { segments { key value } } preferred { segments { key } } }
          capacityRange { requiredBytes limitBytes }
        }
        info { capacityBytes volumeContext { key value } volumeId accessibleTopology { segments { key value } } }
        publishStatus { nodeId state stateRaw publishContext { key value } }
      } } } }`,
    );
    expect(errors).toEqual([]);
    expect(at(data, 'volumes', 'nodes', 0)).toEqual({
      createdAt: null,
      mountpoint: null,
      scope: 'GLOBAL',
      clusterVolume: {
        swarmId: 'qxyz0123456789abcdefghijk',
        version: 42,
        createdAt: '2026-01-02T03:04:05.678Z',
        updatedAt: null,
        spec: {
          group: 'fast',
          availability: 'ACTIVE',
          availabilityRaw: 'active',
          accessMode: {
            scope: 'MULTI',
            scopeRaw: 'multi',
            sharing: 'ONE_WRITER',
            sharingRaw: 'onewriter',
            isBlockVolume: null,
            mountOptions: { fsType: 'ext4', mountFlags: ['noatime'] },
          },
          secrets: [{ key: 'password', secret: 'storage-password' }],
          accessibilityRequirements: {
            requisite: [
              {
                segments: [
                  { key: 'rack', value: '1' },
                  { key: 'zone', value: 'a' },
                ],
              },
            ],
            preferred: [],
          },
          capacityRange: { requiredBytes: 1_073_741_824, limitBytes: null },
        },
        info: {
          capacityBytes: null,
          volumeContext: [{ key: 'export', value: '/orders' }],
          volumeId: 'nfs-1',
          accessibleTopology: [{ segments: [{ key: 'zone', value: 'a' }] }],
        },
        publishStatus: [
          {
            nodeId: 'node1',
            state: 'PENDING_NODE_UNPUBLISH',
            stateRaw: 'pending-node-unpublish',
            publishContext: [{ key: 'device', value: 'sdb' }],
          },
          { nodeId: 'node2', state: 'UNKNOWN', stateRaw: 'dreaming', publishContext: [] },
        ],
      },
    });
  });

  it('may be block devices', async () => {
    const { data } = await graph.ask(
      `{ volumes(search: "raw") { nodes { clusterVolume {
        info { volumeId } spec { accessMode { isBlockVolume mountOptions { fsType } } }
      } } } }`,
    );
    expect(at(data, 'volumes', 'nodes', 0, 'clusterVolume')).toEqual({
      info: null,
      spec: { accessMode: { isBlockVolume: true, mountOptions: null } },
    });
  });

  it.each([
    { filter: { namePatterns: ['ord'] }, expected: ['orders'] },
    { filter: { names: ['ord', 'raw'] }, expected: ['raw'] },
    { filter: { drivers: ['csi-nfs'] }, expected: ['orders', 'raw'] },
    { filter: { drivers: ['other'] }, expected: [] },
    { filter: { labels: ['tier'] }, expected: ['orders'] },
    { filter: { labels: ['tier=web'] }, expected: [] },
    { filter: { dangling: true }, expected: ['raw'] },
    { filter: { dangling: false, names: ['orders', 'raw'] }, expected: ['orders'] },
  ])('are filtered by $filter, which the Engine does not do', async ({ filter, expected }) => {
    lists = [cluster, block];
    expect(await namesFor(filter)).toEqual(expected);
    const [request] = engine.requests.filter(({ path }) => path === '/volumes');
    expect(request?.query.get('filters')).not.toBeNull();
  });
});

describe('volumes of plugins', () => {
  it('come with a warning when a driver did not answer', async () => {
    const { data } = await graph.ask('{ volumes { warnings totalCount } }');
    expect(at(data, 'volumes')).toEqual({ warnings: ['the driver "slow" did not answer'], totalCount: 4 });
  });

  it('tell their status, which only inspect has, in any shape', async () => {
    const { data, errors, calls } = await graph.ask(
      '{ volumes(search: "data") { nodes { name status { key value } } } }',
    );
    expect(errors).toEqual([]);
    expect(listAt(data, 'volumes', 'nodes')).toEqual([
      {
        name: 'data',
        status: [
          { key: 'nodes', value: '["a","b"]' },
          { key: 'replicas', value: '3' },
          { key: 'state', value: 'mounted' },
        ],
      },
      // No path can hold this name, so that it cannot be inspected.
      { name: 'team/data', status: null },
    ]);
    expect(calls).toEqual(['GET /volumes', 'GET /volumes/{name}']);
  });

  it('have no size or count where the Engine could not tell', async () => {
    const { data } = await graph.ask('{ volumes { nodes { name usageData { size refCount } } } }');
    expect(listAt(data, 'volumes', 'nodes')).toEqual([
      { name: 'data', usageData: { size: null, refCount: 9_007_199_254_740_991 } },
      { name: 'orders', usageData: null },
      { name: 'raw', usageData: null },
      { name: 'team/data', usageData: { size: 12, refCount: null } },
    ]);
  });

  it('are measured without images and containers where the Engine can do that', async () => {
    await graph.ask('{ volumes(orderBy: { field: SIZE }) { nodes { usageData { size } } } }');
    const walks = engine.requests.filter(({ path }) => path === '/system/df');
    expect(walks.map(({ query }) => query.getAll('type'))).toEqual([['volume']]);
  });
});
