/** One stream for many: read once, executed once for each item, given to all who joined. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sharing } from './sharing.ts';
import { type Entry, type Failure, Viewer } from './viewer.ts';

export interface GroupOptions<Item, Result> {
  /** Opens the source; a result where it cannot be opened. Aborting what it was given ends it. */
  readonly open: () => Promise<AsyncIterator<Item> | { readonly refusal: Result }>;
  readonly execute: (item: Item) => Promise<Result> | Result;
  /** How many bytes a result takes on its way out. */
  readonly sizeOf: (result: Result) => number;
  readonly missed: Sharing<never, Item>['missed'];
  /** Items and bytes that wait for one viewer at most; 1000 and 4 MiB by default. */
  readonly mostEntries?: number;
  readonly mostBytes?: number;
  /** Called once, when nobody can join any more: all have left, or the source has ended. */
  readonly onOver: () => void;
  /** Called once, when nothing is executed any more. */
  readonly onEnd: () => void;
}

/** Items that wait, for execution or for one viewer. */
const mostByDefault = 1_000;
/** Items executed before others get a turn. What they gave leaves together. */
const itemsPerTurn = 64;

export class Group<Item, Result> {
  /** Resolves when the source is open: with a result where it could not be opened. */
  readonly opened: Promise<{ readonly refusal: Result } | undefined>;
  readonly #options: GroupOptions<Item, Result>;
  readonly #viewers = new Set<Viewer<Item, Result>>();
  #iterator: AsyncIterator<Item> | undefined;
  /** Read and not executed yet. */
  #backlog: { readonly number: number; readonly item: Item }[] = [];
  #read = 0;
  #dropped = 0;
  #lastDropped: { readonly number: number; readonly item: Item } | undefined;
  #isWorking = false;
  #isOver = false;
  #isEnded = false;
  #source: 'open' | { readonly failure: Failure | undefined } = 'open';

  constructor(options: GroupOptions<Item, Result>) {
    this.#options = options;
    this.opened = this.#open();
    // Each of those who join waits for it as well.
    this.opened.catch(() => {});
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** One more viewer: gets what is read from now on. */
  join(): Viewer<Item, Result> {
    const { mostEntries = mostByDefault, mostBytes = 4 * 1024 ** 2 } = this.#options;
    const viewer: Viewer<Item, Result> = new Viewer({
      from: this.#read,
      mostEntries,
      mostBytes,
      missed: this.#missed,
      onEnd: () => {
        if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.close();
      },
    });
    this.#viewers.add(viewer);
    return viewer;
  }

  /** Ends the source, and all who are left. */
  close(): void {
    this.#over();
    this.#backlog = [];
    if (this.#source === 'open') {
      this.#source = { failure: undefined };
      // Nobody is left to hear of a failure to stop.
      Promise.resolve(this.#iterator?.return?.()).catch(() => {});
    }
    this.#end();
    for (const viewer of this.#viewers) viewer.leave();
  }

  async #open(): Promise<{ readonly refusal: Result } | undefined> {
    try {
      const opened = await this.#options.open();
      if ('refusal' in opened) {
        this.close();
        return opened;
      }
      this.#iterator = opened;
      if (this.#source === 'open') void this.#drain(opened);
      else await opened.return?.();
      return undefined;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Reads as fast as things happen: whoever is slow misses some, and the source never waits. */
  async #drain(iterator: AsyncIterator<Item>): Promise<void> {
    let failure: Failure | undefined;
    try {
      for (;;) {
        const step = await iterator.next();
        if (step.done || this.#source !== 'open') break;
        this.#accept(step.value);
      }
    } catch (error) {
      failure = { error };
    }
    if (this.#source !== 'open') return;
    this.#source = { failure };
    this.#over();
    this.#work();
  }

  #accept(item: Item): void {
    const { mostEntries = mostByDefault } = this.#options;
    this.#backlog.push({ number: this.#read++, item });
    if (this.#backlog.length > mostEntries) {
      this.#lastDropped = this.#backlog.shift();
      this.#dropped++;
    }
    this.#work();
  }

  /** What is read in one turn of the event loop is executed in the next one, and leaves together. */
  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    setImmediate(() => {
      this.#turns()
        .catch((error: unknown) => this.#fail({ error }))
        .finally(() => {
          this.#isWorking = false;
          if (this.#backlog.length > 0) this.#work();
          else if (this.#source !== 'open') this.#finish(this.#source.failure);
        });
    });
  }

  async #turns(): Promise<void> {
    while (this.#backlog.length > 0) {
      const entries: Entry<Item, Result>[] = [];
      while (entries.length < itemsPerTurn) {
        const next = this.#next();
        if (!next) break;
        const made = this.#entry(next.number, next.item);
        // What is ready does not wait for what has to be asked for.
        if (made instanceof Promise) this.#give(entries.splice(0));
        entries.push(made instanceof Promise ? await made : made);
      }
      this.#give(entries);
      if (this.#backlog.length > 0) await nextTurn();
    }
  }

  #next(): { readonly number: number; readonly item: Item } | undefined {
    const [last, count] = [this.#lastDropped, this.#dropped];
    if (!last) return this.#backlog.shift();
    this.#dropped = 0;
    this.#lastDropped = undefined;
    return { number: last.number, item: this.#options.missed(last.item, count) };
  }

  #entry(number: number, item: Item): Promise<Entry<Item, Result>> | Entry<Item, Result> {
    const entryOf = (result: Result) => ({ number, item, result, bytes: this.#options.sizeOf(result) });
    const result = this.#options.execute(item);
    return result instanceof Promise ? result.then(entryOf) : entryOf(result);
  }

  readonly #missed = (last: Entry<Item, Result>, count: number) =>
    this.#entry(last.number, this.#options.missed(last.item, count));

  #give(entries: readonly Entry<Item, Result>[]): void {
    if (entries.length === 0) return;
    for (const viewer of this.#viewers) viewer.offer(entries);
  }

  /** Execution itself broke, which resolvers cannot make it do. */
  #fail(failure: Failure): void {
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.close();
    for (const viewer of viewers) viewer.finish(failure);
  }

  #finish(failure: Failure | undefined): void {
    this.#end();
    for (const viewer of this.#viewers) viewer.finish(failure);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.onEnd();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onOver();
  }
}
