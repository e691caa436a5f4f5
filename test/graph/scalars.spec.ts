import { type GraphQLScalarType, isScalarType, parseValue, type ValueNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  if (!isScalarType(type)) throw new Error(`there is no scalar ${name}`);
  return type;
}
const literal = (text: string): ValueNode => parseValue(text);

describe('a Long', () => {
  const long = scalar('Long');

  it.each([
    ['9223372036854775807', 9_223_372_036_854_775_807n],
    ['-9007199254740993', -9_007_199_254_740_993n],
    ['12', 12],
    ['"9223372036854775807"', 9_223_372_036_854_775_807n],
    ['"12"', 12],
  ])('reads %s in a query exactly', (text, value) => {
    expect(long.parseLiteral(literal(text))).toBe(value);
  });

  it.each(['1.5', '"1e3"', 'true', '"99999999999999999999999"', '[1]'])('refuses %s in a query', (text) => {
    expect(() => long.parseLiteral(literal(text))).toThrow(/Long cannot be/);
  });

  it('reads digits of a variable as the number they are', () => {
    expect(long.parseValue('12')).toBe(12);
    expect(long.parseValue('9223372036854775807')).toBe(9_223_372_036_854_775_807n);
  });
});

describe('a ByteSize', () => {
  it('reads an integer in a query exactly', () => {
    expect(scalar('ByteSize').parseLiteral(literal('9223372036854771712'))).toBe(9_223_372_036_854_771_712n);
    expect(scalar('ByteSize').parseLiteral(literal('"512m"'))).toBe(536_870_912);
  });
});
