/** JSON as the Engine writes it: int64 and uint64 come through exactly. */
import { parse } from 'lossless-json';

/**
 * An integer token of sixteen digits or more, which is where doubles stop being exact. A string may look like one
 * (`"1, 1234567890123456"`), which costs time and changes nothing; the end of the token is asked for because digests
 * (`"sha256:1234…"`) otherwise look like one in every long list.
 */
const longInteger = /(?:^|[\s:,[-])\d{16,}(?=[\s,\]}]|$)/;

const integer = /^-?\d+$/;

function exactNumber(token: string): number | bigint {
  const value = Number(token);
  return Number.isSafeInteger(value) || !integer.test(token) ? value : BigInt(token);
}

/**
 * Parses like `JSON.parse`, except that an integer outside the safe range becomes a `bigint`. Fractions and exponents
 * stay numbers. A `__proto__` key is an ordinary property.
 *
 * @throws SyntaxError for anything that is not one JSON value.
 */
export function parseJson(text: string): unknown {
  if (!longInteger.test(text)) return JSON.parse(text);
  try {
    return parse(text, null, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    // The lossless parser recurses where the native one does not.
    if (error instanceof RangeError)
      throw new SyntaxError('The JSON text is nested too deeply.', { cause: error });
    throw error;
  }
}

/** Whether a parsed value is a JSON object: no array, no null. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
