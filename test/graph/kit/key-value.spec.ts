import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/engine/json.ts';
import type { StringMap } from '../../../src/engine/types.ts';
import { entryOf, keyValues, mapOf } from '../../../src/graph/kit/key-value.ts';

/** Whatever the daemon sends where it documents a map of texts. */
const sent = (json: string): StringMap => parseJson(json) as StringMap;

describe('a map with arbitrary keys', () => {
  it('is a list by key, whatever its values are', () => {
    const map = sent('{"b":true,"a":9223372036854775807,"d":{"x":[1]},"c":null,"e":1.5}');
    expect(keyValues(map)).toEqual([
      { key: 'a', value: '9223372036854775807' },
      { key: 'b', value: 'true' },
      { key: 'c', value: '' },
      { key: 'd', value: '{"x":[1]}' },
      { key: 'e', value: '1.5' },
    ]);
  });

  it('has no keys but its own, and keeps those that look like more', () => {
    const map = sent('{"__proto__":"p","constructor":"c"}');
    expect(keyValues(map).map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
    expect([entryOf(map, '__proto__'), entryOf(map, 'toString')]).toEqual(['p', null]);
    expect(Object.entries(mapOf(keyValues(map)) ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });
});
