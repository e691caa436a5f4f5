/** Sizes and durations in the notation of the docker CLI. */
import type { Int64 } from '../../engine/types.ts';

const byteUnits: Readonly<Record<string, number>> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Narrows an exact integer to a plain number where nothing is lost. */
export const shrink = (value: bigint): Int64 => {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
};

/** Bytes of `512m`, `1.5g`, `64kb`, `1GiB` or a plain number; undefined if it is none of them. Units are binary. */
export function parseByteSize(text: string | number): Int64 | undefined {
  if (typeof text === 'number') return Number.isSafeInteger(text) ? text : undefined;
  const parts = /^\s*(-?\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?\s*$/i.exec(text);
  if (!parts) return undefined;
  const [, amount = '', unit = ''] = parts;
  const power = byteUnits[unit.toLowerCase()] ?? 0;
  if (/^-?\d+$/.test(amount)) return shrink(BigInt(amount) * 1024n ** BigInt(power));
  return Math.trunc(Number(amount) * 1024 ** power);
}

const nanosPer = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
} as const;

const isUnit = (unit: string): unit is keyof typeof nanosPer => unit in nanosPer;

/** Nanoseconds of `amount` units, exact for up to nine decimals. */
function nanos(amount: string, unit: bigint): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = fraction.slice(0, 18);
  return (
    BigInt(whole || '0') * unit +
    (digits === '' ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length))
  );
}

/** Nanoseconds of `10s`, `1m30s`, `-1.5h`, or of a number of seconds; undefined if it is none of them. */
export function parseDuration(text: string | number): Int64 | undefined {
  if (typeof text === 'number') {
    return Number.isFinite(text) ? shrink(BigInt(Math.round(text * 1e9))) : undefined;
  }
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) {
    const negative = trimmed.startsWith('-');
    const value = nanos(negative ? trimmed.slice(1) : trimmed, nanosPer.s);
    return shrink(negative ? -value : value);
  }
  const parts = /^(-?)((?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(trimmed);
  if (!parts) return undefined;
  let total = 0n;
  for (const [, amount = '', unit = ''] of (parts[2] ?? '').matchAll(
    /(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    if (isUnit(unit)) total += nanos(amount, nanosPer[unit]);
  }
  return shrink(parts[1] === '-' ? -total : total);
}

const trimZeros = (digits: string) => digits.replace(/0+$/, '');

/** Nanoseconds in Go's notation, exact: `1h2m3.5s`, `250ms`, `0s`. */
export function formatDuration(value: Int64): string {
  const total = BigInt(value);
  if (total === 0n) return '0s';
  if (total < 0n) return `-${formatDuration(-total)}`;
  const fraction = (amount: bigint, unit: bigint) => {
    const rest = trimZeros((amount % unit).toString().padStart(unit.toString().length - 1, '0'));
    return `${amount / unit}${rest === '' ? '' : `.${rest}`}`;
  };
  if (total < nanosPer.us) return `${total}ns`;
  if (total < nanosPer.ms) return `${fraction(total, nanosPer.us)}µs`;
  if (total < nanosPer.s) return `${fraction(total, nanosPer.ms)}ms`;
  const hours = total / nanosPer.h;
  const minutes = (total % nanosPer.h) / nanosPer.m;
  const seconds = total % nanosPer.m;
  const hour = hours === 0n ? '' : `${hours}h`;
  const minute = hours === 0n && minutes === 0n ? '' : `${minutes}m`;
  return `${hour}${minute}${fraction(seconds, nanosPer.s)}s`;
}

/**
 * Whole seconds of nanoseconds, rounded away from zero, for parameters that the daemon takes in seconds: a short grace
 * period is not none, and a negative one, which is without end, stays negative.
 */
export const wholeSeconds = (nanoseconds: Int64): number => {
  const value = BigInt(nanoseconds);
  const seconds = value / nanosPer.s;
  if (value % nanosPer.s === 0n) return Number(seconds);
  return Number(value > 0n ? seconds + 1n : seconds - 1n);
};
