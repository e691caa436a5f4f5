/** Places in the log of one container: how reading goes on behind a line without a repeat and without a loss. */
import { bytesOf, type LogLine, type OutputStream, textOf } from '../engine/streams/lines.ts';

/** A time as Docker writes it: 30 characters, of which earlier ones sort first. */
export type Stamp = string;

/**
 * Behind one line of a container. The Engine keeps both streams of a container in one fixed order, in which only the
 * times of the same stream never go back, so a line is known by its stream, its time, and its number among the lines
 * with that time.
 */
export interface Position {
  readonly stream: OutputStream;
  /** By the Engine's clock. */
  readonly time: Stamp;
  /** Lines of that stream and time up to here. 0 is before the first of them. */
  readonly seen: number;
  /** When a line of the other stream began that had not ended yet: it is in the log before this one, in part. */
  readonly open?: Stamp | undefined;
  /** So many bytes were all there was of that line, which had no end: the rest of it may come. */
  readonly held?: number | undefined;
}

/** A line with its place; no place where the log driver knows no times. */
export interface Entry {
  readonly line: LogLine;
  readonly position: Position | undefined;
  readonly time: Stamp | undefined;
  /** Bytes of the line. */
  readonly size: number;
}

export const entryOf = (line: LogLine, position: Position | undefined): Entry => ({
  line,
  position,
  time: position?.time,
  size: line.size,
});

const dockersStamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

/** RFC 3339 in the one form that can be compared as text; undefined for what is none. */
function canonical(timestamp: string): Stamp | undefined {
  if (dockersStamp.test(timestamp)) return timestamp;
  const [, fraction = ''] = /\.(\d{1,9})/.exec(timestamp) ?? [];
  const date = new Date(timestamp.replace(/\.\d+/, ''));
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

/** Unix nanoseconds. */
export const nanosOf = (stamp: Stamp): bigint =>
  BigInt(Date.parse(`${stamp.slice(0, 19)}Z`)) * 1_000_000n + BigInt(stamp.slice(20, 29));

export const stampOf = (nanos: bigint): Stamp =>
  `${new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19)}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;

const seconds = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;

/** RFC 3339, and so many nanoseconds more, as the Engine takes it in a query; undefined for what is none. */
export function unixSecondsOf(timestamp: string, more: bigint): string | undefined {
  const stamp = canonical(timestamp);
  // Go's zero time is "never".
  return stamp && !stamp.startsWith('0001-') ? seconds(nanosOf(stamp) + more) : undefined;
}

/** By how much two streams of a container may be out of order, in nanoseconds: far more than they ever are. */
const skew = 1_000_000_000n;

/** Unix seconds from which the Engine has to send again, so that nothing behind the position is missing. */
export function replayFrom({ time, open = time }: Pick<Position, 'time' | 'open'>): string {
  const early = nanosOf(time) - skew;
  const begun = nanosOf(open);
  const start = begun < early ? begun : early;
  const from = start > 0n ? start : 0n;
  return seconds(from);
}

/** Gives each line of one container its place, in the Engine's order. */
export class PositionTracker {
  readonly #last = new Map<OutputStream, { time: Stamp; seen: number }>();
  #latest: Position | undefined;

  /** The place behind this line, or behind the last one that had a time; undefined as long as none had. */
  place({ stream, timestamp, cut, open, size }: LogLine): Position | undefined {
    const time = timestamp === undefined ? undefined : canonical(timestamp);
    if (time === undefined) return this.#latest;
    const last = this.#last.get(stream);
    const seen = last?.time === time ? last.seen + 1 : 1;
    if (last) {
      last.time = time;
      last.seen = seen;
    } else {
      this.#last.set(stream, { time, seen });
    }
    const position: Position = {
      stream,
      time,
      seen,
      open: open === undefined ? undefined : canonical(open),
      held: cut === 'end' ? size : undefined,
    };
    this.#latest = position;
    return position;
  }
}

export const isSame = (one: Position, other: Position): boolean =>
  one.time === other.time && one.seen === other.seen && one.stream === other.stream;

/** The rest of a line of which so much was given already. */
const withoutStart = (line: LogLine, bytes: number): LogLine => {
  const rest = bytesOf(line).subarray(bytes);
  return {
    ...line,
    text: textOf(Buffer.from(rest), line.cut),
    exact: line.exact && rest,
    size: rest.length,
  };
};

/**
 * Tells what of a replay lies behind a position: the entry, the rest of it, or nothing.
 *
 * @param streams the streams that are read; the position may be in none of them
 */
export function behind(
  from: Position,
  streams: ReadonlySet<OutputStream>,
): (entry: Entry) => Entry | undefined {
  let isPassed = false;
  const isAnchored = streams.has(from.stream);
  const latest = isAnchored ? stampOf(nanosOf(from.time) + skew) : from.time;
  return (entry) => {
    const { position, line } = entry;
    if (isPassed) return entry;
    if (!position) return undefined;
    if (position.stream !== from.stream) {
      isPassed = position.time > latest;
      return isPassed ? entry : undefined;
    }
    if (position.time < from.time || (position.time === from.time && position.seen < from.seen))
      return undefined;
    isPassed = true;
    if (!isSame(position, from)) return entry;
    const { held } = from;
    if (held === undefined || line.size <= held) return undefined;
    return entryOf(withoutStart(line, held), position);
  };
}
