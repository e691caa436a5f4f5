import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { send, upgradeStatus } from './raw.ts';
import { startGateway } from './stub.ts';
import { openClient } from './ws-client.ts';

const json = { 'content-type': 'application/json' };

describe('a gateway that shuts down', () => {
  it('lets a request under way finish, is not ready at once, and takes nothing new', async () => {
    const gateway = await startGateway();
    const { port, stub } = gateway;
    const { entered, release } = stub.gate();
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const slow = send({ port, method: 'POST', headers: json, body: '{"query":"{ slow }"}' });
    await entered;
    // A connection that is busy when the shutdown begins may bring further requests.
    const probes = new Agent({ keepAlive: true, maxSockets: 1 });
    const another = stub.gate();
    const busy = send({ port, method: 'POST', headers: json, body: '{"query":"{ slow }"}', agent: probes });
    await another.entered;

    const closed = gateway.close(5000);
    release();
    another.release();
    expect(JSON.parse((await slow).text)).toEqual({ data: { slow: 'done' } });
    expect(JSON.parse((await busy).text)).toEqual({ data: { slow: 'done' } });
    await closed;
    await expect(send({ port, path: '/ready', agent: kept })).rejects.toThrow(/ECONNREFUSED/);
    kept.destroy();
    probes.destroy();
  });

  it('answers 503 to what still comes on a connection that is busy', async () => {
    const gateway = await startGateway();
    const { port, stub } = gateway;
    const { entered, release } = stub.gate();
    const slow = send({ port, method: 'POST', headers: json, body: '{"query":"{ slow }"}' });
    await entered;
    const host = `Host: localhost:${port}`;
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    // The head of a request is under way when the shutdown begins; its last line comes after.
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET /health HTTP/1.1\r\n${host}\r\n\r\nGET /ready HTTP/1.1\r\n`, begin);
    });
    await begun;
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain('"ok"');

    const closed = gateway.close(5000);
    socket.write(`${host}\r\n\r\n`);
    await expect.poll(() => text).toContain('The gateway is shutting down.');
    expect(text).toContain('HTTP/1.1 503');
    release();
    await slow;
    await closed;
    socket.destroy();
  });

  it('completes subscriptions and closes WebSockets with 1001', async () => {
    const gateway = await startGateway();
    const { ticker } = gateway.stub;
    const busy = await openClient(gateway.wsUrl);
    busy.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { tick }' } });
    const idle = await openClient(gateway.wsUrl);
    const events = await fetch(gateway.url, {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream' },
      body: '{"query":"subscription { tick }"}',
    });
    await ticker.until(2);

    const begun = performance.now();
    const closed = gateway.close(10_000);
    expect(await busy.next()).toEqual({ id: '1', type: 'complete' });
    expect(await busy.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect((await idle.closed).code).toBe(1001);
    expect(await events.text()).toContain('event: complete');
    await closed;
    expect(ticker.open()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('lets a query on a WebSocket finish before it closes it, and refuses further ones', async () => {
    const gateway = await startGateway();
    const { entered, release } = gateway.stub.gate();
    const client = await openClient(gateway.wsUrl);
    client.send({ id: '1', type: 'subscribe', payload: { query: '{ slow }' } });
    await entered;

    const closed = gateway.close(5000);
    client.send({ id: '2', type: 'subscribe', payload: { query: '{ hello }' } });
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'SHUTTING_DOWN' } }],
    });
    release();
    expect(await client.next()).toMatchObject({ id: '1', payload: { data: { slow: 'done' } } });
    expect((await client.closed).code).toBe(1001);
    await closed;
    await expect(upgradeStatus(gateway.wsUrl)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('cuts off what is not done after the grace, and tells it by its signal', async () => {
    const gateway = await startGateway();
    const { entered } = gateway.stub.gate();
    const hanging = send({
      port: gateway.port,
      method: 'POST',
      headers: json,
      body: '{"query":"{ untilAborted }"}',
    });
    const outcome = hanging.catch((error: Error) => error.message);
    await entered;
    await gateway.close(50);

    expect(await outcome).toMatch(/hang up|ECONNRESET/);
    await expect.poll(() => gateway.stub.mutations).toEqual(['aborted']);
  });

  it('is done with 500 sockets well within its grace, and calls back once', async () => {
    let calls = 0;
    const gateway = await startGateway(
      {},
      {
        onClose: () => {
          calls += 1;
        },
      },
    );
    const clients = await Promise.all(Array.from({ length: 500 }, () => openClient(gateway.wsUrl)));
    for (const client of clients) {
      client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { tick }' } });
    }
    await gateway.stub.ticker.until(500);

    const begun = performance.now();
    await gateway.close(10_000);
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set([1001]));
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(calls).toBe(1);
  });
});
