import { createClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../server/stub.ts';
import { openClient, terminateClients, type WsClient } from '../server/ws-client.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ DOCKGRAPH_MAX_SUBSCRIPTIONS: '1000' });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.stub.executed.length = 0;
  gateway.stub.written.length = 0;
});
afterEach(async () => {
  terminateClients();
  await gateway.stub.ticker.until(0);
});

const news = 'subscription { news { tick counted } }';

const subscribe = (client: WsClient, id: string, query = news, extra: object = {}): void =>
  client.send({ id, type: 'subscribe', payload: { query, ...extra } });

/** Resolves when everything that was sent before has been taken. */
async function handled(client: WsClient): Promise<void> {
  client.send({ type: 'ping' });
  await client.until('pong');
}

/** The next so many values of a shared stream. */
async function ticks(client: WsClient, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  while (seen.length < count) {
    const { payload } = await client.next();
    seen.push((payload as { data?: { news: { tick: number } } }).data?.news.tick);
  }
  return seen;
}

describe('identical subscriptions', () => {
  it('open one source, are executed and written once for each event, and all get it in order', async () => {
    const { ticker, executed, written } = gateway.stub;
    const opened = ticker.opened();
    const clients = await Promise.all(Array.from({ length: 40 }, () => openClient(gateway.wsUrl)));
    for (const client of clients) subscribe(client, '1');
    const sse = createClient({ url: gateway.url });
    const bySse = sse.iterate({ query: news });
    const firstBySse = bySse.next();
    await ticker.until(1);
    await Promise.all(clients.map(handled));
    await expect.poll(() => gateway.stub.contexts.at(-1)?.transport).toBe('sse');

    for (const tick of [1, 2, 3]) ticker.tick(tick);
    for (const client of clients) expect(await ticks(client, 3)).toEqual([1, 2, 3]);
    expect((await firstBySse).value).toEqual({ data: { news: { tick: 1, counted: 1 } } });
    expect((await bySse.next()).value).toEqual({ data: { news: { tick: 2, counted: 2 } } });
    expect({ opened: ticker.opened() - opened, executed, written }).toEqual({
      opened: 1,
      executed: [1, 2, 3],
      written: [1, 2, 3],
    });
    await bySse.return?.();
    sse.dispose();
  });

  it('answer each with its own ID, several on one socket too, whatever is in the ID', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    const ids = ['1', 'zwölf', '"quoted"', '🐳', 'x'.repeat(300)];
    for (const id of ids) subscribe(client, id);
    await handled(client);
    ticker.tick(7);
    const payload = { data: { news: { tick: 7, counted: 7 } } };
    for (const id of ids) expect(await client.next()).toEqual({ id, type: 'next', payload });
  });

  it('carry results of every length, in frames that any client reads', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    for (const bytes of [0, 10, 40, 100, 1_000, 65_400, 65_500, 70_000, 1_000_000]) {
      subscribe(client, '1', `subscription { news { filler(bytes: ${bytes}) } }`);
      await ticker.until(1);
      await handled(client);
      ticker.tick(bytes);
      const { payload } = await client.next();
      expect(payload).toEqual({ data: { news: { filler: 'x'.repeat(bytes) } } });
      client.send({ id: '1', type: 'complete' });
      await ticker.until(0);
    }
  });

  it('give a later viewer what happens from then on', async () => {
    const { ticker } = gateway.stub;
    const [first, later] = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    subscribe(first, '1');
    await handled(first);
    ticker.tick(1);
    expect(await ticks(first, 1)).toEqual([1]);
    subscribe(later, '1');
    await handled(later);
    ticker.tick(2);
    expect(await ticks(later, 1)).toEqual([2]);
    expect(await ticks(first, 1)).toEqual([2]);
  });

  it('go on when the first viewer leaves, and free their source with the last', async () => {
    const { ticker } = gateway.stub;
    const [first, second, third] = [
      await openClient(gateway.wsUrl),
      await openClient(gateway.wsUrl),
      await openClient(gateway.wsUrl),
    ];
    for (const client of [first, second, third]) {
      subscribe(client, '1');
      await handled(client);
    }
    first.send({ id: '1', type: 'complete' });
    await handled(first);
    third.socket.terminate();
    ticker.tick(1);
    expect(await ticks(second, 1)).toEqual([1]);
    expect(ticker.open()).toBe(1);
    second.send({ id: '1', type: 'complete' });
    await ticker.until(0);
    // Nothing more comes after a completion; the ID may be used again.
    subscribe(first, '1');
    await ticker.until(1);
    await handled(first);
    ticker.tick(9);
    expect(await first.next()).toMatchObject({ id: '1', type: 'next' });
  });

  it('all end with their source, after its last event', async () => {
    const { ticker } = gateway.stub;
    const clients = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of clients) {
      subscribe(client, '1');
      await handled(client);
    }
    ticker.tick(1);
    ticker.end();
    for (const client of clients) {
      expect((await client.until('complete')).map(({ type }) => type)).toEqual(['next', 'complete']);
    }
    // The end of a source does not close it.
    terminateClients();
    await expect.poll(() => ticker.open()).toBe(1);
    const next = await openClient(gateway.wsUrl);
    subscribe(next, '1');
    await ticker.until(2);
    next.socket.terminate();
    await ticker.until(1);
    ticker.forget();
  });

  it('all learn why their source broke, masked, and the log has it once', async () => {
    const { ticker } = gateway.stub;
    const faults = () => gateway.log.filter(({ msg }) => msg === 'Unexpected error').length;
    const before = faults();
    const clients = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of clients) {
      subscribe(client, '1');
      await handled(client);
    }
    ticker.end(new TypeError('secret of /var/lib/somewhere'));
    for (const client of clients) {
      const failure = await client.next();
      expect(failure).toMatchObject({
        type: 'error',
        payload: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      });
      expect(JSON.stringify(failure)).not.toContain('secret');
    }
    expect(faults() - before).toBe(1);
    ticker.forget();
  });

  it('have the same masked error in a result, and the log has it once', async () => {
    const { ticker } = gateway.stub;
    const faults = () => gateway.log.filter(({ msg }) => msg === 'Unexpected error').length;
    const before = faults();
    const query = 'subscription { news { tick unexpected } }';
    const clients = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of clients) {
      subscribe(client, '1', query);
      await handled(client);
    }
    const sse = createClient({ url: gateway.url });
    const bySse = sse.iterate({ query });
    const first = bySse.next();
    await expect.poll(() => gateway.stub.contexts.at(-1)?.transport).toBe('sse');
    ticker.tick(1);
    const expected = {
      data: { news: { tick: 1, unexpected: null } },
      errors: [{ message: 'Unexpected error.', path: ['news', 'unexpected'] }],
    };
    for (const client of clients) expect((await client.next()).payload).toMatchObject(expected);
    expect((await first).value).toMatchObject(expected);
    expect(faults() - before).toBe(1);
    await bySse.return?.();
    sse.dispose();
  });

  it('that cannot be opened all get the reason, and leave nothing', async () => {
    const clients = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of clients) subscribe(client, '1', 'subscription { news(fails: true) { tick } }');
    for (const client of clients) {
      const [answer, end] = await client.until('complete');
      expect([answer, end]).toMatchObject([
        {
          type: 'next',
          payload: { errors: [{ message: 'There is no news.', extensions: { code: 'NOT_FOUND' } }] },
        },
        { type: 'complete' },
      ]);
    }
  });

  it('have a line of their own each in the log, with what each was sent', async () => {
    const { ticker } = gateway.stub;
    const lines = () => gateway.log.filter(({ operation }) => operation === 'Logged');
    const clients = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of clients) {
      subscribe(client, '1', 'subscription Logged { news { tick } }');
      await handled(client);
    }
    ticker.tick(1);
    for (const client of clients) await ticks(client, 1);
    clients[0]?.send({ id: '1', type: 'complete' });
    await expect.poll(() => lines().length).toBe(1);
    ticker.tick(2);
    await ticks(clients[1] as WsClient, 1);
    clients[1]?.socket.terminate();
    await expect.poll(() => lines().length).toBe(2);
    expect(lines().map(({ type, transport, events }) => [type, transport, events])).toEqual([
      ['subscription', 'ws', 1],
      ['subscription', 'ws', 2],
    ]);
  });
});

describe('subscriptions that differ', () => {
  const sources = async (...payloads: readonly object[]): Promise<number> => {
    const { ticker } = gateway.stub;
    const opened = ticker.opened();
    const client = await openClient(gateway.wsUrl);
    for (const [index, payload] of payloads.entries()) {
      client.send({ id: String(index), type: 'subscribe', payload });
    }
    await handled(client);
    ticker.tick(1);
    for (const _ of payloads) await client.until('next');
    client.socket.terminate();
    return ticker.opened() - opened;
  };
  const two = 'subscription A($own: Boolean) { news(own: $own) { tick } } subscription B { news { tick } }';

  it('in text, in operation or in variables have a source of their own', async () => {
    expect(await sources({ query: news }, { query: `${news} ` })).toBe(2);
    expect(await sources({ query: two, operationName: 'A' }, { query: two, operationName: 'B' })).toBe(2);
    expect(
      await sources(
        { query: two, operationName: 'A', variables: { own: null } },
        { query: two, operationName: 'A', variables: { own: false } },
      ),
    ).toBe(2);
  });

  it('in the order of their variables alone share one', async () => {
    const query =
      'subscription($own: Boolean, $bytes: Int!) { news(own: $own) { tick filler(bytes: $bytes) } }';
    expect(
      await sources(
        { query, variables: { own: false, bytes: 1 } },
        { query, variables: { bytes: 1, own: false } },
      ),
    ).toBe(1);
  });

  it('in nothing are not shared where the field, or its arguments, say no', async () => {
    const own = 'subscription { news(own: true) { tick } }';
    expect(await sources({ query: own }, { query: own })).toBe(2);
    const tick = 'subscription { tick }';
    expect(await sources({ query: tick }, { query: tick })).toBe(2);
  });

  it('in nothing are not shared where the one field may be left out', async () => {
    const skipped = 'subscription { news @include(if: true) { tick } }';
    expect(await sources({ query: skipped }, { query: skipped })).toBe(2);
  });
});

describe('a viewer that does not read', () => {
  it('is told what it missed, in order, and makes nobody wait', async () => {
    const { ticker } = gateway.stub;
    const query = 'subscription { news { tick filler(bytes: 20000) } }';
    const [slow, quick] = [await openClient(gateway.wsUrl), await openClient(gateway.wsUrl)];
    for (const client of [slow, quick]) {
      subscribe(client, '1', query);
      await handled(client);
    }
    slow.socket.pause();
    const total = 2_000;
    for (let tick = 1; tick <= total; tick += 1) {
      ticker.tick(tick);
      expect(await ticks(quick, 1)).toEqual([tick]);
    }
    slow.socket.resume();
    const seen: number[] = [];
    while (seen.at(-1) !== total) seen.push(...((await ticks(slow, 1)) as number[]));
    const gap = seen.findIndex((tick) => !Number.isInteger(tick));
    expect(gap).toBeGreaterThan(0);
    // The stub's gap tells the last that was missed before the point, and how many after it.
    const last = Math.floor(seen[gap] ?? 0);
    const count = Math.round(((seen[gap] ?? 0) - last) * 1_000_000);
    const before = seen.slice(0, gap);
    expect(before).toEqual(Array.from({ length: gap }, (_, index) => index + 1));
    expect(last - gap).toBe(count);
    expect(seen.slice(gap + 1)).toEqual(Array.from({ length: total - last }, (_, index) => last + 1 + index));
  });
});

describe('a shutdown', () => {
  it('completes those who share, and closes their source', async () => {
    const own = await startGateway();
    const clients = [await openClient(own.wsUrl), await openClient(own.wsUrl)];
    for (const client of clients) {
      subscribe(client, '1');
      await handled(client);
    }
    const closed = own.close(5_000);
    for (const client of clients) {
      expect(await client.next()).toEqual({ id: '1', type: 'complete' });
      expect((await client.closed).code).toBe(1001);
    }
    await closed;
    expect(own.stub.ticker.open()).toBe(0);
  });
});
