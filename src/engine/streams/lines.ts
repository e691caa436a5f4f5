/** From pieces of output to lines of text, as a reader of logs wants them. */

export type OutputStream = 'stdout' | 'stderr';

export interface LogLine {
  readonly stream: OutputStream;
  /** Without its line end. Bytes that are no UTF-8 are U+FFFD here. */
  readonly text: string;
  /** The bytes before the line feed where `text` does not hold them, copied; undefined for proper UTF-8 without `\r`. */
  readonly exact: Uint8Array | undefined;
  /** How many bytes it has. */
  readonly size: number;
  /** RFC 3339 with nanoseconds, when asked for and sent. */
  readonly timestamp: string | undefined;
  /**
   * Why it is not the whole of a line: it is longer than the bound, and goes on in the next item of the same stream; or
   * it is the last one there is, and has no line end (yet).
   */
  readonly cut: 'long' | 'end' | undefined;
  /** When the oldest line of the other stream began that had not ended yet. */
  readonly open: string | undefined;
}

interface LinesOptions {
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
/** `2026-01-02T03:04:05.678901234Z ` by what stands at these places: the `T`, the dot, the `Z` and the space. */
const dockersMarks = [
  [10, 0x54],
  [19, 0x2e],
  [29, 0x5a],
  [30, 0x20],
] as const;
const oneMebibyte = 1_048_576;
const replacement = '\ufffd';

/** Docker pads to nine digits and writes Z, 30 characters in all; Podman trims zeros and may write an offset. */
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)(?= )/;
const longestTimestamp = 35;
const dockersTimestamp = 30;

/** The same bytes, as what decodes fast. */
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function isDockers(bytes: Buffer): boolean {
  for (const [place, byte] of dockersMarks) if (bytes[place] !== byte) return false;
  for (let place = 20; place < 29; place++) {
    const byte = bytes[place] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

/** The length of the timestamp that the bytes begin with; 0 for none. */
function timestampLength(bytes: Buffer): number {
  if (isDockers(bytes)) return dockersTimestamp;
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, longestTimestamp + 1));
  return timestampPattern.exec(start)?.[0].length ?? 0;
}

const endsInReturn = (bytes: Uint8Array, cut: LogLine['cut']): boolean =>
  cut === undefined && bytes.at(-1) === carriageReturn;

/** What was written before a line feed as text: a carriage return there belongs to the line end. */
export const textOf = (bytes: Buffer, cut: LogLine['cut']): string =>
  bytes.toString('utf8', 0, bytes.length - (endsInReturn(bytes, cut) ? 1 : 0));

/** Exactly what was written. */
export const bytesOf = ({ exact, text }: Pick<LogLine, 'exact' | 'text'>): Uint8Array =>
  exact ?? Buffer.from(text);

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
  readonly #stream: OutputStream;
  readonly #maxLineBytes: number;
  readonly #timestamps: NonNullable<LinesOptions['timestamps']>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Of the line under way, or of the last one. */
  #timestamp: string | undefined;
  /** The line under way has been given out in part. */
  #continues = false;

  constructor(stream: OutputStream, options: Required<LinesOptions>) {
    this.#stream = stream;
    this.#maxLineBytes = options.maxLineBytes;
    this.#timestamps = options.timestamps;
  }

  /** When the line began that has not ended yet; undefined for none, and where that is not known. */
  get begunAt(): string | undefined {
    return this.#heldBytes > 0 || this.#continues ? this.#timestamp : undefined;
  }

  accept(piece: Uint8Array, open: string | undefined, lines: LogLine[]): void {
    const bytes = bufferOf(piece);
    const stampEnd = this.#timestamps === 'frame' ? timestampLength(bytes) : 0;
    const stamp = stampEnd > 0 ? bytes.toString('latin1', 0, stampEnd) : undefined;
    let start = stamp === undefined ? 0 : stampEnd + 1;
    for (let end = bytes.indexOf(lineFeed, start); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#begin(stamp);
      if (this.#heldBytes === 0 && end - start <= this.#maxLineBytes) {
        lines.push(this.#line(bytes.subarray(start, end), undefined, open));
      } else {
        this.#hold(bytes.subarray(start, end), open, lines);
        lines.push(this.#release(this.#heldBytes, undefined, open));
      }
      start = end + 1;
    }
    if (start === bytes.length) return;
    this.#begin(stamp);
    this.#hold(bytes.subarray(start), open, lines);
  }

  /** What is left when the stream ends without a line end. */
  end(open: string | undefined, lines: LogLine[]): void {
    if (this.#heldBytes > 0) lines.push(this.#release(this.#heldBytes, 'end', open));
  }

  /** A line has the time of its first piece. */
  #begin(stamp: string | undefined): void {
    if (this.#heldBytes === 0 && !this.#continues) this.#timestamp = stamp;
  }

  #hold(data: Buffer, open: string | undefined, lines: LogLine[]): void {
    let rest = data;
    while (this.#heldBytes + rest.length > this.#maxLineBytes) {
      const room = this.#maxLineBytes - this.#heldBytes;
      this.#keep(rest.subarray(0, room));
      rest = rest.subarray(room);
      const full = Buffer.concat(this.#held);
      this.#held = [full];
      lines.push(this.#release(wholeCharacters(full), 'long', open));
    }
    this.#keep(rest);
  }

  #keep(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#held.push(data);
    this.#heldBytes += data.length;
  }

  /** Gives out the first `count` held bytes, and keeps the others, which begin a character. */
  #release(count: number, cut: LogLine['cut'], open: string | undefined): LogLine {
    const [only] = this.#held;
    const all = bufferOf(this.#held.length === 1 && only ? only : Buffer.concat(this.#held));
    this.#held = [];
    this.#heldBytes = 0;
    this.#keep(all.subarray(count));
    return this.#line(all.subarray(0, count), cut, open);
  }

  #line(whole: Buffer, cut: LogLine['cut'], open: string | undefined): LogLine {
    let bytes = whole;
    if (this.#timestamps === 'line' && !this.#continues) {
      const length = timestampLength(bytes);
      this.#timestamp = length > 0 ? bytes.toString('latin1', 0, length) : undefined;
      if (length > 0) bytes = bytes.subarray(length + 1);
    }
    this.#continues = cut === 'long';
    const text = textOf(bytes, cut);
    return {
      stream: this.#stream,
      text,
      exact: endsInReturn(bytes, cut) || text.includes(replacement) ? Uint8Array.from(bytes) : undefined,
      size: bytes.length,
      timestamp: this.#timestamp,
      cut,
      open,
    };
  }
}

/**
 * Joins pieces of output to lines, stdout and stderr apart, in constant memory. The line end (`\n` or `\r\n`) is taken
 * off; a last line needs none. A longer line than the bound comes in several items, cut between characters.
 */
export class LineSplitter {
  readonly #stdout: LineAssembler;
  readonly #stderr: LineAssembler;

  constructor({ maxLineBytes = oneMebibyte, timestamps = 'none' }: LinesOptions = {}) {
    const settings = { maxLineBytes: Math.max(64, maxLineBytes), timestamps };
    this.#stdout = new LineAssembler('stdout', settings);
    this.#stderr = new LineAssembler('stderr', settings);
  }

  /** Adds the lines that end in this piece. */
  accept(stream: OutputStream, data: Uint8Array, lines: LogLine[]): void {
    if (stream === 'stdout') this.#stdout.accept(data, this.#stderr.begunAt, lines);
    else this.#stderr.accept(data, this.#stdout.begunAt, lines);
  }

  /** Adds what is held of lines that will not end any more. */
  end(lines: LogLine[]): void {
    this.#stdout.end(this.#stderr.begunAt, lines);
    this.#stderr.end(undefined, lines);
  }
}
