import { once } from 'node:events';
import { request } from 'node:http';
import { createClient } from 'graphql-sse';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers, FakeReply } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { temporarySocket } from '../support/temporary-socket.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const beginning = 1_795_200_000;

const line = (number: number, more: object = {}) =>
  `${JSON.stringify({
    Type: 'container',
    Action: 'start',
    Actor: { ID: `c${number}`, Attributes: { name: `c${number}`, ...more } },
    scope: 'local',
    time: beginning + Math.trunc(number / 1000),
    timeNano: 0,
  }).replace(/0}$/, `${BigInt(beginning) * 1_000_000_000n + BigInt(number) * 1_000_000n}}`)}\n`;

/** A daemon whose event streams are written to when a test says so. */
async function behind(handlers: FakeHandlers = {}, flags: readonly string[] = [], socketPath?: string) {
  const streams: FakeReply[] = [];
  const engine = await startFakeEngine({
    ...(socketPath !== undefined && { socketPath }),
    handlers: {
      'GET /events': (_request, reply) => {
        reply.response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        streams.push(reply);
      },
      'GET /containers/json': () => [],
      'GET /images/json': () => [],
      'GET /networks': () => [],
      'GET /volumes': () => ({ Volumes: null }),
      ...handlers,
    },
  });
  const gateway = await startGateway({
    host: engine.host,
    flags: ['--events-retry-max=200ms', '--events-ping=500ms', ...flags],
  });
  opened.push(gateway, engine);
  const stream = async (number: number) => {
    await vi.waitFor(() => expect(streams.length).toBeGreaterThanOrEqual(number), { timeout: 10_000 });
    const found = streams[number - 1];
    if (!found) throw new Error('no stream');
    return found.response;
  };
  return { engine, gateway, stream };
}

const document = `subscription ($filter: EventFilter) { events(filter: $filter) {
  __typename actorId ... on EventGap { reason dropped from to } ... on EventResync { cause inventory { dockerId } appeared { dockerId } vanished { dockerId } }
} }`;

/** Reads all the time; `texts` is what came, in short. */
function read(gateway: RunningGateway, query = document) {
  const client = createClient({ url: gateway.url });
  const results = client.iterate({ query });
  const texts: string[] = [];
  void (async () => {
    for await (const result of results) {
      const event = at(result, 'data', 'events');
      const ids = (name: string) => listAt(event, name).map((entry) => textAt(entry, 'dockerId'));
      const resync = [...ids('appeared').map((id) => `+${id}`), ...ids('vanished').map((id) => `-${id}`)];
      const kind = textAt(event, '__typename');
      if (kind === 'EventGap') texts.push(`gap ${textAt(event, 'reason')}`);
      else if (kind === 'EventResync') {
        texts.push([textAt(event, 'cause'), `[${ids('inventory').join(',')}]`, ...resync].join(' '));
      } else texts.push(textAt(event, 'actorId'));
    }
  })();
  opened.push({
    close: async () => {
      await results.return?.();
      client.dispose();
    },
  });
  return texts;
}

/** A client that asks, and then never reads what comes. */
async function stall({ url }: RunningGateway, query: string) {
  const call = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  call.on('error', () => {});
  call.end(JSON.stringify({ query }));
  const [response] = await once(call, 'response');
  response.on('error', () => {});
  response.pause();
  opened.push({ close: async () => void call.destroy() });
  return response as AsyncIterable<Buffer> & { resume(): void };
}

const listsOf = (engine: FakeEngine) =>
  engine.requests.filter(({ path }) => /^\/(?:containers\/json|images\/json|networks|volumes)$/.test(path))
    .length;

describe('ten thousand events in a second', () => {
  const fat = { padding: 'x'.repeat(2_000) };
  const query =
    'subscription { events { __typename actorId attributes { value } ... on EventGap { dropped } } }';

  it('are taken off the hands of the daemon before half of them are told, and all reach who reads', async () => {
    const { gateway, stream } = await behind();
    const seen = read(gateway, 'subscription { events { __typename actorId attributes { key value } } }');
    const events = await stream(1);
    for (let number = 1; number <= 10_000; number++) events.write(line(number));
    await vi.waitFor(() => expect(events.writableLength).toBe(0), { timeout: 20_000, interval: 1 });
    expect(seen.length).toBeLessThan(5_000);
    await vi.waitFor(() => expect(seen.length).toBe(10_000), { timeout: 20_000 });
    expect(seen.some((text) => text.startsWith('gap'))).toBe(false);
  }, 60_000);

  it('all reach who reads, while who does not gets a gap, slows nobody and costs a bounded amount of memory', async () => {
    const { gateway, stream } = await behind();
    const seen = read(gateway, 'subscription { events { __typename actorId } }');
    const stalled = await stall(gateway, query);
    const events = await stream(1);
    await vi.waitFor(() => expect(seen).toEqual([]));
    const before = process.memoryUsage.rss();
    for (let number = 1; number <= 10_000; number++) events.write(line(number, fat));
    await vi.waitFor(() => expect(seen.length).toBe(10_000), { timeout: 20_000 });
    expect(seen.at(-1)).toBe('c10000');
    expect(seen.some((text) => text.startsWith('gap'))).toBe(false);
    // The ring keeps ten thousand of two kilobytes, the queue of the stalled client a tenth of those.
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 ** 2);
    let text = '';
    for await (const chunk of stalled) {
      text += chunk.toString();
      if (text.includes('"c10000"')) break;
    }
    const gaps = [...text.matchAll(/"dropped":(\d+)/g)].map(([, dropped]) => Number(dropped));
    const told = text.split('"ContainerEvent"').length - 1;
    expect(gaps.length).toBeGreaterThan(0);
    expect(told + gaps.reduce((sum, dropped) => sum + dropped, 0)).toBe(10_000);
  }, 60_000);
});

describe('an inventory', () => {
  it('is not asked for by a client that selects no field of it', async () => {
    const { gateway, engine, stream } = await behind();
    const seen = read(gateway, 'subscription { events { __typename actorId ... on EventGap { reason } } }');
    (await stream(1)).write(line(1));
    await vi.waitFor(() => expect(seen).toEqual(['c1']));
    (await stream(1)).destroy();
    (await stream(2)).write(line(5_000));
    await vi.waitFor(() => expect(seen).toEqual(['c1', 'gap RECONNECTED', 'c5000']));
    const pings = () => engine.requests.filter(({ path }) => path === '/_ping').length;
    await vi.waitFor(() => expect(pings()).toBeGreaterThan(3), { timeout: 10_000 });
    expect(listsOf(engine)).toBe(0);
  });

  it('is told at the start to each client, also to one that asks in the same words as another, for one list', async () => {
    const { gateway, engine } = await behind({ 'GET /containers/json': () => [{ Id: 'a', Names: ['/a'] }] });
    const first = read(gateway);
    await vi.waitFor(() => expect(first).toEqual(['START [a]']));
    const second = read(gateway);
    await vi.waitFor(() => expect(second).toEqual(['START [a]']));
    expect([first.length, listsOf(engine)]).toEqual([1, 4]);
  });

  it('costs one list for a filter on one noun, found also in a fragment', async () => {
    const { gateway, engine } = await behind();
    const seen = read(
      gateway,
      `subscription { events(filter: { types: [VOLUME] }) { ...Parts } }
       fragment Parts on EngineEvent { __typename ...Resync }
       fragment Resync on EventResync { cause inventory { dockerId } }`,
    );
    await vi.waitFor(() => expect(seen).toEqual(['START []']));
    expect(listsOf(engine)).toBe(1);
  });
});

describe('a list that fails after a gap', () => {
  it('is not swallowed: the Engine is asked whether it lives, and for the list until it comes', async () => {
    let lists = 0;
    const { gateway, engine, stream } = await behind({
      'GET /containers/json': (_request, reply) => {
        lists++;
        if (lists >= 2 && lists <= 3) reply.cut();
        else reply.json(lists === 1 ? [{ Id: 'old', Names: ['/old'], State: 'running' }] : []);
      },
    });
    const seen = read(gateway);
    await vi.waitFor(() => expect(seen).toEqual(['START [old]']));
    (await stream(1)).write(line(1));
    await vi.waitFor(() => expect(seen.at(-1)).toBe('c1'));
    (await stream(1)).destroy();
    (await stream(2)).write(line(5_000));
    await vi.waitFor(() => expect(seen.at(-1)).toBe('GAP [] -old'), { timeout: 10_000 });
    // What could be listed at once was told at once.
    expect(seen.slice(2)).toEqual(['gap RECONNECTED', 'c5000', 'GAP []', 'GAP [] -old']);
    expect([lists, engine.requests.some(({ path }) => path === '/_ping')]).toEqual([4, true]);
  });
});

describe('a daemon that comes back as another version', () => {
  it('is spoken to in that version, and what it has now is told', async () => {
    const { socketPath, remove } = temporarySocket();
    opened.push({ close: async () => remove() });
    const first = await behind(
      { 'GET /containers/json': () => [{ Id: 'old', Names: ['/old'] }] },
      [],
      socketPath,
    );
    const seen = read(first.gateway);
    await vi.waitFor(() => expect(seen).toEqual(['START [old]']));
    (await first.stream(1)).write(line(1));
    await vi.waitFor(() => expect(seen.at(-1)).toBe('c1'));
    await first.engine.close();
    const newer = await startFakeEngine({
      apiVersion: '1.48',
      socketPath,
      handlers: {
        'GET /events': (_request, reply) => {
          reply.response.writeHead(200).flushHeaders();
        },
        'GET /containers/json': () => [{ Id: 'new', Names: ['/new'] }],
        'GET /images/json': () => [],
        'GET /networks': () => [],
        'GET /volumes': () => ({ Volumes: [] }),
      },
    });
    opened.push(newer);
    await vi.waitFor(() => expect(seen.at(-1)).toBe('GAP [new] +new -old'), { timeout: 15_000 });
    expect(seen.slice(2)).toEqual(['gap RECONNECTED', 'GAP [new] +new -old']);
    const [events] = newer.requests.filter(({ path }) => path === '/events');
    expect(events?.apiVersion).toBe('1.48');
    expect(first.engine.requests.find(({ path }) => path === '/events')?.apiVersion).toBe('1.45');
  });
});

describe('a daemon that answers nothing any more, with its streams open', () => {
  it('is noticed by a ping, whose failure ends the stream; and everything is told when it is well again', async () => {
    let isFrozen = false;
    const { gateway, engine, stream } = await behind({
      'GET /_ping': (_request, reply) => (isFrozen ? undefined : reply.json('OK')),
    });
    const seen = read(gateway, 'subscription { events { __typename actorId ... on EventGap { reason } } }');
    (await stream(1)).write(line(1));
    await vi.waitFor(() => expect(seen).toEqual(['c1']));
    isFrozen = true;
    // Half a second of silence, and three for the ping.
    await vi.waitFor(() => expect(engine.requests.filter(({ path }) => path === '/events').length).toBe(2), {
      timeout: 15_000,
    });
    isFrozen = false;
    const resumed = await stream(2);
    resumed.write(line(1));
    resumed.write(line(2));
    await vi.waitFor(() => expect(seen).toEqual(['c1', 'c2']));
  }, 30_000);
});
