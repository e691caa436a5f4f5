/** What may end a call early: its deadline, and whoever asked for it. */
import { setMaxListeners } from 'node:events';

/** Timers of the platform count in 31 bits of milliseconds, and fire at once beyond: 24 days are as good as for ever. */
const longestTimer = 2 ** 31 - 1;

export interface CallSignal {
  /** For the transport; undefined where nothing ends the call early. */
  readonly signal: AbortSignal | undefined;
  /** Who has ended the call, if anybody has. */
  why(): { readonly deadline: boolean; readonly aborted: boolean };
  /** To be called when the call is over. */
  release(): void;
}

/**
 * A signal that is aborted after `ms` (0 is never) or with the first of `callers`. Not made of `AbortSignal.any` and
 * `AbortSignal.timeout`: the one leaves a trace in a long-lived signal for each call, the other lives until its time is up.
 */
export function callSignal(ms: number, callers: readonly (AbortSignal | undefined)[]): CallSignal {
  const given = callers.filter((caller) => caller !== undefined);
  const isTimed = ms > 0 && ms <= longestTimer;
  const controller = new AbortController();
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = ({ currentTarget }: { readonly currentTarget: unknown }): void => {
    controller.abort(currentTarget instanceof AbortSignal ? currentTarget.reason : undefined);
  };
  const release = (): void => {
    clearTimeout(timer);
    for (const caller of given) caller.removeEventListener('abort', onAbort);
  };
  const aborted = given.find((caller) => caller.aborted);
  if (aborted) {
    controller.abort(aborted.reason);
  } else {
    for (const caller of given) {
      // Any number of calls may be under way for one operation.
      setMaxListeners(0, caller);
      caller.addEventListener('abort', onAbort, { once: true });
    }
    if (isTimed) {
      timer = setTimeout(() => {
        isLate = true;
        controller.abort(new DOMException('The time was up.', 'TimeoutError'));
      }, ms);
    }
  }
  return {
    signal: isTimed || given.length > 0 ? controller.signal : undefined,
    why: () => ({ deadline: isLate, aborted: given.some((caller) => caller.aborted) }),
    release,
  };
}

/** The promise, or a rejection as soon as the signal is aborted: what is promised goes on, for others. */
export function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted.'));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
