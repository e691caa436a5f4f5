/** Cursors: places in the order of an Engine's events, as clients keep and hand them back. */
import { randomBytes } from 'node:crypto';

/** A cursor that was understood. Whether anything is known of its place is another question. */
export interface Place {
  /** The cursor of an event, or of a gap that the hub keeps among its events. */
  readonly cursor: string;
  /** Unix nanoseconds of it, by the Engine's clock. */
  readonly timeNano: bigint;
  /** The place is just before that event, not after it: a gap ends there. */
  readonly isBefore: boolean;
}

const grammar = /^((-?\d{1,19}):[0-9a-f]{12})(:before)?$/;

/** The place that a cursor stands for; undefined where that is no cursor of ours. */
export function placeOf(text: string): Place | undefined {
  const [, cursor, time, before] = grammar.exec(text) ?? [];
  if (cursor === undefined || time === undefined) return undefined;
  return { cursor, timeNano: BigInt(time), isBefore: before !== undefined };
}

/** The place just before what a cursor stands for, where the cursor itself is the place just after. */
export const cursorBefore = (cursor: string): string => `${cursor}:before`;

/** A new cursor for a place that is no event's. */
export const newCursor = (timeNano: bigint): string => `${timeNano}:${randomBytes(6).toString('hex')}`;
