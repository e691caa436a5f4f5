/** From frames to lines of text, as a reader of logs wants them. */
import type { Frame } from './frames.ts';

export interface LogLine {
  readonly stream: Frame['stream'];
  /** Without its line end. Bytes that are no UTF-8 are U+FFFD here; `bytes` has them exactly. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** RFC 3339 with nanoseconds, when asked for and sent. */
  readonly timestamp?: string;
  /** The line is longer than the bound, and goes on in the next item of the same stream. */
  readonly truncated: boolean;
}

export interface LinesOptions {
  /** Bound for one item, 1 MiB by default. At least 64. */
  readonly maxLineBytes?: number;
  /**
   * Where the daemon put timestamps (`timestamps=1`), to be split off: before each `frame` of a multiplexed stream,
   * so also inside long lines, which come as several frames; or before each `line` of a terminal's.
   */
  readonly timestamps?: 'none' | 'frame' | 'line';
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const oneMebibyte = 1_048_576;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Docker pads to nine digits and writes Z, 30 characters in all; Podman trims zeros and may write an offset. */
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)(?= )/;
const longestTimestamp = 35;

function splitTimestamp(bytes: Uint8Array): readonly [timestamp: string | undefined, rest: Uint8Array] {
  const start = Buffer.from(bytes.subarray(0, longestTimestamp + 1)).toString('latin1');
  const timestamp = timestampPattern.exec(start)?.[0];
  return timestamp === undefined ? [undefined, bytes] : [timestamp, bytes.subarray(timestamp.length + 1)];
}

/** How many of the bytes can be decoded without cutting the last character in two. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Puts the lines of one stream together. */
class LineAssembler {
  readonly #stream: Frame['stream'];
  readonly #maxLineBytes: number;
  readonly #timestamps: NonNullable<LinesOptions['timestamps']>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Of the line under way. */
  #timestamp: string | undefined;
  /** The line under way has been given out in part. */
  #continues = false;

  constructor(stream: Frame['stream'], options: Required<LinesOptions>) {
    this.#stream = stream;
    this.#maxLineBytes = options.maxLineBytes;
    this.#timestamps = options.timestamps;
  }

  *accept(frame: Uint8Array): Generator<LogLine, void, undefined> {
    const [stamp, data] = this.#timestamps === 'frame' ? splitTimestamp(frame) : [undefined, frame];
    let start = 0;
    for (let end = data.indexOf(lineFeed); end >= 0; end = data.indexOf(lineFeed, start)) {
      yield* this.#hold(data.subarray(start, end), stamp);
      yield this.#release(this.#heldBytes, false);
      start = end + 1;
    }
    if (start < data.length) yield* this.#hold(data.subarray(start), stamp);
  }

  /** What is left when the stream ends without a line end. */
  *end(): Generator<LogLine, void, undefined> {
    if (this.#heldBytes > 0) yield this.#release(this.#heldBytes, false);
  }

  *#hold(data: Uint8Array, stamp: string | undefined): Generator<LogLine, void, undefined> {
    if (this.#heldBytes === 0 && !this.#continues) this.#timestamp = stamp;
    let rest = data;
    while (this.#heldBytes + rest.length > this.#maxLineBytes) {
      const room = this.#maxLineBytes - this.#heldBytes;
      this.#keep(rest.subarray(0, room));
      rest = rest.subarray(room);
      const full = Buffer.concat(this.#held);
      this.#held = [full];
      yield this.#release(wholeCharacters(full), true);
    }
    this.#keep(rest);
  }

  #keep(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#held.push(data);
    this.#heldBytes += data.length;
  }

  /** Gives out the first `count` held bytes, and keeps the others, which begin a character. */
  #release(count: number, truncated: boolean): LogLine {
    const [only] = this.#held;
    const all = this.#held.length === 1 && only ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.#keep(all.subarray(count));
    let bytes = all.subarray(0, count);
    if (this.#timestamps === 'line' && !this.#continues) [this.#timestamp, bytes] = splitTimestamp(bytes);
    if (!truncated && bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
    this.#continues = truncated;
    const timestamp = this.#timestamp;
    return {
      stream: this.#stream,
      text: decoder.decode(bytes),
      bytes,
      ...(timestamp !== undefined && { timestamp }),
      truncated,
    };
  }
}

/**
 * Joins frames to lines, stdout and stderr apart, in constant memory. The line end (`\n` or `\r\n`) is taken off; a
 * last line needs none. A longer line than the bound comes in several items, cut between characters, all of them
 * `truncated` but the last.
 *
 * @throws what `source` throws, after what was held of unfinished lines has been given out.
 */
export async function* lines(
  source: AsyncIterable<Frame>,
  options: LinesOptions = {},
): AsyncGenerator<LogLine, void, undefined> {
  const { maxLineBytes = oneMebibyte, timestamps = 'none' } = options;
  const settings = { maxLineBytes: Math.max(64, maxLineBytes), timestamps };
  const streams = {
    stdout: new LineAssembler('stdout', settings),
    stderr: new LineAssembler('stderr', settings),
  };
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const { stream, data } of source) yield* streams[stream].accept(data);
  } catch (error) {
    failure = { error };
  }
  yield* streams.stdout.end();
  yield* streams.stderr.end();
  if (failure) throw failure.error;
}
