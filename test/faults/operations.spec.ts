import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway.ts';
import { operationLog } from '../../src/graph/operation/log.ts';
import { createLogger } from '../../src/logger.ts';
import { type Work, WorkCanceled } from '../../src/long-work/work.ts';
import { follow as followLive, type LiveAnswer } from '../live/support/live-view.ts';
import { followOperation } from '../live/support/operation-reader.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const missing: FakeHandler = (_request, { fail }) => fail(404, 'No such image: x:latest');
const present: FakeHandler = () => ({ Id: `sha256:${'a'.repeat(64)}`, RepoTags: ['r.example/app:1'] });

async function behind(handlers: FakeHandlers): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({ handlers: { 'GET /images/{name}/json': missing, ...handlers } });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const selection =
  'id state changed progress { percent } steps { id status state } output { text } ' +
  'error { __typename code message path } image { id } digest canCancel';
const begin = async (
  gateway: RunningGateway,
  mutation = 'imagePull',
  input: object = {},
): Promise<string> => {
  const type = mutation === 'imagePull' ? 'ImagePullInput' : 'ImagePushInput';
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { message } operation { id } } }`,
    { input: { reference: 'r.example/app:1', wait: false, ...input } },
  );
  return textAt(data, mutation, 'operation', 'id');
};
const follow = ({ url }: RunningGateway, id: string) => followOperation(url, id, selection);
const lastOf = async (gateway: RunningGateway, mutation?: string): Promise<unknown> =>
  (await follow(gateway, await begin(gateway, mutation)).rest()).at(-1);

const line = (message: object) => `${JSON.stringify(message)}\r\n`;
const lines =
  (...texts: readonly string[]): FakeHandler =>
  (_request, { stream }) =>
    stream(
      (async function* () {
        yield* texts;
      })(),
    );
const failing = (message: string): FakeHandler =>
  lines(
    line({ status: 'Pulling from app', id: '1' }),
    line({ status: 'Pulling fs layer', progressDetail: {}, id: 'abc' }),
    line({ errorDetail: { message }, error: message }),
  );

/** What goes on until the test ends it, and knows when the client has hung up. */
function lasting() {
  let end = () => {};
  let left = () => {};
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const handler: FakeHandler = async (_request, { stream, clientGone }) => {
    void clientGone.then(left);
    await stream(
      (async function* () {
        yield line({ status: 'Pulling fs layer', progressDetail: {}, id: 'abc' });
        yield line({ status: 'Downloading', progressDetail: { current: 5, total: 10 }, id: 'abc' });
        await Promise.race([
          clientGone,
          new Promise<void>((resolve) => {
            end = resolve;
          }),
        ]);
      })(),
    );
  };
  return { handler, gone, end: () => end() };
}

describe('a pull or push that fails', () => {
  it.each([
    ['no space left on device', 'NoSpaceError'],
    [
      'failed to register layer: ApplyLayer exit status 1 stdout:  stderr: write /x: no space left on device',
      'NoSpaceError',
    ],
    ['unauthorized: authentication required', 'RegistryUnauthorizedError'],
    [
      'pull access denied for r.example/app, repository does not exist or may require "docker login"',
      'ImageNotFoundError',
    ],
    ['denied: requested access to the resource is denied', 'RegistryError'],
    ['manifest for r.example/app:1 not found: manifest unknown', 'ImageNotFoundError'],
    [
      'Get "https://r.example/v2/": dial tcp: lookup r.example on 127.0.0.53:53: no such host',
      'RegistryError',
    ],
    ['toomanyrequests: slow down', 'RegistryRateLimitedError'],
    ['received unexpected HTTP status: 500 Internal Server Error', 'RegistryError'],
  ])('in the middle, as HTTP calls a success, is typed: %s', async (message, type) => {
    const { gateway } = await behind({
      'POST /images/create': failing(message),
      'POST /images/{name}/push': failing(message),
    });
    const expected = {
      state: 'FAILED',
      changed: null,
      image: null,
      canCancel: false,
      error: { __typename: type, message, path: null },
      steps: [{ id: 'abc', status: 'Pulling fs layer' }],
    };
    expect(await lastOf(gateway)).toMatchObject(expected);
    const pushing = await behind({
      'GET /images/{name}/json': present,
      'POST /images/{name}/push': failing(message),
    });
    expect(await lastOf(pushing.gateway, 'imagePush')).toMatchObject(expected);
  });

  it.each([
    ['Get "https://r/v2/": context deadline exceeded', 'RegistryError'],
    [
      'Get "https://r.example/v2/": unauthorized: incorrect username or password',
      'RegistryUnauthorizedError',
    ],
  ])('before it began, is never taken for a success: %s', async (message, type) => {
    const { gateway } = await behind({ 'POST /images/create': (_request, { fail }) => fail(500, message) });
    expect(await lastOf(gateway)).toMatchObject({ state: 'FAILED', error: { __typename: type, message } });
  });

  it('says the same to one who waits, with the operation', async () => {
    const { gateway } = await behind({ 'POST /images/create': failing('toomanyrequests: slow down') });
    const data = await gateway.data(
      `mutation { imagePull(input: { reference: "x" }) {
        changed image { id } userErrors { code path } operation { ${selection} } } }`,
    );
    expect(at(data, 'imagePull')).toMatchObject({
      changed: false,
      image: null,
      userErrors: [{ code: 'REGISTRY_RATE_LIMITED', path: ['input', 'reference'] }],
      operation: { state: 'FAILED', error: { code: 'REGISTRY_RATE_LIMITED', path: null } },
    });
  });
});

describe('an Engine that goes away in the middle of a pull', () => {
  const cutting: FakeHandler = (_request, { response, cut }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(line({ status: 'Pulling fs layer', progressDetail: {}, id: 'abc' }), () =>
      setImmediate(cut),
    );
  };

  it('leaves it unknown whether it was done, and nothing is tried again', async () => {
    const { engine, gateway } = await behind({ 'POST /images/create': cutting });
    expect(await lastOf(gateway)).toMatchObject({
      state: 'FAILED',
      changed: null,
      error: {
        __typename: 'EngineFailedError',
        code: 'ENGINE_FAILED',
        message: expect.stringMatching(/Whether it was done is not known: look before you try again\.$/),
      },
    });
    const waited = await gateway.query(
      'mutation { imagePull(input: { reference: "y" }) { changed operation { id } } }',
    );
    expect(waited).toMatchObject({ data: { imagePull: null }, errors: [{ code: 'ENGINE_PROTOCOL' }] });
    const listed = await gateway.data(
      '{ operations(search: "y") { nodes { subject state error { code } } } }',
    );
    expect(listAt(listed, 'operations', 'nodes')).toMatchObject([
      { subject: 'y', state: 'FAILED', error: { code: 'ENGINE_FAILED' } },
    ]);
    const pulls = engine.requests.filter(({ path }) => path === '/images/create');
    expect(pulls.map(({ query }) => query.get('fromImage'))).toEqual(['r.example/app', 'y']);
  });

  it('or was away from the start, is told so', async () => {
    const { engine, gateway } = await behind({});
    await engine.close();
    expect(await lastOf(gateway)).toMatchObject({
      state: 'FAILED',
      error: { code: 'ENGINE_FAILED', message: expect.stringMatching(/^The Engine cannot be reached/) },
    });
  });

  it.each<[string, string]>([
    ['garbles a line', '<html>\r\n'],
    ['ends in the middle of a line', '{"status":"Pull'],
    ['sends a line that never ends', `{"status":"${'x'.repeat(1_100_000)}`],
  ])('or %s, has not succeeded', async (_title, text) => {
    const { gateway } = await behind({ 'POST /images/create': lines(text) });
    expect(await lastOf(gateway)).toMatchObject({ state: 'FAILED', error: { code: 'ENGINE_FAILED' } });
  });
});

describe('an operation that is canceled', () => {
  it('hangs up on the Engine', async () => {
    const pull = lasting();
    const { gateway } = await behind({ 'POST /images/create': pull.handler });
    const id = await begin(gateway);
    const follower = follow(gateway, id);
    await follower.until((state) => at(state, 'progress', 'percent') === 25);
    const data = await gateway.data(
      'mutation ($id: ID!) { operationCancel(input: { id: $id }) { changed operation { state } } }',
      { id },
    );
    expect(at(data, 'operationCancel')).toEqual({ changed: true, operation: { state: 'CANCELED' } });
    await pull.gone;
    expect((await follower.rest()).at(-1)).toMatchObject({
      state: 'CANCELED',
      steps: [{ id: 'abc', status: 'Downloading', state: 'RUNNING' }],
      progress: { percent: 25 },
    });
  });

  it('is a failure of its own for one who waits', async () => {
    const pull = lasting();
    const { gateway } = await behind({ 'POST /images/create': pull.handler });
    const waiting = gateway.data(
      'mutation { imagePull(input: { reference: "x" }) { changed userErrors { __typename code } operation { state } } }',
    );
    const underWay = async () => {
      const listed = await gateway.data('{ operations(filter: { underWay: true }) { nodes { id } } }');
      return textAt(listed, 'operations', 'nodes', 0, 'id');
    };
    await expect.poll(underWay).not.toBe('');
    await gateway.data('mutation ($id: ID!) { operationCancel(input: { id: $id }) { changed } }', {
      id: await underWay(),
    });
    expect(at(await waiting, 'imagePull')).toEqual({
      changed: false,
      userErrors: [{ __typename: 'OperationCanceledError', code: 'CANCELED' }],
      operation: { state: 'CANCELED' },
    });
  });

  it('has been by the end of the gateway', async () => {
    const pull = lasting();
    const { engine, gateway } = await behind({ 'POST /images/create': pull.handler });
    await begin(gateway);
    await engine.received('POST /images/create');
    const began = performance.now();
    await gateway.close();
    await pull.gone;
    expect(performance.now() - began).toBeLessThan(2_000);
    await expect.poll(() => engine.connections).toBe(0);
  });
});

describe('a fault of the gateway in an operation', () => {
  it('is in the log, as nobody may be there to be told', () => {
    const entries: { readonly level: string; readonly fields: object }[] = [];
    const logger = {
      info: (fields: object) => entries.push({ level: 'info', fields }),
      error: (fields: object) => entries.push({ level: 'error', fields }),
    };
    const log = operationLog(logger);
    const work: Work = {
      key: 'abc',
      order: 1,
      engine: 'default',
      kind: 'IMAGE_LOAD',
      subject: null,
      state: 'FAILED',
      isStopping: false,
      createdAt: 1_000,
      startedAt: 2_000,
      finishedAt: 5_000,
      progress: { current: 0, total: null, percent: null },
      steps: [],
      output: [],
      outputCount: 0,
      result: {},
      error: null,
    };
    const fault = new TypeError('x is not a function');
    log({ ...work, error: fault });
    log({ ...work, error: new WorkCanceled('stopped') });
    expect(entries).toMatchObject([
      { level: 'error', fields: { kind: 'IMAGE_LOAD', state: 'FAILED', ms: 3_000, err: fault } },
      { level: 'info', fields: { kind: 'IMAGE_LOAD', failure: 'stopped' } },
    ]);
  });
});

describe('a live query over operations', () => {
  it('is answered anew as they go on, and not otherwise', async () => {
    const pull = lasting();
    const { engine, gateway } = await behind({
      'GET /events': async (_request, { response, clientGone }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        await clientGone;
      },
      'POST /images/create': pull.handler,
    });
    const query = '@live(throttle: "20ms") { operations { nodes { state progress { percent } } } }';
    const view = followLive(gateway.url, `query ${query}`);
    const nodes = (answer: LiveAnswer | undefined): unknown => at(answer?.data, 'operations', 'nodes');
    expect(nodes(await view.until(() => true))).toEqual([]);
    const id = await begin(gateway);
    const hasIt = (percent: number, state: string) => (answer: LiveAnswer) =>
      at(nodes(answer), 0, 'progress', 'percent') === percent && at(nodes(answer), 0, 'state') === state;
    await view.until(hasIt(25, 'RUNNING'));
    await gateway.data('mutation ($id: ID!) { operationCancel(input: { id: $id }) { changed } }', { id });
    await view.until(hasIt(25, 'CANCELED'));
    const count = view.answers.length;
    // That no answer comes has no event: three times the least time between two.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(view.answers.length).toBe(count);
    await view.leave();
    expect(engine.requests.filter(({ path }) => path === '/images/create')).toHaveLength(1);
  });
});

describe('credentials', () => {
  it('are in no operation and in no log, however it ends', async () => {
    const account = { username: 'canary-user', password: 'canary-p4ss' };
    const encoded = Buffer.from(JSON.stringify(account)).toString('base64').slice(0, 30);
    let log = '';
    const destination = new Writable({
      write: (chunk: Buffer, _, done) => {
        log += chunk.toString();
        done();
      },
    });
    const engine = await startFakeEngine({
      handlers: {
        'GET /images/{name}/json': present,
        'POST /images/create': failing('unauthorized: incorrect username or password'),
        'POST /images/{name}/push': lines(line({ status: 'Pushing', id: 'abc' })),
      },
    });
    const config = loadConfig(['serve', '--port=0', `--host=${engine.host}`], {});
    const gateway = createGateway(
      config,
      createLogger({ level: 'trace', format: 'json', color: false }, destination),
    );
    opened.push({ close: () => gateway.close({ graceMs: 0 }) }, engine);
    const { url } = await gateway.listen();
    const ask = async (query: string, variables: object = {}): Promise<unknown> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-dockgraph-plan': '1' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    };
    const answers: unknown[] = [];
    for (const [mutation, type] of [
      ['imagePull', 'ImagePullInput'],
      ['imagePush', 'ImagePushInput'],
    ]) {
      for (const wait of [true, false]) {
        const input = { reference: 'r.example/app:1', auth: account, wait };
        answers.push(
          await ask(
            `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { message } operation { id subject } } }`,
            { input },
          ),
        );
      }
    }
    const states = async () => {
      const listed = await ask(`{ operations { totalCount nodes { kind subject ${selection} } } }`);
      answers.push(listed);
      return listAt(listed, 'data', 'operations', 'nodes').map((node) => textAt(node, 'state'));
    };
    await expect.poll(states).toEqual(['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'FAILED']);
    const sent = engine.requests.map(({ headers }) => String(headers['x-registry-auth'] ?? '')).join();
    expect(Buffer.from(sent, 'base64url').toString()).toContain('canary-p4ss');
    const shown = JSON.stringify(answers) + log;
    expect(log).toMatch(/"kind":"IMAGE_PULL".*"state":"FAILED"/);
    expect(shown).not.toMatch(/canary/);
    expect(shown).not.toContain(encoded);
  });
});
