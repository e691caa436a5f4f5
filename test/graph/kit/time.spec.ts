import { describe, expect, it } from 'vitest';
import { moment, momentOfNanos, momentOfUnix, nanosOf, parseTimestamp } from '../../../src/graph/kit/time.ts';

describe('a moment of the daemon', () => {
  it('is null where the daemon means never', () => {
    expect([
      moment('0001-01-01T00:00:00Z'),
      moment(''),
      moment(null),
      momentOfUnix(0),
      momentOfUnix(undefined),
    ]).toEqual([null, null, null, null, null]);
  });

  it('is null where no clock can show it', () => {
    expect(momentOfUnix(9_223_372_036_854_775_807n)).toBeNull();
  });

  it('keeps all nanoseconds', () => {
    expect(moment('2026-11-20T17:30:00.123456789Z')).toBe('2026-11-20T17:30:00.123456789Z');
    expect(momentOfNanos(1_658_332_113_524_919_324n)).toBe('2022-07-20T15:48:33.524919324Z');
  });

  it('is read from every form of RFC 3339', () => {
    expect(nanosOf('2022-07-20T17:48:33.524919324+02:00')).toBe(1_658_332_113_524_919_324n);
    expect(nanosOf('2022-07-20')).toBe(1_658_275_200_000_000_000n);
    expect(nanosOf('yesterday')).toBeUndefined();
  });
});

describe('a moment that a user types', () => {
  const now = Date.UTC(2026, 10, 20, 12, 0, 0);

  it.each([
    ['1700000000', '1700000000'],
    ['1700000000.5', '1700000000.5'],
    [1_700_000_000, '1700000000'],
    ['2026-11-20T11:00:00Z', '1795172400'],
    ['2026-11-20T11:00:00.25Z', '1795172400.250000000'],
    ['10m', '1795175400'],
  ])('%j becomes what the daemon takes', (text, unix) => {
    expect(parseTimestamp(text, now)).toBe(unix);
  });

  it.each(['', 'soon', '2026-13-40', 'T11:00'])('%j is refused', (text) => {
    expect(parseTimestamp(text, now)).toBeUndefined();
  });
});
