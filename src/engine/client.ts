/** One Engine, spoken to by rows: the only place where a request to a daemon is made. */
import type { Duplex } from 'node:stream';
import { stringify } from 'lossless-json';
import { type Dispatcher, errors as undici } from 'undici';
import { named, readWhole, textOf } from './answer.ts';
import { type CallSignal, callSignal, unlessAborted } from './call-signal.ts';
import type { Connection } from './connect.ts';
import { asStream, type Content, sending } from './content.ts';
import type { Endpoint } from './endpoint.ts';
import { responseError, transportError } from './errors.ts';
import { type EngineDuplex, keepOpen, takeOver, type Upgraded, upgrade } from './hijack.ts';
import type { Method, Operation, Params, Route, Row } from './operation.ts';
import { requestPath } from './path.ts';
import { podmanRefusal } from './podman.ts';
import { createSharedCalls } from './shared-calls.ts';
import { type Greeting, negotiate } from './version.ts';

/** What one call did, for the plan, the log and the metrics. Routes are a bounded set; paths are not. */
export interface CallRecord {
  readonly engine: string;
  readonly route: Route;
  /** When the call began, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly ms: number;
  /** The HTTP status, or undefined when no answer came. */
  readonly status: number | undefined;
  /** The answer came from a call that was already under way. */
  readonly shared: boolean;
}

interface CallOptions {
  /** The caller's: aborting it aborts the request to the daemon, unless others wait for its answer too. */
  readonly signal?: AbortSignal | undefined;
  /** Ends this one call of the caller's. */
  readonly own?: AbortSignal | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  /** Sent as the body of the request. */
  readonly content?: Content | undefined;
}

export interface EngineClient {
  readonly name: string;
  readonly endpoint: Endpoint;
  /**
   * Performs one operation and reads its whole answer.
   *
   * @throws EngineError, always and only.
   */
  call<Given, Result>(row: Operation<Given, Result>, params: Given, options?: CallOptions): Promise<Result>;
  /**
   * Performs one operation whose answer goes on: events, logs, progress, or one that takes bytes. Ended by `signal`, by
   * the row's deadline, or by leaving the loop.
   */
  stream<Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    options?: CallOptions,
  ): Promise<EngineStream>;
  /**
   * Performs one operation that makes the connection one for bytes both ways. Ended as {@link stream} is, where ending
   * `input` alone tells the daemon that nothing more comes, and leaves the output open.
   */
  hijack<Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    options?: CallOptions,
  ): Promise<EngineDuplex>;
  /** The same for whoever speaks a protocol of its own on it: the connection as it is, until `signal` ends it. */
  handOver<Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    options?: CallOptions,
  ): Promise<Duplex>;
  /** The API version spoken now, after asking the daemon for it if need be. */
  greeting(): Promise<Greeting>;
  /** What the daemon said when it was last asked; undefined before. */
  greeted(): Greeting | undefined;
  /** Something on the Engine has changed: answers that are under way are not shared with whoever asks from now on. */
  outdate(): void;
  /** How many changes have been made through this client so far, as far as it has heard of their end. */
  writes(): number;
  close(): Promise<void>;
}

export interface EngineStream {
  readonly contentType: string;
  /** The clock of the daemon in whole seconds (`Date`); '' where it does not tell. */
  readonly date: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface EngineClientOptions {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
  /** `DOCKER_API_VERSION`. */
  readonly apiVersion?: string | undefined;
}

/** Milliseconds the first question to a daemon may take. */
const greetingDeadline = 5_000;
const hasMessageBody = (params: Params): boolean => params.body !== undefined;

/** Further headers of a request, which its row has typed. */
const headersIn = ({ headers }: Params) => headers as Readonly<Record<string, string[]>> | undefined;

/** The one place that trusts a row's word for the shape of an answer; every field is optional there for that reason. */
const decoded = <Result>(value: unknown): Result => value as Result;

/** Rows type their parameters one by one; the transport needs them as a record. */
const asParams = (given: unknown): Params => given as Params;

export function createEngineClient(options: EngineClientOptions): EngineClient {
  const { name, endpoint, connection } = options;
  const { calls, streams, origin } = connection;
  const { answer: share, outdate } = createSharedCalls();
  let writes = 0;
  const changed = (): void => {
    writes++;
    outdate();
  };
  /** Connections that are no longer the pools'. */
  const hijacked = new Set<Duplex>();
  let asking: Promise<Greeting> | undefined;
  let greeted: Greeting | undefined;

  const greeting = (): Promise<Greeting> => {
    if (!asking) {
      const asked = negotiate(calls, origin, options.apiVersion, greetingDeadline);
      asking = asked;
      asked.then(
        (said) => {
          greeted = said;
        },
        () => {
          if (asking === asked) asking = undefined;
        },
      );
    }
    return asking;
  };
  // A daemon that hangs up may come back as another version. Sockets that we let go for idleness say nothing.
  connection.onDaemonHungUp(() => {
    asking = undefined;
  });

  async function requestOf(row: Row, params: Params, signal: AbortSignal | undefined, content?: Content) {
    const path = requestPath(row.route, params);
    const { api, product } = await unlessAborted(greeting(), signal);
    const refused = product === 'PODMAN' ? podmanRefusal(row.route) : undefined;
    if (refused) throw refused;
    const method = row.route.slice(0, row.route.indexOf(' ')) as Method;
    const headers: Record<string, string | string[]> = { ...headersIn(params) };
    if (hasMessageBody(params)) headers['content-type'] = 'application/json';
    if (content) headers['content-type'] = content.type;
    if (content?.length !== undefined) headers['content-length'] = String(content.length);
    if (typeof params['registryAuth'] === 'string') headers['x-registry-auth'] = params['registryAuth'];
    if (typeof params['registryConfig'] === 'string') headers['x-registry-config'] = params['registryConfig'];
    return {
      origin,
      method,
      path: `/v${api}${path}`,
      headers,
      body: content
        ? asStream(content.body)
        : hasMessageBody(params)
          ? (stringify(params.body) ?? null)
          : null,
      signal: signal ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(row.readAhead !== undefined && { highWaterMark: row.readAhead }),
    };
  }

  async function send(
    dispatcher: Dispatcher,
    row: Row,
    params: Params,
    signal: AbortSignal | undefined,
    content?: Content,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await dispatcher.request(await requestOf(row, params, signal, content));
    if (answer.statusCode >= 300 && answer.statusCode !== 304) {
      throw responseError(row.route, answer.statusCode, await textOf(answer.body));
    }
    return answer;
  }

  const signalOf = (row: Row, params: Params, { signal, own }: CallOptions): CallSignal =>
    callSignal(typeof row.deadline === 'function' ? row.deadline(params) : row.deadline, [signal, own]);

  /** Names what goes wrong in `work`, and tells `onCall` how it went. */
  async function watched<T>(
    row: Row,
    { why }: CallSignal,
    onCall: CallOptions['onCall'],
    work: (seen: (status: number) => void) => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now();
    let status: number | undefined;
    try {
      return await work((seen) => {
        status = seen;
      });
    } catch (error) {
      const failure = transportError(row.route, error, why());
      status ??= failure.status;
      if (failure.kind === 'unavailable' || failure.kind === 'unsupported') asking = undefined;
      throw failure;
    } finally {
      onCall?.({
        engine: name,
        route: row.route,
        startedAt,
        ms: performance.now() - startedAt,
        status,
        shared: false,
      });
    }
  }

  async function perform(row: Row, params: Params, callOptions: CallOptions): Promise<unknown> {
    const ended = signalOf(row, params, callOptions);
    try {
      return await watched(row, ended, callOptions.onCall, async (seen) => {
        const answer = await send(row.waits ? streams : calls, row, params, ended.signal);
        seen(answer.statusCode);
        return readWhole(row, answer);
      });
    } finally {
      ended.release();
      if (row.changes) changed();
    }
  }

  async function performShared(
    row: Row,
    params: Params,
    { signal, own, onCall }: CallOptions,
  ): Promise<unknown> {
    const startedAt = performance.now();
    const ended = callSignal(0, [signal, own]);
    let isJoined = false;
    try {
      return await share(`${row.route} ${JSON.stringify(params)}`, {
        alone: row.waits,
        signal: ended.signal,
        begin: (last) => perform(row, params, { own: last, onCall }),
        onJoin: () => {
          isJoined = true;
        },
      });
    } catch (error) {
      throw transportError(row.route, error, ended.why());
    } finally {
      ended.release();
      if (isJoined) {
        const ms = performance.now() - startedAt;
        onCall?.({ engine: name, route: row.route, startedAt, ms, status: undefined, shared: true });
      }
    }
  }

  /** A connection that is no longer HTTP, as `use` makes it, which is told when to end it and tells when it has. */
  async function handedOver<Used>(
    row: Row,
    params: Params,
    callOptions: CallOptions,
    use: (row: Row, upgraded: Upgraded, ended: CallSignal, onClose: () => void) => Used,
  ): Promise<Used> {
    const ended = signalOf(row, params, callOptions);
    const onEnd = () => {
      ended.release();
      if (row.changes) changed();
    };
    try {
      const upgraded = await watched(row, ended, callOptions.onCall, async (seen) => {
        const request = await requestOf(row, params, ended.signal);
        const opened = await upgrade(row, request, { streams, transport: endpoint.transport });
        seen(101);
        return opened;
      });
      const { socket } = upgraded;
      hijacked.add(socket);
      return use(row, upgraded, ended, () => {
        hijacked.delete(socket);
        onEnd();
      });
    } catch (error) {
      onEnd();
      throw error;
    }
  }

  return {
    name,
    endpoint,
    greeting,
    greeted: () => greeted,
    async call<Given, Result>(row: Operation<Given, Result>, given: Given, callOptions: CallOptions = {}) {
      const params = asParams(given);
      const answer = row.shared
        ? await performShared(row, params, callOptions)
        : await perform(row, params, callOptions);
      return decoded<Result>(answer);
    },
    async stream(row, given, callOptions = {}) {
      const params = asParams(given);
      const ended = signalOf(row, params, callOptions);
      const { content } = callOptions;
      const sent = content && sending(content);
      const onEnd = () => {
        ended.release();
        if (row.changes) changed();
      };
      try {
        const answer = await watched(row, ended, callOptions.onCall, async (seen) => {
          const body = content && sent && { ...content, body: sent.body };
          const opened = await send(streams, row, params, ended.signal, body);
          seen(opened.statusCode);
          return opened;
        });
        const { 'content-type': type, date } = answer.headers;
        return {
          contentType: typeof type === 'string' ? type : '',
          date: typeof date === 'string' ? date : '',
          body: named(row, answer.body, ended, sent, onEnd),
        };
      } catch (error) {
        onEnd();
        if (sent?.failure) throw sent.failure.error;
        throw error;
      }
    },
    hijack: (row, given, callOptions = {}) => handedOver(row, asParams(given), callOptions, takeOver),
    handOver: (row, given, callOptions = {}) => handedOver(row, asParams(given), callOptions, keepOpen),
    outdate,
    writes: () => writes,
    close: () => {
      // With an error: what was read so far must not look like the whole.
      for (const socket of hijacked) socket.destroy(new undici.ClientDestroyedError());
      return connection.close();
    },
  };
}
