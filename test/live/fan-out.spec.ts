import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openClient, terminateClients, type WsClient } from '../server/ws-client.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Every event of this Engine is made here, so it is nobody else's. */
let engine: PrivateEngine;
let proxy: Awaited<ReturnType<typeof startCountingProxy>>;
let gateway: RunningGateway;
let wsUrl: string;

beforeAll(async () => {
  engine = await startPrivateEngine();
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
  wsUrl = gateway.url.replace(/^http/, 'ws');
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});
afterEach(() => terminateClients());

const query = 'subscription { events { __typename cursor type action actorId } }';

/** Requests for the events of the Engine that have not ended. */
const upstreams = () => proxy.requests.filter(({ path, ended }) => path.includes('/events') && !ended);
const allUpstreams = () => proxy.requests.filter(({ path }) => path.includes('/events'));

const withNothingOpen = () =>
  vi.waitFor(() => expect(upstreams()).toHaveLength(0), { timeout: 10_000, interval: 50 });

/** What the Engine itself tells, to somebody who asked it directly. */
function recording(): { readonly seen: string[]; readonly end: () => void; readonly stands: Promise<void> } {
  const seen: string[] = [];
  let stand = (): void => {};
  const stands = new Promise<void>((resolve) => {
    stand = resolve;
  });
  const asked = request({ socketPath: engine.socketPath, path: '/events' }, (response) => {
    stand();
    response.on('error', () => undefined);
    const lines = createInterface({ input: response });
    // It hands on that we cut the connection.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const event: unknown = JSON.parse(line);
      seen.push(`${textAt(event, 'Action')} ${textAt(event, 'Actor', 'ID')}`);
    });
  });
  asked.on('error', () => undefined).end();
  return { seen, end: () => asked.destroy(), stands };
}

const create = (name: string) => engine.mustRest('POST', '/volumes/create', { body: { Name: name } });
const remove = (name: string) => engine.mustRest('DELETE', `/volumes/${name}`);

/** Takes note of what comes, by the subscription's ID. */
class Audience {
  readonly #clients: WsClient[] = [];
  readonly seen = new Map<string, string[]>();

  async add(sockets: number, each: number): Promise<void> {
    const clients = await Promise.all(Array.from({ length: sockets }, () => openClient(wsUrl)));
    for (const client of clients) {
      const number = this.#clients.push(client);
      for (let index = 0; index < each; index += 1) {
        const id = `${number}.${index}`;
        this.seen.set(id, []);
        client.send({ id, type: 'subscribe', payload: { query } });
      }
      void this.#listen(client);
    }
  }

  get size(): number {
    return this.seen.size;
  }

  /** Those who have not had this yet. */
  without(text: string): number {
    return [...this.seen.values()].filter((seen) => !seen.includes(text)).length;
  }

  forget(): void {
    for (const seen of this.seen.values()) seen.length = 0;
  }

  leave(how: 'complete' | 'close' | 'terminate'): void {
    for (const [index, { socket, send }] of this.#clients.entries()) {
      if (how === 'terminate') socket.terminate();
      else if (how === 'close') socket.close();
      else
        for (const id of this.seen.keys()) if (id.startsWith(`${index + 1}.`)) send({ id, type: 'complete' });
    }
  }

  async #listen(client: WsClient): Promise<void> {
    for (;;) {
      const { id = '', type, payload } = await client.next();
      const event = at(payload, 'data', 'events');
      this.seen
        .get(id)
        ?.push(
          type === 'next' ? `${textAt(event, 'action').toLowerCase()} ${textAt(event, 'actorId')}` : type,
        );
    }
  }
}

/** Makes events until everybody has had one: subscriptions over a WebSocket are not acknowledged. */
async function stands(audience: Audience): Promise<void> {
  for (let probe = 0; audience.without(`destroy probe-${probe - 1}`) > 0; probe += 1) {
    if (probe === 50) throw new Error(`${audience.without('destroy probe-49')} never had an event`);
    await create(`probe-${probe}`);
    await remove(`probe-${probe}`);
    const all = () => audience.without(`destroy probe-${probe}`) === 0;
    // Those who were not listening yet never will see it: after a second the next one is sent.
    for (let round = 0; round < 50 && !all(); round += 1) await wait(20);
  }
  audience.forget();
}

describe('a thousand subscribers on the events of an Engine', () => {
  it.each(['complete', 'close', 'terminate'] as const)(
    'share one connection to it, all get each event in order, and leave nothing behind (%s)',
    async (how) => {
      await withNothingOpen();
      proxy.reset();
      const audience = new Audience();
      await audience.add(500, 1);
      await audience.add(5, 100);
      expect(audience.size).toBe(1_000);
      await stands(audience);
      expect(allUpstreams()).toHaveLength(1);

      const own = recording();
      await own.stands;
      for (let number = 0; number < 25; number += 1) {
        await create(`v-${number}`);
        await remove(`v-${number}`);
      }
      await create('the-last');
      await vi.waitFor(() => expect(audience.without('create the-last')).toBe(0), { timeout: 20_000 });
      await remove('the-last');
      own.end();
      const expected = own.seen.slice(0, own.seen.indexOf('create the-last') + 1);
      expect(expected).toHaveLength(51);
      const wrong = [...audience.seen].filter(
        ([_id, seen]) => seen.slice(0, expected.length).join() !== expected.join(),
      );
      expect(wrong).toEqual([]);
      expect(allUpstreams()).toHaveLength(1);

      audience.leave(how);
      await withNothingOpen();
      expect(allUpstreams()).toHaveLength(1);
    },
  );

  it('are served over SSE as well, from the same execution', async () => {
    await withNothingOpen();
    proxy.reset();
    const clients = Array.from({ length: 50 }, () => createSseClient({ url: gateway.url }));
    const streams = clients.map((client) => client.iterate({ query }));
    let waiting = streams.length;
    const first = streams.map((stream) => stream.next().finally(() => --waiting));
    const audience = new Audience();
    await audience.add(1, 50);
    // Whoever is connected last has had no event of the first rounds.
    for (let round = 0; round < 50 && waiting > 0; round += 1) await stands(audience);
    for (const { value } of await Promise.all(first)) {
      expect(at(value, 'data', 'events', 'cursor')).toEqual(expect.any(String));
    }
    expect(allUpstreams()).toHaveLength(1);
    await Promise.all(streams.map(async (stream) => stream.return?.()));
    for (const client of clients) client.dispose();
    audience.leave('terminate');
    await withNothingOpen();
  });
});
