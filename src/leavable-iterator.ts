/** What every stream to a client has in common: it is asked for one item after the other, and can be left at any moment. */

interface Waiter<Item> {
  readonly resolve: (result: IteratorResult<Item, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const finished = { done: true, value: undefined } as const;

/**
 * An iterator whose `return()` ends it at once, also while `next()` waits. That of an async generator would stand in line
 * behind this `next()`, and so wait for an event that may never come, with all that is held for the reader.
 *
 * What there is to read, and how much of it is kept for a slow reader, is the subclass's: it calls `deliver` whenever
 * that changes, and is asked for an item only when somebody waits for one.
 */
export abstract class LeavableIterator<Item> implements AsyncIterableIterator<Item, undefined, undefined> {
  readonly #itemsPerTurn: number;
  readonly #waiters: Waiter<Item>[] = [];
  #given = 0;
  #isResting = false;
  #isLeft = false;

  /**
   * @param itemsPerTurn after so many the reader waits for a macrotask: without it, one who always finds an item starves
   *   the event loop
   */
  constructor(itemsPerTurn = Number.POSITIVE_INFINITY) {
    this.#itemsPerTurn = itemsPerTurn;
  }

  /** Removes what comes next, undefined if there is nothing now. What it throws, the one who waits is rejected with. */
  protected abstract take(): Item | undefined;

  /** Whether nothing will come any more, where {@link take} has nothing. */
  protected abstract isOver(): boolean;

  /** Called once, when the reader has left or was given the last item: forgets what waits, and lets go of the source. */
  protected abstract onLeave(): void;

  /** Whether this item ends it, whatever waits behind it. None does, unless the subclass says so. */
  protected isLast(_item: Item): boolean {
    return false;
  }

  protected get isLeft(): boolean {
    return this.#isLeft;
  }

  /** To be called when there may be something to take, or it may be over. */
  protected deliver(): void {
    while (this.#waiters.length > 0 && !this.#isResting) {
      let item: Item | undefined;
      try {
        item = this.#isLeft ? undefined : this.take();
      } catch (error) {
        this.#waiters.shift()?.reject(error);
        continue;
      }
      if (item !== undefined) this.#give(item);
      else if (this.#isLeft || this.isOver()) this.#waiters.shift()?.resolve(finished);
      else return;
    }
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.deliver();
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#leave();
    return Promise.resolve(finished);
  }

  async throw(error?: unknown): Promise<IteratorReturnResult<undefined>> {
    this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #give(item: Item): void {
    this.#waiters.shift()?.resolve({ done: false, value: item });
    if (this.isLast(item)) this.#leave();
    else if (++this.#given % this.#itemsPerTurn === 0) this.#rest();
  }

  #rest(): void {
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.deliver();
    });
  }

  #leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#isResting = false;
    this.deliver();
    this.onLeave();
  }
}
