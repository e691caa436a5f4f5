import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/engine/streams/lines.ts';
import { type Entry, entryOf, PositionTracker } from '../../src/logs/position.ts';
import { RepeatFilter } from '../../src/logs/repeats.ts';

/** `[nanoseconds, text, cut]` of lines of standard output, as the Engine sends them. */
type Sent = readonly [nanos: string, text: string, cut?: LogLine['cut']];

function entries(sent: readonly Sent[]): Entry[] {
  const tracker = new PositionTracker();
  return sent.map(([nanos, text, cut]) => {
    const line: LogLine = {
      stream: 'stdout',
      text,
      exact: undefined,
      size: text.length,
      timestamp: `2026-11-20T17:30:01.${nanos}Z`,
      cut,
      open: undefined,
    };
    return entryOf(line, tracker.place(line));
  });
}

function given(sent: readonly Sent[]): string[] {
  const filter = new RepeatFilter();
  return entries(sent)
    .filter((entry) => filter.isNew(entry))
    .map(({ line }) => line.text);
}

const [one, two, three, four]: readonly Sent[] = [
  ['100000001', 'one'],
  ['100000002', 'two'],
  ['100000003', 'three'],
  ['100000004', 'four'],
];

describe('lines that the Engine sends again where it rotates a log', () => {
  it('are given once: the last few of them', () => {
    if (!one || !two || !three || !four) throw new Error('there are four lines');
    expect(given([one, two, three, two, three, four])).toEqual(['one', 'two', 'three', 'four']);
  });

  it('are given once: the last of them alone', () => {
    if (!one || !two || !three) throw new Error('there are three lines');
    expect(given([one, two, two, three, three])).toEqual(['one', 'two', 'three']);
  });
});

describe('lines that are no repeats', () => {
  it('are all given where a coarse clock gives many of them one time', () => {
    const same: Sent = ['123000000', 'y'];
    expect(given([same, same, same])).toEqual(['y', 'y', 'y']);
  });

  it('are all given where a clock is set back to times that were not seen', () => {
    expect(
      given([
        ['500000001', 'a'],
        ['100000007', 'a'],
        ['100000009', 'b'],
      ]),
    ).toEqual(['a', 'a', 'b']);
  });

  it('are all given where they are pieces of one long line', () => {
    const piece: Sent = ['100000001', 'x', 'long'];
    expect(given([piece, piece, ['100000001', 'x'], ['100000002', 'x']])).toEqual(['x', 'x', 'x', 'x']);
  });

  it('are all given where two of one time say something else', () => {
    expect(
      given([
        ['100000001', 'a'],
        ['100000001', 'b'],
      ]),
    ).toEqual(['a', 'b']);
  });
});
