/** One viewer of a live query: gets the latest answer whenever it is ready for one, and none in between. */
import type { ExecutionResult } from 'graphql';
import { LeavableIterator } from '../leavable-iterator.ts';
import type { Answer } from './answer.ts';

export interface ViewerOptions {
  /** Whether it wants patches, where there is an answer before. */
  readonly patches: boolean;
  /** Whether two answers say the same to whoever has the first. */
  readonly isSame: (before: Answer, after: Answer) => boolean;
  /** Called once, when it is left. */
  readonly onLeave: () => void;
}

/** Nothing queues up: what it has not read when the next answer comes is not sent any more. */
export class LiveViewer extends LeavableIterator<ExecutionResult> {
  readonly #options: ViewerOptions;
  #seen: Answer | undefined;
  #latest: Answer | undefined;
  #isEnded = false;

  constructor(options: ViewerOptions) {
    super();
    this.#options = options;
  }

  offer(answer: Answer): void {
    if (this.#isEnded) return;
    this.#latest = answer;
    this.deliver();
  }

  /** Lets it read what it has been offered, and then the end. */
  finish(): void {
    this.#isEnded = true;
    this.deliver();
  }

  protected take(): ExecutionResult | undefined {
    const [seen, latest] = [this.#seen, this.#latest];
    if (!latest || latest === seen || latest.turn === seen?.turn) return undefined;
    this.#seen = latest;
    if (!seen) return latest.whole;
    // Of what it has missed, nothing may be left.
    if (latest.turn > seen.turn + 1 && this.#options.isSame(seen, latest)) return undefined;
    return this.#options.patches ? latest.since(seen) : latest.whole;
  }

  protected isOver(): boolean {
    return this.#isEnded;
  }

  protected onLeave(): void {
    this.#isEnded = true;
    this.#latest = undefined;
    this.#seen = undefined;
    this.#options.onLeave();
  }
}
