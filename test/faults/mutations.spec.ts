import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers, FakeRequest } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

interface Behind {
  readonly engine: FakeEngine;
  readonly gateway: RunningGateway;
}

async function behind(handlers: FakeHandlers, apiVersion = '1.45'): Promise<Behind> {
  const engine = await startFakeEngine({ apiVersion, handlers });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const hex = (index: number) => index.toString(16).padStart(2, '0');
const idOf = (index: number) => hex(index).repeat(32);
const nameOf = (index: number) => `c-${hex(index)}`;
const summary = (index: number, state = 'running') => ({
  Id: idOf(index),
  Names: [`/${nameOf(index)}`],
  State: state,
});
const inspect = (index: number, state = 'running') => ({
  Id: idOf(index),
  Name: `/${nameOf(index)}`,
  State: { Status: state, Running: state === 'running' },
});

const sent = (engine: FakeEngine, method: string, path: RegExp): FakeRequest[] =>
  engine.requests.filter((request) => request.method === method && path.test(request.path));

const ok: FakeHandlers[keyof FakeHandlers] = (_request, { response }) => response.writeHead(204).end();

const input = async ({ gateway }: Behind, mutation: string, given: object, select = '') => {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const data = await gateway.data(
    `mutation ($input: ${type}) { it: ${mutation}(input: $input) { changed userErrors { __typename code message path } ${select} } }`,
    { input: given },
  );
  return at(data, 'it');
};

describe('many containers', () => {
  const known = (count: number): FakeHandlers => ({
    'GET /containers/json': () => Array.from({ length: count }, (_, index) => summary(index)),
    'GET /containers/{id}/json': ({ params }, { fail }) => {
      const index = Array.from({ length: count }, (_, each) => each).find((each) =>
        [idOf(each), nameOf(each)].includes(params['id'] ?? ''),
      );
      return index === undefined ? fail(404, 'No such container') : inspect(index);
    },
  });

  it('are each answered for when the Engine fails at one of them', async () => {
    const all = await behind({
      ...known(4),
      'POST /containers/{id}/stop': ({ params }, { response, cut }) => {
        if (params['id'] === idOf(1)) cut();
        else response.writeHead(204).end();
      },
    });
    const given = { refs: [0, 1, 2, 3].map(nameOf), concurrency: 1 };
    const answer = await input(
      all,
      'containersStop',
      given,
      'succeeded failed results { ref changed container { name } userErrors { __typename code message } }',
    );
    expect(answer).toMatchObject({ changed: true, succeeded: 3, failed: 1, userErrors: [] });
    expect(listAt(answer, 'results').map((each) => at(each, 'changed'))).toEqual([true, false, true, true]);
    expect(at(answer, 'results', 1)).toMatchObject({
      ref: nameOf(1),
      container: { name: nameOf(1) },
      userErrors: [{ __typename: 'EngineFailedError', code: 'ENGINE_FAILED' }],
    });
    expect(textAt(answer, 'results', 1, 'userErrors', 0, 'message')).toContain('The Engine');
  });

  it('are shown as they are afterwards, though the list of the Engine is late', async () => {
    const count = 12;
    const all = await behind({
      ...known(count),
      'GET /containers/{id}/json': ({ params }) =>
        inspect(Number.parseInt((params['id'] ?? '').slice(0, 2), 16), 'exited'),
      'POST /containers/{id}/stop': ok,
    });
    const refs = Array.from({ length: count }, (_, index) => idOf(index));
    const answer = await input(all, 'containersStop', { refs }, 'results { container { state } }');
    expect(listAt(answer, 'results').map((each) => at(each, 'container', 'state'))).toEqual(
      refs.map(() => 'EXITED'),
    );
  });

  it('are told by their global IDs when they are gone', async () => {
    const all = await behind({ ...known(2), 'DELETE /containers/{id}': ok });
    const given = { refs: [nameOf(0), 'nobody'] };
    const answer = await input(all, 'containersRemove', given, 'results { removedId }');
    const [removed, none] = listAt(answer, 'results').map((each) => textAt(each, 'removedId'));
    expect(Buffer.from(removed ?? '', 'base64url').toString()).toContain(idOf(0));
    expect(none).toBe('');
  });

  it('are not all of them because of a condition that is empty', async () => {
    const all = await behind({ ...known(3), 'DELETE /containers/{id}': ok });
    for (const filter of [{ names: [''] }, { ids: ['', 'x'] }, { labels: [''] }, { volumes: [''] }]) {
      const answer = await input(all, 'containersRemove', { filter, force: true }, 'matched');
      expect(answer).toMatchObject({ matched: 0, userErrors: [{ code: 'INVALID_INPUT' }] });
    }
    expect(sent(all.engine, 'DELETE', /./)).toEqual([]);
  });
});

describe('a container that is stopped', () => {
  const one = (config: object = {}): FakeHandlers => ({
    'GET /containers/{id}/json': () => ({ ...inspect(1), Config: config }),
    'POST /containers/{id}/stop': ok,
    'POST /containers/{id}/restart': ok,
  });

  it.each(['containerStop', 'containerRestart'])(
    'is refused a signal by %s below API 1.42, which would ignore it',
    async (mutation) => {
      const all = await behind(one(), '1.41');
      expect(await input(all, mutation, { ref: 'web', signal: 'SIGINT' })).toMatchObject({
        changed: false,
        userErrors: [{ __typename: 'ApiVersionError', path: ['input', 'signal'] }],
      });
      expect(sent(all.engine, 'POST', /./)).toEqual([]);
    },
  );

  it('gets the signal from API 1.42 on', async () => {
    const all = await behind(one(), '1.42');
    expect(await input(all, 'containerStop', { ref: 'web', signal: 'SIGINT' })).toMatchObject({
      changed: true,
    });
    expect(sent(all.engine, 'POST', /stop$/)[0]?.query.get('signal')).toBe('SIGINT');
  });

  it('is waited for as long as its own grace period, which may be longer than any deadline of ours', async () => {
    const all = await behind(one({ StopTimeout: 300 }));
    expect(await input(all, 'containerStop', { ref: 'web' })).toMatchObject({ changed: true });
    expect(sent(all.engine, 'POST', /stop$/)[0]?.query.get('t')).toBe('300');
  });

  it('is left its own grace period where it has none of its own', async () => {
    const all = await behind(one());
    await input(all, 'containerStop', { ref: 'web' });
    expect(sent(all.engine, 'POST', /stop$/)[0]?.query.has('t')).toBe(false);
  });
});

describe('a container that has the name already', () => {
  it('is not renamed, which is no error', async () => {
    const all = await behind({
      'GET /containers/{id}/json': () => inspect(1),
      'POST /containers/{id}/rename': (_request, { fail }) =>
        fail(400, 'Renaming a container with the same name as its current name'),
    });
    expect(await input(all, 'containerRename', { ref: idOf(1), name: nameOf(1) })).toMatchObject({
      changed: false,
      userErrors: [],
    });
  });
});

describe('what is in the way', () => {
  const start = (status: number, message: string, more: FakeHandlers = {}): FakeHandlers => ({
    'GET /containers/{id}/json': ({ params }) => inspect(params['id'] === idOf(2) ? 2 : 1, 'exited'),
    'POST /containers/{id}/start': (_request, { fail }) => fail(status, message),
    ...more,
  });
  const startError = async (all: Behind, select = '') =>
    at(await input(all, 'containerStart', { ref: idOf(1) }, select), 'userErrors', 0);

  it.each([
    [404, 'network registry_default not found', 'NotFoundError'],
    [409, 'container abc is not connected to network registry', 'ConflictError'],
    [
      500,
      'failed to initialize logging driver: dial tcp 127.0.0.1:24224: connect: connection refused',
      'ContainerStartError',
    ],
    [
      500,
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      'RegistryError',
    ],
    [403, 'endpoint with name web already exists in network front', 'ConflictError'],
    [403, 'authorization denied by plugin: no', 'ForbiddenError'],
  ])('is told by %i "%s": %s', async (status, message, kind) => {
    expect(await startError(await behind(start(status, message)))).toMatchObject({
      __typename: kind,
      message,
    });
  });

  it('is the container that publishes the port over the same transport', async () => {
    const publishing = (index: number, Type: string) => ({
      ...summary(index),
      Ports: [{ PrivatePort: 53, PublicPort: 53, Type, IP: '0.0.0.0' }],
    });
    const all = await behind(
      start(500, 'driver failed: listen udp4 0.0.0.0:53: bind: address already in use', {
        'GET /containers/json': () => [publishing(2, 'tcp'), publishing(3, 'udp')],
      }),
    );
    const data = await all.gateway.data(
      `mutation { containerStart(input: { ref: "${idOf(1)}" }) { userErrors { ... on PortInUseError { port protocol protocolRaw by { name } } } } }`,
    );
    expect(at(data, 'containerStart', 'userErrors', 0)).toEqual({
      port: 53,
      protocol: 'UDP',
      protocolRaw: 'udp',
      by: { name: nameOf(3) },
    });
  });
});

describe('an image', () => {
  const id = `sha256:${'d'.repeat(10)}db${'e'.repeat(52)}`;
  const image = { Id: id, RepoTags: ['db:latest', 'db:1'], RepoDigests: [] };
  const handlers = (more: FakeHandlers = {}): FakeHandlers => ({
    'GET /images/{name}/json': () => image,
    'DELETE /images/{name}': () => [{ Untagged: 'db:latest' }],
    'POST /images/{name}/tag': (_request, { response }) => response.writeHead(201).end(),
    ...more,
  });

  it('loses only the name that was given, though its ID has the same digits', async () => {
    const all = await behind(handlers());
    expect(
      await input(all, 'imageRemove', { ref: 'db' }, 'untagged deleted removedId image { tags }'),
    ).toMatchObject({
      changed: true,
      untagged: ['db:latest'],
      removedId: null,
      image: { tags: image.RepoTags },
    });
    expect(sent(all.engine, 'DELETE', /./)[0]?.path).toBe('/images/db');
  });

  it('is removed itself by a prefix of its ID, and its global ID is told', async () => {
    const all = await behind(
      handlers({ 'DELETE /images/{name}': () => [{ Untagged: 'db:latest' }, { Deleted: id }] }),
    );
    const answer = await input(all, 'imageRemove', { ref: 'dddddd' }, 'removedId');
    expect(sent(all.engine, 'DELETE', /./)[0]?.path).toBe(`/images/${id}`);
    expect(Buffer.from(textAt(answer, 'removedId'), 'base64url').toString()).toContain(id);
  });

  it.each([
    ['docker.io/library/db:1', false],
    ['db', false],
    ['db:2', true],
  ])('that is to be called %s is changed: %s', async (name, changed) => {
    const all = await behind(handlers());
    expect(await input(all, 'imageTag', { ref: id, name })).toMatchObject({ changed, userErrors: [] });
  });
});

describe('a network', () => {
  it('is made where it was asked for, in the words of the Engine', async () => {
    const all = await behind({ 'POST /networks/create': () => ({ Id: idOf(1) }) });
    expect(await input(all, 'networkCreate', { name: 'lan', scope: 'LOCAL' })).toMatchObject({
      changed: true,
    });
    expect(JSON.parse(String(sent(all.engine, 'POST', /./)[0]?.body))).toMatchObject({ Scope: 'local' });
    expect(await input(all, 'networkCreate', { name: 'lan', scope: 'UNKNOWN' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'scope'] }],
    });
  });

  it('is not made with IPv4 below API 1.48, which would ignore that it is not wanted', async () => {
    const all = await behind({ 'POST /networks/create': () => ({ Id: idOf(1) }) }, '1.47');
    expect(await input(all, 'networkCreate', { name: 'six', enableIpv4: false })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ApiVersionError', path: ['input', 'enableIpv4'] }],
    });
    expect(sent(all.engine, 'POST', /./)).toEqual([]);
    expect(await input(all, 'networkCreate', { name: 'both', enableIpv4: true })).toMatchObject({
      changed: true,
    });
  });
});

describe('an engine that there is not', () => {
  it.each([
    ['containerStart', { ref: 'web' }],
    ['containersStop', { refs: ['web'] }],
    ['containerCreate', { image: 'busybox' }],
    ['networkCreate', { name: 'lan' }],
    ['networkConnect', { network: 'lan', container: 'web' }],
    ['volumeCreate', { name: 'data' }],
    ['imagePull', { reference: 'busybox' }],
    ['imagePush', { reference: 'busybox' }],
    ['containersPrune', {}],
    ['networksPrune', {}],
    ['volumesPrune', {}],
    ['imagesPrune', {}],
  ])('is told by %s in its answer, with those that there are', async (mutation, given) => {
    const all = await behind({});
    const answer = await input(all, mutation, { ...given, engine: 'elsewhere' });
    expect(answer).toMatchObject({ changed: false, userErrors: [{ code: 'INVALID_INPUT' }] });
    expect(textAt(answer, 'userErrors', 0, 'message')).toMatch(/"elsewhere".*default/);
    expect(all.engine.requests).toEqual([]);
  });
});
