import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngineOptions, startFakeEngine } from '../support/fake-engine.ts';
import { startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';
import { temporarySocket } from '../support/temporary-socket.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const idOf = (digit: string) => digit.repeat(64);
const summary = (digit: string) => ({
  Id: idOf(digit),
  Names: [`/c-${digit}`],
  State: 'running',
  ImageID: 'sha256:0',
});

async function behind(options: FakeEngineOptions) {
  const engine = await startFakeEngine(options);
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const names = '{ containers { nodes { name } } }';

describe('an Engine that is away', () => {
  it('does not keep the gateway from starting, and is found when it comes', async () => {
    const socket = temporarySocket();
    const gateway = await startGateway({ host: `unix://${socket.socketPath}` });
    opened.push(gateway);
    const before = await gateway.query(names);
    expect(before).toMatchObject({ data: { containers: null }, errors: [{ code: 'ENGINE_UNAVAILABLE' }] });
    expect(before.errors[0]?.message).not.toContain(socket.socketPath);
    expect((await fetch(new URL('/health', gateway.url))).status).toBe(200);
    expect((await fetch(new URL('/ready', gateway.url))).status).toBe(503);

    const engine = await startFakeEngine({
      socketPath: socket.socketPath,
      handlers: { 'GET /containers/json': () => [summary('a')] },
    });
    opened.push(engine);
    expect(await gateway.data(names)).toEqual({ containers: { nodes: [{ name: 'c-a' }] } });
    expect((await fetch(new URL('/ready', gateway.url))).status).toBe(200);
  });
});

describe('an Engine that fails for one object', () => {
  it('costs that object its fields, and the list nothing else', async () => {
    const { gateway } = await behind({
      handlers: {
        'GET /containers/json': () => [summary('a'), summary('b'), summary('c')],
        'GET /containers/{id}/json': ({ params }, { fail }) => {
          if (params['id'] === idOf('a')) return { Id: idOf('a'), State: { ExitCode: 7 } };
          return params['id'] === idOf('b')
            ? fail(404, 'No such container')
            : fail(500, 'broken for this one');
        },
      },
    });
    const { data, errors } = await gateway.query('{ containers { nodes { name exitCode } } }');
    expect(at(data, 'containers', 'nodes')).toEqual([
      { name: 'c-a', exitCode: 7 },
      { name: 'c-b', exitCode: null },
      { name: 'c-c', exitCode: null },
    ]);
    expect(errors).toEqual([
      { message: 'broken for this one', code: 'ENGINE_ERROR', path: ['containers', 'nodes', 2, 'exitCode'] },
    ]);
  });
});

describe('an Engine that lies', () => {
  it.each([
    ['null where a list is due', null],
    ['an object where a list is due', {}],
    ['text where a list is due', 'hello'],
  ])('with %s is a fault of its own, and the next answer is right', async (_what, lie) => {
    let answer: unknown = lie;
    const { gateway } = await behind({
      handlers: { 'GET /containers/json': (_request, { response }) => response.end(JSON.stringify(answer)) },
    });
    const { data, errors } = await gateway.query(names);
    expect({ data, codes: errors.map(({ code }) => code) }).toEqual({
      data: { containers: null },
      codes: ['ENGINE_PROTOCOL'],
    });
    answer = [summary('a')];
    expect(await gateway.data(names)).toEqual({ containers: { nodes: [{ name: 'c-a' }] } });
  });

  it('about a word shows it raw instead of failing', async () => {
    const { gateway } = await behind({
      handlers: {
        'GET /containers/json': () => [{ ...summary('a'), State: 'levitating', Ports: null, Labels: null }],
      },
    });
    const data = await gateway.data(
      '{ containers { nodes { state stateRaw ports { hostPort } labels { key } } } }',
    );
    expect(listAt(data, 'containers', 'nodes')).toEqual([
      { state: 'UNKNOWN', stateRaw: 'levitating', ports: [], labels: [] },
    ]);
  });

  it('with labels that are names of prototypes changes no prototype', async () => {
    const { gateway } = await behind({
      handlers: {
        'GET /containers/json': (_request, { response }) =>
          response.end(
            JSON.stringify([{ ...summary('a'), Labels: { constructor: 'x' } }]).replace(
              '"constructor"',
              '"__proto__":"p","constructor"',
            ),
          ),
      },
    });
    const data = await gateway.data(
      '{ containers { nodes { labels { key value } proto: label(key: "__proto__") none: label(key: "toString") } } }',
    );
    expect(listAt(data, 'containers', 'nodes')).toEqual([
      {
        labels: [
          { key: '__proto__', value: 'p' },
          { key: 'constructor', value: 'x' },
        ],
        proto: 'p',
        none: null,
      },
    ]);
    expect(Object.hasOwn(Object.prototype, 'p')).toBe(false);
  });
});

describe('a client that goes away', () => {
  it('takes its calls to the Engine with it', async () => {
    let gone: Promise<void> | undefined;
    const { engine, gateway } = await behind({
      handlers: {
        'GET /containers/json': (_request, { clientGone }) => {
          gone = clientGone;
          return new Promise(() => {});
        },
      },
    });
    const client = new AbortController();
    const request = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: names }),
      signal: client.signal,
    });
    await engine.received('GET /containers/json');
    client.abort();
    await expect(request).rejects.toThrow();
    await gone;
    // Only what is kept alive for the next call is left.
    await vi.waitFor(() => expect(engine.connections).toBeLessThanOrEqual(1));
  });

  it('leaves a change that has been sent to the Engine under way', async () => {
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let cut = false;
    let answered: Promise<void> | undefined;
    const { engine, gateway } = await behind({
      handlers: {
        'GET /containers/{id}/json': () => ({ Id: idOf('a') }),
        'POST /containers/{id}/start': async (_request, { clientGone, response }) => {
          void clientGone.then(() => {
            cut = !response.writableFinished;
          });
          answered = new Promise((resolve) => response.once('finish', () => resolve()));
          await held;
          response.writeHead(204).end();
        },
      },
    });
    const client = new AbortController();
    const query = `mutation { containerStart(input: { ref: "${idOf('a')}" }) { changed } }`;
    const request = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: client.signal,
    });
    await engine.received('POST /containers/{id}/start');
    client.abort();
    await expect(request).rejects.toThrow();
    // A round trip through the same gateway: by then it has noticed that the client went.
    await gateway.query('{ __typename }');
    finish();
    await answered;
    expect(cut).toBe(false);
  });
});
