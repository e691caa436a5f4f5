import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestApi, oldestApi } from '../../src/engine/version.ts';
import { schema } from '../../src/graph/schema.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { listAt, textAt } from '../support/json.ts';
import { operationOf, rangedInputs, type Samples, waysTo } from './input-versions.ts';

const hex = 'a'.repeat(64);
const container = {
  Id: hex,
  Name: '/box',
  State: { Status: 'running', Running: true },
  Config: {},
  HostConfig: {},
};
const image = { Id: `sha256:${hex}`, RepoTags: ['team/app:1'] };
const service = {
  ID: 'service1',
  Version: { Index: 7 },
  Spec: { Name: 'web', TaskTemplate: { ContainerSpec: {} } },
};
const swarm = { LocalNodeState: 'active', ControlAvailable: true };

const handlers = {
  'GET /info': () => ({ ID: 'x', Swarm: swarm }),
  'GET /containers/json': () => [{ Id: hex, Names: ['/box'] }],
  'GET /containers/{id}/json': () => container,
  'GET /images/json': () => [image],
  'GET /images/{name}/json': () => image,
  'GET /networks': () => [{ Id: hex, Name: 'box' }],
  'GET /networks/{id}': () => ({ Id: hex, Name: 'box' }),
  'GET /volumes/{name}': () => ({
    Name: 'data',
    ClusterVolume: { ID: 'v1', Version: { Index: 3 }, Spec: {} },
  }),
  'GET /services': () => [service],
  'GET /services/{id}': () => service,
} as const;

/** What is given beside it, and of what not every value would do. */
const samples: Samples = {
  'ContainerCreateInput.image': 'team/app:1',
  'ContainerRunInput.image': 'team/app:1',
  'ContainersRestartInput.refs': ['box'],
  'ContainersStopInput.refs': ['box'],
  'ExecCreateInput.tty': true,
  'ImagePushInput.reference': 'team/app:1',
  'ImageRemoveInput.ref': 'team/app:1',
  'MountInput.target': '/srv',
  'ServiceCreateInput.image': 'team/app:1',
};
const mountOf = (type: string, source?: string): Samples => ({
  'MountInput.type': type,
  ...(source !== undefined && { 'MountInput.source': source }),
});
/** The same for single ones, by the input that they are in or by themselves. */
const beside: Readonly<Record<string, Samples>> = {
  MountBindOptionsInput: mountOf('BIND', '/srv'),
  MountTmpfsOptionsInput: mountOf('TMPFS'),
  MountVolumeOptionsInput: mountOf('VOLUME', 'data'),
  'MountInput.image': mountOf('IMAGE', 'team/app:1'),
};
const wishes: Samples = {
  'ImageLoadInput.platform': 'linux/arm64',
  'ImagePushInput.platform': 'linux/arm64',
  'ImageRemoveInput.platforms': ['linux/arm64'],
  'MountBindOptionsInput.createMountpoint': true,
  'Query.imagesSave(platform:)': 'linux/arm64',
  'ServiceSecurityInput.seccomp': { mode: 'UNCONFINED' },
  'ServiceSecurityUpdateInput.seccomp': { mode: 'UNCONFINED' },
};
const samplesFor = (coordinate: string): Samples => ({
  ...samples,
  ...beside[coordinate.replace(/[.].*/, '')],
  ...beside[coordinate],
});

/** What is not given to a mutation or a query itself, or is to be given in a way of its own: how it is. */
const documents: Readonly<Record<string, string>> = {
  'ContainerNetworkInput.macAddress': `mutation { containerCreate(input: {
    image: "team/app:1", networks: [{ network: "one" }, { network: "two", macAddress: "02:42:ac:11:00:04" }]
  }) { userErrors { code message } } }`,
  'Image.onPlatform(platform:)':
    '{ image(ref: "team/app:1") { onPlatform(platform: "linux/arm64") { __typename } } }',
  'Image.save(platform:)': '{ image(ref: "team/app:1") { save(platform: "linux/arm64") { url } } }',
};

/** What has a version in a way that no field says, as it depends on what else is given. */
const further: readonly (readonly [coordinate: string, version: string, document: string])[] = [
  [
    'ContainerAttachStartInput.stdout',
    '1.42',
    `mutation { containerAttachStart(input: { ref: "box", transport: WEBSOCKET, stdout: false }) {
      userErrors { code message } } }`,
  ],
  [
    'NetworkCreateInput.enableIpv4',
    '1.48',
    'mutation { networkCreate(input: { name: "n", enableIpv4: false }) { userErrors { code message } } }',
  ],
  [
    'VolumeUpdateInput.spec',
    '1.42',
    'mutation { volumeUpdate(input: { ref: "data", spec: { availability: DRAIN } }) { userErrors { code message } } }',
  ],
  [
    'ImageBuildInput.shmSize',
    '1.42',
    `mutation { imageBuild(input: { context: { dockerfile: "FROM a" }, builder: BUILDKIT, shmSize: "64m" }) {
      userErrors { code message } } }`,
  ],
];

/*
 * Newer for the Engine than 1.41, and refused in no version, as the gateway does it in another way where that is older:
 * a terminal that is started gets its size by `POST /exec/{id}/resize` (`ExecStartInput.size`), and what may stay of a
 * cache is `keep-storage` (`BuilderPruneInput.keepStorage`). What is shown only (`Image.attestations`) is null with a warning.
 */

/** How it is called where it is refused, if not by its own name. */
const names: Readonly<Record<string, string>> = {
  'ContainerAttachStartInput.stdout': 'one of the outputs alone',
  'MountInput.image': 'type',
};

let old: FakeEngine;
let recent: FakeEngine;
let beforeIt: RunningGateway;
let behindIt: RunningGateway;

beforeAll(async () => {
  old = await startFakeEngine({ apiVersion: oldestApi, handlers });
  recent = await startFakeEngine({ apiVersion: newestApi, handlers });
  beforeIt = await startGateway({ host: old.host });
  behindIt = await startGateway({ host: recent.host });
});
afterAll(async () => {
  await Promise.all([beforeIt?.close(), behindIt?.close()]);
  await Promise.all([old?.close(), recent?.close()]);
});

interface Refused {
  readonly code: string;
  readonly message: string;
}

async function refusals(
  gateway: RunningGateway,
  document: string,
  variables = {},
): Promise<readonly Refused[]> {
  const { data, errors } = await gateway.query(document, variables);
  const payloads = Object.values(data ?? {}).flatMap((payload) => [payload, ...listAt(payload, 'results')]);
  const typed = payloads.flatMap((payload) => listAt(payload, 'userErrors'));
  return [...errors, ...typed].map((error) => ({
    code: textAt(error, 'code'),
    message: textAt(error, 'message'),
  }));
}

const operationsFor = (coordinate: string) => {
  const document = documents[coordinate];
  if (document !== undefined) return [{ name: coordinate, document, variables: {} }];
  return waysTo(schema, coordinate).map((way) => ({
    name: `${way.root}.${way.field.name}`,
    ...operationOf(way, samplesFor(coordinate), wishes[coordinate]),
  }));
};

const cases = [
  ...rangedInputs(schema).flatMap(({ coordinate, range }) =>
    operationsFor(coordinate).flatMap(({ name, ...operation }) => [
      ...(range.since ? [{ coordinate, name, ...operation, version: range.since, isOld: true }] : []),
      ...(range.gone ? [{ coordinate, name, ...operation, version: range.gone, isOld: false }] : []),
    ]),
  ),
  ...further.map(([coordinate, version, document]) => ({
    coordinate,
    name: 'itself',
    document,
    variables: {},
    version,
    isOld: true,
  })),
];

/** The field or the argument itself. */
const ownName = (coordinate: string): string => coordinate.replace(/:\)$/, '').replace(/^.*[.(]/, '');

describe('what the API spoken with the Engine does not take', () => {
  it.each(cases)(
    'is refused, and nothing is sent: $coordinate of $name, $version',
    async ({ coordinate, document, variables, version, isOld }) => {
      const [engine, gateway] = isOld ? [old, beforeIt] : [recent, behindIt];
      engine.reset();
      const found = await refusals(gateway, document, variables);
      expect(found).toEqual([
        { code: 'API_VERSION_UNSUPPORTED', message: expect.stringContaining(`API ${version}`) },
      ]);
      expect(found[0]?.message).toContain(names[coordinate] ?? ownName(coordinate));
      expect(engine.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    },
  );

  it('has a way for each of it', () => {
    const reached = new Set(cases.map(({ coordinate }) => coordinate));
    expect(rangedInputs(schema).filter(({ coordinate }) => !reached.has(coordinate))).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  });
});
