/** One follower's view of a piece of work: the latest of it, never a queue. */
import { LeavableIterator } from '../leavable-iterator.ts';
import { hasEnded, type Work } from './work.ts';

/**
 * Gives what the work is now, then what it is after each change, and ends after its end. Changes that were not read are
 * left out but for the last.
 */
export class Follower extends LeavableIterator<Work> {
  readonly #onLeave: () => void;
  #latest: Work | undefined;
  #isOver = false;

  constructor(first: Work, onLeave: () => void) {
    super();
    this.#onLeave = onLeave;
    this.offer(first);
  }

  /** Never waits for the reader. */
  offer(work: Work): void {
    if (this.#isOver) return;
    this.#latest = work;
    if (hasEnded(work)) this.#isOver = true;
    this.deliver();
  }

  protected take(): Work | undefined {
    const work = this.#latest;
    this.#latest = undefined;
    return work;
  }

  protected isOver(): boolean {
    return this.#isOver;
  }

  protected onLeave(): void {
    this.#isOver = true;
    this.#latest = undefined;
    this.#onLeave();
  }
}
