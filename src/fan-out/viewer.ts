/** One of those who share a stream: a bounded queue, and the way out to its client. */

/** What all viewers get. */
export interface Entry<Item, Result> {
  /** How many items came before. */
  readonly number: number;
  readonly item: Item;
  readonly result: Result;
  readonly bytes: number;
}

/** Where a viewer's results go. */
export interface Sink<Result> {
  /** Whether one more can be taken now. */
  readonly isFree: () => boolean;
  /** Calls back, once, when it is free again. */
  readonly whenFree: (run: () => void) => void;
  readonly take: (result: Result) => void;
  /** Called once, after the last: with why, if the stream broke. */
  readonly end: (failure: Failure | undefined) => void;
}

export interface Failure {
  readonly error: unknown;
}

export interface ViewerOptions<Item, Result> {
  /** The first entry that is this viewer's. */
  readonly from: number;
  /** What waits for one viewer at most. */
  readonly mostEntries: number;
  readonly mostBytes: number;
  /** Makes what stands for `count` entries, of which this was the last. */
  readonly missed: (
    last: Entry<Item, Result>,
    count: number,
  ) => Promise<Entry<Item, Result>> | Entry<Item, Result>;
  /** Called once, when this viewer gets no more, for whatever reason. */
  readonly onEnd: () => void;
}

/** A viewer that reads slowly loses its oldest entries, and never makes others wait. */
export class Viewer<Item, Result> {
  readonly #options: ViewerOptions<Item, Result>;
  #sink: Sink<Result> | undefined;
  /** Made when something has to wait, which for most never happens. */
  #queue: Entry<Item, Result>[] | undefined;
  #bytes = 0;
  #dropped = 0;
  #lastDropped: Entry<Item, Result> | undefined;
  #state: 'open' | 'finishing' | 'ended' = 'open';
  #failure: Failure | undefined;
  /** Something will call {@link #flush}. */
  #isAwaited = false;

  constructor(options: ViewerOptions<Item, Result>) {
    this.#options = options;
  }

  /** Lets the results out, those that have waited first. */
  attach(sink: Sink<Result>): void {
    this.#sink = sink;
    if (this.#state === 'ended') sink.end(this.#failure);
    else this.#flush();
  }

  /** Gives entries, in order. Never waits. */
  offer(entries: readonly Entry<Item, Result>[]): void {
    if (this.#state !== 'open') return;
    const { from } = this.#options;
    for (const entry of entries) {
      if (entry.number < from) continue;
      if (!this.#isBusy() && this.#sink?.isFree()) this.#sink.take(entry.result);
      else this.#keep(entry);
    }
    this.#flush();
  }

  /** Lets the client have what waits, and then the end. */
  finish(failure: Failure | undefined): void {
    if (this.#state !== 'open') return;
    this.#state = 'finishing';
    this.#failure = failure;
    this.#flush();
  }

  /** Ends at once: what waits is forgotten. */
  leave(): void {
    if (this.#state === 'ended') return;
    this.#failure = undefined;
    this.#end();
  }

  #isBusy(): boolean {
    return this.#isAwaited || this.#dropped > 0 || (this.#queue !== undefined && this.#queue.length > 0);
  }

  #keep(entry: Entry<Item, Result>): void {
    const { mostEntries, mostBytes } = this.#options;
    this.#queue ??= [];
    this.#queue.push(entry);
    this.#bytes += entry.bytes;
    while (this.#queue.length > mostEntries || (this.#bytes > mostBytes && this.#queue.length > 1)) {
      this.#lastDropped = this.#queue.shift();
      this.#bytes -= this.#lastDropped?.bytes ?? 0;
      this.#dropped++;
    }
  }

  #flush(): void {
    const sink = this.#sink;
    if (!sink || this.#isAwaited) return;
    while (this.#state !== 'ended' && (this.#dropped > 0 || this.#queue?.length)) {
      if (!sink.isFree()) {
        this.#await(sink.whenFree);
        return;
      }
      if (this.#dropped > 0) {
        if (this.#tellMissed(sink)) continue;
        return;
      }
      const entry = this.#queue?.shift();
      if (!entry) break;
      this.#bytes -= entry.bytes;
      sink.take(entry.result);
    }
    if (this.#queue?.length === 0) this.#queue = undefined;
    if (this.#state === 'finishing') this.#end();
  }

  #await(wait: (run: () => void) => void): void {
    this.#isAwaited = true;
    wait(() => {
      this.#isAwaited = false;
      if (this.#state !== 'ended') this.#flush();
    });
  }

  /** Whether it was told: what has to be asked for first is told later. */
  #tellMissed(sink: Sink<Result>): boolean {
    const [last, count] = [this.#lastDropped, this.#dropped];
    this.#dropped = 0;
    this.#lastDropped = undefined;
    const made = last && this.#options.missed(last, count);
    if (!made) return true;
    if (!(made instanceof Promise)) {
      sink.take(made.result);
      return true;
    }
    this.#await((run) => {
      made
        .then(({ result }) => {
          if (this.#state !== 'ended') sink.take(result);
        })
        .catch((error: unknown) => this.#break({ error }))
        .finally(run);
    });
    return false;
  }

  #break(failure: Failure): void {
    if (this.#state === 'ended') return;
    this.#failure = failure;
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#queue = undefined;
    this.#dropped = 0;
    this.#lastDropped = undefined;
    this.#options.onEnd();
    this.#sink?.end(this.#failure);
  }
}

const finished = { done: true, value: undefined } as const;

/** The results of a viewer for whoever asks for one after the other. Leaving it leaves the stream. */
export function resultsOf<Item, Result>(
  viewer: Viewer<Item, Result>,
): AsyncIterableIterator<Result, undefined, undefined> {
  type Step = IteratorResult<Result, undefined>;
  const waiting: { readonly resolve: (step: Step) => void; readonly reject: (error: unknown) => void }[] = [];
  let whenFree: (() => void) | undefined;
  let ended: { failure: Failure | undefined } | undefined;
  const settle = (): void => {
    while (ended && waiting.length > 0) {
      const waiter = waiting.shift();
      const { failure } = ended;
      ended.failure = undefined;
      if (failure) waiter?.reject(failure.error);
      else waiter?.resolve(finished);
    }
  };
  viewer.attach({
    isFree: () => waiting.length > 0,
    whenFree: (run) => {
      whenFree = run;
    },
    take: (value) => waiting.shift()?.resolve({ done: false, value }),
    end: (failure) => {
      ended = { failure };
      settle();
    },
  });
  const results: AsyncIterableIterator<Result, undefined, undefined> = {
    next: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        const run = whenFree;
        whenFree = undefined;
        run?.();
        settle();
      }),
    return: () => {
      viewer.leave();
      return Promise.resolve(finished);
    },
    throw: (error: unknown) => {
      viewer.leave();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}
