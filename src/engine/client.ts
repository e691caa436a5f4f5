/** One Engine, spoken to by rows: the only place where a request to a daemon is made. */
import { stringify } from 'lossless-json';
import type { Dispatcher } from 'undici';
import type { Connection } from './connect.ts';
import type { Endpoint } from './endpoint.ts';
import { EngineError, responseError, transportError } from './errors.ts';
import { parseJson } from './json.ts';
import { deadlines, type Method, type Operation, type Params, type Route, type Row } from './operation.ts';
import { requestPath } from './path.ts';
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

export interface CallOptions {
  /** The caller's: aborting it aborts the request to the daemon. */
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
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
  /** Performs one operation whose answer goes on: events, logs, progress. Ended by `signal` or by leaving the loop. */
  stream<Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    options?: CallOptions,
  ): Promise<EngineStream>;
  /** The API version spoken now, after asking the daemon for it if need be. */
  greeting(): Promise<Greeting>;
  close(): Promise<void>;
}

export interface EngineStream {
  readonly contentType: string;
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
/** Bytes of a failed answer that are read for its sentence. */
const errorBodyCap = 65_536;

const hasMessageBody = (params: Params): boolean => params.body !== undefined;

/** The one place that trusts a row's word for the shape of an answer; every field is optional there for that reason. */
const decoded = <Result>(value: unknown): Result => value as Result;

/** Rows type their parameters one by one; the transport needs them as a record. */
const asParams = (given: unknown): Params => given as Params;

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > errorBodyCap) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The same bytes; what breaks them off is named as any other failure of the Engine. */
async function* named(
  { route }: Row,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw transportError(route, error, { deadline: false, aborted: signal?.aborted === true });
  }
}

export function createEngineClient(options: EngineClientOptions): EngineClient {
  const { name, endpoint, connection } = options;
  const { calls, streams, origin } = connection;
  const inFlight = new Map<string, Promise<unknown>>();
  let greeted: Promise<Greeting> | undefined;

  const greeting = (): Promise<Greeting> => {
    if (!greeted) {
      const asked = negotiate(calls, origin, options.apiVersion, greetingDeadline);
      greeted = asked;
      asked.catch(() => {
        if (greeted === asked) greeted = undefined;
      });
    }
    return greeted;
  };
  // A daemon that hangs up may come back as another version. Sockets that we let go for idleness say nothing.
  connection.onDaemonHungUp(() => {
    greeted = undefined;
  });

  async function send(
    dispatcher: Dispatcher,
    row: Row,
    params: Params,
    signal: AbortSignal | undefined,
  ): Promise<Dispatcher.ResponseData> {
    const path = requestPath(row.route, params);
    const { api } = await greeting();
    const method = row.route.slice(0, row.route.indexOf(' ')) as Method;
    const headers: Record<string, string> = {};
    if (hasMessageBody(params)) headers['content-type'] = 'application/json';
    if (typeof params['registryAuth'] === 'string') headers['x-registry-auth'] = params['registryAuth'];
    const answer = await dispatcher.request({
      origin,
      method,
      path: `/v${api}${path}`,
      headers,
      body: hasMessageBody(params) ? (stringify(params.body) ?? null) : null,
      signal: signal ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (answer.statusCode >= 300 && answer.statusCode !== 304) {
      throw responseError(row.route, answer.statusCode, await textOf(answer.body));
    }
    return answer;
  }

  async function read(row: Row, answer: Dispatcher.ResponseData): Promise<unknown> {
    if (row.format === 'nothing' || answer.statusCode === 304) {
      await answer.body.dump();
      return answer.statusCode !== 304;
    }
    const text = await answer.body.text();
    try {
      return parseJson(text);
    } catch (cause) {
      throw new EngineError({
        kind: 'protocol',
        route: row.route,
        message: 'The Engine answered with broken JSON.',
        cause,
      });
    }
  }

  /** Runs `work` under the row's deadline and the caller's signal, and tells `onCall` how it went. */
  async function watched<T>(
    row: Row,
    params: Params,
    { signal, onCall }: CallOptions,
    work: (signal: AbortSignal | undefined, seen: (status: number) => void) => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now();
    const ms = typeof row.deadline === 'function' ? row.deadline(params) : row.deadline;
    const clock = ms === deadlines.none ? undefined : AbortSignal.timeout(ms);
    const both = clock && signal ? AbortSignal.any([clock, signal]) : (clock ?? signal);
    let status: number | undefined;
    try {
      return await work(both, (seen) => {
        status = seen;
      });
    } catch (error) {
      const failure = transportError(row.route, error, {
        deadline: clock?.aborted === true && signal?.aborted !== true,
        aborted: signal?.aborted === true,
      });
      status ??= failure.status;
      if (failure.kind === 'unavailable') greeted = undefined;
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

  const perform = (row: Row, params: Params, callOptions: CallOptions): Promise<unknown> =>
    watched(row, params, callOptions, async (signal, seen) => {
      const answer = await send(row.waits ? streams : calls, row, params, signal);
      seen(answer.statusCode);
      return read(row, answer);
    });

  /** Joins an identical call under way. It belongs to several callers, so none of them can cancel it. */
  function performShared(row: Row, params: Params, { onCall }: CallOptions): Promise<unknown> {
    const key = `${row.route} ${JSON.stringify(params)}`;
    const underWay = inFlight.get(key);
    if (underWay) {
      const startedAt = performance.now();
      return underWay.finally(() => {
        onCall?.({
          engine: name,
          route: row.route,
          startedAt,
          ms: performance.now() - startedAt,
          status: undefined,
          shared: true,
        });
      });
    }
    const started = perform(row, params, { onCall }).finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  }

  return {
    name,
    endpoint,
    greeting,
    async call<Given, Result>(row: Operation<Given, Result>, given: Given, callOptions: CallOptions = {}) {
      const params = asParams(given);
      const answer = row.shared
        ? await performShared(row, params, callOptions)
        : await perform(row, params, callOptions);
      return decoded<Result>(answer);
    },
    async stream(row, given, callOptions = {}) {
      const params = asParams(given);
      return watched(row, params, callOptions, async (signal, seen) => {
        const answer = await send(streams, row, params, signal);
        seen(answer.statusCode);
        const type = answer.headers['content-type'];
        return { contentType: typeof type === 'string' ? type : '', body: named(row, answer.body, callOptions.signal) };
      });
    },
    close: () => connection.close(),
  };
}
