import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseByteSize, parseDuration, wholeSeconds } from '../../../src/graph/kit/units.ts';

describe('a size', () => {
  it.each([
    ['512m', 536_870_912],
    ['1.5g', 1_610_612_736],
    ['64kb', 65_536],
    ['1GiB', 1_073_741_824],
    ['12', 12],
    [' 7 b ', 7],
    ['-1', -1],
    [4096, 4096],
  ])('reads %j as the CLI does', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it('keeps all digits of what a double cannot hold', () => {
    expect(parseByteSize('9223372036854771712')).toBe(9_223_372_036_854_771_712n);
  });

  it.each(['', 'm', '1x', '1..5g', 'NaN', 1.5, Number.NaN])('refuses %j', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    ['10s', 10_000_000_000],
    ['1m30s', 90_000_000_000],
    ['1.5h', 5_400_000_000_000],
    ['250ms', 250_000_000],
    ['1µs', 1_000],
    ['-3s', -3_000_000_000],
    ['90', 90_000_000_000],
    [2, 2_000_000_000],
    ['0.000000001s', 1],
  ])('reads %j', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos);
  });

  it.each(['', 's', '1 minute', '1d', '10s5', Number.POSITIVE_INFINITY])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is written so that reading it gives the same nanoseconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanos) => {
        expect(BigInt(parseDuration(formatDuration(nanos)) ?? -1n)).toBe(nanos);
      }),
    );
  });

  it('is written as Go writes it', () => {
    expect([0, 1, 1_500, 250_000_000, 30_000_000_000, 5_400_000_000_000].map(formatDuration)).toEqual([
      '0s',
      '1ns',
      '1.5µs',
      '250ms',
      '30s',
      '1h30m0s',
    ]);
  });

  it('is rounded up to whole seconds, so that no grace period is cut short', () => {
    expect([0, 1, 1_000_000_000, 1_000_000_001, -1_000_000_000].map(wholeSeconds)).toEqual([0, 1, 1, 2, -1]);
    // A negative one is without end, and zero is at once.
    expect([-1, -1_500_000_000].map(wholeSeconds)).toEqual([-1, -2]);
  });
});
