/** The messages of a WebSocket: what they ask for, and what becomes of it. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql';
import { makeServer, type Context as SocketContext, type SubscribePayload } from 'graphql-ws';
import type { ErrorCode } from '../errors.ts';
import type { FanOut, Place } from '../fan-out/fan-out.ts';
import { isLive } from '../live-queries/directive.ts';
import { type ErrorMask, formatError } from '../plugins/public-errors.ts';
import type { AccessLog } from '../plugins/use-access-log.ts';
import type { Subscriptions } from '../plugins/use-endable-subscriptions.ts';
import type { Authentication } from './authentication.ts';
import type { Yoga } from './graphql-http.ts';
import type { MessageRate } from './message-rate.ts';
import { type RunningOperation, startOperation } from './operation-request.ts';
import type { Outlet } from './outlet.ts';
import { sendShared, sendStream } from './ws-streams.ts';

/** Milliseconds until `connection_init` must have come. */
const initTimeoutMs = 3000;

export interface ProtocolOptions {
  readonly yoga: Yoga;
  readonly mask: ErrorMask;
  readonly accessLog: AccessLog;
  readonly authentication: Authentication;
  readonly fanOut: FanOut;
  readonly subscriptions: Subscriptions;
  /** Subscriptions and live queries under way on one socket. */
  readonly maxSubscriptions: number;
  /** Whether new operations are refused. */
  readonly isDraining: () => boolean;
}

type Params = Record<string, unknown> | undefined;
type ClientContext = SocketContext<Params, { readonly client: Client }>;

interface Operation {
  readonly running: RunningOperation;
  type: OperationTypeNode | undefined;
  /** A subscription, or a live query. */
  goesOn: boolean;
  /** Whether a query or mutation has its result: what goes on after that is not the client's to cancel. */
  answered: boolean;
}

export interface Client {
  /** Of the upgrade. The request itself is not kept, which for an idle client would be most of what it takes. */
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  readonly authenticated: boolean;
  /** Under way, by the client's ID. */
  readonly operations: Map<string, Operation>;
  readonly send: (message: string) => Promise<void>;
  readonly outlet: Outlet;
  readonly rate: MessageRate;
  /** Present once the client was let in. */
  context: ClientContext | undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A parameter of `connection_init` by its name in lower case; people write them as headers. */
function parameter(params: Params, name: string): string | undefined {
  const [, value] = Object.entries(params ?? {}).find(([key]) => key.toLowerCase() === name) ?? [];
  return textOf(value);
}

type Pipeline = ReturnType<Yoga['getEnveloped']>;

interface Prepared {
  /** What is shared is executed elsewhere. */
  readonly pipeline: Pipeline | undefined;
  readonly operation: Operation;
  readonly client: Client;
  /** The client's, for the messages. */
  readonly id: string;
  /** Where this is one of many that are the same. */
  readonly place: Place | undefined;
}

type Stream = AsyncIterable<ExecutionResult>;
const isStream = (result: Stream | ExecutionResult): result is Stream => Symbol.asyncIterator in result;

const failure = (code: ErrorCode, message: string, numbers: Readonly<Record<string, number>> = {}) =>
  new GraphQLError(message, { extensions: { code, ...numbers } });

/** Ends what the client completed: graphql-ws forgets an operation at once, also one that has not answered yet. */
export function sweep({ operations, context }: Client): void {
  for (const [id, { running, answered }] of operations) {
    if (context && id in context.subscriptions) continue;
    operations.delete(id);
    if (!answered) running.abort();
  }
}

function operationOf({ connectionParams, extra: { client } }: ClientContext): RunningOperation {
  return startOperation({
    requestId: randomUUID(),
    transport: 'ws',
    headers: (name) => parameter(connectionParams, name) ?? textOf(client.headers[name]),
    ...(connectionParams && { connectionParams }),
  });
}

/** Reads and writes the messages of graphql-ws, and runs what they ask for through the pipeline of yoga. */
export function createProtocol(options: ProtocolOptions) {
  const { yoga, mask, accessLog, authentication, fanOut, subscriptions, maxSubscriptions, isDraining } =
    options;
  /** What is to be run, by the arguments that were prepared for it. */
  const prepared = new WeakMap<ExecutionArgs, Prepared>();
  const preparedFor = (args: ExecutionArgs): Prepared => {
    const found = prepared.get(args);
    if (!found) throw new Error('An operation reached execution without having been prepared.');
    return found;
  };

  /**
   * Takes a place among those who watch the same, if this can be shared. It is left when the operation is aborted, which
   * it is however it ends.
   */
  function share(
    { running }: Operation,
    payload: SubscribePayload,
    what: { readonly schema: GraphQLSchema; readonly document: DocumentNode },
  ): Place | undefined {
    const { operationName, variables: variableValues } = payload;
    const contextValue = { operationRequest: running };
    const place = fanOut.join({ ...what, operationName, variableValues, contextValue });
    if (!place) return undefined;
    const leave = () => place.viewer.leave();
    const forget = subscriptions.add(leave);
    running.signal.addEventListener(
      'abort',
      () => {
        forget();
        leave();
      },
      { once: true },
    );
    return place;
  }

  /** @throws GraphQLError for a syntax error, a limit, or a context that cannot be made */
  async function prepare(operation: Operation, client: Client, id: string, payload: SubscribePayload) {
    if (isDraining()) throw failure('SHUTTING_DOWN', 'The gateway is shutting down; connect again.');
    const pipeline = yoga.getEnveloped({ operationRequest: operation.running, params: payload });
    const document = pipeline.parse(payload.query);
    const errors: readonly GraphQLError[] = pipeline.validate(pipeline.schema, document);
    if (errors.length > 0) return errors;
    operation.type = getOperationAST(document, payload.operationName)?.operation;
    if (!operation.type) {
      throw failure('OPERATION_RESOLUTION_FAILURE', 'Could not determine what operation to execute.');
    }
    operation.goesOn =
      operation.type === 'subscription' ||
      isLive({
        schema: pipeline.schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
      });
    const open = [...client.operations.values()].filter(({ goesOn }) => goesOn).length;
    if (operation.goesOn && open > maxSubscriptions) {
      throw failure(
        'LIMIT_SUBSCRIPTIONS',
        `This connection has ${maxSubscriptions} subscriptions under way, the most one may have; open another.`,
        { limit: maxSubscriptions, value: open },
      );
    }
    const { schema } = pipeline;
    const place =
      operation.type === 'subscription' ? share(operation, payload, { schema, document }) : undefined;
    const args: ExecutionArgs = {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: place ? { operationRequest: operation.running } : await pipeline.contextFactory(),
    };
    prepared.set(args, { pipeline: place ? undefined : pipeline, operation, client, id, place });
    return args;
  }

  async function watch(place: Place, args: ExecutionArgs, { operation, client, id }: Prepared) {
    const { running } = operation;
    const { document, operationName } = args;
    const log = accessLog.followed({ contextValue: { operationRequest: running }, document, operationName });
    const refused = await place.opened.catch((error: unknown) => ({
      refusal: { errors: [mask(error, running)] },
    }));
    if (refused) {
      log.next(refused.refusal);
      log.end();
      return refused.refusal;
    }
    return sendShared(place.viewer, id, client.outlet, {
      onNext: log.next,
      onEnd: () => {
        log.end();
        running.abort();
      },
    });
  }

  return makeServer<Params, { readonly client: Client }>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: (context) => {
      const { client } = context.extra;
      if (!client.authenticated) {
        const { address } = client;
        authentication.check(parameter(context.connectionParams, 'authorization'), address);
      }
      client.context = context;
    },
    onSubscribe: async (context, id, payload) => {
      const { client } = context.extra;
      const operation: Operation = {
        running: operationOf(context),
        type: undefined,
        goesOn: false,
        answered: false,
      };
      client.operations.set(id, operation);
      const result = await prepare(operation, client, id, payload).catch((error: unknown) => [error]);
      if ('schema' in result) return result;
      client.rate.refused();
      const errors = result.map((error) => mask(error, operation.running));
      accessLog.refused(operation.running, errors);
      return errors;
    },
    execute: async (args) => {
      const { pipeline, operation, client, id } = preparedFor(args);
      const result = await pipeline?.execute(args);
      if (isStream(result)) return sendStream(result, id, client.send);
      operation.answered = true;
      return result;
    },
    subscribe: async (args) => {
      const { pipeline, place, client, id } = preparedFor(args);
      if (place) return watch(place, args, preparedFor(args));
      const result = await pipeline?.subscribe(args);
      return isStream(result) ? sendStream(result, id, client.send) : result;
    },
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
    onNext: (_context, _id, _payload, _args, { errors, data, extensions }) =>
      errors && {
        errors: errors.map(formatError),
        ...(data !== undefined && { data }),
        ...(extensions && { extensions }),
      },
  });
}
