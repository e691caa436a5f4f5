/** Fields whose values change though nothing happens: no event tells, and an event elsewhere must not send them anew. */
import { parseDuration } from '../graph/kit/units.ts';

/**
 * How two answers of such a field are compared where only an event was the reason to ask.
 *
 * - `age`: an age that has grown by the time between the answers is the same
 * - `status`: the same for the age inside of `Up 5 minutes (healthy)`
 * - `measure`: a value is the same as any other value, but not as none
 */
export type Comparison = 'age' | 'status' | 'measure';

export const unannounced: Readonly<Record<string, Comparison>> = {
  'Container.uptime': 'age',
  'Container.uptimeSeconds': 'age',
  'Container.statusText': 'status',
  'Container.stats': 'measure',
  'Container.top': 'measure',
  'Container.logs': 'measure',
  'Container.changes': 'measure',
  'Container.size': 'measure',
  'Container.file': 'measure',
  'Service.logs': 'measure',
  'Task.age': 'age',
  'Task.logs': 'measure',
  'EngineInfo.systemTime': 'measure',
  'EngineDebug.eventListeners': 'measure',
  'EngineDebug.fileDescriptors': 'measure',
  'EngineDebug.goroutines': 'measure',
  'EngineStorage.driverStatus': 'measure',
};

/** Seconds between which an age lies. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const [minute, hour, day] = [60, 3_600, 86_400];
const unitSeconds: Readonly<Record<string, number>> = {
  second: 1,
  minute,
  hour,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 365 * day,
};

const age = /Less than a second|About an? (minute|hour)|(\d+) (second|minute|hour|day|week|month|year)s?/;

/** The ages that Docker writes in such words. Hours are rounded by it, and longer units are cut from those. */
function spanOf([text, about, amount, unit]: RegExpExecArray): Span {
  if (text === 'Less than a second') return { from: 0, to: 1 };
  const seconds = unitSeconds[about ?? unit ?? ''] ?? 1;
  const from = Number(amount ?? 1) * seconds;
  const rounding = seconds >= hour ? hour / 2 : 0;
  return { from: from - rounding, to: from + seconds + (seconds > hour ? rounding : 0) };
}

/** Seconds by which the clocks of two answers may differ: ages are cut to whole seconds, and answers take their time. */
const slack = 2;

const canBeSame = (before: Span, after: Span, elapsed: number): boolean =>
  before.from + elapsed <= after.to + slack && after.from <= before.to + elapsed + slack;

/** A status without its age, and the age. */
function parted(status: string): { readonly rest: string; readonly span: Span | undefined } {
  const found = age.exec(status);
  if (!found) return { rest: status, span: undefined };
  return { rest: status.replace(found[0], '*'), span: spanOf(found) };
}

function isSameStatus(before: unknown, after: unknown, elapsed: number): boolean {
  if (typeof before !== 'string' || typeof after !== 'string') return before === after;
  const [a, b] = [parted(before), parted(after)];
  if (a.rest !== b.rest) return false;
  return a.span && b.span ? canBeSame(a.span, b.span, elapsed) : a.span === b.span;
}

function secondsOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const nanos = parseDuration(value);
  return nanos === undefined ? undefined : Number(nanos) / 1e9;
}

function isSameAge(before: unknown, after: unknown, elapsed: number): boolean {
  const [a, b] = [secondsOf(before), secondsOf(after)];
  if (a === undefined || b === undefined) return before === after;
  return canBeSame({ from: a, to: a + 1 }, { from: b, to: b + 1 }, elapsed);
}

const isNone = (value: unknown): boolean => value === null || value === undefined;

/**
 * @param elapsed seconds between the two answers
 */
export function isSame(comparison: Comparison, before: unknown, after: unknown, elapsed: number): boolean {
  switch (comparison) {
    case 'age':
      return isSameAge(before, after, elapsed);
    case 'status':
      return isSameStatus(before, after, elapsed);
    case 'measure':
      return isNone(before) === isNone(after);
  }
}
