import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/engine/streams/lines.ts';
import {
  behind,
  type Entry,
  entryOf,
  type Position,
  PositionTracker,
  replayFrom,
  stampOf,
} from '../../src/logs/position.ts';

const base = 1_795_196_000_000_000_000n;
const both: ReadonlySet<'stdout' | 'stderr'> = new Set(['stdout', 'stderr']);

const lineAt = (stream: LogLine['stream'], nanos: bigint, more: Partial<LogLine> = {}): LogLine => ({
  stream,
  timestamp: stampOf(nanos),
  text: 'x',
  exact: undefined,
  size: 1,
  cut: undefined,
  open: undefined,
  ...more,
});

const placed = (lines: readonly LogLine[]): Entry[] => {
  const tracker = new PositionTracker();
  return lines.map((line) => entryOf(line, tracker.place(line)));
};

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
      return lineAt(stream, nanos);
    });
  });

describe('a replay', () => {
  it('begins a second before the line, or where a line began that was still open', () => {
    expect(replayFrom({ time: stampOf(5n) })).toBe('0.000000000');
    expect(replayFrom({ time: stampOf(base) })).toBe('1795195999.000000000');
    expect(replayFrom({ time: stampOf(base), open: stampOf(base - 5_000_000_001n) })).toBe(
      '1795195994.999999999',
    );
  });

  it('goes on behind any line, with nothing lost and nothing twice, however much the Engine sends again', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (log, pick) => {
        const place = pick % log.length;
        const from = placed(log)[place]?.position;
        if (!from) throw new Error('a line with a time has a position');
        const since = stampOf(BigInt(replayFrom(from).replace('.', '')));
        const replay = log.filter(({ timestamp }) => `${timestamp}` >= since);
        const select = behind(from, both);
        const rest = placed(replay).filter((entry) => select(entry));
        expect(rest.map(({ line }) => log.indexOf(line))).toEqual(
          log.slice(place + 1).map((_, index) => place + 1 + index),
        );
      }),
    );
  });

  it('goes on where the line itself is no longer kept, or its stream is not read', () => {
    const from: Position = { stream: 'stdout', time: stampOf(base), seen: 2 };
    const at = (stream: LogLine['stream'], nanos: bigint): Entry => {
      const [entry] = placed([lineAt(stream, nanos)]);
      if (!entry) throw new Error('one line is one entry');
      return entry;
    };
    const given = (select: ReturnType<typeof behind>, ...entries: readonly Entry[]) =>
      entries.map((entry) => select(entry) !== undefined);
    expect(
      given(behind(from, both), at('stderr', base + 1n), at('stdout', base + 2n), at('stderr', base + 1n)),
    ).toEqual([false, true, true]);
    expect(given(behind(from, both), at('stderr', base + 1n), at('stderr', base + 1_000_000_001n))).toEqual([
      false,
      true,
    ]);
    const other = behind(from, new Set(['stderr'] as const));
    expect(given(other, at('stderr', base - 1n), at('stderr', base), at('stderr', base + 1n))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('gives the rest of a line that had no end when it was read, and the whole of the next one', () => {
    const [held] = placed([lineAt('stdout', base, { text: 'loading', size: 7, cut: 'end' })]);
    if (!held?.position) throw new Error('a line with a time has a position');
    const select = behind(held.position, both);
    const again = placed([
      lineAt('stdout', base, { text: 'loading done é', size: 15 }),
      lineAt('stdout', base + 1n, { text: 'next' }),
    ]);
    expect(again.map((entry) => select(entry)?.line.text)).toEqual([' done é', 'next']);
    const same = behind(held.position, both);
    expect(placed([lineAt('stdout', base, { text: 'loading', size: 7 })]).map(same)).toEqual([undefined]);
  });

  it('knows times as Podman writes them', () => {
    const [entry] = placed([lineAt('stdout', base, { timestamp: '2026-11-20T17:33:20.5+02:00' })]);
    expect(entry?.position?.time).toBe('2026-11-20T15:33:20.500000000Z');
  });
});
