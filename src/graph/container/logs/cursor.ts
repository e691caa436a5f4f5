/** Places in the logs of containers: how reading goes on behind a line without a repeat and without a loss. */
import type { LogLine } from '../../../engine/streams/lines.ts';
import { BadUserInput } from '../../../errors.ts';
import { nanosOf } from '../../kit/time.ts';

type Stream = LogLine['stream'];

/**
 * Behind one line of a container. The Engine keeps both streams of a container in one fixed order, in which only the
 * times of the same stream never go back, so a line is known by its stream, its time, and its number among the lines
 * with that time.
 */
export interface Position {
  readonly stream: Stream;
  /** Unix nanoseconds, by the Engine's clock. */
  readonly nanos: bigint;
  /** Lines of that stream and time up to here. 0 is before the first of them. */
  readonly seen: number;
  /** When a line began, likewise, that had not ended yet when this one did: it is in the log before this one, in part. */
  readonly open?: bigint;
}

/** By the first twelve digits of the container's ID. */
export type Positions = ReadonlyMap<string, Position>;

export const positionKey = (containerId: string): string => containerId.slice(0, 12);

/** By how much two streams of a container may be out of order, in nanoseconds: far more than they ever are. */
const skew = 1_000_000_000n;

/** Unix nanoseconds from which the Engine has to send again, so that nothing behind the position is missing. */
export function replayFrom({ nanos, open = nanos }: Pick<Position, 'nanos' | 'open'>): bigint {
  const start = open < nanos - skew ? open : nanos - skew;
  return start > 0n ? start : 0n;
}

/** Where a container that none of the positions tells of has to be read from; undefined for none at all. */
export function newestOf(positions: Positions): bigint | undefined {
  let newest: bigint | undefined;
  for (const { nanos } of positions.values()) if (newest === undefined || nanos > newest) newest = nanos;
  return newest;
}

/** Follows the lines of one container, all that the Engine sends, in its order. */
export class PositionTracker {
  readonly #last = new Map<Stream, Position>();
  #latest: Position | undefined;

  /**
   * The position behind this line; undefined as long as no line came with a time.
   *
   * @param underWay when the oldest line began that has not ended yet
   */
  accept(
    { stream, timestamp }: Pick<LogLine, 'stream' | 'timestamp'>,
    underWay?: string,
  ): Position | undefined {
    const nanos = timestamp === undefined ? undefined : nanosOf(timestamp);
    if (nanos === undefined) return this.#latest;
    const last = this.#last.get(stream);
    const open = underWay === undefined ? undefined : nanosOf(underWay);
    const position: Position = {
      stream,
      nanos,
      seen: last?.nanos === nanos ? last.seen + 1 : 1,
      ...(open !== undefined && { open }),
    };
    this.#last.set(stream, position);
    this.#latest = position;
    return position;
  }
}

/**
 * Tells which lines of a replay lie behind a position.
 *
 * @param streams the streams that are read; the position may be in none of them
 */
export function isBehind(
  from: Position,
  streams: ReadonlySet<Stream>,
): (position: Position | undefined) => boolean {
  let isPassed = false;
  const isAnchored = streams.has(from.stream);
  return (position) => {
    if (isPassed || !position) return isPassed;
    if (position.stream !== from.stream) {
      isPassed = position.nanos > (isAnchored ? from.nanos + skew : from.nanos);
      return isPassed;
    }
    const isLater =
      position.nanos > from.nanos || (position.nanos === from.nanos && position.seen > from.seen);
    isPassed = isLater || (position.nanos === from.nanos && position.seen === from.seen);
    return isLater;
  };
}

const version = 'l1';
const entryPattern = /^([0-9a-f]{12}):([oe])([0-9a-z]{1,13}):([0-9a-z]{1,6})(?::([0-9a-z]{1,13}))?$/;

/** Opaque to clients. Empty positions have a cursor too: nothing has been read. */
export const encodeCursor = (positions: Positions): string =>
  Buffer.from(
    [
      version,
      ...[...positions].map(
        ([key, { stream, nanos, seen, open }]) =>
          `${key}:${stream === 'stdout' ? 'o' : 'e'}${nanos.toString(36)}:${seen.toString(36)}` +
          (open === undefined ? '' : `:${open.toString(36)}`),
      ),
    ].join(','),
  ).toString('base64url');

/** The whole value, where `Number.parseInt` would round it. */
const fromBase36 = (digits: string): bigint =>
  digits.split('').reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

function entryOf(text: string): readonly [string, Position] | undefined {
  const parts = entryPattern.exec(text);
  if (!parts) return undefined;
  const [, key = '', stream, nanos = '', seen = '', open] = parts;
  return [
    key,
    {
      stream: stream === 'o' ? 'stdout' : 'stderr',
      nanos: fromBase36(nanos),
      seen: Number.parseInt(seen, 36),
      ...(open !== undefined && { open: fromBase36(open) }),
    },
  ];
}

/** @throws BadUserInput for anything that {@link encodeCursor} has not made */
export function decodeCursor(cursor: string): Positions {
  const text = /^[\w-]+$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const [start, ...rest] = text.split(',');
  const entries = rest.map(entryOf);
  const known = entries.filter((entry) => entry !== undefined);
  if (start !== version || known.length < entries.length) {
    throw new BadUserInput(
      '`after` is no cursor of a log line: give the `cursor` of the last line that was received.',
    );
  }
  return new Map(known);
}
