import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const id = 'c0'.repeat(32);
const networkIds: Readonly<Record<string, string>> = { front: 'f0'.repeat(32), back: 'b0'.repeat(32) };
const listed = Object.entries(networkIds).map(([Name, Id]) => ({ Name, Id }));

const done: FakeHandlers[keyof FakeHandlers] = (_request, { response }) => response.writeHead(204).end();

const usual: FakeHandlers = {
  'GET /networks': () => listed,
  'GET /networks/{id}': ({ params }, { fail }) =>
    listed.find(({ Name, Id }) => [Name, Id].includes(params['id'] ?? '')) ?? fail(404, 'network not found'),
  'POST /containers/create': (_request, { json }) => json({ Id: id, Warnings: [] }, 201),
  'POST /networks/{id}/connect': (_request, { response }) => response.writeHead(200).end(),
  'POST /containers/{id}/start': done,
  'DELETE /containers/{id}': done,
  'GET /containers/{id}/json': () => ({ Id: id, Name: '/made', State: { Status: 'created' } }),
};

interface Behind {
  readonly engine: FakeEngine;
  readonly gateway: RunningGateway;
}

async function behind(handlers: FakeHandlers = {}, apiVersion = '1.45'): Promise<Behind> {
  const engine = await startFakeEngine({ apiVersion, handlers: { ...usual, ...handlers } });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const mutation = (name: string, select: string) =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
    it: ${name}(input: $input) { changed ${select} userErrors { __typename message path } } }`;

const act = async ({ gateway }: Behind, name: string, input: object, select = ''): Promise<unknown> =>
  at(await gateway.data(mutation(name, select), { input }), 'it');

/** What was asked of the Engine to change something, as `POST /containers/create`. */
const writes = (engine: FakeEngine): string[] =>
  engine.requests
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path.replaceAll(id, 'ID')}`);

const bodyOf = (engine: FakeEngine, end: string): unknown =>
  JSON.parse(String(engine.requests.find(({ path }) => path.endsWith(end))?.body));

const networks = [
  { network: 'front', aliases: ['a'] },
  { network: networkIds['back'], ipv4: '10.0.0.9' },
];

describe('a container with several networks', () => {
  it('is made in one call from API 1.44 on, and knows its networks by their names', async () => {
    const all = await behind({}, '1.44');
    expect(await act(all, 'containerCreate', { image: 'x', networks })).toMatchObject({ changed: true });
    expect(writes(all.engine)).toEqual(['POST /containers/create']);
    expect(bodyOf(all.engine, '/create')).toMatchObject({
      HostConfig: { NetworkMode: 'front' },
      NetworkingConfig: {
        EndpointsConfig: { front: { Aliases: ['a'] }, back: { IPAMConfig: { IPv4Address: '10.0.0.9' } } },
      },
    });
  });

  it('is connected to the others below it, before anybody could start it', async () => {
    const all = await behind({}, '1.43');
    expect(await act(all, 'containerRun', { image: 'x', networks })).toMatchObject({ changed: true });
    expect(writes(all.engine)).toEqual([
      'POST /containers/create',
      `POST /networks/${networkIds['back']}/connect`,
      'POST /containers/ID/start',
    ]);
    expect(bodyOf(all.engine, '/connect')).toEqual({
      Container: id,
      EndpointConfig: { IPAMConfig: { IPv4Address: '10.0.0.9' } },
    });
  });

  it('knows a network by its ID where others have the same name', async () => {
    const twin = { Name: 'front', Id: 'aa'.repeat(32) };
    const all = await behind({ 'GET /networks': () => [...listed, twin] }, '1.44');
    await act(all, 'containerCreate', { image: 'x', networks: [{ network: 'front' }] });
    expect(bodyOf(all.engine, '/create')).toMatchObject({ HostConfig: { NetworkMode: networkIds['front'] } });
  });

  it('is removed with its volumes where one of them refuses it', async () => {
    const refusing: FakeHandlers = {
      'POST /networks/{id}/connect': (_request, { fail }) => fail(403, 'no room in back'),
    };
    const all = await behind(refusing, '1.43');
    expect(await act(all, 'containerRun', { image: 'x', networks }, 'container { name }')).toEqual({
      changed: false,
      container: null,
      userErrors: [
        { __typename: 'ForbiddenError', message: 'no room in back', path: ['input', 'networks', '1'] },
      ],
    });
    expect(writes(all.engine).at(-1)).toBe('DELETE /containers/ID');
    const { query } = all.engine.requests.find(({ method }) => method === 'DELETE') ?? {};
    expect(Object.fromEntries(query ?? [])).toEqual({ force: '1', v: '1' });

    all.engine.on({ 'DELETE /containers/{id}': (_request, { fail }) => fail(500, 'busy') });
    expect(await act(all, 'containerCreate', { image: 'x', networks })).toMatchObject({
      userErrors: [
        {
          message: `no room in back The container ${id.slice(0, 12)} was made and could not be removed again.`,
        },
      ],
    });
  });
});

describe('what is sent', () => {
  it('has name and platform in the query, and nothing that nobody asked for in the body', async () => {
    const all = await behind();
    await act(all, 'containerCreate', { image: 'x:1', name: 'web', platform: 'linux/arm64' });
    const [request] = all.engine.requests.filter(({ path }) => path === '/containers/create');
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ name: 'web', platform: 'linux/arm64' });
    expect(bodyOf(all.engine, '/create')).toEqual({
      Image: 'x:1',
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      OpenStdin: false,
      StdinOnce: false,
      HostConfig: {},
    });
  });

  it('says to a commit whether to pause, and each change by itself', async () => {
    const all = await behind({ 'POST /commit': (_request, { json }) => json({ Id: `sha256:${id}` }, 201) });
    const changes = ['CMD ["a"]', 'ENV A=1'];
    await act(all, 'containerCommit', {
      ref: 'made',
      name: 'r:5000/a:1',
      pause: false,
      changes,
      author: 'Jo',
    });
    await act(all, 'containerCommit', { ref: 'made' });
    const [first, second] = all.engine.requests.filter(({ path }) => path === '/commit');
    expect(first?.query.getAll('changes')).toEqual(changes);
    expect(Object.fromEntries(first?.query ?? [])).toMatchObject({
      container: id,
      repo: 'r:5000/a',
      tag: '1',
      pause: '0',
      author: 'Jo',
    });
    expect(Object.fromEntries(second?.query ?? [])).toEqual({ container: id, pause: '1' });
    expect(String(second?.body)).toBe('');
  });
});

describe('a wait', () => {
  /** Sends the headers at once, as the daemon does, and the rest when told to. */
  const waiting = (end: Promise<string>): FakeHandlers => ({
    'POST /containers/{id}/wait': async (_request, { response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      response.end(await end);
    },
  });

  it('stands before the container is started', async () => {
    let end = (_answer: string): void => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    const all = await behind({
      ...waiting(ended),
      'POST /containers/{id}/start': (_request, { response }) => {
        response.writeHead(204).end();
        end('{"StatusCode":4}\n');
      },
    });
    const input = { image: 'x', waitFor: 'EXIT', autoRemove: true };
    expect(await act(all, 'containerRun', input, 'exitCode')).toMatchObject({ changed: true, exitCode: 4 });
    expect(writes(all.engine)).toEqual([
      'POST /containers/create',
      'POST /containers/ID/wait',
      'POST /containers/ID/start',
    ]);
    const wait = all.engine.requests.find(({ path }) => path.endsWith('/wait'));
    expect(wait?.query.get('condition')).toBe('removed');
  });

  it('that the Engine breaks off is no end of the container', async () => {
    const all = await behind({
      'POST /containers/{id}/wait': (_request, { response, cut }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        setImmediate(cut);
      },
    });
    const { data, errors } = await all.gateway.query(mutation('containerRun', 'exitCode'), {
      input: { image: 'x', waitFor: 'EXIT' },
    });
    expect(data).toEqual({ it: null });
    expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL' }]);
  });

  it.each(['', '[]', '{"StatusCode":'])(
    'that ends in nonsense is no end of the container: %j',
    async (text) => {
      const all = await behind(waiting(Promise.resolve(text)));
      const { data, errors } = await all.gateway.query(mutation('containerRun', 'exitCode'), {
        input: { image: 'x', waitFor: 'EXIT' },
      });
      expect(data).toEqual({ it: null });
      expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL' }]);
    },
  );

  it('is given up at the Engine too where the container does not start', async () => {
    const gone: Promise<void>[] = [];
    const all = await behind({
      'POST /containers/{id}/wait': (_request, { response, clientGone }) => {
        gone.push(clientGone);
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      },
      'POST /containers/{id}/start': (_request, { fail }) => fail(400, 'no such program'),
    });
    expect(await act(all, 'containerRun', { image: 'x', waitFor: 'EXIT' })).toMatchObject({
      changed: true,
      userErrors: [{ __typename: 'ContainerStartError', message: 'no such program' }],
    });
    await Promise.all(gone);
    expect(gone).toHaveLength(1);
  });

  it('is given up at the Engine too when its time is up, or its client goes away', async () => {
    const gone: Promise<void>[] = [];
    const all = await behind({
      'POST /containers/{id}/wait': (_request, { response, clientGone }) => {
        gone.push(clientGone);
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      },
    });
    expect(await act(all, 'containerWait', { ref: 'made', timeout: '50ms' }, 'timedOut')).toMatchObject({
      timedOut: true,
      userErrors: [],
    });
    await gone[0];
    all.engine.reset();
    const client = new AbortController();
    const body = JSON.stringify({
      query: mutation('containerWait', 'timedOut'),
      variables: { input: { ref: 'made' } },
    });
    const headers = { 'content-type': 'application/json' };
    const abandoned = fetch(all.gateway.url, { method: 'POST', headers, body, signal: client.signal });
    await all.engine.received('POST /containers/{id}/wait');
    client.abort();
    await expect(abandoned).rejects.toThrow(/abort/i);
    await gone[1];
    expect(gone).toHaveLength(2);
  });
});

describe('an Engine that goes away half-way', () => {
  it('is an error of the operation, as nobody knows what has happened', async () => {
    const all = await behind({ 'POST /containers/{id}/start': (_request, { cut }) => cut() });
    const { data, errors } = await all.gateway.query(mutation('containerRun', ''), { input: { image: 'x' } });
    expect(data).toEqual({ it: null });
    expect(errors).toMatchObject([{ path: ['it'] }]);
  });
});

describe('health', () => {
  it('is read again after a gap in the events', async () => {
    let reads = 0;
    let connections = 0;
    const all = await behind({
      'GET /events': async (_request, { response, clientGone, cut }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        // The first stream breaks after the start, and the news of the health is lost with it.
        if (++connections === 1) setTimeout(cut, 200);
        else await clientGone;
      },
      'GET /containers/{id}/json': () => ({
        Id: id,
        Name: '/made',
        Config: { Healthcheck: { Test: ['CMD', 'true'] } },
        // Read once for its check, once after the start, and once after the gap.
        State: { Status: 'running', Running: true, Health: { Status: ++reads < 3 ? 'starting' : 'healthy' } },
      }),
    });
    const input = { image: 'x', waitFor: 'HEALTHY', timeout: '15s' };
    expect(await act(all, 'containerRun', input)).toMatchObject({ changed: true, userErrors: [] });
    expect(connections).toBeGreaterThan(1);
    expect(reads).toBe(3);
  });
});
