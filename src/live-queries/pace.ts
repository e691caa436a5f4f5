/** When a live query is executed: soon after there is a reason, never twice at once, and not more often than told. */
import type { Clock } from '../events/clock.ts';

export interface Pace {
  /**
   * Wants a run that begins in `delay` milliseconds or later: what is to be read is not there before. Wishes are taken
   * together where one run fulfils them.
   */
  want(delay?: number): void;
  /** Wants one as soon as none is under way, throttle or not: somebody waits for it. */
  wantNow(): void;
  /** No more runs begin. */
  close(): void;
}

export interface PaceOptions {
  /** Must not reject. */
  readonly run: () => Promise<void>;
  /** Milliseconds between the beginnings of two runs, at least. */
  readonly throttle: number;
  readonly clock: Clock;
}

/** Timers of the platform may fire a little early. */
const early = 1;
/** Milliseconds to which wishes are rounded up, so that a flood of events leaves few of them. */
const grid = 5;

export function createPace({ run, throttle, clock }: PaceOptions): Pace {
  /** Moments for which runs are wanted; each is fulfilled by the first run that begins then or later. */
  const wishes = new Set<number>();
  let isUrgent = false;
  let isRunning = false;
  let isClosed = false;
  /** Before this moment no run begins without being urgent. */
  let rested = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function plan(): void {
    cancel?.();
    cancel = undefined;
    if (isRunning || isClosed || (wishes.size === 0 && !isUrgent)) return;
    const now = clock.now();
    const at = isUrgent ? now : Math.max(Math.min(...wishes), rested);
    if (at - now < early) begin(now);
    else cancel = clock.after(at - now, plan);
  }

  function begin(now: number): void {
    for (const wish of wishes) if (wish - now < early) wishes.delete(wish);
    isUrgent = false;
    isRunning = true;
    void run().finally(() => {
      isRunning = false;
      // One that takes long leaves the Engine as much time as it took.
      rested = now + Math.max(throttle, 2 * (clock.now() - now));
      plan();
    });
  }

  return {
    want(delay = 0) {
      wishes.add(Math.ceil((clock.now() + delay) / grid) * grid);
      plan();
    },
    wantNow() {
      isUrgent = true;
      plan();
    },
    close() {
      isClosed = true;
      wishes.clear();
      cancel?.();
      cancel = undefined;
    },
  };
}
