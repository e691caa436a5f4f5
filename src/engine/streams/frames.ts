/** The multiplexed format of logs, attach and exec without a terminal: `[type,0,0,0,length as uint32]`, payload. */
import { StreamError } from './stream-error.ts';

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

const headerBytes = 8;
const fourMebibytes = 4_194_304;
/** Longest in-band error that is passed on, in characters. */
const longestMessage = 4_096;

/** Bytes in the order they came, taken off the front without being copied more than once. */
class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** How much of the first chunk is taken already. */
  #offset = 0;
  length = 0;

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Takes exactly `count` bytes, which must be there. */
  take(count: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let missing = count;
    let used = 0;
    for (const chunk of this.#chunks) {
      if (missing === 0) break;
      const piece = chunk.subarray(this.#offset, this.#offset + missing);
      pieces.push(piece);
      missing -= piece.length;
      this.#offset += piece.length;
      if (this.#offset === chunk.length) {
        used++;
        this.#offset = 0;
      }
    }
    this.#chunks.splice(0, used);
    this.length -= count;
    const [only] = pieces;
    return pieces.length === 1 && only ? only : Buffer.concat(pieces, count);
  }
}

interface Header {
  readonly type: Frame['stream'] | 'error';
  readonly size: number;
}

function readHeader(bytes: Uint8Array, maxFrameBytes: number): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const size = view.getUint32(4);
  // The three bytes after the type are zero in every frame; text of a terminal is told from frames by them.
  const type = view.getUint32(0) / 0x1000000;
  if (![0, 1, 2, 3].includes(type)) {
    throw new StreamError('protocol', 'The Engine sent something that is no frame of a multiplexed stream.');
  }
  if (size > maxFrameBytes) {
    throw new StreamError(
      'too_large',
      `The Engine announced a frame of ${size} bytes, above ${maxFrameBytes}.`,
    );
  }
  if (type === 3) return { type: 'error', size };
  return { type: type === 2 ? 'stderr' : 'stdout', size };
}

/**
 * Splits a multiplexed stream into its frames, wherever the chunks are cut. Memory follows what has arrived, never
 * what a header announces. Empty frames are left out.
 *
 * @param options.maxFrameBytes bound for one payload, 4 MiB by default; daemons write 16 to 32 KiB
 * @throws StreamError `response` for a frame of type 3, which is the daemon reporting a failure; `too_large`; and
 *   `protocol` for other types or an end inside a frame. Frames before the fault have been given out.
 */
export async function* frames(
  source: AsyncIterable<Uint8Array>,
  options: { readonly maxFrameBytes?: number } = {},
): AsyncGenerator<Frame, void, undefined> {
  const { maxFrameBytes = fourMebibytes } = options;
  const queue = new ByteQueue();
  let header: Header | undefined;
  for await (const chunk of source) {
    queue.push(chunk);
    for (;;) {
      if (!header && queue.length >= headerBytes) header = readHeader(queue.take(headerBytes), maxFrameBytes);
      if (!header || queue.length < header.size) break;
      const data = queue.take(header.size);
      const { type } = header;
      header = undefined;
      if (type === 'error') {
        const message = Buffer.from(data).toString('utf8').trim().slice(0, longestMessage);
        throw new StreamError('response', message || 'The Engine reported a failure without saying which.');
      }
      if (data.length > 0) yield { stream: type, data };
    }
  }
  if (header || queue.length > 0) {
    throw new StreamError('protocol', 'The Engine ended a multiplexed stream in the middle of a frame.');
  }
}

/** The output of a terminal, which is not multiplexed: all of it counts as stdout, and pieces mean nothing. */
export async function* rawFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  for await (const data of source) if (data.length > 0) yield { stream: 'stdout', data };
}
