/** Several logs as one, in order of time, read no further ahead than a little. */

/** One item of a log. */
export interface Timed {
  /** Of a form that sorts as text; undefined sorts at once. */
  readonly time: string | undefined;
  /** Bytes that it holds, about. */
  readonly size: number;
}

export interface Log<Item> {
  /** What comes next, in its order; undefined at the end. */
  next(): Promise<readonly Item[] | undefined>;
  leave(): void;
}

/** What a slow reader has not got. */
export interface Dropped {
  readonly count: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface MergeOptions {
  /**
   * Milliseconds that an item waits for earlier ones of the other logs; undefined to wait until each log has shown its
   * next item or its end.
   */
  readonly window: number | undefined;
  /** What becomes of items that the reader does not take: their log waits, or the oldest of them are dropped. */
  readonly whenSlow: 'wait' | 'drop-oldest';
  /** Bytes that wait for the reader for each log, about. */
  readonly readAhead?: number;
  /** Logs may be added at any time: there is no end. */
  readonly grows?: boolean;
}

/** Items in order, at least one; or why there are no more, once. */
export type Taken<Item, Owner> =
  | {
      readonly ok: true;
      readonly items: readonly { readonly owner: Owner; readonly item: Item }[];
      /** What was dropped before the first of them. */
      readonly dropped: Dropped | undefined;
    }
  | { readonly ok: false; readonly error: unknown };

/** How many items may be taken at once. */
export interface Portion {
  readonly items: number;
  readonly bytes: number;
}

const defaultReadAhead = { wait: 131_072, 'drop-oldest': 524_288 } as const;
/** Bytes that an item costs beside its text. */
const overhead = 256;
/** After this many items the reader waits for a macrotask, lest it starve the event loop while items are there. */
const itemsPerTurn = 256;

/** One log, read until so much of it waits. */
class Source<Item extends Timed, Owner> {
  readonly owner: Owner;
  readonly #log: Log<Item>;
  readonly #readAhead: number;
  readonly #drop: ((item: Item) => void) | undefined;
  readonly #batches: { readonly items: readonly Item[]; readonly arrivedAt: number }[] = [];
  /** Items of the first batch that have been taken already. */
  #taken = 0;
  #bytes = 0;
  #wake: (() => void) | undefined;
  isEnded = false;
  failure: { readonly error: unknown } | undefined;

  constructor(owner: Owner, log: Log<Item>, readAhead: number, drop: ((item: Item) => void) | undefined) {
    this.owner = owner;
    this.#log = log;
    this.#readAhead = readAhead;
    this.#drop = drop;
  }

  get head(): Item | undefined {
    return this.#batches[0]?.items[this.#taken];
  }

  get arrivedAt(): number {
    return this.#batches[0]?.arrivedAt ?? 0;
  }

  /** Never rejects. Ends with the log, or when nobody reads any more. */
  async read(onChange: () => void): Promise<void> {
    try {
      for (let items = await this.#log.next(); items; items = await this.#log.next()) {
        if (this.isEnded) return;
        this.#push(items);
        onChange();
        if (!this.#drop && this.#bytes >= this.#readAhead) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
        if (this.isEnded) return;
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.isEnded = true;
      onChange();
    }
  }

  take(): void {
    const batch = this.#batches[0];
    const item = batch?.items[this.#taken];
    if (!batch || !item) return;
    this.#bytes -= item.size + overhead;
    this.#taken++;
    if (this.#taken === batch.items.length) {
      this.#batches.shift();
      this.#taken = 0;
    }
    if (this.#bytes < this.#readAhead) this.#resume();
  }

  leave(): void {
    this.isEnded = true;
    this.#log.leave();
    this.#batches.length = 0;
    this.#taken = 0;
    this.#resume();
  }

  #push(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.#batches.push({ items, arrivedAt: performance.now() });
    for (const { size } of items) this.#bytes += size + overhead;
    if (!this.#drop) return;
    for (let { head } = this; head && this.#bytes > this.#readAhead; { head } = this) {
      this.#drop(head);
      this.take();
    }
  }

  #resume(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

interface Waiter<Item, Owner> {
  readonly portion: Portion;
  readonly resolve: (taken: Taken<Item, Owner> | undefined) => void;
}

/** Each log keeps its own order; of two logs the earlier item comes first. Left at once, also while `take` waits. */
export class LogMerge<Item extends Timed, Owner> {
  readonly #options: MergeOptions;
  readonly #readAhead: number;
  readonly #sources = new Set<Source<Item, Owner>>();
  readonly #waiters: Waiter<Item, Owner>[] = [];
  #dropped: Dropped | undefined;
  #failure: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #given = 0;
  #resting = false;
  #ended = false;

  constructor(options: MergeOptions) {
    this.#options = options;
    this.#readAhead = options.readAhead ?? defaultReadAhead[options.whenSlow];
  }

  /** Begins to read it. One that is added too late is left at once. */
  add(owner: Owner, log: Log<Item>): void {
    if (this.#ended) {
      log.leave();
      return;
    }
    const drop = this.#options.whenSlow === 'wait' ? undefined : (item: Item) => this.#note(item);
    const source = new Source(owner, log, this.#readAhead, drop);
    this.#sources.add(source);
    void source.read(() => this.#deliver());
  }

  /** Ends it after what was read before. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#deliver();
  }

  /** The next items, as many as are at hand; undefined at the end. */
  take(portion: Portion): Promise<Taken<Item, Owner> | undefined> {
    return new Promise((resolve) => {
      this.#waiters.push({ portion, resolve });
      this.#deliver();
    });
  }

  leave(): void {
    if (!this.#ended) {
      this.#ended = true;
      clearTimeout(this.#timer);
      for (const source of this.#sources) source.leave();
    }
    for (const { resolve } of this.#waiters.splice(0)) resolve(undefined);
  }

  #note({ time }: Item): void {
    const { count = 0, from = time } = this.#dropped ?? {};
    this.#dropped = { count: count + 1, from, to: time };
  }

  /** The log whose next item comes first, of those that show one; and whether another may have an earlier one yet. */
  #first() {
    let first: Source<Item, Owner> | undefined;
    let head: Item | undefined;
    let isSure = true;
    for (const source of this.#sources) {
      const shown = source.head;
      if (!shown) {
        if (source.isEnded) {
          if (!source.failure) this.#sources.delete(source);
        } else {
          isSure = false;
        }
      } else if (!first || !head || (head.time ?? '') > (shown.time ?? '')) {
        first = source;
        head = shown;
      }
    }
    return first && head ? { first, head, isSure } : undefined;
  }

  /** What can be given now; sets the timer for what cannot yet. */
  #collect(portion: Portion) {
    const items: { readonly owner: Owner; readonly item: Item }[] = [];
    let bytes = 0;
    while (items.length < portion.items && bytes < portion.bytes) {
      const next = this.#first();
      if (!next) break;
      const { first, head, isSure } = next;
      const { window } = this.#options;
      if (!isSure) {
        if (window === undefined) break;
        const patience = first.arrivedAt + window - performance.now();
        if (patience > 0) {
          if (items.length === 0) this.#timer = setTimeout(() => this.#deliver(), Math.ceil(patience));
          break;
        }
      }
      first.take();
      bytes += head.size;
      items.push({ owner: first.owner, item: head });
    }
    return items;
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    while (!this.#resting && !this.#ended) {
      const waiter = this.#waiters[0];
      if (!waiter) return;
      const items = this.#collect(waiter.portion);
      if (items.length > 0) {
        this.#waiters.shift();
        const dropped = this.#dropped;
        this.#dropped = undefined;
        waiter.resolve({ ok: true, items, dropped });
        this.#given += items.length;
        if (this.#given >= itemsPerTurn) this.#rest();
        continue;
      }
      const failed = this.#failedAt();
      if (failed) {
        this.#waiters.shift();
        waiter.resolve({ ok: false, error: failed.error });
        this.leave();
      } else if (!this.#options.grows && [...this.#sources].every(({ isEnded, head }) => isEnded && !head)) {
        this.leave();
      } else {
        return;
      }
    }
    if (this.#ended) this.leave();
  }

  /** A failed log ends everything, once what was read of it before has been given out. */
  #failedAt(): { readonly error: unknown } | undefined {
    for (const { failure, head } of this.#sources) if (failure && !head) return failure;
    return this.#failure;
  }

  #rest(): void {
    this.#given = 0;
    this.#resting = true;
    setImmediate(() => {
      this.#resting = false;
      this.#deliver();
    });
  }
}
