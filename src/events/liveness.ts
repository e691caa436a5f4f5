/** Whether a silent stream still has a daemon at its other end. */
import type { Clock } from './clock.ts';
import type { PingEngine } from './stream.ts';

export interface LivenessOptions {
  readonly clock: Clock;
  readonly ping: PingEngine;
  /** Milliseconds of silence before the Engine is pinged, and between two pings. */
  readonly idle: number;
  /** Called once, when a ping has failed and nothing came meanwhile. */
  readonly onLost: (reason: unknown) => void;
}

export interface Liveness {
  /** Something came: the stream lives. Costs next to nothing. */
  beat(): void;
  /** There is reason to doubt it: pings now, unless that was done less than a second ago. */
  doubt(): void;
  /** Ends it; a ping under way is aborted. */
  stop(): void;
}

/** Milliseconds between two pings for doubt: a proxy may cut the very connection of each ping. */
const betweenDoubts = 1_000;

/**
 * A connection to a daemon that was stopped, froze or vanished behind a proxy stays open and silent, exactly as that to
 * an Engine where nothing happens. Only a question tells them apart.
 */
export function watchLiveness({ clock, ping, idle, onLost }: LivenessOptions): Liveness {
  const ended = new AbortController();
  let beats = 0;
  let lastSign = clock.now();
  let lastPing = Number.NEGATIVE_INFINITY;
  let isPinging = false;
  let cancel = clock.after(idle, wake);

  function stop(): void {
    cancel();
    ended.abort();
  }

  function wake(): void {
    const quiet = clock.now() - lastSign;
    if (quiet < idle) cancel = clock.after(idle - quiet, wake);
    else check();
  }

  function check(): void {
    if (isPinging || ended.signal.aborted) return;
    cancel();
    isPinging = true;
    lastPing = clock.now();
    const before = beats;
    ping(ended.signal).then(
      () => live(),
      // A daemon under load may be late with an answer while its events flow.
      (reason: unknown) => (beats > before ? live() : lose(reason)),
    );
  }

  function live(): void {
    isPinging = false;
    if (ended.signal.aborted) return;
    lastSign = clock.now();
    cancel = clock.after(idle, wake);
  }

  function lose(reason: unknown): void {
    if (ended.signal.aborted) return;
    stop();
    onLost(reason);
  }

  return {
    beat() {
      beats++;
      lastSign = clock.now();
    },
    doubt() {
      if (clock.now() - lastPing >= betweenDoubts) check();
    },
    stop,
  };
}
