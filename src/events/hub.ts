/** Events of an Engine for everybody who asks, from one upstream stream that is opened on demand. */
import { callSignal } from '../engine/call-signal.ts';
import { type Backoff, type Clock, defaultBackoff, systemClock } from './clock.ts';
import type { EngineEvent } from './event.ts';
import { type HubItem, Subscription } from './subscription.ts';
import { type HubLogger, type OpenEvents, watchEvents } from './upstream.ts';

/**
 * - `idle`: nobody listens
 * - `connecting`: for the first time
 * - `live`: events come as they happen
 * - `reconnecting`: was live, and will be again
 */
export type HubState = 'idle' | 'connecting' | 'live' | 'reconnecting';

export interface EventHubOptions {
  readonly open: OpenEvents;
  readonly logger: HubLogger;
  readonly backoff?: Partial<Backoff>;
  /** Items that wait for one subscriber; 1000 by default. */
  readonly maxQueue?: number;
  /** Milliseconds the stream is kept after the last subscriber left; 2000 by default. */
  readonly linger?: number;
  readonly clock?: Clock;
}

export interface EventHub {
  readonly state: HubState;
  /**
   * Listens from now on. Opens the stream if need be; while the Engine is away the subscription stays and waits.
   *
   * @param filter which events are wanted; gaps always come. One that throws ends its own subscription.
   */
  subscribe(filter?: (event: EngineEvent) => boolean): AsyncIterableIterator<HubItem, undefined, undefined>;
  /**
   * Resolves when the stream is live: what happens after that, earlier subscriptions will see. Rejects when the signal
   * is aborted or the hub closed. Subscribe first: without a subscriber the hub never becomes live.
   */
  ready(signal?: AbortSignal): Promise<void>;
  /** Calls back after each change of `state`; the answer ends that. */
  onState(listener: (state: HubState) => void): () => void;
  /** Ends the stream and all subscriptions, which may still read what is queued. */
  close(): void;
}

const everything = (): boolean => true;

export function createEventHub(options: EventHubOptions): EventHub {
  const { open, logger, maxQueue = 1_000, linger = 2_000, clock = systemClock } = options;
  const backoff: Backoff = { ...defaultBackoff, ...options.backoff };
  const subscriptions = new Set<Subscription>();
  const listeners = new Set<(state: HubState) => void>();
  const closing = new AbortController();
  let state: HubState = 'idle';
  let watching: AbortController | undefined;
  let cancelLinger: (() => void) | undefined;

  function setState(next: HubState): void {
    if (state === next) return;
    state = next;
    for (const listener of listeners) {
      try {
        listener(next);
      } catch (err) {
        logger.warn({ err }, 'A listener for the state of the event stream failed.');
      }
    }
  }

  function keepOpen(): void {
    cancelLinger?.();
    cancelLinger = undefined;
  }

  function start(): void {
    keepOpen();
    if (watching) return;
    watching = new AbortController();
    const { signal } = watching;
    setState('connecting');
    const onItem = (item: HubItem): void => {
      for (const subscription of subscriptions) subscription.offer(item);
    };
    watchEvents({ open, logger, backoff, clock, onItem, onState: setState }, signal).catch((err: unknown) => {
      logger.warn({ err }, 'The event hub failed.');
    });
  }

  function stop(): void {
    keepOpen();
    watching?.abort();
    watching = undefined;
    setState('idle');
  }

  function onState(listener: (state: HubState) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Resolves at the next change of state, or when the signal is aborted. */
  const nextState = (ended: AbortSignal): Promise<HubState> =>
    new Promise((resolve) => {
      const done = (): void => {
        unsubscribe();
        ended.removeEventListener('abort', done);
        resolve(state);
      };
      const unsubscribe = onState(done);
      ended.addEventListener('abort', done);
    });

  async function becomesLive(ended: AbortSignal): Promise<void> {
    ended.throwIfAborted();
    let now = state;
    while (now !== 'live') {
      now = await nextState(ended);
      ended.throwIfAborted();
    }
  }

  return {
    get state() {
      return state;
    },
    subscribe(filter = everything) {
      const subscription = new Subscription({
        maxQueue,
        filter,
        onLeave() {
          if (!subscriptions.delete(subscription) || subscriptions.size > 0) return;
          cancelLinger = clock.after(linger, stop);
        },
      });
      if (closing.signal.aborted) {
        subscription.finish();
      } else {
        subscriptions.add(subscription);
        start();
      }
      return subscription;
    },
    ready(signal) {
      const { signal: ended = closing.signal, release } = callSignal(0, [signal, closing.signal]);
      const result = becomesLive(ended).finally(release);
      // Whoever stopped waiting must not bring the process down.
      result.catch(() => {});
      return result;
    },
    onState,
    close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error('The event hub is closed.'));
      stop();
      for (const subscription of subscriptions) subscription.finish();
      subscriptions.clear();
    },
  };
}
