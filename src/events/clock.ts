/** Time and chance as the hub uses them, so that tests can hold them still. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Runs once, later; the answer takes it back. */
  after(ms: number, run: () => void): () => void;
  /** From 0 up to, not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Resolves after a while, or at once when the signal is aborted. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/** How long to wait between attempts, in milliseconds. */
export interface Backoff {
  /** Bound of the first wait. */
  readonly initial: number;
  /** By how much the bound grows with each attempt. */
  readonly factor: number;
  /** Bound of every wait. There is no last attempt. */
  readonly cap: number;
  /** A connection that lived this long makes the next wait a first one again. */
  readonly healthy: number;
}

/** Those of Kubernetes' own watchers, which have stood for years. */
export const defaultBackoff: Backoff = { initial: 800, factor: 2, cap: 30_000, healthy: 120_000 };

/** Full jitter: anything up to the bound, so that many gateways do not come back to one daemon at once. */
export const waitBefore = (backoff: Backoff, failures: number, clock: Clock): number =>
  clock.random() * Math.min(backoff.cap, backoff.initial * backoff.factor ** failures);
