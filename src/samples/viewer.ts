/** One subscriber's view of some containers: the latest sample of each, never a queue. */
import type { Frame } from './sample.ts';

/** A sample of one container, or why there are no more of it. */
export type Seen =
  | { readonly ok: true; readonly id: string; readonly frame: Frame }
  | { readonly ok: false; readonly id: string; readonly error: unknown };

/** Half of the Engine's second: a sample that comes a little early still counts as due. */
const tolerance = 500;

const finished = { done: true, value: undefined } as const;

type Result = IteratorResult<Seen, undefined>;

/** A hand-made iterator, not a generator: `return()` ends it at once, also while `next()` waits. */
export class SampleViewer implements AsyncIterableIterator<Seen, undefined, undefined> {
  readonly #interval: number;
  readonly #onLeave: () => void;
  /** Containers of which more may come. */
  readonly #open: Set<string>;
  /** What was not read yet, one a container, the longest waiting first. */
  readonly #latest = new Map<string, Seen>();
  readonly #givenAt = new Map<string, number>();
  readonly #waiters: ((result: Result) => void)[] = [];

  /** @param options.interval milliseconds between two samples of a container, at least */
  constructor(options: {
    readonly ids: readonly string[];
    readonly interval: number;
    /** Called when the reader leaves. */
    readonly onLeave: () => void;
  }) {
    this.#open = new Set(options.ids);
    this.#interval = options.interval;
    this.#onLeave = options.onLeave;
  }

  /** Never waits for the reader: one that was not read is replaced. */
  offer(id: string, frame: Frame): void {
    const given = this.#givenAt.get(id);
    if (!this.#open.has(id)) return;
    if (given !== undefined && frame.at - given < this.#interval - tolerance) return;
    this.#givenAt.set(id, frame.at);
    this.#latest.set(id, { ok: true, id, frame });
    this.#deliver();
  }

  /** No more of this container, as it was removed. The last sample can still be read. */
  end(id: string): void {
    this.#open.delete(id);
    this.#deliver();
  }

  /** No more of this container, for that reason. */
  fail(id: string, error: unknown): void {
    if (!this.#open.delete(id)) return;
    this.#latest.set(id, { ok: false, id, error });
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
    this.#open.clear();
    this.#latest.clear();
    this.#deliver();
    this.#onLeave();
  }

  #deliver(): void {
    while (this.#waiters.length > 0) {
      const [item] = this.#latest.values();
      if (!item && this.#open.size > 0) return;
      if (item) this.#latest.delete(item.id);
      this.#waiters.shift()?.(item ? { done: false, value: item } : finished);
    }
  }
}
