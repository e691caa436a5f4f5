/** Answers of a live query as clients get them: whole, or as what changed since the one they have. */
import type { ExecutionResult } from 'graphql';
import { patchBetween } from './patch.ts';

/** One state that was found, and the forms in which it is sent: made once, and the same object for everybody. */
export interface Answer {
  readonly revision: number;
  /** Answers of the same turn say the same, but for what changes without any event. */
  readonly turn: number;
  readonly data: unknown;
  /** The errors of it for comparison; undefined without any. */
  readonly trouble: string | undefined;
  /** When it was begun to be read, in milliseconds of the clock. */
  readonly at: number;
  readonly whole: ExecutionResult;
  /** What is to be sent to whoever has that other answer: a patch, or all of it. */
  readonly since: (other: Answer) => ExecutionResult;
}

const outages: ReadonlySet<unknown> = new Set(['ENGINE_UNAVAILABLE', 'ENGINE_TIMEOUT', 'ENGINE_PROTOCOL']);

/** Whether another attempt may bring what this one did not. */
export const isOutage = ({ errors }: ExecutionResult): boolean =>
  errors?.some(
    ({ extensions }) => outages.has(extensions['code']) || extensions['code'] === 'ENGINE_ERROR',
  ) ?? false;

/** An Engine that is away is away, in whatever words each call says so. */
const troubleOf = ({ errors }: ExecutionResult): string | undefined =>
  errors &&
  JSON.stringify(
    errors.map(({ path, message, extensions: { code } }) => [
      path,
      outages.has(code) ? 'away' : code,
      outages.has(code) || code === 'INTERNAL_SERVER_ERROR' ? '' : message,
    ]),
  );

/** What is found in `data` of the same object type may be told as a patch. */
const isPatchable = ({ data, trouble }: Answer): boolean =>
  trouble === undefined && data !== null && data !== undefined;

export function createAnswer(
  result: ExecutionResult,
  place: { readonly revision: number; readonly turn: number; readonly at: number },
): Answer {
  const { revision } = place;
  const whole: ExecutionResult = {
    ...result,
    extensions: { ...result.extensions, live: { revision } },
  };
  /** Forms that were asked for. Nobody holds on to the answers that they begin with. */
  const changes = new WeakMap<Answer, ExecutionResult>();
  const changesSince = (other: Answer): ExecutionResult => {
    const patch =
      isPatchable(answer) && isPatchable(other) ? patchBetween(other.data, answer.data) : undefined;
    return patch
      ? { extensions: { ...result.extensions, live: { revision, base: other.revision, patch } } }
      : whole;
  };
  const answer: Answer = {
    ...place,
    data: result.data,
    trouble: troubleOf(result),
    whole,
    since: (other) => {
      const known = changes.get(other) ?? changesSince(other);
      changes.set(other, known);
      return known;
    },
  };
  return answer;
}
