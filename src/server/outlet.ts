/** The short way out of a WebSocket, for texts that many get: frames written beside those of `ws`. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes that wait to be sent, beyond which nothing more is taken for now. */
const highWater = 64 * 1024;

export interface Outlet {
  /** Whether more can be taken. */
  readonly isFree: () => boolean;
  /** Calls back, once, when that is so again, or never if the socket closes before. */
  readonly whenFree: (run: () => void) => void;
  /** Sends `{"id":…,"type":"next","payload":…}`. What is sent in one turn leaves together. */
  readonly next: (prefix: string, payload: Buffer) => void;
}

/** What comes before the payload of a `next` message. */
export const prefixOf = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

const textFrame = 0x81;
const brace = 0x7d;

/** A whole, unmasked text frame, as servers send them (RFC 6455, section 5.2). */
function frameOf(prefix: string, payload: Buffer): Buffer {
  const prefixBytes = Buffer.byteLength(prefix);
  const length = prefixBytes + payload.length + 1;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = textFrame;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
  frame.write(prefix, header);
  payload.copy(frame, header + prefixBytes);
  frame[header + length - 1] = brace;
  return frame;
}

/** Those that have something to write in this turn. */
let dirty: (() => void)[] = [];

function writeAll(): void {
  const writes = dirty;
  dirty = [];
  for (const write of writes) write();
}

/** @param stream what `ws` itself writes to; without compression it writes whole frames, at once */
export function createOutlet(socket: WebSocket, stream: Duplex): Outlet {
  let frames: Buffer[] | undefined;
  let bytes = 0;
  let waiting: (() => void)[] | undefined;
  const isFree = (): boolean => !stream.writableNeedDrain && bytes < highWater;
  const wake = (): void => {
    const runs = waiting;
    waiting = undefined;
    for (const run of runs ?? []) run();
  };
  const write = (): void => {
    const given = frames;
    frames = undefined;
    bytes = 0;
    if (given && socket.readyState === socket.OPEN) {
      const [only] = given;
      stream.write(given.length === 1 && only ? only : Buffer.concat(given));
    }
    if (!waiting) return;
    if (stream.writableNeedDrain) stream.once('drain', wake);
    else wake();
  };
  return {
    isFree,
    whenFree: (run) => {
      if (waiting) {
        waiting.push(run);
        return;
      }
      waiting = [run];
      if (!frames) stream.once('drain', wake);
    },
    next: (prefix, payload) => {
      const frame = frameOf(prefix, payload);
      bytes += frame.length;
      if (frames) {
        frames.push(frame);
        return;
      }
      frames = [frame];
      if (dirty.push(write) === 1) queueMicrotask(writeAll);
    },
  };
}
