/** Calls under way that identical ones may join, as long as nothing has changed since they began. */
import { unlessAborted } from './call-signal.ts';

interface UnderWay {
  readonly answer: Promise<unknown>;
  /** How many changes were known when it began: after another one it may tell of the past. */
  readonly changes: number;
  readonly controller: AbortController;
  callers: number;
}

interface Wish {
  /**
   * Never beside another of its key, as the daemon refuses that or suffers from it. One that nobody waits for any more
   * goes on: the daemon may refuse the next until it notices.
   */
  readonly alone: boolean;
  /** The caller's. Who goes only stops waiting; with the last one goes the call. */
  readonly signal: AbortSignal | undefined;
  readonly begin: (own: AbortSignal) => Promise<unknown>;
  readonly onJoin: () => void;
}

export interface SharedCalls {
  /** Something has changed: what is under way is not given to whoever asks from now on. */
  outdate(): void;
  /** @throws what `begin` does, or the reason of the signal */
  answer(key: string, wish: Wish): Promise<unknown>;
}

export function createSharedCalls(): SharedCalls {
  const inFlight = new Map<string, UnderWay>();
  let changes = 0;

  function start(key: string, begin: Wish['begin']): UnderWay {
    const controller = new AbortController();
    const answer = begin(controller.signal).finally(() => {
      if (inFlight.get(key) === started) inFlight.delete(key);
    });
    const started: UnderWay = { answer, changes, controller, callers: 0 };
    inFlight.set(key, started);
    return started;
  }

  return {
    outdate() {
      changes++;
    },
    async answer(key, { alone, signal, begin, onJoin }) {
      signal?.throwIfAborted();
      const asked = changes;
      const fits = (call: UnderWay) => call.changes >= asked && !call.controller.signal.aborted;
      let beside = inFlight.get(key);
      while (alone && beside && !fits(beside)) {
        await unlessAborted(
          beside.answer.catch(() => undefined),
          signal,
        );
        beside = inFlight.get(key);
      }
      // From here to the start of a new one nothing may be awaited, lest two callers both start one.
      const joined = beside && fits(beside) ? beside : undefined;
      if (joined) onJoin();
      const underWay = joined ?? start(key, begin);
      underWay.callers++;
      return unlessAborted(underWay.answer, signal).finally(() => {
        underWay.callers--;
        if (underWay.callers === 0 && !alone) underWay.controller.abort();
      });
    },
  };
}
