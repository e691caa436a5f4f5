/** One follower's view of a piece of work: the latest of it, never a queue. */
import { hasEnded, type Work } from './work.ts';

const finished = { done: true, value: undefined } as const;

type Result = IteratorResult<Work, undefined>;

/**
 * Gives what the work is now, then what it is after each change, and ends after its end. Changes that were not read are
 * left out but for the last. A hand-made iterator, not a generator: `return()` ends it at once, also while `next()` waits.
 */
export class Follower implements AsyncIterableIterator<Work, undefined, undefined> {
  readonly #onLeave: () => void;
  readonly #waiters: ((result: Result) => void)[] = [];
  #latest: Work | undefined;
  #isOver = false;

  constructor(first: Work, onLeave: () => void) {
    this.#onLeave = onLeave;
    this.offer(first);
  }

  /** Never waits for the reader. */
  offer(work: Work): void {
    if (this.#isOver) return;
    this.#latest = work;
    if (hasEnded(work)) this.#isOver = true;
    this.#deliver();
  }

  next(): Promise<Result> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#deliver();
    });
  }

  return(): Promise<Result> {
    this.#leave();
    return Promise.resolve(finished);
  }

  async throw(error?: unknown): Promise<Result> {
    this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    this.#isOver = true;
    this.#latest = undefined;
    this.#deliver();
    this.#onLeave();
  }

  #deliver(): void {
    while (this.#waiters.length > 0) {
      const work = this.#latest;
      if (!work && !this.#isOver) return;
      this.#latest = undefined;
      this.#waiters.shift()?.(work ? { done: false, value: work } : finished);
    }
  }
}
