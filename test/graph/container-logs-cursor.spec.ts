import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadUserInput } from '../../src/errors.ts';
import {
  decodeCursor,
  encodeCursor,
  isBehind,
  newestOf,
  type Position,
  PositionTracker,
  replayFrom,
} from '../../src/graph/container/logs/cursor.ts';
import { momentOfNanos } from '../../src/graph/kit/time.ts';

const base = 1_795_196_000_000_000_000n;
const both: ReadonlySet<'stdout' | 'stderr'> = new Set(['stdout', 'stderr']);

const positionOf = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  nanos: fc.bigInt(0n, 2n ** 63n - 1n),
  seen: fc.nat({ max: 2_000_000_000 }),
});
const withOpen = fc
  .tuple(positionOf, fc.option(fc.bigInt(0n, 2n ** 63n - 1n)))
  .map(([position, open]): Position => (open === null ? position : { ...position, open }));

describe('a cursor', () => {
  it('holds the place of each container exactly', () => {
    const key = fc.stringMatching(/^[0-9a-f]{12}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, withOpen), { selector: ([id]) => id, maxLength: 5 }),
        (all) => {
          expect(decodeCursor(encodeCursor(new Map(all)))).toEqual(new Map(all));
        },
      ),
    );
  });

  it('is refused when this gateway has not made it', () => {
    const forged = ['l1,x', 'l2', 'l1,0123456789ab:o1:1,', 'l1,0123456789ab:x1:1'].map((text) =>
      Buffer.from(text).toString('base64url'),
    );
    for (const cursor of ['', 'nonsense', '../..', ...forged]) {
      expect(() => decodeCursor(cursor)).toThrow(BadUserInput);
    }
  });

  it('tells the newest time in it, from which containers are read that it does not tell of', () => {
    expect(newestOf(new Map())).toBeUndefined();
    const at = (nanos: bigint): Position => ({ stream: 'stdout', nanos, seen: 1 });
    expect(
      newestOf(
        new Map([
          ['a', at(5n)],
          ['b', at(9n)],
          ['c', at(7n)],
        ]),
      ),
    ).toBe(9n);
    expect(replayFrom(at(5n))).toBe(0n);
    expect(replayFrom(at(base))).toBe(base - 1_000_000_000n);
    expect(replayFrom({ ...at(base), open: base - 5_000_000_000n })).toBe(base - 5_000_000_000n);
  });
});

/** A log as an Engine keeps it: times of one stream never go back, those of both may, a little. */
const logs = fc
  .array(
    fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      step: fc.constantFrom(0n, 0n, 1n, 3n, 2_000_000_000n),
      late: fc.constantFrom(0n, 0n, 2n, 4n),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    const last = { stdout: base, stderr: base };
    let now = base + 10n;
    return steps.map(({ stream, step, late }) => {
      now += step;
      const [, nanos = now] = [last[stream], now - late].sort((a, b) => (a < b ? -1 : 1));
      last[stream] = nanos;
      return { stream, nanos, timestamp: momentOfNanos(nanos) };
    });
  });

describe('a replay', () => {
  it('goes on behind any line, with nothing lost and nothing twice, however much the Engine sends again', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (log, pick) => {
        const place = pick % log.length;
        const first = new PositionTracker();
        const positions = log.map((line) => first.accept(line));
        const from = positions[place];
        if (!from) throw new Error('a line with a time has a position');
        const replay = log
          .map((line, index) => ({ line, index }))
          .filter(({ line }) => line.nanos >= replayFrom(from));
        const again = new PositionTracker();
        const isWanted = isBehind(from, both);
        const rest = replay.filter(({ line }) => isWanted(again.accept(line)));
        expect(rest.map(({ index }) => index)).toEqual(
          log.slice(place + 1).map((_, index) => place + 1 + index),
        );
      }),
    );
  });

  it('goes on where the line itself is no longer kept, or its stream is not read', () => {
    const from: Position = { stream: 'stdout', nanos: base, seen: 2 };
    const out = (nanos: bigint): Position => ({ stream: 'stdout', nanos, seen: 1 });
    const err = (nanos: bigint): Position => ({ stream: 'stderr', nanos, seen: 1 });
    const rotated = isBehind(from, both);
    expect([err(base + 1n), out(base + 2n), err(base + 1n)].map(rotated)).toEqual([false, true, true]);
    const quiet = isBehind(from, both);
    expect([err(base + 1n), err(base + 1_000_000_001n)].map(quiet)).toEqual([false, true]);
    const other = isBehind(from, new Set(['stderr'] as const));
    expect([err(base - 1n), err(base), err(base + 1n)].map(other)).toEqual([false, false, true]);
  });
});
