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

/** @param start where in `bytes` the header is; all of it must be there */
function readHeader(bytes: Uint8Array, start: number, maxFrameBytes: number): Header {
  const byte = (index: number): number => bytes[start + index] ?? 0;
  const type = byte(0);
  const size = byte(4) * 0x1000000 + byte(5) * 0x10000 + byte(6) * 0x100 + byte(7);
  // The three bytes after the type are zero in every frame; text of a terminal is told from frames by them.
  if (type > 3 || byte(1) !== 0 || byte(2) !== 0 || byte(3) !== 0) {
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

interface FramesOptions {
  /** Bound for one payload, 4 MiB by default; daemons write 16 to 32 KiB. */
  readonly maxFrameBytes?: number;
}

/** Splits a multiplexed stream into its frames as chunks are pushed in, wherever those are cut. */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #onFrame: (stream: Frame['stream'], data: Uint8Array) => void;
  readonly #queue = new ByteQueue();
  #header: Header | undefined;

  /** @param onFrame called for each frame that is not empty; its bytes are those of the chunks, not copies. */
  constructor(
    onFrame: (stream: Frame['stream'], data: Uint8Array) => void,
    { maxFrameBytes = fourMebibytes }: FramesOptions = {},
  ) {
    this.#onFrame = onFrame;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** @throws StreamError as {@link frames} does, after the frames before the fault were given out */
  push(chunk: Uint8Array): void {
    const rest = this.#queue.length === 0 && !this.#header ? this.#pushWhole(chunk) : chunk;
    this.#queue.push(rest);
    for (;;) {
      if (!this.#header && this.#queue.length >= headerBytes) {
        this.#header = readHeader(this.#queue.take(headerBytes), 0, this.#maxFrameBytes);
      }
      const header = this.#header;
      if (!header || this.#queue.length < header.size) break;
      this.#header = undefined;
      this.#give(header, this.#queue.take(header.size));
    }
  }

  /** @throws StreamError when the stream ended inside a frame */
  end(): void {
    if (this.#header || this.#queue.length > 0) {
      throw new StreamError('protocol', 'The Engine ended a multiplexed stream in the middle of a frame.');
    }
  }

  /** Most frames lie whole in one chunk, and need no queue. Answers what is left. */
  #pushWhole(chunk: Uint8Array): Uint8Array {
    let start = 0;
    while (start + headerBytes <= chunk.length) {
      const header = readHeader(chunk, start, this.#maxFrameBytes);
      const end = start + headerBytes + header.size;
      if (end > chunk.length) break;
      this.#give(header, chunk.subarray(start + headerBytes, end));
      start = end;
    }
    return chunk.subarray(start);
  }

  #give({ type }: Header, data: Uint8Array): void {
    if (type === 'error') {
      const message = Buffer.from(data).toString('utf8').trim().slice(0, longestMessage);
      throw new StreamError('response', message || 'The Engine reported a failure without saying which.');
    }
    if (data.length > 0) this.#onFrame(type, data);
  }
}

/**
 * Splits a multiplexed stream into its frames, wherever the chunks are cut. Memory follows what has arrived, never
 * what a header announces. Empty frames are left out.
 *
 * @throws StreamError `response` for a frame of type 3, which is the daemon reporting a failure; `too_large`; and
 *   `protocol` for other types or an end inside a frame. Frames before the fault have been given out.
 */
export async function* frames(
  source: AsyncIterable<Uint8Array>,
  options: FramesOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  let found: Frame[] = [];
  const decoder = new FrameDecoder((stream, data) => found.push({ stream, data }), options);
  let failure: { readonly error: unknown } | undefined;
  for await (const chunk of source) {
    try {
      decoder.push(chunk);
    } catch (error) {
      failure = { error };
    }
    const given = found;
    found = [];
    yield* given;
    if (failure) throw failure.error;
  }
  decoder.end();
}

/** The output of a terminal, which is not multiplexed: all of it counts as stdout, and pieces mean nothing. */
export async function* rawFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  for await (const data of source) if (data.length > 0) yield { stream: 'stdout', data };
}
