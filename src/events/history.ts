/** What the hub has seen, to resume after a break without loss and without repeats. */
import { type EngineEvent, eventTimeParameter } from './event.ts';

/** How far before the last event a resumed stream begins: events may be published out of the order of their times. */
const overlapNanos = 2_000_000_000n;
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
  #first: EngineEvent | undefined;
  #last: EngineEvent | undefined;
  #continuity: Continuity = 'settled';

  get continuity(): Continuity {
    return this.#continuity;
  }

  /** Time of the last event seen, by the daemon's clock: the gateway's own may differ. */
  get lastTime(): bigint | undefined {
    return this.#last?.timeNano;
  }

  /** Begins a resumed stream, and tells where: `since`, or undefined when no event has been seen at all. */
  resume(): string | undefined {
    this.#continuity = 'open';
    return this.#last && eventTimeParameter(this.#last.timeNano - overlapNanos);
  }

  /** Ends the question of continuity: the gap has been told. */
  settle(): void {
    this.#continuity = 'settled';
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
   * A daemon replays its buffer in order, so one event that we know shows that it remembers all that came after. A
   * later one first shows that it does not. Swarm events show nothing: their times are those of other machines.
   */
  #judge(event: EngineEvent, isKnown: boolean): boolean {
    if (this.#continuity === 'settled') return false;
    const showsGap =
      !isKnown && event.scope !== 'swarm' && this.#last !== undefined && event.timeNano > this.#last.timeNano;
    if (isKnown || showsGap) this.#continuity = 'settled';
    return showsGap;
  }

  /**
   * The overlap may reach back to before the first event that we ever saw. Asked at the start of a replay only: later
   * on, an early time means that the clock of the daemon's host was set back.
   */
  #isFromBefore(event: EngineEvent): boolean {
    if (this.#continuity === 'settled' || event.scope === 'swarm' || !this.#first) return false;
    return event.timeNano < this.#first.timeNano;
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
