import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const id = 'qxyz0123456789abcdefghijk';
const spec = {
  Group: 'fast',
  AccessMode: { Scope: 'multi', Sharing: 'all', MountVolume: { FsType: 'ext4' } },
  CapacityRange: { RequiredBytes: 1024, LimitBytes: 0 },
  Availability: 'active',
};
/** One that its plugin has made, and that a node uses: no Engine here has such a plugin. */
const volume = (index: number, availability: string) => ({
  Name: 'orders',
  Driver: 'csi-nfs',
  Mountpoint: '',
  Labels: null,
  Options: null,
  Scope: 'global',
  ClusterVolume: {
    ID: id,
    Version: { Index: index },
    Spec: { ...spec, Availability: availability },
    Info: { CapacityBytes: 2048, VolumeID: 'nfs-1', AccessibleTopology: [{ Segments: { zone: 'a' } }] },
    PublishStatus: [{ NodeID: 'node1', State: 'published', PublishContext: { device: 'sdb' } }],
  },
});

let engine: FakeEngine;
let gateway: RunningGateway;
let index = 42;
let availability = 'active';
beforeEach(async () => {
  index = 42;
  availability = 'active';
  engine = await startFakeEngine({
    apiVersion: '1.51',
    handlers: {
      'GET /volumes/{name}': () => volume(index, availability),
      'PUT /volumes/{name}': ({ query, body }, { response, fail }) => {
        if (query.get('version') !== String(index))
          return fail(500, 'rpc error: code = Unknown desc = update out of sequence');
        availability = String(at(JSON.parse(body.toString()), 'Spec', 'Availability'));
        index++;
        response.writeHead(200).end();
      },
    },
  });
  gateway = await startGateway({ host: engine.host });
});
afterEach(async () => {
  await gateway?.close();
  await engine?.close();
});

const update = async (input: object): Promise<unknown> =>
  at(
    await gateway.data(
      `mutation ($input: VolumeUpdateInput!) { volumeUpdate(input: $input) { changed
        volume { clusterVolume { version spec { availability } info { capacityBytes } publishStatus { state } } }
        userErrors { code message } } }`,
      { input: { ref: 'orders', ...input } },
    ),
    'volumeUpdate',
  );
const sent = () => engine.requests.filter(({ method }) => method === 'PUT');

describe('a change of a volume that a node uses', () => {
  it("names it by the swarm's ID, and has the version and the whole spec that it was made for", async () => {
    expect(await update({ spec: { availability: 'DRAIN' } })).toEqual({
      changed: true,
      volume: {
        clusterVolume: {
          version: 43,
          spec: { availability: 'DRAIN' },
          info: { capacityBytes: 2048 },
          publishStatus: [{ state: 'PUBLISHED' }],
        },
      },
      userErrors: [],
    });
    const [request, ...others] = sent();
    expect(others).toEqual([]);
    expect(request?.path).toBe(`/volumes/${id}`);
    expect(request?.query.get('version')).toBe('42');
    expect(JSON.parse(String(request?.body))).toEqual({ Spec: { ...spec, Availability: 'drain' } });
  });

  it('is not sent where it is so already, whatever the Engine leaves out', async () => {
    const same = {
      group: 'fast',
      accessMode: { scope: 'MULTI', sharing: 'ALL', mountOptions: { fsType: 'ext4', mountFlags: [] } },
      capacityRange: { requiredBytes: '1k' },
      secrets: [],
      accessibilityRequirements: {},
      availability: 'ACTIVE',
    };
    expect(await update({ spec: same })).toMatchObject({ changed: false, userErrors: [] });
    expect(sent()).toEqual([]);
  });

  it('is made anew where somebody else was quicker', async () => {
    engine.on({
      'PUT /volumes/{name}': ({ query }, { response, fail }) => {
        if (sent().length === 1) {
          index = 50;
          return fail(500, 'rpc error: code = Unknown desc = update out of sequence');
        }
        availability = 'pause';
        response.writeHead(query.get('version') === '50' ? 200 : 500).end();
      },
    });
    expect(await update({ spec: { availability: 'PAUSE' } })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(sent().map(({ query }) => query.get('version'))).toEqual(['42', '50']);
  });
});
