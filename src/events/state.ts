/** The state of a hub, and those who follow it. */
import type { HubLogger } from './stream.ts';

/**
 * - `idle`: nobody listens
 * - `connecting`: for the first time
 * - `live`: events come as they happen
 * - `reconnecting`: was live, and will be again
 */
export type HubState = 'idle' | 'connecting' | 'live' | 'reconnecting';

export interface StateHolder {
  readonly current: HubState;
  /** Tells the listeners, if it is another one. */
  set(next: HubState): void;
  /** Calls back after each change; the answer ends that. One that throws is logged, and harms nobody. */
  onChange(listener: (state: HubState) => void): () => void;
  /** Resolves as soon as it is live; rejects with the reason of the signal when that is aborted. */
  untilLive(ended: AbortSignal): Promise<void>;
}

export function createState(logger: HubLogger): StateHolder {
  const listeners = new Set<(state: HubState) => void>();
  let current: HubState = 'idle';

  function onChange(listener: (state: HubState) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Resolves at the next change, or when the signal is aborted. */
  const next = (ended: AbortSignal): Promise<HubState> =>
    new Promise((resolve) => {
      const done = (): void => {
        stop();
        ended.removeEventListener('abort', done);
        resolve(current);
      };
      const stop = onChange(done);
      ended.addEventListener('abort', done);
    });

  return {
    get current() {
      return current;
    },
    set(state) {
      if (current === state) return;
      current = state;
      for (const listener of listeners) {
        try {
          listener(state);
        } catch (err) {
          logger.warn({ err }, 'A listener for the state of the event stream failed.');
        }
      }
    },
    onChange,
    async untilLive(ended) {
      ended.throwIfAborted();
      let now = current;
      while (now !== 'live') {
        now = await next(ended);
        ended.throwIfAborted();
      }
    },
  };
}
