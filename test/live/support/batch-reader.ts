import { createHash, type Hash } from 'node:crypto';
import { WebSocket } from 'ws';
import { at, listAt, textAt } from '../../support/json.ts';

interface Written {
  /** Of the bytes of each stream, as `docker logs` prints them. */
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: number;
  /** Lines that the gateway says it has left out. */
  readonly dropped: number;
  readonly cursor: string;
}

export interface BatchReader {
  /** Reads on, to the end or to so many lines. */
  read(lines?: number): Promise<Written>;
  /** Stops to read from the connection, and goes on. */
  pause(): void;
  resume(): void;
  leave(): void;
}

const selection = 'lines { stream base64 partial } dropped { count } cursor';

/** Reads `containerLogBatches` over a WebSocket of its own, and keeps nothing but hashes. */
export async function readBatches(url: string, args: string): Promise<BatchReader> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const hashes: Readonly<Record<string, Hash>> = {
    STDOUT: createHash('sha256'),
    STDERR: createHash('sha256'),
  };
  let lines = 0;
  let dropped = 0;
  let cursor = '';
  let over: string | undefined;
  let wake = (): void => {};
  const query = `subscription { containerLogBatches(${args}) { ${selection} } }`;
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
  socket.on('close', () => {
    over ??= 'The connection was closed.';
    wake();
  });
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString());
    const type = textAt(message, 'type');
    if (type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    } else if (type === 'next') {
      const batch = at(message, 'payload', 'data', 'containerLogBatches');
      if (!batch) over = JSON.stringify(at(message, 'payload', 'errors'));
      for (const line of listAt(batch, 'lines')) {
        const hash = hashes[textAt(line, 'stream')];
        hash?.update(Buffer.from(textAt(line, 'base64'), 'base64'));
        if (at(line, 'partial') !== true) hash?.update('\n');
        lines++;
      }
      if (batch) cursor = textAt(batch, 'cursor');
      dropped += Number(at(batch, 'dropped', 'count') ?? 0);
    } else if (type === 'complete') {
      over ??= '';
    } else if (type === 'error') {
      over = data.toString();
    }
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return {
    async read(most = Number.POSITIVE_INFINITY) {
      while (over === undefined && lines < most) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (over) throw new Error(over);
      const digest = (stream: string): string => hashes[stream]?.copy().digest('hex') ?? '';
      return { stdout: digest('STDOUT'), stderr: digest('STDERR'), lines, dropped, cursor };
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    leave: () => socket.terminate(),
  };
}
