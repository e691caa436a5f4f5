/** Lines that an Engine sends twice in one stream, as it does where a log file is rotated while it is followed. */
import type { LogLine, OutputStream } from '../engine/streams/lines.ts';
import type { Entry, Position } from './position.ts';

/** Times of this many lines at least are remembered: far more than are ever sent again. */
const remembered = 8_192;

/** Ends the time of a clock that tells less than every ten nanoseconds, which no two lines are written within. */
const coarse = /00Z$/;

/**
 * Tells what is new. A time that goes back is not enough for a repeat, as clocks are set back too: it has to be one of
 * those that were seen.
 */
export class RepeatFilter {
  readonly #last = new Map<OutputStream, { readonly position: Position; readonly line: LogLine }>();
  #isClockFine = false;
  #recent = new Set<string>();
  #older = new Set<string>();
  #isRepeating = false;

  isNew({ position, line }: Entry): boolean {
    if (!position) return true;
    const { stream, time, seen } = position;
    const last = this.#last.get(stream);
    const lastTime = last?.position.time ?? '';
    const key = stream === 'stdout' ? time : `e${time}`;
    if (time < lastTime && (this.#recent.has(key) || this.#older.has(key))) {
      this.#isRepeating = true;
      return false;
    }
    if (last && lastTime === time) {
      if (this.#isRepeating && seen <= last.position.seen) return false;
      // Only the last line was sent again, where there cannot be two of one time.
      if (this.#isClockFine && !last.line.cut && !line.cut && last.line.text === line.text) return false;
    }
    this.#isRepeating = false;
    this.#isClockFine ||= !coarse.test(time);
    this.#last.set(stream, { position, line });
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
