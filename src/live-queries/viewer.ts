/** One viewer of a live query: gets the latest answer whenever it is ready for one, and none in between. */
import type { ExecutionResult } from 'graphql';
import type { Answer } from './answer.ts';

type Next = IteratorResult<ExecutionResult, undefined>;
const finished: Next = { done: true, value: undefined };

export interface ViewerOptions {
  /** Whether it wants patches, where there is an answer before. */
  readonly patches: boolean;
  /** Whether two answers say the same to whoever has the first. */
  readonly isSame: (before: Answer, after: Answer) => boolean;
  /** Called once, when it is left. */
  readonly onLeave: () => void;
}

/** Nothing queues up: what it has not read when the next answer comes is not sent any more. */
export class LiveViewer implements AsyncIterableIterator<ExecutionResult, undefined, undefined> {
  readonly #options: ViewerOptions;
  readonly #waiters: ((next: Next) => void)[] = [];
  #seen: Answer | undefined;
  #latest: Answer | undefined;
  #isEnded = false;
  #isLeft = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
  }

  offer(answer: Answer): void {
    if (this.#isEnded) return;
    this.#latest = answer;
    this.#deliver();
  }

  /** Lets it read what it has been offered, and then the end. */
  finish(): void {
    this.#isEnded = true;
    this.#deliver();
  }

  next(): Promise<Next> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#deliver();
    });
  }

  return(): Promise<Next> {
    this.#leave();
    return Promise.resolve(finished);
  }

  async throw(error?: unknown): Promise<Next> {
    this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#isEnded = true;
    this.#latest = undefined;
    this.#seen = undefined;
    this.#deliver();
    this.#options.onLeave();
  }

  #take(): ExecutionResult | undefined {
    const [seen, latest] = [this.#seen, this.#latest];
    if (!latest || latest === seen || latest.turn === seen?.turn) return undefined;
    this.#seen = latest;
    if (!seen) return latest.whole;
    // Of what it has missed, nothing may be left.
    if (latest.turn > seen.turn + 1 && this.#options.isSame(seen, latest)) return undefined;
    return this.#options.patches ? latest.since(seen) : latest.whole;
  }

  #deliver(): void {
    while (this.#waiters.length > 0) {
      const value = this.#take();
      if (value === undefined && !this.#isEnded) return;
      this.#waiters.shift()?.(value === undefined ? finished : { done: false, value });
    }
  }
}
