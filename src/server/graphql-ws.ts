/** GraphQL over WebSocket: the protocol of graphql-ws over the pipeline of yoga, so that all limits are the same. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, getOperationAST, type OperationTypeNode } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  makeServer,
  type Context as SocketContext,
  type SubscribePayload,
} from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../logger.ts';
import { type ErrorMask, formatError } from '../plugins/public-errors.ts';
import type { AccessLog } from '../plugins/use-access-log.ts';
import type { Authentication } from './authentication.ts';
import type { Yoga } from './graphql-http.ts';
import type { InFlight } from './in-flight.ts';
import { type RunningOperation, startOperation } from './operation-request.ts';
import { Refusal } from './refusal.ts';
import { type GuardedSocket, guardSocket } from './socket.ts';

/** Milliseconds until `connection_init` must have come. */
const initTimeoutMs = 3000;
/** Milliseconds between pings; a client that did nothing since the last one is gone. */
const pingIntervalMs = 12_000;
/** Milliseconds that a closed socket waits for the client to agree. */
const closeTimeoutMs = 1000;
/** Messages a client may send before it is let in. */
const mostEarlyMessages = 8;

interface WebSocketOptions {
  readonly yoga: Yoga;
  readonly mask: ErrorMask;
  readonly accessLog: AccessLog;
  readonly authentication: Authentication;
  readonly inFlight: InFlight;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  readonly maxSockets: number;
  readonly maxSubscriptions: number;
}

export interface WebSocketTransport {
  /**
   * @param authenticated whether the upgrade itself carried the token; if not, `connection_init` must
   * @throws Refusal when the handshake cannot be completed
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, authenticated: boolean) => void;
  /** Takes no new operations, and closes each socket with 1001 as soon as nothing is under way on it. */
  readonly drain: () => void;
  /** Ends what is left. Resolves when all sockets are gone. */
  readonly close: () => Promise<void>;
}

type Params = Record<string, unknown> | undefined;
type ClientContext = SocketContext<Params, { readonly client: Client }>;

interface Operation {
  readonly running: RunningOperation;
  type: OperationTypeNode | undefined;
}

interface Client {
  readonly socket: WebSocket;
  readonly guarded: GuardedSocket;
  readonly request: IncomingMessage;
  readonly authenticated: boolean;
  /** Under way, by the client's ID. */
  readonly operations: Map<string, Operation>;
  /** Present once the client was let in. */
  context: ClientContext | undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A parameter of `connection_init` by its name in lower case; people write them as headers. */
function parameter(params: Params, name: string): string | undefined {
  const [, value] = Object.entries(params ?? {}).find(([key]) => key.toLowerCase() === name) ?? [];
  return textOf(value);
}

const messageText = (data: RawData): string =>
  Array.isArray(data) ? Buffer.concat(data).toString() : data.toString();

const failure = (code: string, message: string, numbers: Readonly<Record<string, number>> = {}) =>
  new GraphQLError(message, { extensions: { code, ...numbers } });

/** Ends what the client completed: graphql-ws forgets an operation at once, also one that has not answered yet. */
function sweep({ operations, context }: Client): void {
  for (const [id, { running }] of operations) {
    if (context && id in context.subscriptions) continue;
    operations.delete(id);
    running.abort();
  }
}

function operationOf({ connectionParams, extra: { client } }: ClientContext): RunningOperation {
  return startOperation({
    requestId: randomUUID(),
    transport: 'ws',
    headers: (name) => parameter(connectionParams, name) ?? textOf(client.request.headers[name]),
    ...(connectionParams && { connectionParams }),
  });
}

function createProtocol(options: WebSocketOptions, isDraining: () => boolean) {
  const { yoga, mask, accessLog, authentication, maxSubscriptions } = options;
  /** What yoga made for an operation, by the arguments that were prepared with it. */
  const pipelines = new WeakMap<ExecutionArgs, ReturnType<Yoga['getEnveloped']>>();
  const pipelineOf = (args: ExecutionArgs) => {
    const pipeline = pipelines.get(args);
    if (!pipeline) throw new Error('An operation reached execution without having been prepared.');
    return pipeline;
  };

  /** @throws GraphQLError for a syntax error, a limit, or a context that cannot be made */
  async function prepare(operation: Operation, client: Client, payload: SubscribePayload) {
    if (isDraining()) throw failure('SHUTTING_DOWN', 'The gateway is shutting down; connect again.');
    const pipeline = yoga.getEnveloped({ operationRequest: operation.running, params: payload });
    const document = pipeline.parse(payload.query);
    const errors: readonly GraphQLError[] = pipeline.validate(pipeline.schema, document);
    if (errors.length > 0) return errors;
    operation.type = getOperationAST(document, payload.operationName)?.operation;
    if (!operation.type) {
      throw failure('OPERATION_RESOLUTION_FAILURE', 'Could not determine what operation to execute.');
    }
    const open = [...client.operations.values()].filter(({ type }) => type === 'subscription').length;
    if (operation.type === 'subscription' && open > maxSubscriptions) {
      throw failure(
        'LIMIT_SUBSCRIPTIONS',
        `This connection has ${maxSubscriptions} subscriptions under way, the most one may have; open another.`,
        { limit: maxSubscriptions, value: open },
      );
    }
    const args: ExecutionArgs = {
      schema: pipeline.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: await pipeline.contextFactory(),
    };
    pipelines.set(args, pipeline);
    return args;
  }

  return makeServer<Params, { readonly client: Client }>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: (context) => {
      const { client } = context.extra;
      if (!client.authenticated) {
        const address = client.request.socket.remoteAddress ?? '';
        authentication.check(parameter(context.connectionParams, 'authorization'), address);
      }
      client.context = context;
    },
    onSubscribe: async (context, id, payload) => {
      const { client } = context.extra;
      const operation: Operation = { running: operationOf(context), type: undefined };
      client.operations.set(id, operation);
      const result = await prepare(operation, client, payload).catch((error: unknown) => [error]);
      if ('schema' in result) return result;
      const errors = result.map((error) => mask(error, operation.running));
      accessLog.refused(operation.running, errors);
      return errors;
    },
    execute: (args) => pipelineOf(args).execute(args),
    subscribe: (args) => pipelineOf(args).subscribe(args),
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
    onNext: (_context, _id, _payload, _args, { errors, data, extensions }) =>
      errors && {
        errors: errors.map(formatError),
        ...(data !== undefined && { data }),
        ...(extensions && { extensions }),
      },
  });
}

export function createWebSocketTransport(options: WebSocketOptions): WebSocketTransport {
  const { inFlight, logger } = options;
  const clients = new Set<Client>();
  let draining = false;
  const protocol = createProtocol(options, () => draining);
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

  const goAway = ({ guarded }: Client): void => guarded.close(1001, 'Going away');
  const closeIfIdle = (client: Client): void => {
    if (draining && client.operations.size === 0) goAway(client);
  };

  async function receive(
    client: Client,
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

  function accept(socket: WebSocket, request: IncomingMessage, authenticated: boolean): void {
    const guarded = guardSocket(socket);
    const client: Client = {
      socket,
      guarded,
      request,
      authenticated,
      operations: new Map(),
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
      server.handleUpgrade(request, socket, head, (accepted) => accept(accepted, request, authenticated));
    },
    drain: () => {
      draining = true;
      for (const client of clients) closeIfIdle(client);
    },
    close: async () => {
      draining = true;
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
