/** What a flag or a variable may hold. Each parser says what it accepts, for the one sentence of a refusal. */
import { compareApi, oldestApi } from '../engine/version.ts';

export interface Parser<Value> {
  /** Completes "accepted is ...". */
  readonly accepted: string;
  /** The value, or undefined for text that is not one. */
  readonly parse: (text: string) => Value | undefined;
}

/** Any text but the empty one. */
export const text = (what: string): Parser<string> => ({
  accepted: what,
  parse: (given) => given.trim() || undefined,
});

export const integer = (from: number, to: number): Parser<number> => ({
  accepted: `a whole number from ${from} to ${to}`,
  parse: (given) => {
    const digits = given.trim();
    const value = Number(digits);
    return /^\d+$/.test(digits) && value >= from && value <= to ? value : undefined;
  },
});

const byteUnits: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes: `1048576`, `32k`, `1m`; units are powers of 1024, as in the docker CLI. */
export const byteSize = (from: number, to: number): Parser<number> => ({
  accepted: `a number of bytes from ${from} to ${to}, or a size such as 32k or 1m`,
  parse: (given) => {
    const [, digits = '', unit = ''] = /^(\d+)\s*([kmg]?)(?:i?b)?$/.exec(given.trim().toLowerCase()) ?? [];
    const value = Number(digits) * (byteUnits[unit] ?? 1);
    return digits !== '' && value >= from && value <= to ? value : undefined;
  },
});

const timeUnits: Readonly<Record<string, number>> = { ms: 1, '': 1000, s: 1000, m: 60_000 };

/** A span of time to milliseconds: `10s`, `500ms`, `1m`, or a number of seconds. */
export const duration = (toMs: number, fromMs = 0): Parser<number> => ({
  accepted: `a span of time ${fromMs > 0 ? `from ${fromMs / 1000}s ` : ''}up to ${toMs / 1000}s, such as 10s, 500ms or 1m`,
  parse: (given) => {
    const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(given.trim().toLowerCase()) ?? [];
    const value = Number(digits) * (timeUnits[unit] ?? 1000);
    return digits !== '' && value >= fromMs && value <= toMs ? value : undefined;
  },
});

const switches: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  on: true,
  yes: true,
  false: false,
  '0': false,
  off: false,
  no: false,
};

export const onOff: Parser<boolean> = {
  accepted: 'on or off (also true, false, yes, no, 1, 0)',
  parse: (given) => switches[given.trim().toLowerCase()],
};

/** Docker's way of switches in variables: any value but the empty one, `0` included, means yes. */
export const anyValue: Parser<boolean> = { accepted: 'any value', parse: () => true };

export const oneOf = <const Choice extends string>(...choices: readonly Choice[]): Parser<Choice> => ({
  accepted: `one of ${choices.join(', ')}`,
  parse: (given) => choices.find((choice) => choice === given.trim().toLowerCase()),
});

/** Comma-separated items, each of which `item` accepts. */
export const list = <Value>(item: Parser<Value>): Parser<readonly Value[]> => ({
  accepted: `a comma-separated list of ${item.accepted}`,
  parse: (given) => {
    const values = given
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => item.parse(part));
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? known : undefined;
  },
});

/** `example.org`, `example.org:8443`, `[fd00::1]:4000`: what a `Host` header may say. */
export const hostName: Parser<string> = {
  accepted: 'host names such as graph.example.org or localhost:8080, without a scheme or a path',
  parse: (given) => {
    const host = given.trim().toLowerCase();
    return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/.test(host) ? host : undefined;
  },
};

/** `https://app.example.org`: scheme, host and port and nothing else, as browsers send it. */
export const origin: Parser<string> = {
  accepted: 'origins such as https://app.example.org or http://localhost:3000, without a path',
  parse: (given) => {
    const trimmed = given.trim();
    if (!/^https?:\/\/[^/?#@*]+$/i.test(trimmed) || !URL.canParse(trimmed)) return undefined;
    return new URL(trimmed).origin;
  },
};

/** `https://git.example.org/team`: where something may be fetched from, that and all below it; or `*`. */
export const remotePrefix: Parser<string> = {
  accepted: 'addresses such as https://git.example.org/team, by http, https or git and without a user, or *',
  parse: (given) => {
    const address = given.trim().replace(/\/+$/, '');
    const isAddress =
      /^(?:https?|git):\/\/(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::\d{1,5})?(?:\/[\w.~+-]+)*$/.test(
        address,
      );
    return address === '*' || isAddress ? address : undefined;
  },
};

const apiVersionForm = /^\d+\.\d+$/;

export const apiVersion: Parser<string> = {
  accepted: `an API version from ${oldestApi} up, such as 1.47`,
  parse: (given) => {
    const version = given.trim().replace(/^v/, '');
    return apiVersionForm.test(version) && compareApi(version, oldestApi) >= 0 ? version : undefined;
  },
};
