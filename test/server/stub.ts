/** A gateway over a schema of its own: what the server does must not depend on what it serves. */
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import pino, { type Logger } from 'pino';
import type { ServerConfig } from '../../src/config.ts';
import { loadConfig } from '../../src/config.ts';
import { shareable } from '../../src/fan-out/sharing.ts';
import { createServer, type OperationRequest, type ServerOptions } from '../../src/server.ts';

export interface LogLine {
  readonly msg: string;
  readonly level: number;
  readonly [key: string]: unknown;
}

/** A source of events that can be seen to be opened and closed. */
function createTicker() {
  const streams = new Set<(tick: number | Error | 'end') => void>();
  const watchers: (() => void)[] = [];
  let opened = 0;
  const changed = () => {
    for (const watcher of watchers.splice(0)) watcher();
  };
  return {
    /** Streams open now. */
    open: () => streams.size,
    /** Streams opened so far. */
    opened: () => opened,
    /** Takes for closed what ended by itself. */
    forget: () => {
      streams.clear();
      changed();
    },
    /** Ends all streams that are open, or breaks them. */
    end: (error?: Error) => {
      for (const push of streams) push(error ?? 'end');
    },
    /** Resolves once so many streams are open. */
    until: async (count: number): Promise<void> => {
      while (streams.size !== count) await new Promise<void>((resolve) => watchers.push(resolve));
    },
    /** Sends an event to all that are open. */
    tick: (value: number) => {
      for (const push of streams) push(value);
    },
    stream: (): AsyncIterableIterator<{ tick: number }> => {
      const events: (number | Error | 'end')[] = [];
      let wake = () => {};
      const push = (event: number | Error | 'end') => {
        events.push(event);
        wake();
      };
      opened += 1;
      streams.add(push);
      changed();
      const iterator: AsyncIterableIterator<{ tick: number }> = {
        next: async () => {
          for (;;) {
            const event = events.shift();
            if (event instanceof Error) throw event;
            if (event === 'end') return { done: true, value: undefined };
            if (event !== undefined) return { done: false, value: { tick: event } };
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        return: () => {
          streams.delete(push);
          changed();
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    },
  };
}

interface Gate {
  readonly entered: Promise<void>;
  readonly release: () => void;
}

export function createStub() {
  const ticker = createTicker();
  const mutations: string[] = [];
  const contexts: OperationRequest[] = [];
  let enter = () => {};
  let open: Promise<void> = Promise.resolve();
  /** Makes the field `slow` wait until it is released. */
  const gate = (): Gate => {
    let release = () => {};
    open = new Promise((resolve) => {
      release = resolve;
    });
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    return { entered, release };
  };
  const nested: GraphQLObjectType = new GraphQLObjectType({
    name: 'Nested',
    fields: () => ({
      name: { type: GraphQLString, resolve: () => 'nested' },
      nested: { type: nested, resolve: () => ({}) },
    }),
  });
  const executed: number[] = [];
  const written: number[] = [];
  const counted = new GraphQLScalarType({
    name: 'Counted',
    serialize: (value) => ({
      toJSON: () => {
        written.push(Number(value));
        return value;
      },
    }),
  });
  const news = new GraphQLObjectType<{ readonly tick: number }>({
    name: 'News',
    fields: {
      tick: { type: GraphQLFloat },
      counted: { type: counted, resolve: ({ tick }) => tick },
      filler: {
        type: GraphQLString,
        args: { bytes: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_, { bytes }: { bytes: number }) => 'x'.repeat(bytes),
      },
      unexpected: {
        type: GraphQLString,
        resolve: () => {
          throw new TypeError('secret of /var/lib/somewhere');
        },
      },
    },
  });
  const operation = (context: { operationRequest: OperationRequest }) => context.operationRequest;
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        hello: {
          type: GraphQLString,
          args: { name: { type: GraphQLString } },
          resolve: (_, { name }: { name?: string }) => `Hello ${name ?? 'world'}`,
        },
        nested: { type: nested, resolve: () => ({}) },
        transport: { type: GraphQLString, resolve: (_, __, context) => operation(context).transport },
        header: {
          type: GraphQLString,
          args: { name: { type: new GraphQLNonNull(GraphQLString) } },
          resolve: (_, { name }: { name: string }, context) => operation(context).headers(name),
        },
        slow: {
          type: GraphQLString,
          resolve: async () => {
            enter();
            await open;
            return 'done';
          },
        },
        untilAborted: {
          type: GraphQLString,
          resolve: (_, __, context) =>
            new Promise((resolve) => {
              enter();
              operation(context).signal.addEventListener('abort', () => {
                mutations.push('aborted');
                resolve('aborted');
              });
            }),
        },
        big: {
          type: GraphQLString,
          args: { bytes: { type: new GraphQLNonNull(GraphQLInt) } },
          resolve: (_, { bytes }: { bytes: number }) => 'x'.repeat(bytes),
        },
        unexpected: {
          type: GraphQLString,
          resolve: () => {
            throw new TypeError('secret of /var/lib/somewhere');
          },
        },
        expected: {
          type: GraphQLString,
          resolve: () => {
            throw new GraphQLError('No such container: web', { extensions: { code: 'NOT_FOUND' } });
          },
        },
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: {
        act: {
          type: GraphQLString,
          args: { what: { type: GraphQLString } },
          resolve: (_, { what }: { what?: string }) => {
            mutations.push(what ?? 'act');
            return what ?? 'act';
          },
        },
      },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        tick: { type: GraphQLInt, subscribe: () => ticker.stream() },
        news: {
          type: news,
          description: 'What happens, for all who ask for it: as long as it is.',
          args: { own: { type: GraphQLBoolean }, fails: { type: GraphQLBoolean } },
          extensions: shareable<{ readonly own?: boolean }, { readonly tick: number }>({
            when: ({ own }) => own !== true,
            missed: ({ tick }, count) => ({ tick: tick + count / 1_000_000 }),
          }),
          subscribe: (_, { fails }: { fails?: boolean }) => {
            if (fails) throw new GraphQLError('There is no news.', { extensions: { code: 'NOT_FOUND' } });
            return ticker.stream();
          },
          resolve: (item) => {
            executed.push(item.tick);
            return item;
          },
        },
        countTo: {
          type: GraphQLInt,
          args: { last: { type: new GraphQLNonNull(GraphQLInt) } },
          subscribe: async function* (_, { last }: { last: number }) {
            for (let countTo = 1; countTo <= last; countTo += 1) yield { countTo };
          },
        },
        breaks: {
          type: GraphQLInt,
          subscribe: () => ({
            [Symbol.asyncIterator]: () => ({
              next: () => Promise.reject(new TypeError('secret of /var/lib/somewhere')),
            }),
          }),
        },
      },
    }),
  });
  return { schema, ticker, mutations, contexts, gate, executed, written };
}

export interface RunningGateway {
  readonly url: string;
  readonly wsUrl: string;
  readonly origin: string;
  readonly port: number;
  readonly stub: ReturnType<typeof createStub>;
  readonly log: readonly LogLine[];
  readonly close: (graceMs?: number) => Promise<void>;
  /** POSTs a query as JSON. */
  readonly ask: (
    query: string,
    init?: { readonly headers?: Record<string, string>; readonly variables?: object },
  ) => Promise<{ readonly status: number; readonly headers: Headers; readonly body: Answer }>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly locations?: unknown;
    readonly extensions?: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
}

const answerOf = async (response: Response): Promise<Answer> => (await response.json()) as Answer;

/** Lines of a log as they are written. */
export function createLogSink(): { readonly logger: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const logger = pino(
    { level: 'debug', base: null },
    { write: (line: string) => lines.push(JSON.parse(line)) },
  );
  return { logger, lines };
}

/** Settings as a user would give them: `stubConfig('--port', '0')`. */
export const stubConfig = (env: Record<string, string> = {}): ServerConfig =>
  loadConfig([], { PORT: '0', HOME: '/nonexistent', ...env }).server;

export async function startGateway(
  env: Record<string, string> = {},
  overrides: Partial<ServerOptions> = {},
): Promise<RunningGateway> {
  const stub = createStub();
  const { logger, lines } = createLogSink();
  const gateway = createServer({
    schema: stub.schema,
    context: (request) => {
      stub.contexts.push(request);
      return { viewer: 'somebody' };
    },
    config: stubConfig(env),
    logger,
    ready: async () => ({ ok: true }),
    tabs: [{ query: 'query Hello { hello }' }],
    ...overrides,
  });
  const { url, port } = await gateway.listen();
  const origin = new URL(url).origin;
  let closing: Promise<void> | undefined;
  const close = (graceMs = 0): Promise<void> => {
    closing ??= gateway.close({ graceMs });
    return closing;
  };
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    origin,
    port,
    stub,
    log: lines,
    close,
    ask: async (query, { headers = {}, variables } = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, headers: response.headers, body: await answerOf(response) };
    },
    [Symbol.asyncDispose]: () => close(),
  };
}
