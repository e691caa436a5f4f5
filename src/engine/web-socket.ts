/** WebSockets of the daemon's, as bytes both ways. */
import { connect as connectPlain, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import { textOf } from './answer.ts';
import type { Transport } from './endpoint.ts';
import { responseError } from './errors.ts';
import type { Route } from './operation.ts';

interface WebSocketRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly signal: AbortSignal | null;
}

/** Bytes of one message; the daemon sends pieces of 32 KiB. */
const longestMessage = 16 * 1024 ** 2;
/** How a WebSocket ends that was not closed: the connection broke. */
const abnormal = 1006;

function connectionTo(transport: Transport): Duplex {
  if (transport.kind === 'unix') return connectPlain(transport.socketPath);
  const { host, port, tls } = transport;
  if (!tls) return connectPlain({ host, port });
  // Names only: addresses cannot be asked for.
  return connectTls({ host, port, ...tls, ...(isIP(host) === 0 && { servername: host }) });
}

/**
 * Opens a WebSocket over a connection of its own. Ending what is written closes it both ways, as a WebSocket has no other
 * end; one that breaks off is destroyed with an error, and never looks as if it had ended.
 *
 * @throws EngineError where the daemon refuses, in its own words; what broke the connection off
 */
export function openWebSocket(
  route: Route,
  transport: Transport,
  { origin, path, headers, signal }: WebSocketRequest,
): Promise<{ readonly socket: Duplex; readonly headers: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${path}`, {
      createConnection: () => connectionTo(transport),
      headers: { ...headers },
      maxPayload: longestMessage,
      perMessageDeflate: false,
    });
    const giveUp = () => {
      reject(signal?.reason instanceof Error ? signal.reason : new Error('The connection was given up.'));
      socket.terminate();
    };
    const settled = () => signal?.removeEventListener('abort', giveUp);
    socket.on('error', (error) => {
      settled();
      reject(error);
    });
    socket.once('unexpected-response', (request, response) => {
      settled();
      textOf(response)
        .then((text) => reject(responseError(route, response.statusCode ?? 0, text)), reject)
        .finally(() => request.destroy());
    });
    socket.once('open', () => {
      settled();
      // Before the stream's own listener, to which every end is a good one.
      socket.once('close', (code) => {
        if (code === abnormal && !duplex.destroyed) duplex.destroy(new Error('The WebSocket broke off.'));
      });
      const duplex = createWebSocketStream(socket);
      resolve({ socket: duplex, headers: {} });
    });
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
  });
}
