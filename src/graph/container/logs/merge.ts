/** Several logs as one, in order of time, read no further ahead than a little. */

/** One item of a log. */
export interface Timed<Item> {
  readonly item: Item;
  /** Unix nanoseconds; undefined sorts at once. */
  readonly nanos: bigint | undefined;
  /** Bytes that it holds, about. */
  readonly size: number;
}

export interface MergeOptions<Item, Given> {
  /** Called for each item when its turn has come; what it answers is given out. */
  readonly give: (item: Item) => Given;
  /**
   * Milliseconds that an item waits for earlier ones of the other logs; undefined to wait until each log has shown its
   * next item or its end.
   */
  readonly window: number | undefined;
  /** Bytes that are read ahead of the reader for each log, about. */
  readonly readAhead?: number;
  /** Called once, when nobody reads any more. Must end all the logs. */
  readonly onEnd: () => void;
}

/** A failed log ends the stream, after what was read before. */
export type Merged<Given> =
  | { readonly ok: true; readonly item: Given }
  | { readonly ok: false; readonly error: unknown };

type Result<Given> = IteratorResult<Merged<Given>, undefined>;
const finished = { done: true, value: undefined } as const;

const defaultReadAhead = 131_072;
/** Bytes that an item costs beside its text. */
const overhead = 256;
/** After this many items the reader waits for a macrotask, lest it starve the event loop while items are there. */
const itemsPerTurn = 256;

interface Queued<Item> extends Timed<Item> {
  readonly arrivedAt: number;
}

/** One log, read until so much of it waits. */
class Source<Item> {
  readonly #waiting: Queued<Item>[] = [];
  /** Items at the front of the array that have been taken already. */
  #taken = 0;
  #bytes = 0;
  #wake: (() => void) | undefined;
  readonly #readAhead: number;
  isEnded = false;
  failure: { readonly error: unknown } | undefined;

  constructor(readAhead: number) {
    this.#readAhead = readAhead;
  }

  get head(): Queued<Item> | undefined {
    return this.#waiting[this.#taken];
  }

  /** Never rejects. Ends with the log, or when nobody reads any more. */
  async read(log: AsyncIterable<Timed<Item>>, onChange: () => void): Promise<void> {
    try {
      for await (const timed of log) {
        if (this.isEnded) return;
        this.#waiting.push({ ...timed, arrivedAt: performance.now() });
        this.#bytes += timed.size + overhead;
        onChange();
        if (this.#bytes >= this.#readAhead) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.isEnded = true;
      onChange();
    }
  }

  take(): void {
    const head = this.head;
    if (!head) return;
    this.#bytes -= head.size + overhead;
    this.#taken++;
    if (this.#taken === this.#waiting.length || this.#taken >= 1024) {
      this.#waiting.splice(0, this.#taken);
      this.#taken = 0;
    }
    if (this.#bytes < this.#readAhead) this.#resume();
  }

  leave(): void {
    this.isEnded = true;
    this.#waiting.length = 0;
    this.#taken = 0;
    this.#resume();
  }

  #resume(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/**
 * A hand-made iterator, not a generator: `return()` ends it at once, also while `next()` waits. Each log keeps its own
 * order; of two logs the earlier item comes first.
 */
export class MergedLogs<Item, Given> implements AsyncIterableIterator<Merged<Given>, undefined, undefined> {
  readonly #sources: readonly Source<Item>[];
  readonly #window: number | undefined;
  readonly #give: (item: Item) => Given;
  readonly #onEnd: () => void;
  readonly #waiters: ((result: Result<Given>) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #given = 0;
  #resting = false;
  #ended = false;

  constructor(logs: readonly AsyncIterable<Timed<Item>>[], options: MergeOptions<Item, Given>) {
    const { window, readAhead = defaultReadAhead, give, onEnd } = options;
    this.#window = window;
    this.#give = give;
    this.#onEnd = onEnd;
    const deliver = (): void => this.#deliver();
    const sources = logs.map((log) => ({ log, source: new Source<Item>(readAhead) }));
    this.#sources = sources.map(({ source }) => source);
    for (const { log, source } of sources) void source.read(log, deliver);
  }

  next(): Promise<Result<Given>> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#deliver();
    });
  }

  return(): Promise<Result<Given>> {
    this.#end();
    return Promise.resolve(finished);
  }

  async throw(error?: unknown): Promise<Result<Given>> {
    this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (!this.#ended) {
      this.#ended = true;
      clearTimeout(this.#timer);
      for (const source of this.#sources) source.leave();
      this.#onEnd();
    }
    for (const waiter of this.#waiters.splice(0)) waiter(finished);
  }

  /** The log whose next item comes first, of those that show one. */
  #first(): { readonly source: Source<Item>; readonly head: Queued<Item> } | undefined {
    let first: { readonly source: Source<Item>; readonly head: Queued<Item> } | undefined;
    for (const source of this.#sources) {
      const { head } = source;
      if (!head) continue;
      if (!first || (first.head.nanos ?? 0n) > (head.nanos ?? 0n)) first = { source, head };
    }
    return first;
  }

  /** Milliseconds until the item may go, though a log may still have an earlier one; undefined for no such time. */
  #patience({ arrivedAt }: Queued<Item>): number | undefined {
    if (this.#sources.every(({ head, isEnded }) => head || isEnded)) return 0;
    return this.#window === undefined ? undefined : Math.max(0, arrivedAt + this.#window - performance.now());
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    while (this.#waiters.length > 0 && !this.#resting && !this.#ended) {
      const failed = this.#sources.find(({ failure, head }) => failure && !head)?.failure;
      const first = this.#first();
      if (failed) this.#waiters.shift()?.({ done: false, value: { ok: false, error: failed.error } });
      if (failed || (!first && this.#sources.every(({ isEnded }) => isEnded))) {
        this.#end();
        return;
      }
      if (!first) return;
      const patience = this.#patience(first.head);
      if (patience === undefined) return;
      if (patience > 0) {
        this.#timer = setTimeout(() => this.#deliver(), Math.ceil(patience));
        return;
      }
      first.source.take();
      this.#waiters.shift()?.({ done: false, value: { ok: true, item: this.#give(first.head.item) } });
      if (++this.#given % itemsPerTurn === 0) this.#rest();
    }
    if (this.#ended) this.#end();
  }

  #rest(): void {
    this.#resting = true;
    setImmediate(() => {
      this.#resting = false;
      this.#deliver();
    });
  }
}
