/** Events of an Engine for everybody who asks, from one upstream stream that is opened on demand. */
import { callSignal } from '../engine/call-signal.ts';
import { type Backoff, type Clock, defaultBackoff, sleep, systemClock } from './clock.ts';
import { newCursor, type Place } from './cursor.ts';
import type { EngineEvent } from './event.ts';
import type { Findings } from './inventory/books.ts';
import { createKeeper, type ResyncCounts, type ResyncReason } from './inventory/keeper.ts';
import type { ListThings } from './inventory/lists.ts';
import type { Noun } from './inventory/thing.ts';
import type { HubItem, Resync, SharedItem } from './item.ts';
import { createRecall, type Recall } from './recall.ts';
import { lacksResync, resumeByEngine } from './resume.ts';
import { EventRing } from './ring.ts';
import { createState, type HubState } from './state.ts';
import type { EventStream, HubLogger, OpenEvents, PingEngine } from './stream.ts';
import { Subscription } from './subscription.ts';
import { watchEvents } from './upstream.ts';

export interface EventHubOptions {
  readonly open: OpenEvents;
  /** How a silent stream is told from a dead one; without it only an end is an end. */
  readonly ping?: PingEngine;
  /** What there is is listed by this for those who want resyncs; without it there are none. */
  readonly list?: ListThings;
  readonly logger: HubLogger;
  readonly backoff?: Partial<Backoff>;
  /** Milliseconds of silence before the Engine is pinged; 5000 by default. */
  readonly idle?: number;
  /** Milliseconds between two comparisons of what there is with what events told, give or take a fifth; 300000 by default, 0 for none. */
  readonly resyncPeriod?: number;
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
  /**
   * What to keep an inventory of: a resync tells all that there is at the start, what was missed after a gap, and what
   * differs whenever the Engine is found to have something else than its events told. Costs a list of each when the
   * first subscriber wants it, after each gap, and once a period.
   */
  readonly resync?: readonly Noun[];
}

/** How often what since the hub was made. */
interface HubCounts extends ResyncCounts {
  /** Streams that were lost. */
  readonly lost: number;
  /** Gaps that were told to all. */
  readonly gaps: number;
}

export interface EventHub {
  readonly state: HubState;
  readonly counts: HubCounts;
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
  /** There is reason to doubt that the Engine is there: it is pinged now, if a stream is open. */
  doubt(): void;
  /** Ends the stream and all subscriptions, which may still read what is queued. */
  close(): void;
}

/** Questions to the Engine for one subscriber, before it is taken for one that has forgotten. */
const attempts = 3;

const everything = (): boolean => true;

/** For a hub that cannot list: nobody is told of resyncs, as there are none. */
const noLists: ListThings = () => Promise.reject(new Error('This hub cannot list.'));

/** A subscriber that has just come. */
interface Arrival {
  readonly subscription: Subscription;
  readonly resync: readonly Noun[];
}

export function createEventHub(options: EventHubOptions): EventHub {
  const { open, ping, list, logger, maxQueue = 1_000, linger = 2_000, kept = 10_000 } = options;
  const { idle = 5_000, resyncPeriod = 300_000, clock = systemClock } = options;
  const backoff: Backoff = { ...defaultBackoff, ...options.backoff };
  const subscriptions = new Set<Subscription>();
  const closing = new AbortController();
  const state = createState(logger);
  const ring = new EventRing(kept);
  let watching: { readonly abort: () => void; readonly recall: Recall } | undefined;
  /** When that stream was opened with which the ring begins. */
  let openedAt: bigint | undefined;
  /** Of the last event, by the Engine's clock. */
  let lastTime: bigint | undefined;
  let cancelLinger: (() => void) | undefined;
  const doubts = new Set<() => void>();
  let lost = 0;
  let gaps = 0;
  const doubt = (): void => {
    for (const ask of doubts) ask();
  };
  const keeper = createKeeper({
    list: list ?? noLists,
    clock,
    logger,
    backoff,
    period: resyncPeriod,
    linger,
    tell: (reason, findings) => share(resyncOf(reason, findings, newCursor(lastTime ?? 0n))),
    doubt,
  });

  const resyncOf = (reason: ResyncReason, findings: Findings, cursor: string): Resync => ({
    kind: 'resync',
    cursor,
    reason,
    findings,
  });

  /** Gives an item to all, and keeps it for those who come back. */
  function share(item: SharedItem): void {
    ring.push(item);
    for (const subscription of subscriptions) subscription.offer(item);
  }

  // The first to know: whoever else hears of it finds the keeper on its way.
  state.onChange((now) => {
    if (now === 'live') keeper.live();
    if (now !== 'reconnecting') return;
    lost++;
    keeper.lost();
  });

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
    state.set('connecting');
    const upstream = {
      onItem: (item: SharedItem): void => {
        share(item);
        if (item.kind === 'event') {
          lastTime = item.event.timeNano;
          keeper.see(item.event);
        } else if (item.kind === 'gap') {
          gaps++;
          keeper.gap();
        }
      },
      onOpen: (stream: EventStream): void => {
        if (state.current === 'connecting') openedAt = stream.openedAt;
      },
      onState: state.set,
    };
    watchEvents({ open, ping, idle, doubts, logger, backoff, clock, ...upstream }, signal).catch(
      (err: unknown) => {
        logger.warn({ err }, 'The event hub failed.');
      },
    );
  }

  function stop(): void {
    keepOpen();
    watching?.abort();
    watching = undefined;
    keeper.forget();
    ring.clear();
    openedAt = undefined;
    lastTime = undefined;
    state.set('idle');
  }

  /** Tells one subscriber all that there is: it begins, or has missed what nobody else has. */
  function tellAll(reason: ResyncReason, { subscription, resync }: Arrival): void {
    if (!list || resync.length === 0) return;
    keeper.owe(resync, (findings) =>
      subscription.offer(resyncOf(reason, findings, ring.end(lastTime ?? openedAt ?? 0n))),
    );
  }

  /** Gives a subscriber what it has missed, and what there is where that has a gap which nothing makes up for. */
  function begin(arrival: Arrival, items: readonly HubItem[], expected?: ReadonlySet<string>): void {
    const { subscription, resync } = arrival;
    subscription.begin(items, expected);
    if (lacksResync(items, resync) && !keeper.isGapped(resync)) tellAll('GAP', arrival);
  }

  /** Asks as long as there is hope: while the stream itself is broken, its Engine will not tell either. */
  async function resumeLate(arrival: Arrival, place: Place, left: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await state.untilLive(left);
      if (!watching) return;
      const resumed = await resumeByEngine(place, ring, openedAt, watching.recall, attempt === attempts);
      if (resumed) return begin(arrival, resumed.items, resumed.expected);
      await sleep(clock, backoff.initial, left);
    }
  }

  /** Gives a held subscription what it has missed, now or when the Engine has told it. */
  function resume(arrival: Arrival, place: Place, leaving: AbortSignal): void {
    const own = ring.from(place);
    if (own) {
      begin(arrival, own);
      return;
    }
    const { signal: left = leaving, release } = callSignal(0, [leaving, closing.signal]);
    resumeLate(arrival, place, left)
      // It fails only when nobody waits any more.
      .catch(() => {})
      .finally(release);
  }

  return {
    get state() {
      return state.current;
    },
    get counts() {
      return { ...keeper.counts, lost, gaps };
    },
    subscribe(filter = everything, { after, resync = [] } = {}) {
      const leaving = new AbortController();
      let release = (): void => {};
      const subscription = new Subscription({
        maxQueue,
        filter,
        resync,
        isHeld: after !== undefined,
        onLeave() {
          leaving.abort();
          release();
          if (!subscriptions.delete(subscription) || subscriptions.size > 0) return;
          cancelLinger = clock.after(linger, stop);
        },
      });
      if (closing.signal.aborted) {
        subscription.finish();
      } else {
        subscriptions.add(subscription);
        start();
        if (list) release = keeper.want(resync);
        if (after) resume({ subscription, resync }, after, leaving.signal);
        else tellAll('START', { subscription, resync });
      }
      return subscription;
    },
    ready(signal) {
      const { signal: ended = closing.signal, release } = callSignal(0, [signal, closing.signal]);
      const result = state.untilLive(ended).finally(release);
      // Whoever stopped waiting must not bring the process down.
      result.catch(() => {});
      return result;
    },
    onState: state.onChange,
    doubt,
    close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error('The event hub is closed.'));
      stop();
      for (const subscription of subscriptions) subscription.finish();
      subscriptions.clear();
    },
  };
}
