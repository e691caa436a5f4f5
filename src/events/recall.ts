/** Asking an Engine what it remembers itself: its last 256 events, of a bounded time. */
import { callSignal } from '../engine/call-signal.ts';
import { decodeEvent, type EngineEvent, eventTimeParameter } from './event.ts';
import type { OpenEvents } from './stream.ts';

/** Milliseconds an Engine may take to tell. */
const patience = 10_000;
/** Docker remembers 256 events, Podman all that ever were: reading has to end. */
const mostEvents = 10_000;

export interface Span {
  /** Unix nanoseconds, by the Engine's clock. */
  readonly since: bigint;
  readonly until: bigint;
}

/** What the Engine remembers of that time, in its order; undefined when it does not say, or far too much. */
export type Recall = (span: Span) => Promise<readonly EngineEvent[] | undefined>;

const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const later = (a: bigint, b: bigint): bigint => (a < b ? b : a);

async function ask(open: OpenEvents, { since, until }: Span, ended: AbortSignal) {
  const { signal = ended, release } = callSignal(patience, [ended]);
  const events: EngineEvent[] = [];
  try {
    const messages = await open({
      since: eventTimeParameter(since),
      until: eventTimeParameter(until),
      signal,
    });
    for await (const message of messages) {
      const event = decodeEvent(message);
      if (event) events.push(event);
      if (events.length > mostEvents) return undefined;
    }
    return signal.aborted ? undefined : events;
  } catch {
    // The reasons are those of the stream itself, which tells them.
    return undefined;
  } finally {
    release();
  }
}

/** Those who ask while an answer is under way that would do for them share it; the others share the next. */
export function createRecall(open: OpenEvents, ended: AbortSignal): Recall {
  interface Round {
    span: Span;
    readonly answer: Promise<readonly EngineEvent[] | undefined>;
  }
  let running: Round | undefined;
  let next: Round | undefined;

  function start(span: Span): Round {
    const round: Round = {
      span,
      answer: ask(open, span, ended).finally(() => {
        if (running === round) running = undefined;
      }),
    };
    running = round;
    return round;
  }

  return ({ since, until }) => {
    if (!running) return start({ since, until }).answer;
    if (running.span.since <= since && running.span.until >= until) return running.answer;
    if (next) {
      const { span } = next;
      next.span = {
        since: earlier(span.since, since),
        until: later(span.until, until),
      };
      return next.answer;
    }
    const round: Round = {
      span: { since, until },
      answer: running.answer.then(() => {
        next = undefined;
        return start(round.span).answer;
      }),
    };
    next = round;
    return round.answer;
  };
}
