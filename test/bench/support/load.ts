/** Many subscribers in one process: bare sockets that count frames, so that they cost the machine little. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answer, now } from './child.ts';

interface Opening {
  readonly port: number;
  readonly count: number;
  readonly query: string;
  /** Whether to speak graphql-transport-ws; else nothing is sent. */
  readonly subscribes: boolean;
}

/** A masked text frame, as clients send them; the mask is all zeros, which changes nothing. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

/** Calls back for each text frame, however the bytes are cut. */
function frames(onText: () => void): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  let skip = 0;
  return (chunk) => {
    let bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = undefined;
    for (;;) {
      if (skip >= bytes.length) {
        skip -= bytes.length;
        return;
      }
      bytes = bytes.subarray(skip);
      skip = 0;
      const short = (bytes[1] ?? 0) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < head) {
        rest = bytes;
        return;
      }
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
      if ((bytes[0] ?? 0) === 0x81) onText();
      skip = head + length;
    }
  };
}

const sockets: Socket[] = [];
/** Messages that came since the last reset, by subscriber. */
let counts = new Uint32Array(0);
/** When each message came, in order of arrival. */
let arrivals: number[] = [];
/** How many subscribers have all of what is waited for. */
let complete = 0;
let expected = Number.POSITIVE_INFINITY;
let arrived = () => {};

async function open({ port, count, query, subscribes }: Opening): Promise<void> {
  counts = new Uint32Array(count);
  const one = async (index: number): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        `${subscribes ? 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n' : ''}\r\n`,
    );
    const [head]: Buffer[] = await once(socket, 'data');
    if (!head?.toString().startsWith('HTTP/1.1 101'))
      throw new Error(`no upgrade: ${head?.toString() ?? ''}`);
    if (subscribes) {
      socket.write(frameOf('{"type":"connection_init"}'));
      await once(socket, 'data');
      socket.write(frameOf(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })));
    }
    socket.on(
      'data',
      frames(() => {
        arrivals.push(now());
        const seen = (counts[index] ?? 0) + 1;
        counts[index] = seen;
        if (seen === expected && ++complete === count) arrived();
      }),
    );
  };
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (const index of indexes) await one(index);
    }),
  );
}

answer(
  {
    open: (input) => open(input as Opening),
    /** How many subscribers have had anything since the last reset. */
    reached: () => counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0),
    expect: (input) => {
      counts.fill(0);
      arrivals = [];
      complete = 0;
      expected = Number(input);
    },
    /** Resolves when everybody has everything; with when each message came. */
    arrivals: async () => {
      if (complete < counts.length) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
      arrived = () => {};
      const sorted = Float64Array.from(arrivals).sort();
      return { last: sorted.at(-1), p99: sorted[Math.ceil(sorted.length * 0.99) - 1], count: sorted.length };
    },
  },
  () => {
    for (const socket of sockets) socket.destroy();
  },
);
