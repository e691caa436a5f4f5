/** One stream of a log for all who have read up to now: read when the fastest asks, a little of it kept for the others. */
import { type Entry, isSame, type Position } from './position.ts';
import type { LogSource } from './source.ts';

/** Bytes kept for slower readers, about; whoever is further behind reads for itself. */
const defaultKept = 1_048_576;
/** Bytes that an entry costs beside its text. */
const overhead = 256;
/** Milliseconds since the last reading for which a stream counts as read up to now. */
const freshness = 1_000;

export type Batch = readonly Entry[];

/** A place between two entries: the number of a batch, and how many of its entries lie before. */
export interface Place {
  readonly batch: number;
  readonly skip: number;
}

interface Kept {
  readonly entries: Batch;
  readonly bytes: number;
}

const bytesOf = (entries: Batch): number => entries.reduce((sum, { size }) => sum + size + overhead, 0);

const lastPosition = (entries: Batch): Position | undefined => entries.at(-1)?.position;

export class Joint {
  readonly #source: LogSource;
  readonly #onClose: () => void;
  readonly #most: number;
  readonly #readers = new Set<object>();
  readonly #waiting = new Map<object, () => void>();
  #kept: Kept[] = [];
  #bytes = 0;
  /** The number of the first batch that is kept. */
  #first = 0;
  /** The position before that; undefined when nothing was written before. */
  #before: Position | undefined;
  #pumping = false;
  #pumpedAt = performance.now();
  #end: { readonly failure?: { readonly error: unknown } } | undefined;

  /**
   * @param options.last the last position that was read of the source before
   * @param options.pending an answer of the source that has been asked for already
   * @param options.onClose called once: when the last reader leaves, or the log ends
   */
  constructor(
    source: LogSource,
    options: {
      readonly last?: Position | undefined;
      readonly pending?: Promise<Batch | undefined>;
      readonly kept?: number;
      readonly onClose: () => void;
    },
  ) {
    this.#source = source;
    this.#before = options.last;
    this.#most = options.kept ?? defaultKept;
    this.#onClose = options.onClose;
    if (options.pending) this.#pump(options.pending);
  }

  /** Nothing lies unread at the Engine, as far as can be known. */
  get isFresh(): boolean {
    return !this.#end && (this.#pumping || performance.now() - this.#pumpedAt < freshness);
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Behind everything that was read. */
  get here(): Place {
    return { batch: this.#first + this.#kept.length, skip: 0 };
  }

  get last(): Position | undefined {
    for (const { entries } of this.#kept.toReversed()) {
      const position = lastPosition(entries);
      if (position) return position;
    }
    return this.#before;
  }

  get openedAt(): string | undefined {
    return this.#source.openedAt;
  }

  /** The place behind a position, if it is known here; without a position, the beginning of a log without a line. */
  placeBehind(last: Position | undefined): Place | undefined {
    if (!last) {
      const isUntouched = this.#first === 0 && this.#kept.length === 0 && !this.#before;
      return isUntouched ? { batch: 0, skip: 0 } : undefined;
    }
    if (this.#before && isSame(this.#before, last)) return { batch: this.#first, skip: 0 };
    for (const [index, { entries }] of this.#kept.entries()) {
      const found = entries.findIndex(({ position }) => position && isSame(position, last));
      if (found >= 0) return { batch: this.#first + index, skip: found + 1 };
    }
    return undefined;
  }

  /** Whether this is what it reads from. */
  reads(source: LogSource): boolean {
    return this.#source === source;
  }

  enter(reader: object): void {
    this.#readers.add(reader);
  }

  /** The stream ends with its last reader. */
  leave(reader: object): void {
    if (!this.#readers.delete(reader)) return;
    this.#waiting.get(reader)?.();
    this.#waiting.delete(reader);
    if (this.#readers.size > 0) return;
    this.#source.leave();
    this.#close({});
  }

  /** What follows on a place: `lost` when it is kept no more, undefined when it was not read yet. */
  read({ batch, skip }: Place): Batch | 'lost' | undefined {
    if (batch < this.#first) return 'lost';
    const entries = this.#kept[batch - this.#first]?.entries;
    return entries && skip > 0 ? entries.slice(skip) : entries;
  }

  /** Resolves when there may be more to read, the reader has left, or the log has ended: that is `true`. */
  async more(reader: object): Promise<boolean> {
    if (!this.#end) {
      const changed = new Promise<void>((resolve) => this.#waiting.set(reader, resolve));
      if (!this.#pumping) this.#pump(this.#source.next());
      await changed;
      return false;
    }
    if (this.#end.failure) throw this.#end.failure.error;
    return true;
  }

  #pump(pending: Promise<Batch | undefined>): void {
    this.#pumping = true;
    pending
      .then(
        (entries) => (entries ? this.#keep(entries) : this.#close({})),
        (error: unknown) => this.#close({ failure: { error } }),
      )
      .finally(() => {
        this.#pumping = false;
        this.#pumpedAt = performance.now();
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        for (const resolve of waiting) resolve();
      })
      .catch(() => {});
  }

  #keep(entries: Batch): void {
    const bytes = bytesOf(entries);
    this.#kept.push({ entries, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#most && this.#kept.length > 1) {
      const oldest = this.#kept.shift();
      if (!oldest) return;
      this.#bytes -= oldest.bytes;
      this.#first++;
      this.#before = lastPosition(oldest.entries) ?? this.#before;
    }
  }

  #close(end: { readonly failure?: { readonly error: unknown } }): void {
    if (this.#end) return;
    this.#end = end;
    this.#onClose();
  }
}
