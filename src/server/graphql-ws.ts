/** GraphQL over WebSocket: takes sockets, keeps them in order, and closes them. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../logger.ts';
import type { InFlight } from './in-flight.ts';
import { createMessageRate } from './message-rate.ts';
import { createOutlet } from './outlet.ts';
import { Refusal } from './refusal.ts';
import { type GuardedSocket, guardSocket } from './socket.ts';
import { type Client, createProtocol, type ProtocolOptions, sweep } from './ws-protocol.ts';

/** Milliseconds between pings; a client that did nothing since the last one is gone. */
const pingIntervalMs = 12_000;
/** Milliseconds that a closed socket waits for the client to agree. */
const closeTimeoutMs = 1000;
/** Close code of a client that sends more than anybody can mean, as 429 is the status of HTTP for that. */
const tooManyMessages = 4429;
/** Messages a client may send before it is let in. */
const mostEarlyMessages = 8;

interface WebSocketOptions extends ProtocolOptions {
  readonly inFlight: InFlight;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  /** WebSockets open at once. */
  readonly maxSockets: number;
}

export interface WebSocketTransport {
  /**
   * @param authenticated whether the upgrade itself carried the token; if not, `connection_init` must
   * @throws Refusal when the handshake cannot be completed
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, authenticated: boolean) => void;
  /** Takes no new operations, and closes each socket with 1001 as soon as nothing is under way on it. */
  readonly drain: () => void;
  /** Closes all with 4403: the token that they came in by is no longer the right one. */
  readonly revoke: () => void;
  /** Ends what is left. Resolves when all sockets are gone. */
  readonly close: () => Promise<void>;
}

interface Connection extends Client {
  readonly socket: WebSocket;
  readonly guarded: GuardedSocket;
}

/** Headers for resolvers to read: not those that only made it a WebSocket. */
const headersOf = ({ headers }: IncomingMessage): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !name.startsWith('sec-websocket-') && name !== 'upgrade' && name !== 'connection',
    ),
  );

function messageText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString();
}

export function createWebSocketTransport(options: WebSocketOptions): WebSocketTransport {
  const { inFlight, logger, isDraining } = options;
  const clients = new Set<Connection>();
  const protocol = createProtocol(options);
  // Some of these are not in the typings yet. They bound what the fragments of a message may pile up.
  const serverOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    maxFragments: 128,
    maxBufferedChunks: 1024,
    closeTimeout: closeTimeoutMs,
    handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
  };
  const server = new WebSocketServer(serverOptions);
  const pulse = setInterval(() => {
    for (const { guarded } of clients) guarded.checkAlive();
  }, pingIntervalMs);
  pulse.unref();

  const goAway = ({ guarded }: Connection): void => guarded.close(1001, 'Going away');
  const closeIfIdle = (client: Connection): void => {
    if (isDraining() && client.operations.size === 0) goAway(client);
  };

  async function receive(
    client: Connection,
    handle: (message: string) => Promise<void>,
    message: string,
  ): Promise<void> {
    const leave = inFlight.enter();
    try {
      const handled = handle(message);
      sweep(client);
      await handled;
    } catch (error) {
      if (error instanceof Refusal) {
        client.guarded.close(CloseCode.Forbidden, error.message);
      } else {
        logger.error({ err: error }, 'A WebSocket message could not be handled');
        client.guarded.close(CloseCode.InternalServerError, 'Internal server error');
      }
    } finally {
      sweep(client);
      closeIfIdle(client);
      leave();
    }
  }

  function accept(socket: WebSocket, stream: Duplex, request: IncomingMessage, authenticated: boolean): void {
    const guarded = guardSocket(socket);
    const rate = createMessageRate();
    const client: Connection = {
      socket,
      guarded,
      headers: headersOf(request),
      address: request.socket.remoteAddress ?? '',
      authenticated,
      operations: new Map(),
      send: guarded.send,
      outlet: createOutlet(socket, stream),
      rate,
      context: undefined,
    };
    clients.add(client);
    let early = 0;
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: guarded.send,
        close: (code, reason) => guarded.close(code ?? 1000, reason ?? ''),
        onPing: (payload) => guarded.pong(JSON.stringify({ type: 'pong', ...(payload && { payload }) })),
        onMessage: (handle) => {
          socket.on('message', (data, isBinary) => {
            if (socket.readyState !== socket.OPEN) return;
            if (!client.context) early += 1;
            if (early > mostEarlyMessages) socket.terminate();
            else if (rate.isTooFast()) guarded.close(tooManyMessages, 'Too many messages');
            else if (isBinary) guarded.close(CloseCode.BadRequest, 'Invalid message received');
            else void receive(client, handle, messageText(data));
          });
        },
      },
      { client },
    );
    socket.on('error', (error) => logger.debug({ err: error }, 'A WebSocket broke'));
    socket.once('close', (code, reason) => {
      clients.delete(client);
      closed(code, reason.toString()).catch((error: unknown) => {
        logger.error({ err: error }, 'A WebSocket could not be cleaned up');
      });
      sweep(client);
    });
    closeIfIdle(client);
  }

  return {
    upgrade: (request, socket, head, authenticated) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) {
        throw new Refusal({
          status: 400,
          code: 'BAD_REQUEST',
          message: `WebSockets here speak the subprotocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}; the client offered none of that name.`,
        });
      }
      if (clients.size >= options.maxSockets) {
        throw new Refusal({
          status: 503,
          code: 'LIMIT_SOCKETS',
          message: `${options.maxSockets} WebSockets are open, the most this gateway takes.`,
          extensions: { limit: options.maxSockets },
        });
      }
      server.handleUpgrade(request, socket, head, (accepted) =>
        accept(accepted, socket, request, authenticated),
      );
    },
    drain: () => {
      for (const client of clients) closeIfIdle(client);
    },
    revoke: () => {
      for (const { guarded } of clients) guarded.close(CloseCode.Forbidden, 'The token was revoked');
    },
    close: async () => {
      clearInterval(pulse);
      const gone = [...clients].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const client of clients) {
        for (const { running } of client.operations.values()) running.abort();
        goAway(client);
      }
      await Promise.all(gone);
      server.close();
    },
  };
}
