/** What is given to a subscriber that comes back with the cursor of the last event it has seen. */
import { cursorBefore, type Place, placeOf } from './cursor.ts';
import type { EngineEvent } from './event.ts';
import type { Noun } from './inventory/thing.ts';
import { cursorOf, type HubItem, type SharedItem } from './item.ts';
import type { Recall, Span } from './recall.ts';
import type { EventRing } from './ring.ts';

/** How far around a place the Engine is asked: events may be published out of the order of their times. */
const overlapNanos = 2_000_000_000n;
/**
 * How long after the second in which the Engine answered its stream is sure to have begun: `Date` tells whole seconds,
 * and the Engine subscribes a moment after it has sent its headers.
 */
const openingNanos = 1_250_000_000n;

export interface Resumed {
  readonly items: readonly HubItem[];
  /** Cursors among those items that may yet come live: they are the same events. */
  readonly expected: ReadonlySet<string>;
}

const timeOf = (item: SharedItem | undefined): bigint | undefined =>
  item?.kind === 'event' && item.event.scope !== 'swarm' ? item.event.timeNano : undefined;

/** When the ring begins, by the Engine's clock. What is older has to be asked for. */
function beginningOf(ring: EventRing, openedAt: bigint | undefined): bigint | undefined {
  const opened = openedAt === undefined ? undefined : openedAt + openingNanos;
  if (opened !== undefined && !ring.hasForgotten) return opened;
  for (const item of ring.all()) {
    const time = timeOf(item);
    if (time !== undefined) return opened !== undefined && opened > time ? opened : time;
  }
  return opened;
}

function placeTimeOf(item: SharedItem): bigint | undefined {
  if (item.kind === 'gap') return item.from;
  return item.kind === 'event' ? timeOf(item) : placeOf(item.cursor)?.timeNano;
}

/** Whether an item came after a place, as far as its time tells. */
const isAfter =
  (place: Place) =>
  (item: SharedItem): boolean => {
    const time = placeTimeOf(item);
    return time === undefined || time > place.timeNano;
  };

/** The place is lost: says so, and goes on with whatever is known to have come after it. */
function afterGap(place: Place, known: readonly SharedItem[], ring: EventRing): readonly HubItem[] {
  const items = known.filter(isAfter(place));
  const [first] = items;
  const reachesBack = known.some((item) => {
    const time = timeOf(item);
    return time !== undefined && time < place.timeNano;
  });
  const gap: HubItem = {
    kind: 'gap',
    reason: reachesBack ? 'UNKNOWN_CURSOR' : 'CURSOR_TOO_OLD',
    cursor: first ? cursorBefore(cursorOf(first)) : ring.end(place.timeNano),
    from: place.timeNano,
    to: items.map(timeOf).find((time) => time !== undefined),
  };
  return [gap, ...items];
}

/** Events of the Engine's own memory up to the first that the ring has too. */
interface Memory {
  readonly events: readonly EngineEvent[];
  /** The ring goes on where this ends, with nothing between. */
  readonly meetsRing: boolean;
}

function memoryOf(told: readonly EngineEvent[], ring: EventRing): Memory {
  const meeting = told.findIndex(({ cursor }) => ring.has(cursor));
  if (meeting < 0) return { events: told, meetsRing: !ring.hasForgotten };
  return { events: told.slice(0, meeting), meetsRing: true };
}

/** What the Engine is asked for to get from a place to the ring, if there is anything to ask for. */
function missingSpan(place: Place, ring: EventRing, openedAt: bigint | undefined): Span | undefined {
  const until = beginningOf(ring, openedAt);
  const since = place.timeNano - overlapNanos;
  return until !== undefined && since < until ? { since, until } : undefined;
}

/** Whether there is a gap that no resync of all these follows. */
export function lacksResync(items: readonly HubItem[], nouns: readonly Noun[]): boolean {
  const gap = items.findLastIndex(({ kind }) => kind === 'gap');
  const makesUp = (item: HubItem): boolean =>
    item.kind === 'resync' && nouns.every((noun) => item.findings.has(noun));
  return gap >= 0 && !items.slice(gap).some(makesUp);
}

const shared = (event: EngineEvent): SharedItem => ({ kind: 'event', event });

/**
 * What came after a place that the ring does not hold. The Engine is asked only for what is from before the ring.
 *
 * @param openedAt Unix nanoseconds at which the Engine began the stream that fills the ring, by its own clock
 * @param isLast whether an Engine that does not answer is to be taken for one that has forgotten
 * @returns undefined when it did not answer, and may be asked again
 */
export async function resumeByEngine(
  place: Place,
  ring: EventRing,
  openedAt: bigint | undefined,
  recall: Recall,
  isLast: boolean,
): Promise<Resumed | undefined> {
  const span = missingSpan(place, ring, openedAt);
  const told = span ? await recall(span) : [];
  // From here on nothing may wait: the ring must not change before the subscriber has what is in it.
  const own = ring.from(place);
  if (own) return { items: own, expected: new Set() };
  if (!told && !isLast) return undefined;
  const { events, meetsRing } = memoryOf(told ?? [], ring);
  const found = events.findIndex(({ cursor }) => cursor === place.cursor);
  const mayComeLive = (event: EngineEvent): boolean =>
    openedAt === undefined || event.timeNano >= openedAt - overlapNanos;
  const rest = found < 0 ? events : events.slice(place.isBefore ? found : found + 1);
  const known = [...rest.map(shared), ...ring.all()];
  return {
    items: found >= 0 && meetsRing ? known : afterGap(place, known, ring),
    expected: new Set(rest.filter(mayComeLive).map(({ cursor }) => cursor)),
  };
}
