/** Events of an Engine for everybody who asks, from one upstream stream that is opened on demand. */
import { callSignal } from '../engine/call-signal.ts';
import { type Backoff, type Clock, defaultBackoff, sleep, systemClock } from './clock.ts';
import type { Place } from './cursor.ts';
import type { EngineEvent } from './event.ts';
import type { HubItem, SharedItem } from './item.ts';
import { createRecall, type Recall } from './recall.ts';
import { resumeByEngine } from './resume.ts';
import { EventRing } from './ring.ts';
import { Subscription } from './subscription.ts';
import { type EventStream, type HubLogger, type OpenEvents, watchEvents } from './upstream.ts';

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
  /**
   * Events kept for those who come back; 10000 by default. They are kept for as long as the stream is, and so also
   * while nobody listens, up to `linger`: after that, what follows on them is not known.
   */
  readonly kept?: number;
  readonly clock?: Clock;
}

interface SubscribeOptions {
  /**
   * Where to go on, instead of now: what came after that place is given first, without loss and without repeats. It is
   * taken from what the hub keeps, or else from what the Engine itself remembers once its stream is live. Where
   * neither reaches that far back, a gap says so, before whatever is known to have come after the place.
   */
  readonly after?: Place | undefined;
}

export interface EventHub {
  readonly state: HubState;
  /**
   * Listens from now on, or from a place in the past. Opens the stream if need be; while the Engine is away the subscription stays and waits.
   *
   * @param filter which events are wanted; gaps always come. One that throws ends its own subscription.
   */
  subscribe(
    filter?: (event: EngineEvent) => boolean,
    options?: SubscribeOptions,
  ): AsyncIterableIterator<HubItem, undefined, undefined>;
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

/** Questions to the Engine for one subscriber, before it is taken for one that has forgotten. */
const attempts = 3;

const everything = (): boolean => true;

export function createEventHub(options: EventHubOptions): EventHub {
  const { open, logger, maxQueue = 1_000, linger = 2_000, kept = 10_000, clock = systemClock } = options;
  const backoff: Backoff = { ...defaultBackoff, ...options.backoff };
  const subscriptions = new Set<Subscription>();
  const listeners = new Set<(state: HubState) => void>();
  const closing = new AbortController();
  let state: HubState = 'idle';
  const ring = new EventRing(kept);
  let watching: { readonly abort: () => void; readonly recall: Recall } | undefined;
  /** When that stream was opened with which the ring begins. */
  let openedAt: bigint | undefined;
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
    const controller = new AbortController();
    const { signal } = controller;
    watching = { abort: () => controller.abort(), recall: createRecall(open, signal) };
    setState('connecting');
    const upstream = {
      onItem: (item: SharedItem): void => {
        ring.push(item);
        for (const subscription of subscriptions) subscription.offer(item);
      },
      onOpen: (stream: EventStream): void => {
        if (state === 'connecting') openedAt = stream.openedAt;
      },
      onState: setState,
    };
    watchEvents({ open, logger, backoff, clock, ...upstream }, signal).catch((err: unknown) => {
      logger.warn({ err }, 'The event hub failed.');
    });
  }

  function stop(): void {
    keepOpen();
    watching?.abort();
    watching = undefined;
    ring.clear();
    openedAt = undefined;
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

  /** Asks as long as there is hope: while the stream itself is broken, its Engine will not tell either. */
  async function resumeLate(subscription: Subscription, place: Place, left: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await becomesLive(left);
      if (!watching) return;
      const resumed = await resumeByEngine(place, ring, openedAt, watching.recall, attempt === attempts);
      if (resumed) return subscription.begin(resumed.items, resumed.expected);
      await sleep(clock, backoff.initial, left);
    }
  }

  /** Gives a held subscription what it has missed, now or when the Engine has told it. */
  function resume(subscription: Subscription, place: Place, leaving: AbortSignal): void {
    const own = ring.from(place);
    if (own) {
      subscription.begin(own);
      return;
    }
    const { signal: left = leaving, release } = callSignal(0, [leaving, closing.signal]);
    resumeLate(subscription, place, left)
      // It fails only when nobody waits any more.
      .catch(() => {})
      .finally(release);
  }

  return {
    get state() {
      return state;
    },
    subscribe(filter = everything, { after } = {}) {
      const leaving = new AbortController();
      const subscription = new Subscription({
        maxQueue,
        filter,
        isHeld: after !== undefined,
        onLeave() {
          leaving.abort();
          if (!subscriptions.delete(subscription) || subscriptions.size > 0) return;
          cancelLinger = clock.after(linger, stop);
        },
      });
      if (closing.signal.aborted) {
        subscription.finish();
      } else {
        subscriptions.add(subscription);
        start();
        if (after) resume(subscription, after, leaving.signal);
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
