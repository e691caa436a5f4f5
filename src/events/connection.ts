/** One connection to an Engine's events, from its opening to its end. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { newCursor } from './cursor.ts';
import { decodeEvent } from './event.ts';
import type { EventHistory } from './history.ts';
import type { SharedItem } from './item.ts';
import { watchLiveness } from './liveness.ts';
import type { EventStream, HubLogger, OpenEvents, PingEngine } from './stream.ts';

export interface ConnectionOptions {
  readonly open: OpenEvents;
  readonly logger: HubLogger;
  readonly clock: Clock;
  /** Asked while the stream is silent; without it only an end is an end. */
  readonly ping?: PingEngine | undefined;
  /** Milliseconds of silence before the Engine is pinged. */
  readonly idle: number;
  /** Holds what pings at once while a connection is open. */
  readonly doubts: Set<() => void>;
  /** Called for each item, at once and in order. Must neither wait nor throw. */
  readonly onItem: (item: SharedItem) => void;
  /** Called for each stream that was opened, before its items. */
  readonly onOpen: (stream: EventStream) => void;
  readonly onLive: () => void;
}

/** How one connection went. */
export interface Outcome {
  /** Milliseconds by the clock, or undefined when it never became live. */
  readonly liveSince: number | undefined;
  /** Why it ended; undefined for a plain end, as a daemon that stops makes it. */
  readonly err: unknown;
}

/**
 * Milliseconds between the headers of `/events` and trust in it: the daemon sends headers first and subscribes after,
 * so that an event in between would be lost.
 */
const settleTime = 25;
/** Milliseconds in which a daemon that remembers replays what was asked for. */
const replayTime = 1_000;
/** Milliseconds that the headers may take. A frozen daemon takes connections, and answers none. */
const openingTime = 10_000;
/**
 * Messages after which the reader waits for a macrotask, lest a burst starve those who listen: they get as far ahead as
 * that of somebody who executes as many in a turn. The Engine does not wait for it, as its bytes are read ahead.
 */
const messagesPerTurn = 64;

const later = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a !== undefined && b !== undefined && a > b ? a : b;

/** Aborted with the hub, or with a reason of the connection's own. */
function endable(signal: AbortSignal) {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    cut: (reason: unknown) => controller.abort(reason),
    release: () => signal.removeEventListener('abort', onAbort),
  };
}

/**
 * Opens a stream and reads it to its end, whatever that is. Never rejects.
 *
 * @param isResumed whether an earlier connection was live: what was missed since is asked for
 */
export async function follow(
  options: ConnectionOptions,
  history: EventHistory,
  isResumed: boolean,
  hubEnded: AbortSignal,
): Promise<Outcome> {
  const { open, logger, clock, onItem, doubts } = options;
  const from = history.lastTime;
  const since = isResumed ? history.resume() : undefined;
  const { signal, cut, release } = endable(hubEnded);
  const atEnd: (() => void)[] = [release];
  let liveSince: number | undefined;
  const becomeLive = (): void => {
    if (liveSince !== undefined || signal.aborted) return;
    liveSince = clock.now();
    options.onLive();
  };
  const tellGap = (to: bigint | undefined): void => {
    history.settle();
    onItem({ kind: 'gap', reason: 'RECONNECTED', cursor: newCursor(from ?? to ?? 0n), from, to });
  };
  const openInTime = async (): Promise<EventStream> => {
    const late = new Error(`The Engine did not open its event stream within ${openingTime / 1000} s.`);
    const cancel = clock.after(openingTime, () => cut(late));
    try {
      return await open({ ...(since !== undefined && { since }), signal });
    } finally {
      cancel();
    }
  };
  const watch = (): (() => void) => {
    if (!options.ping) return () => {};
    const { ping, idle } = options;
    const liveness = watchLiveness({ clock, ping, idle, onLost: cut });
    doubts.add(liveness.doubt);
    atEnd.push(() => {
      doubts.delete(liveness.doubt);
      liveness.stop();
    });
    return liveness.beat;
  };
  try {
    const messages = await openInTime();
    // What an opening that was given up brings late is not read.
    signal.throwIfAborted();
    if (!isResumed) history.begin(messages.openedAt);
    options.onOpen(messages);
    const beat = watch();
    atEnd.push(clock.after(settleTime, becomeLive));
    if (isResumed && since === undefined) {
      // Nothing was ever seen, nor did the Engine tell its time: there is no place to resume from.
      tellGap(messages.openedAt);
    } else if (isResumed) {
      const decide = (): void => {
        if (signal.aborted) return;
        if (history.continuity === 'open') tellGap(later(from, messages.openedAt));
        history.settle();
      };
      atEnd.push(clock.after(replayTime, decide));
    }
    let count = 0;
    for await (const message of messages) {
      if (signal.aborted) break;
      beat();
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
    return { liveSince, err: signal.aborted ? signal.reason : undefined };
  } catch (err) {
    return { liveSince, err: signal.aborted ? signal.reason : err };
  } finally {
    for (const end of atEnd) end();
  }
}
