/** Moments: what the daemon writes, what the graph answers, and what users may type. */
import type { Int64 } from '../../engine/types.ts';
import { parseDuration } from './units.ts';

/** Go's zero time, which the daemon writes for "never". */
const isZeroTime = (text: string) => text.startsWith('0001-01-01');

/** RFC 3339 of an inspect field; null for absent, empty and Go's zero time. */
export const moment = (text: string | null | undefined): string | null =>
  !text || isZeroTime(text) ? null : text;

/** RFC 3339 of Unix seconds, as the lists send them; null for absent, for 0, which is "unknown", and for nonsense. */
export function momentOfUnix(seconds: Int64 | null | undefined): string | null {
  if (seconds === null || seconds === undefined) return null;
  const date = new Date(Number(seconds) * 1000);
  return date.getTime() > 0 ? date.toISOString().replace('.000Z', 'Z') : null;
}

/** RFC 3339 with nine decimals of exact Unix nanoseconds. */
export function momentOfNanos(nanos: bigint): string {
  const seconds = nanos / 1_000_000_000n;
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${fraction}Z`;
}

/** Exact Unix nanoseconds of RFC 3339, or undefined. */
export function nanosOf(text: string): bigint | undefined {
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})?)?$/.exec(
      text,
    );
  if (!parts) return undefined;
  const [, date = '', clock = '00:00:00', fraction = '', zone = 'Z'] = parts;
  const millis = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${zone.toUpperCase()}`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Unix seconds with up to nine decimals, as the daemon's `since` and `until` take them. */
export const unixSeconds = (nanos: bigint): string => {
  const fraction = nanos % 1_000_000_000n;
  const seconds = (nanos / 1_000_000_000n).toString();
  return fraction === 0n ? seconds : `${seconds}.${fraction.toString().padStart(9, '0')}`;
};

/** Exact Unix nanoseconds of {@link unixSeconds}. */
export function nanosOfSeconds(text: string): bigint {
  const [seconds = '0', fraction = ''] = text.split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/**
 * What the daemon's `since` and `until` take (Unix seconds with up to nine decimals), of what the docker CLI's take:
 * RFC 3339, a date, Unix seconds, or a duration ago. Undefined for anything else.
 *
 * @param now milliseconds since 1970, from which a duration counts back
 */
export function parseTimestamp(value: string | number, now: number): string | undefined {
  const text = String(value).trim();
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return text;
  const exact = nanosOf(text);
  if (exact !== undefined) return exact < 0n ? undefined : unixSeconds(exact);
  const ago = parseDuration(text);
  return ago === undefined ? undefined : unixSeconds(BigInt(now) * 1_000_000n - BigInt(ago));
}
