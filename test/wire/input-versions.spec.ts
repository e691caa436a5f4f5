import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestApi, oldestApi } from '../../src/engine/version.ts';
import { schema } from '../../src/graph/schema.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { operationOf, rangedInputs, type Samples, waysTo } from './input-versions.ts';

const hex = 'a'.repeat(64);
const container = { Id: hex, Name: '/box', State: { Status: 'running' }, Config: {}, HostConfig: {} };
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
  'GET /services': () => [service],
  'GET /services/{id}': () => service,
} as const;

/** What is given beside it, and of what not every value would do. */
const samples: Samples = {
  'ContainerCreateInput.image': 'team/app:1',
  'ContainerRunInput.image': 'team/app:1',
  'ImagePushInput.reference': 'team/app:1',
  'ImageRemoveInput.ref': 'team/app:1',
};
const wishes: Samples = {
  'ImagePushInput.platform': 'linux/arm64',
};

/** What is not given to a mutation or a query itself: how it is. */
const documents: Readonly<Record<string, string>> = {
  'Image.onPlatform(platform:)':
    '{ image(ref: "team/app:1") { onPlatform(platform: "linux/arm64") { __typename } } }',
  'Image.save(platform:)': '{ image(ref: "team/app:1") { save(platform: "linux/arm64") { url } } }',
};

/** Where it cannot be refused so, with a reason. */
const excuses: Readonly<Record<string, string>> = {};

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
  const typed = Object.values(data ?? {}).flatMap((payload) => listAt(payload, 'userErrors'));
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
    ...operationOf(way, samples, wishes[coordinate]),
  }));
};

const cases = rangedInputs(schema).flatMap(({ coordinate, range }) =>
  operationsFor(coordinate).flatMap(({ name, ...operation }) => [
    ...(range.since ? [{ coordinate, name, ...operation, version: range.since, isOld: true }] : []),
    ...(range.gone ? [{ coordinate, name, ...operation, version: range.gone, isOld: false }] : []),
  ]),
);

describe('what the API spoken with the Engine does not take', () => {
  it.each(cases.filter(({ coordinate, name }) => !excuses[`${coordinate} ${name}`]))(
    'is refused, and nothing is sent: $coordinate of $name, $version',
    async ({ coordinate, document, variables, version, isOld }) => {
      const [engine, gateway] = isOld ? [old, beforeIt] : [recent, behindIt];
      engine.reset();
      const found = await refusals(gateway, document, variables);
      const field = /(\w+)(?:\(|:\)|$)/.exec(coordinate.replace(/^.*[.(](\w+)(?::\))?$/, '$1'))?.[1] ?? '';
      expect(found).toEqual([
        { code: 'API_VERSION_UNSUPPORTED', message: expect.stringContaining(`API ${version}`) },
      ]);
      expect(found[0]?.message).toContain(field);
      expect(engine.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    },
  );

  it('has a way for each of it', () => {
    const reached = new Set(cases.map(({ coordinate }) => coordinate));
    expect(rangedInputs(schema).filter(({ coordinate }) => !reached.has(coordinate))).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  });
});
