import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at, listAt } from '../support/json.ts';
import { type Graph, graphOver } from './image-fixture.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const index = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest('a'), size: 856 };

const entry = {
  Id: digest('a'),
  ParentId: '',
  RepoTags: ['web:1'],
  RepoDigests: [`web@${digest('a')}`],
  Created: 1_700_000_000,
  Size: 5_000_000_000,
  SharedSize: -1,
  Labels: {},
  Containers: 2,
  Descriptor: index,
};
const untagged = {
  ...entry,
  Id: digest('d'),
  RepoTags: [],
  RepoDigests: [],
  Containers: 0,
  Descriptor: null,
};

const manifests = [
  {
    ID: digest('b'),
    Descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('b'), size: 480 },
    Available: true,
    Size: { Total: 300, Content: 100 },
    Kind: 'image',
    ImageData: {
      Platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
      Containers: ['c1'],
      Size: { Unpacked: 200 },
    },
  },
  {
    ID: digest('c'),
    Descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('c'), size: 840 },
    Available: false,
    Size: { Total: 40, Content: 40 },
    Kind: 'attestation',
    AttestationData: { For: digest('b') },
  },
  { ID: digest('e'), Available: true, Kind: 'tomorrow' },
];

let fake: FakeEngine;
let graph: Graph;

async function start(apiVersion: string): Promise<void> {
  fake = await startFakeEngine({
    apiVersion,
    handlers: {
      'GET /images/json': ({ query }) =>
        query.get('shared-size') === '1'
          ? [{ ...entry, SharedSize: 1_000_000_000 }, untagged]
          : [entry, untagged],
      'GET /images/{name}/json': ({ query }) => ({
        Id: digest('a'),
        RepoTags: ['web:1'],
        Descriptor: index,
        Os: 'linux',
        Architecture: 'arm64',
        Variant: 'v8',
        Size: 5_000_000_000,
        ...(query.get('manifests') === '1' && { Manifests: manifests }),
      }),
      'GET /containers/json': () => [
        { Id: 'c1', Names: ['/one'], ImageID: digest('a') },
        { Id: 'c2', Names: ['/two'], ImageID: digest('b') },
      ],
    },
  });
  graph = graphOver(fake);
}

afterEach(async () => {
  await graph.close();
  await fake.close();
});

describe('an Engine of API 1.51', () => {
  it('has its own count of containers used, for free', async () => {
    await start('1.51');
    const { data, calls } = await graph.ask('{ images { nodes { containerCount inUse } } }');
    expect(listAt(data, 'images', 'nodes')).toEqual([
      { containerCount: 2, inUse: true },
      { containerCount: 0, inUse: false },
    ]);
    expect(calls).toEqual(['GET /images/json']);
  });

  it('is asked for shared sizes only where they are selected, once for all images', async () => {
    await start('1.51');
    const { data, calls } = await graph.ask(
      '{ images { nodes { size sharedSize uniqueSize virtualSize } } }',
    );
    expect(listAt(data, 'images', 'nodes')).toEqual([
      { size: 5_000_000_000, sharedSize: 1_000_000_000, uniqueSize: 4_000_000_000, virtualSize: null },
      { size: 5_000_000_000, sharedSize: null, uniqueSize: null, virtualSize: null },
    ]);
    expect(calls).toEqual(['GET /images/json', 'GET /images/json']);
    expect(fake.requests.filter(({ query }) => query.has('shared-size')).length).toBe(1);
  });

  it('tells what a multi-platform image holds', async () => {
    await start('1.51');
    const { data, errors, calls } = await graph.ask(`{ image(ref: "web:1") {
      descriptor { digest size } platform { os architecture variant }
      manifests { digest isAvailable kind kindRaw totalSize contentSize unpackedSize platform { os architecture }
        containerIds containers { name } attestationFor descriptor { size } }
    } }`);
    expect(errors).toEqual([]);
    expect(calls.toSorted()).toEqual([
      'GET /containers/json',
      'GET /images/{name}/json',
      'GET /images/{name}/json',
    ]);
    expect(at(data, 'image', 'descriptor')).toEqual({ digest: digest('a'), size: 856 });
    expect(at(data, 'image', 'platform')).toEqual({ os: 'linux', architecture: 'arm64', variant: 'v8' });
    const none = {
      platform: null,
      unpackedSize: null,
      containerIds: null,
      containers: [],
      attestationFor: null,
    };
    expect(listAt(data, 'image', 'manifests')).toEqual([
      {
        digest: digest('b'),
        isAvailable: true,
        kind: 'IMAGE',
        kindRaw: 'image',
        totalSize: 300,
        contentSize: 100,
        unpackedSize: 200,
        platform: { os: 'linux', architecture: 'arm64' },
        containerIds: ['c1'],
        containers: [{ name: 'one' }],
        attestationFor: null,
        descriptor: { size: 480 },
      },
      {
        ...none,
        digest: digest('c'),
        isAvailable: false,
        kind: 'ATTESTATION',
        kindRaw: 'attestation',
        totalSize: 40,
        contentSize: 40,
        attestationFor: digest('b'),
        descriptor: { size: 840 },
      },
      {
        ...none,
        digest: digest('e'),
        isAvailable: true,
        kind: 'UNKNOWN',
        kindRaw: 'tomorrow',
        totalSize: null,
        contentSize: null,
        descriptor: null,
      },
    ]);
  });

  it('knows an untagged image by its ID and as dangling', async () => {
    await start('1.51');
    const { data } = await graph.ask(
      '{ images(filter: { ids: ["dddd"] }) { nodes { name tags isDangling } } }',
    );
    expect(listAt(data, 'images', 'nodes')).toEqual([{ name: null, tags: [], isDangling: true }]);
  });
});

describe('an Engine of API 1.41', () => {
  it('is not asked for what it does not have', async () => {
    await start('1.41');
    const { data, errors, calls } = await graph.ask(
      '{ image(ref: "web:1") { sharedSize uniqueSize manifests { digest } } }',
    );
    expect(errors).toEqual([]);
    expect(at(data, 'image')).toEqual({ sharedSize: null, uniqueSize: null, manifests: null });
    expect(calls).toEqual(['GET /images/{name}/json']);
  });
});
