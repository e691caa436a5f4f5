/** Lines that an Engine sends twice in one stream, as it does where a log file is rotated while it is followed. */
import type { OutputStream } from '../engine/streams/lines.ts';
import type { Entry, Position } from './position.ts';

/** Times of this many lines at least are remembered: far more than are ever sent again. */
const remembered = 8_192;

/**
 * Tells what is new. A time that goes back is not enough for a repeat, as clocks are set back too: it has to be one of
 * those that were seen.
 */
export class RepeatFilter {
  readonly #last = new Map<OutputStream, Position>();
  #recent = new Set<string>();
  #older = new Set<string>();
  #isRepeating = false;

  isNew({ position }: Entry): boolean {
    if (!position) return true;
    const { stream, time, seen } = position;
    const last = this.#last.get(stream);
    const key = stream === 'stdout' ? time : `e${time}`;
    if (last && time < last.time && (this.#recent.has(key) || this.#older.has(key))) {
      this.#isRepeating = true;
      return false;
    }
    if (this.#isRepeating && last?.time === time && seen <= last.seen) return false;
    this.#isRepeating = false;
    this.#last.set(stream, position);
    this.#remember(key);
    return true;
  }

  #remember(key: string): void {
    this.#recent.add(key);
    if (this.#recent.size < remembered) return;
    this.#older = this.#recent;
    this.#recent = new Set();
  }
}
