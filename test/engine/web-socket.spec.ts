import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Transport } from '../../src/engine/endpoint.ts';
import { openWebSocket } from '../../src/engine/web-socket.ts';
import { temporarySocket } from '../support/temporary-socket.ts';
import { certify } from './certificates.ts';

const route = 'GET /containers/{id}/attach/ws' as const;
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

interface Served {
  /** Resolves with the next WebSocket that the daemon takes. */
  readonly taken: () => Promise<WebSocket>;
  readonly server: Server;
}

/** A daemon that takes WebSockets, and refuses what is called `gone`. */
function served(server: Server): Served {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.includes('gone')) {
      const body = '{"message":"No such container: gone"}';
      socket.end(
        `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (taken) => sockets.emit('connection', taken));
  });
  endings.push(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  });
  const taken = async (): Promise<WebSocket> => {
    const [socket]: WebSocket[] = await once(sockets, 'connection');
    if (!socket) throw new Error('no WebSocket');
    return socket;
  };
  return { server, taken };
}

const open = (
  transport: Transport,
  path = '/v1.41/containers/a/attach/ws',
  signal: AbortSignal | null = null,
) => {
  const tls = transport.kind === 'tcp' && transport.tls;
  const origin =
    transport.kind === 'unix'
      ? 'http://localhost'
      : `${tls ? 'https' : 'http'}://${transport.host}:${transport.port}`;
  return openWebSocket(route, transport, { origin, path, headers: {}, signal });
};

async function overUnix(): Promise<Served & { readonly transport: Transport }> {
  const { socketPath, remove } = temporarySocket();
  const daemon = served(createServer());
  await new Promise<void>((resolve) => daemon.server.listen(socketPath, resolve));
  endings.push(remove);
  return { ...daemon, transport: { kind: 'unix', socketPath } };
}

async function onLoopback(server: Server): Promise<Served & { readonly port: number }> {
  const daemon = served(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...daemon, port: (server.address() as AddressInfo).port };
}

/** Both ways, and the end. */
async function passes(transport: Transport, taken: () => Promise<WebSocket>): Promise<void> {
  const coming = taken();
  const { socket } = await open(transport);
  const daemon = await coming;
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index & 0xff));
  const received = new Promise<Buffer>((resolve) => {
    daemon.once('message', (data) => resolve(Buffer.from(data as Buffer)));
  });
  socket.write(bytes);
  expect((await received).equals(bytes)).toBe(true);
  for (let at = 0; at < bytes.length; at += 7_000) daemon.send(bytes.subarray(at, at + 7_000));
  daemon.close(1000);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(Buffer.from(part as Buffer));
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
}

describe('a WebSocket of the daemon', () => {
  it('carries bytes both ways over a unix socket', async () => {
    const { transport, taken } = await overUnix();
    await passes(transport, taken);
  });

  it('carries bytes both ways over TCP', async () => {
    const { port, taken } = await onLoopback(createServer());
    await passes({ kind: 'tcp', host: '127.0.0.1', port }, taken);
  });

  it('carries bytes both ways over TLS, and trusts nobody else', async () => {
    const ca = certify('test ca');
    const { cert, key } = certify('127.0.0.1', ca);
    const { port, taken } = await onLoopback(createTlsServer({ cert, key }));
    const over = (trusted: string): Transport => ({
      kind: 'tcp',
      host: '127.0.0.1',
      port,
      tls: { ca: trusted, rejectUnauthorized: true },
    });
    await passes(over(ca.cert), taken);
    await expect(open(over(certify('another ca').cert))).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/),
    });
  });

  it('that is refused fails in the words of the daemon', async () => {
    const { transport } = await overUnix();
    await expect(open(transport, '/v1.41/containers/gone/attach/ws')).rejects.toMatchObject({
      kind: 'response',
      status: 404,
      message: 'No such container: gone',
    });
  });

  it('cannot be had where nobody listens', async () => {
    await expect(open({ kind: 'unix', socketPath: '/nowhere/docker.sock' })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('that breaks off fails after what came before', async () => {
    const { transport, taken } = await overUnix();
    const coming = taken();
    const { socket } = await open(transport);
    const daemon = await coming;
    const seen: string[] = [];
    socket.on('data', (part: Buffer) => {
      seen.push(part.toString());
      daemon.terminate();
    });
    daemon.send(Buffer.from('before'));
    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(Error);
    expect(seen).toEqual(['before']);
  });

  it('is given up with its signal, before it is open too', async () => {
    const { transport, server } = await overUnix();
    server.removeAllListeners('upgrade');
    server.on('upgrade', () => undefined);
    const controller = new AbortController();
    const opening = open(transport, undefined, controller.signal);
    controller.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    await expect(open(transport, undefined, AbortSignal.abort(new Error('never')))).rejects.toThrow('never');
  });
});
