/** Scalars without the traps of the built-in ones: 64-bit integers, nanosecond times, and what the CLI takes. */
import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { Int64 } from '../engine/types.ts';
import { builder } from './builder.ts';
import { parseTimestamp } from './kit/time.ts';
import { formatDuration, parseByteSize, parseDuration, shrink } from './kit/units.ts';

const refuse = (scalar: string, value: unknown, accepted: string): never => {
  throw new GraphQLError(`${scalar} cannot be ${JSON.stringify(value) ?? String(value)}: give ${accepted}.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
};

const isInt64 = (value: unknown): value is Int64 => typeof value === 'bigint' || Number.isSafeInteger(value);

/** A number where a double holds it exactly, else its digits as a string: never rounded, never refused. */
const writeInt64 = (value: unknown): number | string => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return String(value);
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value.toString();
};

const readInt64 = (value: unknown): Int64 => {
  if (isInt64(value)) return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return shrink(BigInt(value));
  return refuse('Long', value, 'an integer, or its digits as a string');
};

/** The value of a literal, an integer as its digits: a number would lose some of them. */
const literalOf = (node: ValueNode): unknown =>
  node.kind === Kind.INT ? node.value : valueFromASTUntyped(node);

const readByteSize = (value: unknown): Int64 =>
  (typeof value === 'string' || typeof value === 'number' ? parseByteSize(value) : undefined) ??
  refuse('ByteSize', value, 'a size such as "512m" or "1.5g", or a number of bytes');

builder.scalarType('Long', {
  description:
    'A 64-bit integer: sizes in bytes, counters, nanoseconds. Answered as a JSON number up to 2^53 - 1 and as a string ' +
    'of digits beyond, so that no digit is lost. Both forms are accepted.',
  serialize: writeInt64,
  parseValue: readInt64,
  parseLiteral: (node) => readInt64(literalOf(node)),
});

builder.scalarType('Timestamp', {
  description:
    'A moment, as RFC 3339 with all its nanoseconds, such as `2026-11-20T17:30:00.123456789Z`. Inputs also take what the ' +
    'docker CLI takes: a date, Unix seconds, or a duration ago such as `10m`.',
  serialize: (value) => value,
  parseValue: (value) =>
    (typeof value === 'string' || typeof value === 'number'
      ? parseTimestamp(value, Date.now())
      : undefined) ?? refuse('Timestamp', value, 'RFC 3339, Unix seconds, or a duration ago such as "10m"'),
});

builder.scalarType('Duration', {
  description:
    'A span of time as the docker CLI writes it: `10s`, `1m30s`, `250ms`. Inputs also take a number of seconds.',
  serialize: (value) => (isInt64(value) ? formatDuration(value) : String(value)),
  parseValue: (value) =>
    (typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined) ??
    refuse('Duration', value, 'a duration such as "10s" or "1m30s", or a number of seconds'),
});

builder.scalarType('ByteSize', {
  description: 'A size for inputs, as the docker CLI takes it: `512m`, `1.5g`, `64k`, or a number of bytes.',
  serialize: writeInt64,
  parseValue: readByteSize,
  parseLiteral: (node) => readByteSize(literalOf(node)),
});
