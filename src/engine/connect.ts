/** Connections to one Engine. Pools are used raw: they send a path as it is, and follow no redirect. */
import { type Dispatcher, Pool } from 'undici';
import type { Endpoint, Transport } from './endpoint.ts';

/** Numbers that bound what one Engine may cost us. Times are in milliseconds, sizes in bytes. */
export interface ConnectLimits {
  /** Connections for calls that answer at once. 16 is where a daemon stops to get faster. */
  readonly callConnections?: number;
  /** Connections for streams and for calls that wait; each stream occupies one. */
  readonly streamConnections?: number;
  readonly connectTimeout?: number;
  /** How long the whole header of an answer may be. */
  readonly maxHeaderSize?: number;
  /** How long the body of an answer to a call may be. Streams are bounded by their frames, not in total. */
  readonly maxResponseSize?: number;
  /** How long an unused connection is kept. */
  readonly keepAliveTimeout?: number;
  /** How long `close` lets calls under way finish. */
  readonly closeTimeout?: number;
}

const defaultLimits = {
  callConnections: 16,
  streamConnections: 512,
  connectTimeout: 2_000,
  maxHeaderSize: 16 * 1024,
  maxResponseSize: 64 * 1024 * 1024,
  keepAliveTimeout: 30_000,
  closeTimeout: 5_000,
} as const satisfies Required<ConnectLimits>;

export interface Connection {
  /** For `dispatcher.request({ origin })`; says nothing of where the Engine is when that is a socket. */
  readonly origin: string;
  /** For calls with a deadline, which is the caller's to set by signal. */
  readonly calls: Dispatcher;
  /** For streams and calls that wait for something to happen: nothing here ever times out. */
  readonly streams: Dispatcher;
  /** Calls back each time the daemon, not we, ended a connection: it may come back as another version. */
  onDaemonHungUp(listener: () => void): void;
  /** Cuts streams, lets calls finish for a while, then cuts those too. May be called again. */
  close(): Promise<void>;
}

const originOf = (transport: Transport): string => {
  if (transport.kind === 'unix') return 'http://localhost';
  const { host, port, tls } = transport;
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** Errors that a socket gets from its other end, as opposed to those we end it with ourselves. */
const hungUpCodes: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Ends gracefully, but not for ever: a call that hangs must not keep the process. */
async function closeWithin(pool: Pool, timeout: number): Promise<void> {
  const timer = setTimeout(() => void pool.destroy(), timeout);
  try {
    await pool.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Prepares the connections to an Engine. Opens none: the socket is looked up by its path each time one is needed. */
export function connect(endpoint: Endpoint, limits: ConnectLimits = {}): Connection {
  const bounds = { ...defaultLimits, ...limits };
  const { transport } = endpoint;
  const origin = originOf(transport);
  const common: Pool.Options = {
    pipelining: 1,
    maxHeaderSize: bounds.maxHeaderSize,
    keepAliveTimeout: bounds.keepAliveTimeout,
    connect: {
      timeout: bounds.connectTimeout,
      ...(transport.kind === 'unix' ? { socketPath: transport.socketPath } : transport.tls),
    },
  };
  const calls = new Pool(origin, {
    ...common,
    connections: bounds.callConnections,
    maxResponseSize: bounds.maxResponseSize,
  });
  const streams = new Pool(origin, {
    ...common,
    connections: bounds.streamConnections,
    // An idle stream is a healthy one: the defaults would end quiet events and logs after five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let closing: Promise<unknown> | undefined;
  return {
    origin,
    calls,
    streams,
    onDaemonHungUp(listener) {
      for (const pool of [calls, streams]) {
        pool.on('disconnect', (_origin, _targets, error) => {
          if (hungUpCodes.has(error.code)) listener();
        });
      }
    },
    async close() {
      closing ??= Promise.all([closeWithin(calls, bounds.closeTimeout), streams.destroy()]);
      await closing;
    },
  };
}
