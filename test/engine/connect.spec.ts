import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type ConnectLimits, connect } from '../../src/engine/connect.ts';
import type { TlsMaterial } from '../../src/engine/contexts.ts';
import type { Endpoint, Transport } from '../../src/engine/endpoint.ts';
import { certify } from './certificates.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

let directory: string;
let socketPath: string;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-connect-'));
  socketPath = join(directory, 'd.sock');
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  rmSync(directory, { recursive: true, force: true });
});

async function listening<S extends NetServer>(server: S, at: string | number): Promise<S> {
  server.listen(at);
  await once(server, 'listening');
  undo.push(() => server.close());
  return server;
}
const daemon = (handler: Handler, at: string | number = socketPath): Promise<Server> =>
  listening(
    createServer((request, response) => void handler(request, response)),
    at,
  );
const portOf = (server: NetServer) => (server.address() as AddressInfo).port;

function connected(
  limits: ConnectLimits = {},
  transport: Transport = { kind: 'unix', socketPath },
): Connection {
  const endpoint: Endpoint = { name: 'default', source: 'a test', named: true, url: '', transport };
  const connection = connect(endpoint, { closeTimeout: 0, ...limits });
  undo.push(() => connection.close());
  return connection;
}

const get = (connection: Connection, path = '/_ping', pool: 'calls' | 'streams' = 'calls') =>
  connection[pool].request({ origin: connection.origin, method: 'GET', path });
const text = async (connection: Connection, path?: string) => (await get(connection, path)).body.text();

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('a connection to a socket', () => {
  it('sends the path as it is, dots and all', async () => {
    await daemon((request, response) => response.end(request.url));
    const connection = connected();
    for (const path of [
      '/v1.41/containers/web/../../volumes/v1',
      '/v1.41/images/a%2e%2e/b:c@d/json',
      '/./x',
    ]) {
      expect(await text(connection, path)).toBe(path);
    }
  });

  it.each(['/a b', '/a\nb', '/a\r\nX: y'])('refuses to send %j', async (path) => {
    await daemon((_, response) => response.end());
    await expect(get(connected(), path)).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
  });

  it('does not follow redirects', async () => {
    await daemon((_, response) => response.writeHead(301, { location: '/elsewhere' }).end());
    expect((await get(connected())).statusCode).toBe(301);
  });

  it('does not tell the path of the socket to the daemon or in its origin', async () => {
    await daemon((request, response) => response.end(request.headers.host));
    const connection = connected();
    expect(connection.origin).toBe('http://localhost');
    expect(await text(connection)).toBe('localhost');
  });

  it('opens nothing before the first call, and looks the socket up again after the daemon came back', async () => {
    const connection = connected();
    await expect(get(connection)).rejects.toMatchObject({ code: 'ENOENT' });
    const first = await daemon((_, response) => response.end('first'));
    expect(await text(connection)).toBe('first');
    first.closeAllConnections();
    first.close();
    await once(first, 'close');
    await daemon((_, response) => response.end('second'));
    expect(await text(connection)).toBe('second');
  });
});

describe('the pool of calls', () => {
  it('keeps connections for the next calls', async () => {
    let sockets = 0;
    const server = await daemon((_, response) => response.end('ok'));
    server.on('connection', () => sockets++);
    const connection = connected();
    for (let call = 0; call < 20; call++) await text(connection);
    // Two, as a connection is not free again yet at the moment its answer has been read.
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it('opens no more than its number, and queues the rest', async () => {
    let sockets = 0;
    const { open, opened } = gate();
    const full = gate();
    const server = await daemon(async (_, response) => {
      if (sockets === 3) full.open();
      await opened;
      response.end('ok');
    });
    server.on('connection', () => sockets++);
    const connection = connected({ callConnections: 3 });
    const answers = Array.from({ length: 10 }, () => text(connection));
    await full.opened;
    open();
    expect(await Promise.all(answers)).toEqual(Array(10).fill('ok'));
    expect(sockets).toBe(3);
  });

  it('is not held up by streams', async () => {
    await daemon((request, response) => {
      if (request.url === '/events') response.writeHead(200).flushHeaders();
      else response.end('ok');
    });
    const connection = connected({ callConnections: 1 });
    const stream = await get(connection, '/events', 'streams');
    stream.body.on('error', () => {});
    expect(await text(connection)).toBe('ok');
  });

  it('cuts an answer that is larger than the cap', async () => {
    await daemon((_, response) => response.end('x'.repeat(2_000)));
    await expect(text(connected({ maxResponseSize: 1_000 }))).rejects.toMatchObject({
      code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    });
  });

  it('does not cap what streams bring in total', async () => {
    await daemon((_, response) => response.end('x'.repeat(200_000)));
    const answer = await get(connected({ maxResponseSize: 1_000 }), '/logs', 'streams');
    expect((await answer.body.text()).length).toBe(200_000);
  });

  it('refuses a header that is too long', async () => {
    await daemon((_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end());
    await expect(get(connected())).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_OVERFLOW' });
  });
});

describe('a daemon that hangs up', () => {
  it('is told of when it ends an idle connection', async () => {
    const server = await daemon((_, response) => response.end('ok'));
    const connection = connected();
    const hungUp = new Promise<void>((resolve) => connection.onDaemonHungUp(resolve));
    await text(connection);
    server.closeIdleConnections();
    await hungUp;
  });

  it('is told of when it breaks off a stream', async () => {
    await daemon((_, response) => {
      response.writeHead(200).write('{}', () => response.socket?.destroy());
    });
    const connection = connected();
    const hungUp = new Promise<void>((resolve) => connection.onDaemonHungUp(resolve));
    const stream = await get(connection, '/events', 'streams');
    await expect(stream.body.text()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    await hungUp;
  });

  it('is not to blame for what we end ourselves: idle connections, left streams, and all when closing', async () => {
    const ended: Promise<unknown>[] = [];
    const server = await daemon((request, response) => {
      if (request.url === '/events') response.writeHead(200).write('{}\n');
      else response.end('ok');
    });
    // Without this the server would tell how long it keeps connections, and be obeyed.
    server.keepAliveTimeout = 0;
    server.on('connection', (socket) => ended.push(once(socket, 'close')));
    const connection = connected({ keepAliveTimeout: 1 });
    let hungUp = 0;
    connection.onDaemonHungUp(() => hungUp++);
    await text(connection);
    await Promise.all(ended);
    const leaving = new AbortController();
    const { origin } = connection;
    const left = await connection.streams.request({
      origin,
      method: 'GET',
      path: '/events',
      signal: leaving.signal,
    });
    left.body.on('error', () => {});
    leaving.abort();
    await Promise.all(ended);
    const cut = await get(connection, '/events', 'streams');
    cut.body.on('error', () => {});
    await connection.close();
    await Promise.all(ended);
    expect(ended.length).toBe(3);
    expect(hungUp).toBe(0);
  });
});

describe('closing', () => {
  it('cuts streams, and lets a call finish', async () => {
    const { open, opened } = gate();
    const arrived = gate();
    await daemon(async (request, response) => {
      if (request.url === '/events') return void response.writeHead(200).write('{}\n');
      arrived.open();
      await opened;
      response.end('done');
    });
    const connection = connected({ closeTimeout: 10_000 });
    const stream = await get(connection, '/events', 'streams');
    const streamed = expect(stream.body.text()).rejects.toThrow();
    const call = text(connection, '/slow');
    await arrived.opened;
    const closed = connection.close();
    await streamed;
    open();
    expect(await call).toBe('done');
    await closed;
  });

  it('does not wait for a call that hangs', async () => {
    const arrived = gate();
    await daemon(() => arrived.open());
    const connection = connected({ closeTimeout: 20 });
    const call = expect(get(connection, '/hangs')).rejects.toThrow();
    await arrived.opened;
    await connection.close();
    await call;
  });
});

describe('a connection over TCP', () => {
  it('reaches a port', async () => {
    const server = await daemon((request, response) => response.end(request.headers.host), 0);
    const port = portOf(server);
    const connection = connected({}, { kind: 'tcp', host: '127.0.0.1', port });
    expect(connection.origin).toBe(`http://127.0.0.1:${port}`);
    expect(await text(connection)).toBe(`127.0.0.1:${port}`);
  });

  it('writes IPv6 addresses in brackets', () => {
    expect(connected({}, { kind: 'tcp', host: '::1', port: 2375 }).origin).toBe('http://[::1]:2375');
  });

  it('gives up on a host that accepts and then says nothing to a handshake', async () => {
    const server = await listening(createTcpServer(), 0);
    const transport: Transport = {
      kind: 'tcp',
      host: '127.0.0.1',
      port: portOf(server),
      tls: { rejectUnauthorized: false },
    };
    const connection = connected({ connectTimeout: 50 }, transport);
    await expect(get(connection)).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
  });
});

describe('a connection with TLS', () => {
  const ca = certify('test ca');
  const served = certify('127.0.0.1', ca);
  const client = certify('gateway', ca);
  let port: number;

  beforeEach(async () => {
    const server = createTlsServer(
      { ca: ca.cert, cert: served.cert, key: served.key, requestCert: true, rejectUnauthorized: false },
      ({ socket }, response) => {
        const peer =
          socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject.CN : '';
        response.end(`hello ${String(peer) || 'stranger'}`);
      },
    );
    port = portOf(await listening(server, 0));
  });
  const over = (tls: TlsMaterial) => connected({}, { kind: 'tcp', host: '127.0.0.1', port, tls });

  it('trusts the daemon by its CA, and shows its own certificate', async () => {
    const connection = over({ ca: ca.cert, cert: client.cert, key: client.key, rejectUnauthorized: true });
    expect(connection.origin).toBe(`https://127.0.0.1:${port}`);
    expect(await text(connection)).toBe('hello gateway');
  });

  it('needs no certificate of its own', async () => {
    expect(await text(over({ ca: ca.cert, rejectUnauthorized: true }))).toBe('hello stranger');
  });

  it('refuses a daemon that the CA did not sign', async () => {
    const connection = over({ ca: certify('another ca').cert, rejectUnauthorized: true });
    await expect(get(connection)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/),
    });
  });

  it('takes any daemon when verification is off', async () => {
    expect(await text(over({ rejectUnauthorized: false }))).toBe('hello stranger');
  });
});
