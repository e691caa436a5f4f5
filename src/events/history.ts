/** What the hub has seen, to resume after a break without loss and without repeats. */
import { type EngineEvent, eventTimeParameter } from './event.ts';

/** How far before the last event a resumed stream begins: events may be published out of the order of their times. */
const overlapNanos = 2_000_000_000n;
/**
 * How far back a stream begins that is resumed before any event was seen: an event from before the hub began to watch
 * is what shows that the Engine has forgotten nothing since.
 */
const quietOverlapNanos = 3_600_000_000_000n;
/** A daemon keeps 256 events. */
const remembered = 4_096;

/** Whether a stream that was taken up again continues the old one. */
export type Continuity =
  /** Nothing is to be proven: the first stream, or decided already. */
  | 'settled'
  /** Resumed, and nothing has shown yet whether the daemon remembers. */
  | 'open';

export interface Accepted {
  /** Not seen before, and not from before the hub began to watch. */
  readonly isNew: boolean;
  /** This event shows that the daemon has forgotten some between the last one seen and itself. */
  readonly showsGap: boolean;
}

export class EventHistory {
  readonly #seen = new Set<string>();
  /** When the hub began to watch, by the daemon's clock and cut to the second. */
  #begun: bigint | undefined;
  #first: EngineEvent | undefined;
  #last: EngineEvent | undefined;
  #continuity: Continuity = 'settled';
  /** Whether what comes may yet be from before the beginning: a replay tells the oldest first. */
  #mayBeOld = false;

  get continuity(): Continuity {
    return this.#continuity;
  }

  /**
   * Up to when nothing was missed: the time of the last event seen, or that of the beginning. By the daemon's clock
   * always: the gateway's own may differ, and may be set.
   */
  get lastTime(): bigint | undefined {
    return this.#last?.timeNano ?? this.#begun;
  }

  /** Begins a stream that continues none, opened at that time of the daemon's. */
  begin(openedAt: bigint | undefined): void {
    this.#begun = openedAt;
  }

  /** Begins a resumed stream, and tells where: `since`, or undefined when there is no place known to begin from. */
  resume(): string | undefined {
    this.#continuity = 'open';
    this.#mayBeOld = true;
    if (this.#last) return eventTimeParameter(this.#last.timeNano - overlapNanos);
    return this.#begun === undefined ? undefined : eventTimeParameter(this.#begun - quietOverlapNanos);
  }

  /** Ends the question of continuity: the gap has been told, or the replay is over. */
  settle(): void {
    this.#continuity = 'settled';
    this.#mayBeOld = false;
  }

  accept(event: EngineEvent): Accepted {
    const isKnown = this.#seen.has(event.cursor);
    const isFromBefore = this.#isFromBefore(event);
    const showsGap = this.#judge(event, isKnown);
    if (isKnown || isFromBefore) return { isNew: false, showsGap };
    this.#remember(event);
    return { isNew: true, showsGap };
  }

  /**
   * A daemon replays its buffer in order, so one event that we know, or that is from before we began to watch, shows
   * that it remembers all that came after. A later one first shows that it does not. Swarm events show nothing: their
   * times are those of other machines.
   */
  #judge(event: EngineEvent, isKnown: boolean): boolean {
    const last = this.lastTime;
    if (this.#continuity === 'settled' || last === undefined) return false;
    if (isKnown) {
      this.settle();
      return false;
    }
    if (event.scope === 'swarm') return false;
    const showsMemory = this.#last === undefined && event.timeNano < last;
    const showsGap = !showsMemory && event.timeNano > last;
    if (showsMemory || showsGap) this.#continuity = 'settled';
    return showsGap;
  }

  /**
   * The overlap may reach back to before the first event that we ever saw. Asked at the start of a replay only: later
   * on, an early time means that the clock of the daemon's host was set back.
   */
  #isFromBefore(event: EngineEvent): boolean {
    const beginning = this.#first?.timeNano ?? this.#begun;
    if (!this.#mayBeOld || event.scope === 'swarm' || beginning === undefined) return false;
    this.#mayBeOld = event.timeNano < beginning;
    return this.#mayBeOld;
  }

  #remember(event: EngineEvent): void {
    this.#seen.add(event.cursor);
    if (this.#seen.size > remembered) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    if (event.timeNano <= 0n) return;
    if (event.scope !== 'swarm') {
      this.#first ??= event;
      this.#last = event;
    } else if (this.#last === undefined || this.#last.scope === 'swarm') {
      this.#last = event;
    }
  }
}
