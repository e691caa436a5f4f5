/** What subscribers of the hub get. */
import type { EngineEvent } from './event.ts';
import type { Findings } from './inventory/books.ts';
import type { ResyncReason } from './inventory/keeper.ts';

interface Gap {
  readonly kind: 'gap';
  /** Resumes after the gap, with what is left of the events. */
  readonly cursor: string;
}

/** The Engine was away, and no longer knows what happened since. The only gap that is everybody's. */
interface ReconnectedGap extends Gap {
  readonly reason: 'RECONNECTED';
  /**
   * Unix nanoseconds of the last event before the gap, by the Engine's clock; when there was none, those at which the
   * stream began. undefined where the Engine did not tell.
   */
  readonly from: bigint | undefined;
  /** Unix nanoseconds of the first event after it; when none has come yet, those at which the stream was resumed. */
  readonly to: bigint | undefined;
}

/** What there is was listed again, and compared with what was known: what differs, no event has told. */
export interface Resync {
  readonly kind: 'resync';
  /** Resumes after it. */
  readonly cursor: string;
  readonly reason: ResyncReason;
  /** By noun, those that somebody wanted to be kept. */
  readonly findings: Findings;
}

/** Events were missed. What was learned from events is to be read again. */
export type HubGap =
  | ReconnectedGap
  | (Gap & {
      /** This subscriber did not keep up, and its oldest items were dropped. */
      readonly reason: 'SLOW_SUBSCRIBER';
      readonly dropped: number;
    })
  | (Gap & {
      /**
       * The place to resume from is from before everything that is remembered, here and by the Engine; or there is no
       * such place in what is remembered of that time.
       */
      readonly reason: 'CURSOR_TOO_OLD' | 'UNKNOWN_CURSOR';
      /** Unix nanoseconds that the cursor tells. */
      readonly from: bigint;
      /** Unix nanoseconds of the first event that follows; undefined when none has come yet. */
      readonly to: bigint | undefined;
    });

type HubEvent = { readonly kind: 'event'; readonly event: EngineEvent };

/** What happens to everybody: it is kept, to be given again. */
export type SharedItem = HubEvent | ReconnectedGap | Resync;

/** Resyncs come only to those who asked for them. */
export type HubItem = HubEvent | HubGap | Resync;

/** The place just after an item. */
export const cursorOf = (item: HubItem): string => (item.kind === 'event' ? item.event.cursor : item.cursor);

/** What a subscriber that does not keep up gets in place of so many items, of which this was the last. */
export const missedEvents = (last: HubItem, count: number): HubGap => ({
  kind: 'gap',
  reason: 'SLOW_SUBSCRIBER',
  cursor: cursorOf(last),
  dropped: count,
});
