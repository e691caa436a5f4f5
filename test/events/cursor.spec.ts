import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/events/cursor.ts';

describe('a text that is to be a cursor', () => {
  it('is one as events and gaps tell it, and nothing else is', () => {
    expect(placeOf('1700000000123456789:0123456789ab')).toEqual({
      cursor: '1700000000123456789:0123456789ab',
      timeNano: 1_700_000_000_123_456_789n,
      isBefore: false,
    });
    expect(placeOf('5:0123456789ab:before')).toMatchObject({ cursor: '5:0123456789ab', isBefore: true });
    const others = [
      '',
      'x',
      '5',
      '5:',
      ':0123456789ab',
      '5:0123456789AB',
      '5:0123456789abc',
      '5:0123456789ab:after',
    ];
    const tricky = [
      '99999999999999999999:0123456789ab',
      '5:0123456789ab\n',
      ' 5:0123456789ab',
      '1.5:0123456789ab',
    ];
    expect([...others, ...tricky].map(placeOf)).toEqual(Array.from({ length: 12 }, () => undefined));
  });
});
