import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { upgradeStatus } from './raw.ts';
import { type RunningGateway, startGateway } from './stub.ts';
import { openClient, openSocket, terminateClients } from './ws-client.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ DOCKGRAPH_MAX_SUBSCRIPTIONS: '3', DOCKGRAPH_MAX_BODY_BYTES: '64k' });
});
afterAll(() => gateway.close());
afterEach(async () => {
  terminateClients();
  await gateway.stub.ticker.until(0);
});

const subscribe = (id: string, query: string, extra: object = {}) =>
  ({ id, type: 'subscribe', payload: { query, ...extra } }) as const;

describe('operations over a WebSocket', () => {
  it('are queries, mutations and subscriptions, side by side on one socket', async () => {
    const client = await openClient(gateway.wsUrl);
    client.send(subscribe('1', '{ hello transport }'));
    expect(await client.until('complete')).toEqual([
      { id: '1', type: 'next', payload: { data: { hello: 'Hello world', transport: 'ws' } } },
      { id: '1', type: 'complete' },
    ]);
    client.send(
      subscribe('2', 'mutation Act($what: String) { act(what: $what) }', { variables: { what: 'ws' } }),
    );
    expect((await client.until('complete'))[0]?.payload).toEqual({ data: { act: 'ws' } });
    client.send(subscribe('3', 'subscription { countTo(last: 3) }'));
    const events = await client.until('complete');
    expect(events.map(({ payload }) => payload)).toEqual([
      { data: { countTo: 1 } },
      { data: { countTo: 2 } },
      { data: { countTo: 3 } },
      undefined,
    ]);
  });

  it('get a context of their own each', async () => {
    gateway.stub.contexts.length = 0;
    const client = await openClient(gateway.wsUrl);
    for (const id of ['1', '2']) {
      client.send(subscribe(id, '{ hello }'));
      await client.until('complete');
    }

    const ids = gateway.stub.contexts.map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(2);
  });

  it('see the parameters of connection_init as headers, before those of the upgrade', async () => {
    const client = await openClient(gateway.wsUrl, {
      headers: { 'x-team': 'upgrade', 'x-other': 'upgrade' },
      params: { 'X-Team': 'init' },
    });
    client.send(subscribe('1', '{ a: header(name: "x-team") b: header(name: "x-other") }'));
    expect((await client.until('complete'))[0]?.payload).toEqual({ data: { a: 'init', b: 'upgrade' } });
  });

  it('that cannot be parsed or are not valid get an error of their own, and the others go on', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    client.send(subscribe('good', 'subscription { tick }'));
    await ticker.until(1);
    const broken = [
      ['{', 'GRAPHQL_PARSE_FAILED'],
      ['{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
      ['fragment F on Query { hello }', 'GRAPHQL_VALIDATION_FAILED'],
      [`{ ${'a'.repeat(40_000)} }`, 'LIMIT_QUERY_BYTES'],
      ['query Q($n: Int!) { big(bytes: $n) }', 'BAD_USER_INPUT'],
    ] as const;
    for (const [query, code] of broken) {
      client.send(subscribe('bad', query));
      const { id, type, payload } = await client.next();
      const errors = type === 'next' ? (payload as { errors: unknown }).errors : payload;
      expect([query.slice(0, 30), id, errors]).toMatchObject([
        query.slice(0, 30),
        'bad',
        [{ extensions: { code } }],
      ]);
      expect(JSON.stringify(errors)).not.toContain('"http"');
      if (type === 'next') await client.until('complete');
    }
    ticker.tick(7);
    expect(await client.next()).toEqual({ id: 'good', type: 'next', payload: { data: { tick: 7 } } });
  });

  it('that fail unexpectedly are masked, also in the middle of a stream', async () => {
    const client = await openClient(gateway.wsUrl);
    client.send(subscribe('1', '{ unexpected }'));
    const [answer] = await client.until('complete');
    client.send(subscribe('2', 'subscription { breaks }'));
    const failure = await client.next();

    expect(answer?.payload).toMatchObject({
      data: { unexpected: null },
      errors: [{ message: 'Unexpected error.', path: ['unexpected'] }],
    });
    expect(failure).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(JSON.stringify([answer, failure])).not.toContain('secret');
  });

  it('end at once when completed, also one that still waits for its first event', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    client.send(subscribe('1', 'subscription { tick }'));
    await ticker.until(1);
    client.send({ id: '1', type: 'complete' });
    await ticker.until(0);
    client.send(subscribe('1', '{ hello }'));
    expect((await client.until('complete'))[0]?.id).toBe('1');
  });

  it('are told by their signal when a query is completed before it answered, and when the client vanishes', async () => {
    const { mutations, gate } = gateway.stub;
    for (const leave of ['complete', 'terminate'] as const) {
      mutations.length = 0;
      const { entered } = gate();
      const client = await openClient(gateway.wsUrl);
      client.send(subscribe('1', '{ untilAborted }'));
      await entered;
      if (leave === 'complete') {
        client.send({ id: '1', type: 'complete' });
        client.send(subscribe('2', '{ hello }'));
        await client.until('complete');
      } else {
        client.socket.terminate();
        await client.closed;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await expect.poll(() => mutations).toEqual(['aborted']);
      client.socket.terminate();
    }
  });

  it('beyond the most subscriptions of a connection are refused, and do not disturb those under way', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    for (const id of ['1', '2', '3', '4']) client.send(subscribe(id, 'subscription { tick }'));
    expect(await client.next()).toMatchObject({
      id: '4',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_SUBSCRIPTIONS', limit: 3, value: 4 } }],
    });
    client.send(subscribe('5', '{ hello }'));
    expect((await client.until('complete'))[0]?.id).toBe('5');
    expect(ticker.open()).toBe(3);
    client.send({ id: '1', type: 'complete' });
    await ticker.until(2);
    client.send(subscribe('6', 'subscription { tick }'));
    await ticker.until(3);
  });

  it('leave nothing open after many were opened and completed', async () => {
    const { ticker } = gateway.stub;
    const client = await openClient(gateway.wsUrl);
    for (let round = 0; round < 500; round += 1) {
      client.send(subscribe(String(round), 'subscription { tick }'));
      client.send({ id: String(round), type: 'complete' });
    }
    client.send(subscribe('last', '{ hello }'));
    await client.until('complete');
    await ticker.until(0);
  });
});

describe('a client that breaks the protocol', () => {
  it('is not let in without the subprotocol', async () => {
    expect(await upgradeStatus(gateway.wsUrl, {}, 'graphql-ws')).toBe(400);
    expect(await upgradeStatus(gateway.wsUrl.replace('/graphql', '/other'))).toBe(404);
  });

  it('is cut off when connection_init does not come in three seconds, and does not go', async () => {
    const begun = performance.now();
    const client = await openSocket(gateway.wsUrl);
    // Nothing is read any more, so the closing handshake is never answered.
    client.socket.pause();
    await new Promise((resolve) => gatewaySocketGone(client.socket, resolve));
    const seconds = (performance.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(2.9);
    expect(seconds).toBeLessThan(5);
  }, 10_000);

  it('is closed with the code of its offence', async () => {
    const subscribeFirst = await openSocket(gateway.wsUrl);
    subscribeFirst.send(subscribe('1', '{ hello }'));
    expect((await subscribeFirst.closed).code).toBe(4401);

    const twice = await openClient(gateway.wsUrl);
    twice.send({ type: 'connection_init' });
    expect((await twice.closed).code).toBe(4429);

    const garbage = await openSocket(gateway.wsUrl);
    garbage.socket.send('garbage');
    expect((await garbage.closed).code).toBe(4400);

    const binary = await openClient(gateway.wsUrl);
    binary.socket.send(Buffer.from('{"type":"ping"}'));
    expect((await binary.closed).code).toBe(4400);

    const same = await openClient(gateway.wsUrl);
    same.send(subscribe('1', 'subscription { tick }'));
    same.send(subscribe('1', 'subscription { tick }'));
    expect((await same.closed).code).toBe(4409);

    const large = await openClient(gateway.wsUrl);
    large.socket.send('x'.repeat(70_000));
    expect((await large.closed).code).toBe(1009);
  });

  it('is cut off when it chatters before it is let in', async () => {
    const client = await openSocket(gateway.wsUrl);
    for (let count = 0; count < 20; count += 1) client.send({ type: 'ping' });
    expect((await client.closed).code).toBe(1006);
  });

  it('is cut off when it sends a message in countless fragments', async () => {
    const client = await openClient(gateway.wsUrl);
    for (let count = 0; count < 300; count += 1) client.socket.send('x', { fin: false });
    expect((await client.closed).code).toBe(1008);
  });

  it('is cut off when it floods with pings and does not read, and memory stays flat', async () => {
    const client = await openClient(gateway.wsUrl);
    const gone = new Promise<void>((resolve) => gatewaySocketGone(client.socket, resolve));
    client.socket.pause();
    const before = process.memoryUsage().rss;
    const ping = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(1000) } });
    let open = true;
    void gone.then(() => {
      open = false;
    });
    for (let round = 0; open && round < 2000; round += 1) {
      for (let count = 0; count < 50; count += 1) client.socket.send(ping);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gone;
    expect((process.memoryUsage().rss - before) / 1024 ** 2).toBeLessThan(150);
  });

  it('is cut off when it floods with pings of the protocol itself and does not read', async () => {
    const client = await openClient(gateway.wsUrl);
    const gone = new Promise<void>((resolve) => gatewaySocketGone(client.socket, resolve));
    client.socket.pause();
    let open = true;
    void gone.then(() => {
      open = false;
    });
    const filler = Buffer.alloc(125, 'x');
    for (let round = 0; open && round < 5_000; round += 1) {
      for (let count = 0; count < 200; count += 1) client.socket.ping(filler, undefined, () => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gone;
    expect((await gateway.ask('{ hello }')).status).toBe(200);
  });

  it.each([
    ['what is not GraphQL', (id: string) => subscribe(id, '{')],
    ['fields that there are not', (id: string) => subscribe(id, '{ nonsense }')],
    ['variables that do not fit', (id: string) => subscribe(id, 'query Q($n: Int!) { big(bytes: $n) }')],
    ['pings', () => ({ type: 'ping' })],
  ])('is closed with 4429 when it asks for %s without end, and others are served', async (_what, message) => {
    const client = await openClient(gateway.wsUrl);
    const other = await openClient(gateway.wsUrl);
    let open = true;
    void client.closed.then(() => {
      open = false;
    });
    let sent = 0;
    for (; open && sent < 100_000; sent += 1) {
      if (client.socket.readyState === WebSocket.OPEN) client.send(message(String(sent)));
      if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.closed).toEqual({ code: 4429, reason: 'Too many messages' });
    other.send(subscribe('1', '{ hello }'));
    expect((await other.until('complete'))[0]?.payload).toEqual({ data: { hello: 'Hello world' } });
  });

  it('is closed with 4429 when it subscribes a thousand times over, and none of its streams is left', async () => {
    const { ticker } = gateway.stub;
    const opened = ticker.opened();
    const client = await openClient(gateway.wsUrl);
    for (let count = 0; count < 1_000; count += 1) {
      if (client.socket.readyState === WebSocket.OPEN)
        client.send(subscribe(String(count), 'subscription { tick }'));
    }
    expect((await client.closed).code).toBe(4429);
    expect(ticker.opened() - opened).toBe(3);
    await ticker.until(0);
  });

  it('is cut off when it sends a frame of 20 MB, or a message of 100,000 fragments, and memory stays flat', async () => {
    await using usual = await startGateway();
    const large = await openClient(usual.wsUrl);
    const before = process.memoryUsage().rss;
    large.socket.send(Buffer.alloc(20_000_000, 'x'));
    expect((await large.closed).code).toBe(1009);
    const shredded = await openClient(usual.wsUrl);
    for (let count = 0; count < 100_000; count += 1) {
      if (shredded.socket.readyState !== WebSocket.OPEN) break;
      shredded.socket.send('x', { fin: false });
      if (count % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await shredded.closed).code).toBe(1008);
    expect((process.memoryUsage().rss - before) / 1024 ** 2).toBeLessThan(120);
  });

  it('answers the pings of one that does read', async () => {
    const client = await openClient(gateway.wsUrl);
    client.send({ type: 'ping', payload: { id: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { id: 1 } });
  });
});

describe('a stream that is always ready', () => {
  it('lets others have their turn, and ends when its client vanishes', async () => {
    const client = await openClient(gateway.wsUrl);
    client.send(subscribe('1', 'subscription { countTo(last: 100000000) }'));
    await client.next();
    expect((await gateway.ask('{ hello }')).status).toBe(200);
    const ended = () =>
      gateway.log.filter(({ type, transport }) => type === 'subscription' && transport === 'ws');
    const before = ended().length;
    client.socket.terminate();
    await expect.poll(() => ended().length).toBe(before + 1);
    expect(ended().at(-1)?.['events']).toBeGreaterThan(0);
  });
});

describe('sockets beyond the most at once', () => {
  it('are refused with 503 until one is closed', async () => {
    await using small = await startGateway({ DOCKGRAPH_MAX_SOCKETS: '1' });
    const first = await openClient(small.wsUrl);
    expect(await upgradeStatus(small.wsUrl)).toBe(503);
    first.socket.close();
    await first.closed;
    await expect.poll(() => upgradeStatus(small.wsUrl)).toBe(101);
  });
});

/** A paused socket does not tell that it was closed; writing to it does. */
function gatewaySocketGone(socket: WebSocket, then: (value?: undefined) => void): void {
  const probe = setInterval(() => {
    if (socket.readyState === WebSocket.CLOSED) {
      clearInterval(probe);
      then();
      return;
    }
    socket.ping(() => {});
  }, 20);
  socket.once('close', () => {
    clearInterval(probe);
    then();
  });
  socket.once('error', () => {
    clearInterval(probe);
    then();
  });
}
