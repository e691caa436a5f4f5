import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';

const hex = 'a'.repeat(64);
const id = `sha256:${'0123456789abcdef'.repeat(4)}`;
const image = { Id: id, RepoTags: ['team/app:1', 'team/app:2'], RepoDigests: [], Descriptor: { digest: id } };
const container = { Id: hex, Name: '/box', State: { Status: 'running' }, SizeRw: 7, SizeRootFs: 9 };
const task = { ID: 'task1', ServiceID: 'service1', NodeID: 'node1', Spec: {}, Status: { State: 'running' } };

const done: FakeHandler = (_request, { response }) => void response.writeHead(204).end();
const said =
  (message: object): FakeHandler =>
  (_request, { response }) =>
    void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`${JSON.stringify(message)}\r\n`);
const archive: FakeHandler = (_request, { response }) =>
  void response.writeHead(200, { 'content-type': 'application/x-tar' }).end(Buffer.alloc(1024));

let engine: FakeEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startFakeEngine({
    apiVersion: '1.55',
    handlers: {
      'GET /_ping': (_request, { response }) => {
        response.setHeader('docker-experimental', 'true');
        response.end('OK');
      },
      'GET /containers/json': () => [{ Id: hex, Names: ['/box'], State: 'running' }],
      'GET /containers/{id}/json': () => container,
      'POST /containers/{id}/restart': done,
      'GET /images/json': () => [image],
      'GET /images/{name}/json': () => image,
      'DELETE /images/{name}': () => [{ Untagged: 'team/app:1' }],
      'POST /images/{name}/push': said({ status: 'pushed' }),
      'GET /images/get': archive,
      'GET /images/{name}/get': archive,
      'POST /build': said({ aux: { ID: id } }),
      'POST /build/prune': () => ({ CachesDeleted: [], SpaceReclaimed: 0 }),
      'GET /tasks': () => [task],
      'GET /tasks/{id}': () => task,
      'GET /services/{id}': () => ({ ID: 'service1', Spec: { Name: 'web', TaskTemplate: {} } }),
      'GET /tasks/{id}/logs': (_request, { response }) => void response.writeHead(200).end(),
    },
  });
  gateway = await startGateway({ host: engine.host });
});
afterAll(async () => {
  await gateway?.close();
  await engine?.close();
});

const mutation = (name: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { message } } }`;
const build = (more: object) => ({
  input: { context: { dockerfile: 'FROM scratch\n' }, builder: 'CLASSIC', ...more },
});

/** A wish, the parameter of the Engine that it is, and the value that the Engine is to see. */
const cases: readonly (readonly [
  parameter: string,
  value: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
])[] = [
  [
    'DELETE /images/{name}?force',
    '1',
    mutation('imageRemove'),
    { input: { ref: 'team/app:1', force: true } },
  ],
  [
    'DELETE /images/{name}?noprune',
    '1',
    mutation('imageRemove'),
    { input: { ref: 'team/app:1', keepParents: true } },
  ],
  [
    'DELETE /images/{name}?platforms',
    '{"os":"linux","architecture":"arm64"}',
    mutation('imageRemove'),
    { input: { ref: 'team/app:1', platforms: ['linux/arm64'] } },
  ],
  ['GET /containers/{id}/json?size', '1', '{ container(ref: "box") { size { total } } }', {}],
  [
    'GET /images/get?platform',
    '{"os":"linux","architecture":"arm64"}',
    '{ imagesSave(refs: ["team/app:1", "team/app:2"], platform: "linux/arm64") { url } }',
    {},
  ],
  [
    'GET /images/{name}/get?platform',
    '{"os":"linux","architecture":"arm64"}',
    '{ imagesSave(refs: ["team/app:1"], platform: "linux/arm64") { url } }',
    {},
  ],
  [
    'GET /tasks/{id}/logs?since',
    '1700000000',
    '{ task(ref: "task1") { logs(since: "2023-11-14T22:13:20Z") { lines { text } } } }',
    {},
  ],
  ['POST /build?forcerm', '1', mutation('imageBuild'), build({ forceRemoveContainers: true })],
  ['POST /build?memory', '67108864', mutation('imageBuild'), build({ memory: '64m' })],
  ['POST /build?memswap', '-1', mutation('imageBuild'), build({ memorySwap: -1 })],
  ['POST /build?cpushares', '512', mutation('imageBuild'), build({ cpuShares: 512 })],
  ['POST /build?cpusetcpus', '0-1', mutation('imageBuild'), build({ cpusetCpus: '0-1' })],
  ['POST /build?cpuperiod', '50000', mutation('imageBuild'), build({ cpuPeriod: 50_000 })],
  ['POST /build?cpuquota', '25000', mutation('imageBuild'), build({ cpuQuota: 25_000 })],
  ['POST /build?shmsize', '33554432', mutation('imageBuild'), build({ shmSize: '32m' })],
  ['POST /build?squash', '1', mutation('imageBuild'), build({ squash: true })],
  ['POST /build?networkmode', 'none', mutation('imageBuild'), build({ networkMode: 'none' })],
  ['POST /build?platform', 'linux/arm64', mutation('imageBuild'), build({ platform: 'linux/arm64' })],
  ['POST /build/prune?reserved-space', '1024', mutation('builderPrune'), { input: { keepStorage: '1k' } }],
  ['POST /build/prune?max-used-space', '2048', mutation('builderPrune'), { input: { maxUsedSpace: '2k' } }],
  ['POST /build/prune?min-free-space', '4096', mutation('builderPrune'), { input: { minFreeSpace: '4k' } }],
  [
    'POST /containers/{id}/restart?signal',
    'SIGINT',
    mutation('containerRestart'),
    { input: { ref: 'box', signal: 'SIGINT' } },
  ],
  [
    'POST /images/{name}/push?platform',
    '{"os":"linux","architecture":"arm64"}',
    mutation('imagePush'),
    { input: { reference: 'team/app:1', platform: 'linux/arm64' } },
  ],
];

/** What is offered to be fetched is, as nothing is asked of the Engine before. */
async function fetchOffered(data: unknown): Promise<void> {
  const url = textAt(data, 'imagesSave', 'url');
  if (url !== '') await (await fetch(new URL(url, gateway.url))).arrayBuffer();
}

describe('a wish that is a parameter of a call', () => {
  it.each(cases)('is sent as it: %s', async (parameter, value, document, variables) => {
    const [route = '', name = ''] = parameter.split('?');
    engine.reset();
    const data = await gateway.data(document, variables);
    for (const payload of Object.values(data ?? {})) expect(at(payload, 'userErrors') ?? []).toEqual([]);
    await fetchOffered(data);
    const pattern = new RegExp(`^${route.replace(/\{name\}/, '.+').replace(/\{id\}/, '[^/]+')}$`);
    const sent = engine.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));
    expect(sent.flatMap(({ query }) => query.getAll(name))).toEqual([value]);
  });
});
