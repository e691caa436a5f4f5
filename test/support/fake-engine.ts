import { once } from 'node:events';
import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FakeHandlers, FakeReply, FakeRequest } from './fake-protocol.ts';
import { fakeRequests } from './fake-requests.ts';
import { defaultHandlers, route, routesOf } from './fake-routes.ts';
import { temporarySocket } from './temporary-socket.ts';

export interface FakeEngineOptions {
  /** What `/_ping` and `/version` say that it speaks; "1.45" by default. */
  readonly apiVersion?: string;
  readonly minApiVersion?: string;
  readonly handlers?: FakeHandlers;
  /** Where it listens; a path of its own without. */
  readonly socketPath?: string;
}

export interface FakeEngine {
  readonly host: string;
  readonly socketPath: string;
  /** Every request in order of arrival, `/_ping` and `/version` included. */
  readonly requests: readonly FakeRequest[];
  /** Adds handlers, or replaces those of the same key. */
  on(handlers: FakeHandlers): void;
  reset(): void;
  /** Connections open now. */
  readonly connections: number;
  /** Resolves with the next request of this key (`'GET /events'`), or the first that came already. */
  received(key: keyof FakeHandlers): Promise<FakeRequest>;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The body of a request to upgrade: Node hands over the connection at the end of its head. */
async function bodyBeforeUpgrade(message: IncomingMessage, socket: Socket, head: Buffer): Promise<Buffer> {
  const length = Number(message.headers['content-length'] ?? 0);
  let read = head;
  while (read.length < length) {
    const [chunk]: Buffer[] = await once(socket, 'data');
    if (chunk !== undefined) read = Buffer.concat([read, chunk]);
  }
  socket.pause();
  if (read.length > length) socket.unshift(read.subarray(length));
  return read.subarray(0, length);
}

/** A daemon answers HEAD of its ping as it answers GET, unless told otherwise. */
const withHead = (handlers: FakeHandlers): FakeHandlers => {
  const ping = handlers['GET /_ping'];
  return ping ? { 'HEAD /_ping': ping, ...handlers } : handlers;
};

/**
 * A daemon that does what a real one will not do on demand. Unknown paths answer 404 `page not found`, as the
 * Engine's do; a handler that throws answers 500 with its message.
 */
export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { apiVersion = '1.45', minApiVersion = '1.24' } = options;
  let handlers: FakeHandlers = {
    ...defaultHandlers(apiVersion, minApiVersion),
    ...withHead(options.handlers ?? {}),
  };
  let routes = routesOf(handlers);
  const requests: FakeRequest[] = [];
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();

  const serve = async (
    message: IncomingMessage,
    response: ServerResponse,
    reading: Promise<Buffer>,
  ): Promise<void> => {
    const { method = '', url = '', socket } = message;
    const [, version, path = '', search = ''] = /^(?:\/v(\d+\.\d+))?([^?]*)\??(.*)$/s.exec(url) ?? [];
    const found = routes
      .filter((candidate) => candidate.method === method)
      .map((candidate) => ({ ...candidate, match: candidate.pattern.exec(path) }))
      .find(({ match }) => match !== null);
    const clientGone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const body = await reading;
    const request: FakeRequest = {
      method,
      path,
      url,
      apiVersion: version,
      query: new URLSearchParams(search),
      headers: message.headers,
      body,
      params: { ...found?.match?.groups },
    };
    requests.push(request);
    fakeRequests.publish({ method, path: url });
    for (const watcher of watchers) watcher();
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
    };
    const reply: FakeReply = {
      response,
      socket,
      json,
      fail: (status, text) => json({ message: text }, status),
      async stream(chunks, contentType = 'application/json') {
        response.writeHead(200, { 'content-type': contentType }).flushHeaders();
        const iterator = chunks[Symbol.asyncIterator]();
        const gone = clientGone.then(() => ({ done: true, value: undefined }) as const);
        for (;;) {
          const { done, value } = await Promise.race([iterator.next(), gone]);
          if (done === true) break;
          response.write(value);
        }
        response.end();
        // Not awaited: a generator that waits for ever would never give it back.
        void iterator.return?.();
      },
      raw: (bytes) => void socket.write(bytes),
      cut: () => socket.destroy(),
      clientGone,
    };
    response.setHeader('api-version', apiVersion);
    response.setHeader('docker-experimental', 'false');
    response.setHeader('ostype', 'linux');
    response.setHeader('server', 'Docker/26.0.0-fake (linux)');
    if (found === undefined) {
      reply.fail(404, 'page not found');
      return;
    }
    try {
      const value = await found.handler(request, reply);
      if (value !== undefined) json(value);
    } catch (error) {
      if (response.headersSent) socket.destroy();
      else reply.fail(500, error instanceof Error ? error.message : String(error));
    }
  };

  const begin = (message: IncomingMessage, response: ServerResponse, body: Promise<Buffer>): void => {
    // Its only failure is a client that went away while it was still sending.
    serve(message, response, body).catch(() => message.socket.destroy());
  };
  // Every time-out is off: what is slow is meant to be slow.
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  server.on('request', (message, response) => begin(message, response, bodyOf(message)));
  server.on('upgrade', (message, _duplex, head) => {
    const { socket } = message;
    const response = new ServerResponse(message);
    response.assignSocket(socket);
    begin(message, response, bodyBeforeUpgrade(message, socket, head));
  });
  server.on('connection', (socket) => {
    // Each request on it wants to know of its end.
    socket.setMaxListeners(0);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  const { socketPath, remove } = temporarySocket(options.socketPath);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socketPath, resolve);
  });

  return {
    host: `unix://${socketPath}`,
    socketPath,
    requests,
    on(more) {
      handlers = { ...handlers, ...withHead(more) };
      routes = routesOf(handlers);
    },
    reset() {
      requests.length = 0;
    },
    get connections() {
      return sockets.size;
    },
    received(key) {
      const { method, pattern } = route(key, () => undefined);
      return new Promise((resolve) => {
        const check = (): void => {
          const found = requests.find((request) => request.method === method && pattern.test(request.path));
          if (found === undefined) return;
          watchers.delete(check);
          resolve(found);
        };
        watchers.add(check);
        check();
      });
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      remove();
    },
  };
}
