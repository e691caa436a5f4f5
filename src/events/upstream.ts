/** The one stream of events from an Engine: opened, drained, resumed, for as long as somebody listens. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Backoff, type Clock, sleep, waitBefore } from './clock.ts';
import { newCursor } from './cursor.ts';
import { decodeEvent } from './event.ts';
import { EventHistory } from './history.ts';
import type { SharedItem } from './item.ts';

/** What is needed of a logger; pino's has it. */
export interface HubLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The messages of one `GET /events`: parsed JSON. */
export interface EventStream extends AsyncIterable<unknown> {
  /** Unix nanoseconds at which the Engine answered, by its own clock and cut to the second, where it said so. */
  readonly openedAt?: bigint | undefined;
}

/**
 * Opens `GET /events` and resolves when its headers have come. `since` and `until` are `seconds.nanoseconds`. Aborting
 * the signal must end the opening, and the messages.
 */
export type OpenEvents = (options: {
  readonly since?: string;
  /** The end of the stream; one without end when left out. */
  readonly until?: string;
  readonly signal: AbortSignal;
}) => Promise<EventStream>;

export interface UpstreamOptions {
  readonly open: OpenEvents;
  readonly logger: HubLogger;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** Called for each item, at once and in order. Must neither wait nor throw. */
  readonly onItem: (item: SharedItem) => void;
  /** Called for each stream that was opened, before its items. */
  readonly onOpen: (stream: EventStream) => void;
  readonly onState: (state: 'live' | 'reconnecting') => void;
}

/**
 * Milliseconds between the headers of `/events` and trust in it: the daemon sends headers first and subscribes after,
 * so that an event in between would be lost.
 */
const settleTime = 25;
/** Milliseconds in which a daemon that remembers replays what was asked for. */
const replayTime = 1_000;
/** Messages after which the reader waits for a macrotask, lest a burst starve those who listen. */
const messagesPerTurn = 256;

/** How one connection went. */
interface Outcome {
  /** Milliseconds by the clock, or undefined when it never became live. */
  readonly liveSince: number | undefined;
  /** Why it ended; undefined for a plain end, as a daemon that stops makes it. */
  readonly err: unknown;
}

/** One connection, from its opening to its end. `isResumed` when an earlier one was live. Never rejects. */
async function follow(
  { open, logger, clock, onItem, onOpen, onState }: UpstreamOptions,
  history: EventHistory,
  isResumed: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const from = history.lastTime;
  const since = isResumed ? history.resume() : undefined;
  const stopWaiting: (() => void)[] = [];
  let liveSince: number | undefined;
  const becomeLive = (): void => {
    if (liveSince !== undefined || signal.aborted) return;
    liveSince = clock.now();
    onState('live');
  };
  const tellGap = (to: bigint | undefined): void => {
    history.settle();
    onItem({ kind: 'gap', reason: 'RECONNECTED', cursor: newCursor(from ?? to ?? 0n), from, to });
  };
  try {
    const messages = await open({ ...(since !== undefined && { since }), signal });
    if (!signal.aborted) onOpen(messages);
    stopWaiting.push(clock.after(settleTime, becomeLive));
    if (isResumed && since === undefined) {
      // Nothing was ever seen, so there is no place to resume from.
      tellGap(undefined);
    } else if (isResumed) {
      const decide = (): void => {
        if (history.continuity === 'open' && !signal.aborted) tellGap(undefined);
      };
      stopWaiting.push(clock.after(replayTime, decide));
    }
    let count = 0;
    for await (const message of messages) {
      if (signal.aborted) break;
      becomeLive();
      const event = decodeEvent(message);
      if (event) {
        const { isNew, showsGap } = history.accept(event);
        if (showsGap) tellGap(event.timeNano);
        if (isNew) onItem({ kind: 'event', event });
      } else {
        logger.debug({}, 'The Engine sent a message that is no event.');
      }
      if (++count % messagesPerTurn === 0) await nextTurn();
    }
    return { liveSince, err: undefined };
  } catch (err) {
    return { liveSince, err };
  } finally {
    for (const stop of stopWaiting) stop();
  }
}

/**
 * Keeps a stream up until the signal is aborted, whatever happens to the Engine. After a break it resumes where it was,
 * without repeats, and tells a gap where the Engine has forgotten.
 */
export async function watchEvents(options: UpstreamOptions, signal: AbortSignal): Promise<void> {
  const { logger, backoff, clock, onState } = options;
  const history = new EventHistory();
  let wasLive = false;
  let failures = 0;
  let isAway = false;
  const live = (state: 'live' | 'reconnecting'): void => {
    if (isAway) logger.info({}, 'The event stream of the Engine is back.');
    isAway = false;
    onState(state);
  };
  while (!signal.aborted) {
    const { liveSince, err } = await follow({ ...options, onState: live }, history, wasLive, signal);
    if (signal.aborted) return;
    if (liveSince !== undefined) {
      wasLive = true;
      if (clock.now() - liveSince >= backoff.healthy) failures = 0;
      logger.debug({ err }, 'The event stream ended; it is opened again.');
      onState('reconnecting');
    } else if (!isAway) {
      // Said once for each time the Engine is away: attempts go on for ever.
      isAway = true;
      logger.warn({ err }, 'The event stream of the Engine cannot be opened; trying again until it can.');
    }
    await sleep(clock, waitBefore(backoff, failures, clock), signal);
    failures++;
  }
}
