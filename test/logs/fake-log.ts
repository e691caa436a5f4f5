/** The log of one container of a daemon that can be told to cut, to end and to be away. */
import type { ServerResponse } from 'node:http';
import { createEngineClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect.ts';
import { createEventHub } from '../../src/events/hub.ts';
import { createLogHub } from '../../src/logs/hub.ts';
import type { LogReader } from '../../src/logs/reader.ts';
import type { Reading } from '../../src/logs/source.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers } from '../support/fake-protocol.ts';

export const id = 'a'.repeat(64);
export const multiplexed = 'application/vnd.docker.multiplexed-stream';

export function frame(type: number, text: string | Buffer): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

interface FakeLine {
  readonly time: string;
  readonly text: string;
}

const seconds = (time: string): number => Date.parse(time) / 1000;

export interface FakeLog {
  readonly engine: FakeEngine;
  /** Adds lines, a millisecond apart at least, and sends them to all who follow. */
  write(...texts: readonly string[]): void;
  /** Breaks all streams off, as a daemon does that is killed. */
  cut(): void;
  /** Ends all streams, as a daemon does whose container has ended. */
  end(): void;
  /** What inspect answers; undefined for a container that is gone. */
  state: object | undefined;
  /** Whether the daemon answers with 503, as a proxy does for one that is away. */
  away: boolean;
  /** Queries of the calls for the log. */
  readonly asked: () => readonly URLSearchParams[];
  /** Streams that are open now. */
  readonly open: () => number;
  readonly hub: ReturnType<typeof createLogHub>;
  follow(reading?: Partial<Reading>): Promise<LogReader>;
  close(): Promise<void>;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export async function startFakeLog(more: FakeHandlers = {}): Promise<FakeLog> {
  let latest = 0;
  const lines: FakeLine[] = [];
  const followers = new Set<ServerResponse>();
  let state: object | undefined = { Status: 'running', Running: true, StartedAt: '2026-11-20T17:00:00Z' };
  let away = false;
  const written = ({ time, text }: FakeLine): Buffer => frame(1, `${time} ${text}\n`);
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/{id}/json': (_request, { fail }) => {
        if (away) return fail(503, 'away');
        return state
          ? { Id: id, Name: '/x', Config: { Tty: false }, State: state }
          : fail(404, 'No such container');
      },
      'GET /containers/{id}/logs': ({ query }, { response, fail, clientGone }) => {
        if (away) return fail(503, 'away');
        if (!state) return fail(404, 'No such container');
        const since = Number(query.get('since') ?? 0);
        const tail = query.get('tail');
        const found = lines.filter(({ time }) => seconds(time) >= since);
        response.writeHead(200, { 'content-type': multiplexed }).flushHeaders();
        const given = tail === null ? found : Number(tail) === 0 ? [] : found.slice(-Number(tail));
        for (const line of given) response.write(written(line));
        if (!/^(?:1|true)$/.test(query.get('follow') ?? '')) {
          response.end();
          return;
        }
        followers.add(response);
        void clientGone.then(() => followers.delete(response));
      },
      ...more,
    },
  });
  const endpoint = {
    name: 'default',
    source: 'the spec',
    named: true,
    url: engine.host,
    transport: { kind: 'unix', socketPath: engine.socketPath },
  } as const;
  const client = createEngineClient({ name: 'default', endpoint, connection: connect(endpoint) });
  const events = createEventHub({ open: () => Promise.reject(new Error('no events here')), logger: quiet });
  const hub = createLogHub(
    { client, events },
    { patience: 400, backoff: { initial: 5, factor: 2, cap: 20, healthy: 10_000 } },
  );
  const opened: LogReader[] = [];
  return {
    engine,
    hub,
    write: (...texts) => {
      for (const text of texts) {
        latest = Math.max(latest + 1, Date.now());
        const time = new Date(latest).toISOString();
        const line = { time: time.replace('Z', '000000Z'), text };
        lines.push(line);
        for (const response of followers) response.write(written(line));
      }
    },
    cut: () => {
      for (const response of followers) response.socket?.destroy();
      followers.clear();
    },
    end: () => {
      for (const response of followers) response.end();
      followers.clear();
    },
    get state() {
      return state;
    },
    set state(next) {
      state = next;
    },
    get away() {
      return away;
    },
    set away(next) {
      away = next;
    },
    asked: () => engine.requests.filter(({ path }) => path.endsWith('/logs')).map(({ query }) => query),
    open: () => followers.size,
    follow: async (reading) => {
      const reader = await hub.follow({
        id,
        streams: new Set(['stdout', 'stderr'] as const),
        from: {},
        until: undefined,
        follow: true,
        acrossRestarts: false,
        terminal: undefined,
        ...reading,
      });
      opened.push(reader);
      return reader;
    },
    close: async () => {
      for (const reader of opened) reader.leave();
      hub.close();
      events.close();
      await client.close();
      await engine.close();
    },
  };
}

/** So many texts of a log, or fewer at its end. */
export async function textsOf(reader: LogReader, count = Number.POSITIVE_INFINITY): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const entries = await reader.next();
    if (!entries) break;
    texts.push(...entries.map(({ line }) => line.text));
  }
  return texts;
}
