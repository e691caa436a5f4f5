import { getEventListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CallRecord, createEngineClient, type EngineClient } from '../../src/engine/client.ts';
import { type Connection, type ConnectLimits, connect } from '../../src/engine/connect.ts';
import { resolveEndpoint } from '../../src/engine/endpoint.ts';
import { EngineError } from '../../src/engine/errors.ts';
import { bytes, json, operation, takes } from '../../src/engine/operation.ts';
import { containers } from '../../src/engine/operations/containers.ts';
import { images } from '../../src/engine/operations/images.ts';
import { networks } from '../../src/engine/operations/networks.ts';
import { system } from '../../src/engine/operations/system.ts';
import { volumes } from '../../src/engine/operations/volumes.ts';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from '../support/fake-engine.ts';

const id = 'a'.repeat(64);
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function clientOf(host: string, limits: ConnectLimits = {}, apiVersion?: string): EngineClient {
  const endpoint = resolveEndpoint({ configDir: '/nowhere', dockerHost: host });
  const connection: Connection = connect(endpoint, { closeTimeout: 100, ...limits });
  const client = createEngineClient({ name: 'fake', endpoint, connection, apiVersion });
  opened.push(client);
  return client;
}

async function fake(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const engine = await startFakeEngine(options);
  opened.push(engine);
  return engine;
}

const failure = async (call: Promise<unknown>): Promise<EngineError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`expected an EngineError, got ${String(error)}`);
};

describe('a call', () => {
  it('fills the path, sends filters as JSON, and speaks the version both know', async () => {
    const engine = await fake({ apiVersion: '1.45', handlers: { 'GET /containers/json': () => [] } });
    const client = clientOf(engine.host);
    await client.call(containers.list, { all: true, filters: { label: ['a=b & "c"', 'ü'] } });
    const [ping, list] = engine.requests;
    expect(ping?.url).toBe('/_ping');
    expect(list?.apiVersion).toBe('1.45');
    expect(list?.query.get('all')).toBe('1');
    expect(JSON.parse(list?.query.get('filters') ?? '')).toEqual({ label: ['a=b & "c"', 'ü'] });
  });

  it('never speaks a newer version than it knows', async () => {
    const engine = await fake({ apiVersion: '1.99', handlers: { 'GET /containers/json': () => [] } });
    await clientOf(engine.host).call(containers.list, {});
    expect(engine.requests[1]?.apiVersion).toBe('1.55');
  });

  it('sends integers beyond a double exactly', async () => {
    const engine = await fake({ handlers: { 'POST /containers/create': () => ({ Id: id }) } });
    await clientOf(engine.host).call(containers.create, {
      body: { Image: 'busybox', HostConfig: { Memory: 9_223_372_036_854_771_712n } },
    });
    expect(engine.requests[1]?.body.toString()).toBe(
      '{"Image":"busybox","HostConfig":{"Memory":9223372036854771712}}',
    );
  });

  it('reads integers beyond a double exactly', async () => {
    const engine = await fake({
      handlers: {
        'GET /info': (_request, { response }) => response.end('{"MemTotal": 9223372036854771712}'),
      },
    });
    await expect(clientOf(engine.host).call(system.info, {})).resolves.toEqual({
      MemTotal: 9_223_372_036_854_771_712n,
    });
  });

  it('takes 304 for "so already"', async () => {
    const engine = await fake({
      handlers: { 'POST /containers/{id}/start': (_request, { response }) => response.writeHead(304).end() },
    });
    await expect(clientOf(engine.host).call(containers.start, { id })).resolves.toBe(false);
  });

  it('tells what it did', async () => {
    const engine = await fake({ handlers: { 'GET /containers/json': () => [] } });
    const records: CallRecord[] = [];
    await clientOf(engine.host).call(containers.list, {}, { onCall: (record) => records.push(record) });
    expect(records).toMatchObject([
      { engine: 'fake', route: 'GET /containers/json', status: 200, shared: false },
    ]);
  });

  it('joins an identical call under way where the daemon suffers from two', async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const engine = await fake({
      handlers: { 'GET /system/df': () => held.then(() => ({ LayersSize: 1 })) },
    });
    const client = clientOf(engine.host);
    const both = [client.call(system.diskUsage, {}), client.call(system.diskUsage, {})];
    await engine.received('GET /system/df');
    finish();
    expect(await Promise.all(both)).toEqual([{ LayersSize: 1 }, { LayersSize: 1 }]);
    expect(engine.requests.filter(({ path }) => path === '/system/df')).toHaveLength(1);
  });

  it('waits for as long as a grace period that no timer of the platform could count', async () => {
    const engine = await fake({
      handlers: {
        'POST /containers/{id}/stop': async (_request, { response }) => {
          await wait(20);
          response.writeHead(204).end();
        },
      },
    });
    const client = clientOf(engine.host);
    // 30 days overflow a timer, which then fires at once; 100 days are refused by it.
    for (const days of [30, 100]) {
      await expect(client.call(containers.stop, { id, t: days * 86_400 })).resolves.toBe(true);
    }
  });
});

describe('an answer that several wait for', () => {
  const diskUsage = 'GET /system/df';
  /** A daemon that holds each answer of `df` until told, and numbers them. */
  async function held() {
    const release: (() => void)[] = [];
    const engine = await fake({
      handlers: {
        [diskUsage]: async () => {
          const number = release.length + 1;
          await new Promise<void>((resolve) => release.push(resolve));
          return { LayersSize: number };
        },
        'GET /containers/json': async () => {
          const number = release.length + 1;
          await new Promise<void>((resolve) => release.push(resolve));
          return [{ Id: String(number) }];
        },
        'DELETE /volumes/{name}': (_request, { response }) => response.writeHead(204).end(),
      },
    });
    const asked = (path: string) => engine.requests.filter((request) => request.path === path).length;
    return { engine, client: clientOf(engine.host), release, asked };
  }

  it('is not given to who asks after a write: the walk is made again, and not beside the first', async () => {
    const { engine, client, release, asked } = await held();
    const before = client.call(system.diskUsage, {});
    await vi.waitFor(() => expect(release).toHaveLength(1));
    await client.call(volumes.remove, { name: 'data' });
    const after = [client.call(system.diskUsage, {}), client.call(system.diskUsage, {})];
    await engine.received('DELETE /volumes/{name}');
    expect(asked('/system/df')).toBe(1);
    release[0]?.();
    expect(await before).toEqual({ LayersSize: 1 });
    await vi.waitFor(() => expect(release).toHaveLength(2));
    release[1]?.();
    expect(await Promise.all(after)).toEqual([{ LayersSize: 2 }, { LayersSize: 2 }]);
    expect(asked('/system/df')).toBe(2);
  });

  it('is made once more for all who asked after the write, whatever changes while they wait', async () => {
    const { client, release, asked } = await held();
    const before = client.call(system.diskUsage, {});
    await vi.waitFor(() => expect(release).toHaveLength(1));
    client.outdate();
    const after = [1, 2, 3].map(() => client.call(system.diskUsage, {}));
    release[0]?.();
    await before;
    await vi.waitFor(() => expect(release).toHaveLength(2));
    client.outdate();
    release[1]?.();
    expect(await Promise.all(after)).toEqual(after.map(() => ({ LayersSize: 2 })));
    expect(asked('/system/df')).toBe(2);
  });

  it('is not given to who asks after the Engine told of a change', async () => {
    const { client, release } = await held();
    const before = client.call(containers.list, { all: true });
    await vi.waitFor(() => expect(release).toHaveLength(1));
    client.outdate();
    const after = client.call(containers.list, { all: true });
    // A list is quick: the second one need not wait for the first.
    await vi.waitFor(() => expect(release).toHaveLength(2));
    for (const each of release) each();
    expect(await Promise.all([before, after])).toEqual([[{ Id: '1' }], [{ Id: '2' }]]);
  });

  it('is one list for all who ask for it meanwhile, and the record says so', async () => {
    const { client, release, asked } = await held();
    const records: CallRecord[] = [];
    const onCall = (record: CallRecord) => void records.push(record);
    const both = [
      client.call(containers.list, { all: true }, { onCall }),
      client.call(containers.list, { all: true }, { onCall }),
    ];
    await vi.waitFor(() => expect(release).toHaveLength(1));
    release[0]?.();
    await Promise.all(both);
    expect(asked('/containers/json')).toBe(1);
    expect(records.filter(({ shared }) => shared)).toHaveLength(1);
    expect(records).toHaveLength(2);
  });

  it('is not waited for by who has gone, and still comes to the others', async () => {
    const { client, release } = await held();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = client.call(system.diskUsage, {}, { signal: one.signal });
    await vi.waitFor(() => expect(release).toHaveLength(1));
    const second = client.call(system.diskUsage, {}, { signal: other.signal });
    const third = client.call(system.diskUsage, {});
    one.abort();
    other.abort();
    expect((await failure(first)).kind).toBe('cancelled');
    expect((await failure(second)).kind).toBe('cancelled');
    release[0]?.();
    expect(await third).toEqual({ LayersSize: 1 });
  });

  it('is given up with the last who waits for it, and asked for again by the next', async () => {
    let gone: Promise<void> | undefined;
    const engine = await fake({
      handlers: {
        'GET /networks': (_request, { clientGone }) => {
          gone ??= clientGone;
          return new Promise(() => {});
        },
      },
    });
    const client = clientOf(engine.host);
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => client.call(networks.list, {}, { signal }));
    await engine.received('GET /networks');
    callers[0]?.abort();
    expect((await failure(calls[0] ?? Promise.resolve())).kind).toBe('cancelled');
    callers[1]?.abort();
    expect((await failure(calls[1] ?? Promise.resolve())).kind).toBe('cancelled');
    await gone;
    engine.on({ 'GET /networks': () => [{ Id: 'n' }] });
    expect(await client.call(networks.list, {})).toEqual([{ Id: 'n' }]);
  });
});

describe('a reference that means another path', () => {
  it.each([
    '',
    '.',
    '..',
    '../../info',
    '..%2f..%2finfo',
    'a?force=1',
    'a#b',
    'web/../../images',
    'web\r\nX: y',
    'wéb',
  ])('is refused with nothing sent: %j', async (odd) => {
    const engine = await fake();
    const client = clientOf(engine.host);
    expect(await failure(client.call(containers.inspect, { id: odd }))).toMatchObject({ kind: 'bad_input' });
    expect(await failure(client.call(images.inspect, { name: odd }))).toMatchObject({ kind: 'bad_input' });
    expect(engine.requests).toEqual([]);
  });
});

describe('a daemon that is not there', () => {
  it('is unavailable, without its address in the message', async () => {
    const error = await failure(clientOf('unix:///nowhere/docker.sock').call(system.info, {}));
    expect(error.kind).toBe('unavailable');
    expect(error.message).not.toContain('nowhere');
  });

  it('is asked for its version again when it comes back as another one', async () => {
    const first = await fake({ apiVersion: '1.45', handlers: { 'GET /containers/json': () => [] } });
    const client = clientOf(first.host);
    await client.call(containers.list, {});
    expect((await client.greeting()).api).toBe('1.45');
    first.on({
      'GET /_ping': (_request, { response }) => response.writeHead(200, { 'api-version': '1.41' }).end('OK'),
      'GET /info': (_request, { cut }) => cut(),
    });
    await failure(client.call(system.info, {}));
    await client.call(containers.list, {});
    expect(first.requests.at(-1)?.apiVersion).toBe('1.41');
  });
});

describe('a daemon that is too old', () => {
  it('is told so, with what is needed', async () => {
    const engine = await fake({ apiVersion: '1.40' });
    const error = await failure(clientOf(engine.host).call(system.info, {}));
    expect(error).toMatchObject({ kind: 'unsupported' });
    expect(error.message).toContain('1.41');
  });

  it('that lacks an endpoint is not taken for one that lacks the object', async () => {
    const engine = await fake({
      handlers: { 'GET /containers/{id}/json': (_request, { fail }) => fail(404, 'page not found') },
    });
    expect((await failure(clientOf(engine.host).call(containers.inspect, { id }))).kind).toBe('unsupported');
  });
});

describe('a daemon that fails', () => {
  it('is quoted', async () => {
    const engine = await fake({
      handlers: { 'GET /containers/{id}/json': (_request, { fail }) => fail(404, 'No such container: web') },
    });
    expect(await failure(clientOf(engine.host).call(containers.inspect, { id }))).toMatchObject({
      kind: 'response',
      status: 404,
      message: 'No such container: web',
    });
  });

  it.each([
    ['plain text of a proxy', 502, '<html>Bad gateway</html>', '<html>Bad gateway</html>'],
    ['nothing at all', 500, '', 'The Engine answered 500 without saying why.'],
  ])('is quoted when it says %s', async (_what, status, body, message) => {
    const engine = await fake({
      handlers: { 'GET /info': (_request, { response }) => response.writeHead(status).end(body) },
    });
    expect(await failure(clientOf(engine.host).call(system.info, {}))).toMatchObject({
      kind: 'response',
      status,
      message,
    });
  });

  it('is not followed when it redirects', async () => {
    const engine = await fake({
      handlers: {
        'GET /info': (_request, { response }) => response.writeHead(301, { location: '/version' }).end(),
      },
    });
    expect((await failure(clientOf(engine.host).call(system.info, {}))).kind).toBe('protocol');
    expect(engine.requests.map(({ path }) => path)).toEqual(['/_ping', '/info']);
  });

  it.each([
    ['breaks off a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"Id":"a"'],
    ['breaks off a body of unknown length', 'HTTP/1.1 200 OK\r\n\r\n[{"Id":"a"'],
    ['breaks off a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{"Id'],
    ['greets with garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['sends two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['sends a header without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n\r\n{}`],
  ])('is a protocol error when it %s', async (_what, bytes) => {
    const engine = await fake({
      handlers: {
        'GET /info': (_request, { raw, socket }) => {
          raw(bytes);
          socket.end();
        },
      },
    });
    expect((await failure(clientOf(engine.host).call(system.info, {}))).kind).toBe('protocol');
  });

  it('is cut off above the size cap', async () => {
    const engine = await fake({
      handlers: { 'GET /info': (_request, { response }) => response.end(`{"Name":"${'x'.repeat(4096)}"}`) },
    });
    const error = await failure(clientOf(engine.host, { maxResponseSize: 1024 }).call(system.info, {}));
    expect(error.kind).toBe('too_large');
  });
});

describe('a daemon that does not answer', () => {
  const quick = operation('GET /info', json<unknown>(), takes(), { deadline: 100 });

  it('is left at the deadline', async () => {
    const engine = await fake({ handlers: { 'GET /info': () => new Promise(() => {}) } });
    expect((await failure(clientOf(engine.host).call(quick, {}))).kind).toBe('timeout');
  });

  it('is left at the deadline though it trickles', async () => {
    const engine = await fake({
      handlers: {
        'GET /info': (_request, { stream }) =>
          stream(
            (async function* () {
              yield '{';
              for (;;) {
                await wait(10);
                yield ' ';
              }
            })(),
          ),
      },
    });
    expect((await failure(clientOf(engine.host).call(quick, {}))).kind).toBe('timeout');
  });

  it('is left when the caller goes, and sees the connection close', async () => {
    let gone: Promise<void> | undefined;
    const engine = await fake({
      handlers: {
        'GET /info': (_request, { clientGone }) => {
          gone = clientGone;
          return new Promise(() => {});
        },
      },
    });
    const caller = new AbortController();
    const row = operation('GET /info', json<unknown>());
    const call = clientOf(engine.host).call(row, {}, { signal: caller.signal });
    await engine.received('GET /info');
    caller.abort();
    expect((await failure(call)).kind).toBe('cancelled');
    await gone;
  });

  it('is left when the caller goes before it has said which version it speaks', async () => {
    const engine = await fake({ handlers: { 'GET /_ping': () => new Promise(() => {}) } });
    const caller = new AbortController();
    const call = clientOf(engine.host).call(containers.inspect, { id }, { signal: caller.signal });
    await engine.received('HEAD /_ping');
    const left = performance.now();
    caller.abort();
    expect((await failure(call)).kind).toBe('cancelled');
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  it('is left at the deadline though its answer is read as it comes', async () => {
    const engine = await fake({
      handlers: {
        'GET /containers/{id}/logs': (_request, { stream }) =>
          stream(
            (async function* () {
              yield 'a line';
              await new Promise(() => {});
            })(),
          ),
      },
    });
    const row = operation('GET /containers/{id}/logs', bytes, takes(), { deadline: 100 });
    const { body } = await clientOf(engine.host).stream(row, { id });
    const read = (async () => {
      for await (const _ of body);
    })();
    expect((await failure(read)).kind).toBe('timeout');
  });

  it('is left when either of two callers goes', async () => {
    const engine = await fake({ handlers: { 'GET /containers/{id}/json': () => new Promise(() => {}) } });
    const [signal, own] = [new AbortController().signal, new AbortController()];
    const call = clientOf(engine.host).call(containers.inspect, { id }, { signal, own: own.signal });
    await engine.received('GET /containers/{id}/json');
    own.abort();
    expect((await failure(call)).kind).toBe('cancelled');
  });
});

describe('a gateway that ends', () => {
  it('calls what it cuts off cancelled, and no fault of the Engine', async () => {
    const client = clientOf((await fake()).host);
    await client.close();
    expect((await failure(client.call(containers.inspect, { id }))).kind).toBe('cancelled');
  });
});

describe('a caller that stays for long', () => {
  it('may have any number of calls under way without a warning', async () => {
    const engine = await fake({ handlers: { 'GET /containers/{id}/json': () => ({ Id: id }) } });
    const client = clientOf(engine.host);
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => {
      // The fake daemon itself listens once for each request of a connection.
      if (warning.message.includes('AbortSignal')) warnings.push(warning);
    };
    process.on('warning', onWarning);
    try {
      await Promise.all(
        Array.from({ length: 30 }, () => client.call(containers.inspect, { id }, { signal })),
      );
      // Warnings are told in a turn of their own.
      await wait(0);
    } finally {
      process.off('warning', onWarning);
    }
    expect(warnings).toEqual([]);
  });

  it('keeps no trace of the calls that are over', async () => {
    const engine = await fake({ handlers: { 'GET /containers/{id}/json': () => ({ Id: id }) } });
    const client = clientOf(engine.host);
    const { signal } = new AbortController();
    for (let call = 0; call < 8; call++) await client.call(containers.inspect, { id }, { signal });
    const listeners = getEventListeners(signal, 'abort');
    const dependants = Object.getOwnPropertySymbols(signal)
      .filter((symbol) => symbol.description === 'kDependantSignals')
      .map((symbol) => Reflect.get(signal, symbol));
    expect(listeners).toHaveLength(0);
    expect(dependants.every((each) => !(each instanceof Set) || each.size === 0)).toBe(true);
  });
});
