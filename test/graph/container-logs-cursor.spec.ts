import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadUserInput } from '../../src/errors.ts';
import { decodeCursor, encodeCursor, newestOf } from '../../src/graph/container/logs/cursor.ts';
import { type Position, stampOf } from '../../src/logs/position.ts';

const base = 1_795_196_000_000_000_000n;
const stamp = fc.bigInt(0n, 7n * 10n ** 18n).map(stampOf);

const position: fc.Arbitrary<Position> = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  time: stamp,
  seen: fc.nat({ max: 2_000_000_000 }),
  open: fc.option(stamp, { nil: undefined }),
  held: fc.option(fc.nat({ max: 1_048_576 }), { nil: undefined }),
});

describe('a cursor', () => {
  it('holds the place of each container exactly', () => {
    const key = fc.stringMatching(/^[0-9a-f]{12}$|^[0-9a-z]{25}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, position), { selector: ([id]) => id, maxLength: 5 }),
        (all) => {
          expect(decodeCursor(encodeCursor(new Map(all)))).toEqual(new Map(all));
        },
      ),
    );
  });

  it('is refused when this gateway has not made it', () => {
    const forged = [
      'l2,x',
      'l3',
      'l2,0123456789ab:o1:1,',
      'l2,0123456789ab:x1:1',
      'l2,0123456789ab:ozzzzzzzzzzzzz:1',
    ].map((text) => Buffer.from(text).toString('base64url'));
    for (const cursor of ['', 'nonsense', '../..', ...forged]) {
      expect(() => decodeCursor(cursor)).toThrow(BadUserInput);
    }
  });

  it('tells the newest time in it, from which containers are read that it does not tell of', () => {
    expect(newestOf(new Map())).toBeUndefined();
    const at = (nanos: bigint): Position => ({ stream: 'stdout', time: stampOf(nanos), seen: 1 });
    const positions = new Map([
      ['a', at(base)],
      ['b', at(base + 9n)],
      ['c', at(base + 7n)],
    ]);
    expect(newestOf(positions)).toBe('1795195999.000000009');
  });
});
