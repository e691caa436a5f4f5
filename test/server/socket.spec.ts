import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { guardSocket } from '../../src/server/socket.ts';

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** Both ends of a connection. */
async function connect(options: {
  readonly autoPong: boolean;
}): Promise<{ near: WebSocket; far: WebSocket }> {
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  far.on('error', () => {});
  await new Promise((resolve) => far.once('open', resolve));
  return { near: await accepted, far };
}

const once = (socket: WebSocket, event: 'ping' | 'pong' | 'close') =>
  new Promise<void>((resolve) => socket.once(event, () => resolve()));

describe('a socket that is checked for life', () => {
  it('stays open as long as it answers pings', async () => {
    const { near } = await connect({ autoPong: true });
    const guarded = guardSocket(near);
    for (let round = 0; round < 3; round += 1) {
      const answered = once(near, 'pong');
      guarded.checkAlive();
      await answered;
    }
    expect(near.readyState).toBe(WebSocket.OPEN);
  });

  it('is terminated at the check after a ping that it did not answer', async () => {
    const { near, far } = await connect({ autoPong: false });
    const guarded = guardSocket(near);
    const pinged = once(far, 'ping');
    guarded.checkAlive();
    await pinged;
    expect(near.readyState).toBe(WebSocket.OPEN);
    const closed = once(near, 'close');
    guarded.checkAlive();
    await closed;
  });
});

describe('a socket whose client does not read', () => {
  it('is terminated once more than 8 MiB wait, and nothing that is sent after waits for it', async () => {
    const { near, far } = await connect({ autoPong: true });
    far.pause();
    const guarded = guardSocket(near);
    const closed = once(near, 'close');
    const megabyte = 'x'.repeat(1024 ** 2);
    let sent = 0;
    while (near.readyState === WebSocket.OPEN && sent < 64) {
      void guarded.send(megabyte);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;

    expect(sent).toBeGreaterThan(8);
    expect(sent).toBeLessThan(32);
    await guarded.send('x');
    await guarded.pong('x');
  });

  it('is terminated when it lets the answers to its pings pile up', async () => {
    const { near, far } = await connect({ autoPong: true });
    far.pause();
    const guarded = guardSocket(near);
    const closed = once(near, 'close');
    const large = 'x'.repeat(60_000);
    for (let count = 0; count < 200; count += 1) void guarded.pong(large);
    await closed;
  });
});
