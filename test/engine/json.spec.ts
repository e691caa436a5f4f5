import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, parseJson } from '../../src/engine/json.ts';

describe('parseJson with integers', () => {
  it('keeps safe integers as numbers, up to and including the limits', () => {
    expect(parseJson('[0,-1,9007199254740991,-9007199254740991]')).toEqual([
      0, -1, 9007199254740991, -9007199254740991,
    ]);
  });

  it('makes a bigint of the first integer beyond the safe range', () => {
    expect(parseJson('[9007199254740992,-9007199254740992]')).toEqual([
      9007199254740992n,
      -9007199254740992n,
    ]);
  });

  it('keeps the memory limit and the nanoseconds that a daemon really sends', () => {
    const text = '{"timeNano":1700000000123456789,"hierarchical_memory_limit":9223372036854771712}';
    expect(parseJson(text)).toEqual({
      timeNano: 1700000000123456789n,
      hierarchical_memory_limit: 9223372036854771712n,
    });
  });

  it('keeps any integer exact, wherever it stands and however it is spaced', () => {
    const around = fc.constantFrom<readonly [string, string]>(
      ['', ''],
      [' ', '\n'],
      ['[', ']'],
      ['[1,', ',2]'],
      ['{"a":', '}'],
      ['{"a" : ', ' , "b":1.5}'],
      ['[\t', '\r\n]'],
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), around, (value, [before, after]) => {
        fc.pre(!Number.isSafeInteger(Number(value)));
        const found: unknown[] = [];
        const collect = (node: unknown): void => {
          if (typeof node === 'bigint') found.push(node);
          else if (Array.isArray(node)) node.forEach(collect);
          else if (isJsonObject(node)) Object.values(node).forEach(collect);
        };
        collect(parseJson(`${before}${value}${after}`));
        expect(found).toEqual([value]);
      }),
    );
  });
});

describe('parseJson with other numbers', () => {
  it('leaves fractions and exponents to be doubles', () => {
    const text = '[1.2345678901234567890,12345678901234567890.5,1e30,12345678901234567890e2,-0,0.1]';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('reads minus zero like JSON.parse on the exact path too', () => {
    expect(parseJson('[-0,12345678901234567890]')).toEqual([-0, 12345678901234567890n]);
  });
});

describe('parseJson with everything else', () => {
  it('agrees with JSON.parse on every value without long integers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agrees with JSON.parse on the exact path too, strings and keys included', () => {
    const strings = fc.string({ unit: 'binary', maxLength: 12 });
    const value = fc.dictionary(
      strings,
      fc.oneof(strings, fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true })),
      { maxKeys: 6 },
    );
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object);
        expect(parseJson(`[12345678901234567890,${text}]`)).toEqual([
          12345678901234567890n,
          JSON.parse(text),
        ]);
      }),
    );
  });

  it('leaves digits inside strings alone', () => {
    const text = '{"id":"sha256:1234567890123456789012","sizes":"[1234567890123456789]"}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('takes the last of two equal keys, as JSON.parse does', () => {
    expect(parseJson('{"a":12345678901234567890,"a":2}')).toEqual({ a: 2 });
  });

  it.each([
    ['the native path', '{"__proto__":{"polluted":true},"constructor":1}'],
    ['the exact path', '{"__proto__":{"polluted":12345678901234567890},"constructor":1}'],
  ])('keeps a __proto__ key an own property on %s', (_, text) => {
    const value = parseJson(text);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(Object(value))).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '[1,]',
    '{"a":12345678901234567890',
    '12345678901234567890 1',
    'NaN',
    '01234567890123456789',
  ])('throws a SyntaxError for %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('throws a SyntaxError, not a stack overflow, for a hostile depth', () => {
    const text = `${'['.repeat(200_000)}12345678901234567890${']'.repeat(200_000)}`;
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('isJsonObject', () => {
  it('tells objects from lists, null and scalars', () => {
    expect([{}, [], null, 'x', 1, undefined].map(isJsonObject)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
