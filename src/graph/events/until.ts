/** Subscriptions of events that end by themselves. */
import type { HubItem } from '../../events/item.ts';
import { streamOf } from '../kit/stream.ts';

/** Milliseconds that the last events may take to come, beyond the moment they happened. */
const grace = 1_000;
/** The longest that a timer can wait. */
const longest = 2_147_483_647;

const nanosPerMillisecond = 1_000_000;

const isAfter = (item: HubItem, end: bigint): boolean => item.kind === 'event' && item.event.timeNano >= end;

/**
 * The same items up to a moment, and then the end: with the first event of that moment or later, or when it has passed
 * and nothing more came.
 *
 * @param end Unix nanoseconds, by the Engine's clock; the end by the gateway's where nothing happens any more
 */
export function endingAt(
  source: AsyncIterableIterator<HubItem>,
  end: bigint,
): AsyncIterableIterator<HubItem, undefined, undefined> {
  let timer: NodeJS.Timeout | undefined;
  const leave = (): void => {
    clearTimeout(timer);
    void source.return?.();
  };
  const wait = (): void => {
    const left = Number(end) / nanosPerMillisecond + grace - Date.now();
    timer = setTimeout(left > longest ? wait : leave, Math.min(Math.max(left, grace), longest));
  };
  wait();
  return streamOf(async () => {
    const { done, value } = await source.next();
    if (done !== true && !isAfter(value, end)) return value;
    leave();
    return undefined;
  }, leave);
}
