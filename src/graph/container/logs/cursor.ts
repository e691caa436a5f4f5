/** Cursors of log lines: how far each log has been read, as clients hand it back. */
import { BadUserInput } from '../../../errors.ts';
import { nanosOf, type Position, replayFrom, stampOf } from '../../../logs/position.ts';

/** By the first twelve digits of a container's ID, or by the ID of a task. */
export type Positions = ReadonlyMap<string, Position>;

export const positionKey = (containerId: string): string => containerId.slice(0, 12);

/** Where a container that none of the positions tells of has to be read from, in Unix seconds; undefined for all of it. */
export function newestOf(positions: Positions): string | undefined {
  let newest: Position | undefined;
  for (const position of positions.values()) {
    if (!newest || position.time > newest.time) newest = position;
  }
  return newest && replayFrom({ time: newest.time });
}

const version = 'l2';
const entryPattern =
  /^([0-9a-z]{12,25}):([oe])([0-9a-z]{1,13}):([0-9a-z]{1,6})(?::([0-9a-z]{1,13})?(?::([0-9a-z]{1,6}))?)?$/;

const written = (time: string): string => nanosOf(time).toString(36);

function partOf(key: string, { stream, time, seen, open, held }: Position): string {
  const place = `${key}:${stream === 'stdout' ? 'o' : 'e'}${written(time)}:${seen.toString(36)}`;
  if (open === undefined && held === undefined) return place;
  return `${place}:${open === undefined ? '' : written(open)}${held === undefined ? '' : `:${held.toString(36)}`}`;
}

/** Opaque to clients. Empty positions have a cursor too: nothing has been read. */
export const encodeCursor = (positions: Positions): string =>
  Buffer.from(
    [version, ...[...positions].map(([key, position]) => partOf(key, position))].join(','),
    'latin1',
  ).toString('base64url');

/** The whole value, where `Number.parseInt` would round it. */
const read = (digits: string): bigint =>
  digits.split('').reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

/** Undefined for a time that no log has. */
function stampIn(digits: string): string | undefined {
  const nanos = read(digits);
  return nanos < 8_000_000_000_000_000_000n ? stampOf(nanos) : undefined;
}

function entryOf(text: string): readonly [string, Position] | undefined {
  const [, key = '', stream, nanos = '', seen = '', open, held] = entryPattern.exec(text) ?? [];
  const time = nanos && stampIn(nanos);
  if (!time) return undefined;
  return [
    key,
    {
      stream: stream === 'o' ? 'stdout' : 'stderr',
      time,
      seen: Number.parseInt(seen, 36),
      open: open ? stampIn(open) : undefined,
      held: held === undefined ? undefined : Number.parseInt(held, 36),
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
