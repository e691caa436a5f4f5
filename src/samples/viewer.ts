/** One subscriber's view of some containers: the latest sample of each, never a queue. */
import { LeavableIterator } from '../leavable-iterator.ts';
import type { Frame } from './sample.ts';

/** A sample of one container, or why there are no more of it. */
export type Seen =
  | { readonly ok: true; readonly id: string; readonly frame: Frame }
  | { readonly ok: false; readonly id: string; readonly error: unknown };

/** Half of the Engine's second: a sample that comes a little early still counts as due. */
const tolerance = 500;

export class SampleViewer extends LeavableIterator<Seen> {
  readonly #interval: number;
  readonly #grows: boolean;
  readonly #onAdd: (id: string) => void;
  readonly #onRemove: (id: string) => void;
  /** Containers of which more may come. */
  readonly #open = new Set<string>();
  /** What was not read yet, one a container, the longest waiting first. */
  readonly #latest = new Map<string, Seen>();
  readonly #givenAt = new Map<string, number>();
  #failure: Seen | undefined;

  constructor(options: {
    /** Milliseconds between two samples of a container, at least. */
    readonly interval: number;
    /** Containers may be added at any time. */
    readonly grows: boolean;
    /** Called for each container that is to be followed, and for each that is no longer. */
    readonly onAdd: (id: string) => void;
    readonly onRemove: (id: string) => void;
  }) {
    super();
    this.#interval = options.interval;
    this.#grows = options.grows;
    this.#onAdd = options.onAdd;
    this.#onRemove = options.onRemove;
  }

  /** Which containers are followed from now on. A sample of another that waits is forgotten. */
  update(ids: readonly string[]): void {
    if (this.isLeft) return;
    const wanted = new Set(ids);
    for (const id of this.#open) {
      if (wanted.has(id)) continue;
      this.#open.delete(id);
      this.#latest.delete(id);
      this.#givenAt.delete(id);
      this.#onRemove(id);
    }
    for (const id of wanted) {
      if (this.#open.has(id)) continue;
      this.#open.add(id);
      this.#onAdd(id);
    }
    this.deliver();
  }

  /** Ends all of it, after what waits, for that reason. */
  failAll(error: unknown): void {
    this.#failure ??= { ok: false, id: '', error };
    this.deliver();
  }

  /** Never waits for the reader: one that was not read is replaced. */
  offer(id: string, frame: Frame): void {
    const given = this.#givenAt.get(id);
    if (!this.#open.has(id)) return;
    if (given !== undefined && frame.at - given < this.#interval - tolerance) return;
    this.#givenAt.set(id, frame.at);
    this.#latest.set(id, { ok: true, id, frame });
    this.deliver();
  }

  /** No more of this container, as it was removed. The last sample can still be read. */
  end(id: string): void {
    this.#open.delete(id);
    this.#givenAt.delete(id);
    this.deliver();
  }

  /** No more of this container, for that reason. */
  fail(id: string, error: unknown): void {
    if (!this.#open.delete(id)) return;
    this.#latest.set(id, { ok: false, id, error });
    this.deliver();
  }

  protected take(): Seen | undefined {
    const [item] = this.#latest.values();
    if (item) this.#latest.delete(item.id);
    return item ?? this.#failure;
  }

  protected isOver(): boolean {
    return this.#open.size === 0 && !this.#grows;
  }

  protected override isLast(item: Seen): boolean {
    return item === this.#failure;
  }

  protected onLeave(): void {
    const open = [...this.#open];
    this.#open.clear();
    this.#latest.clear();
    this.#failure = undefined;
    for (const id of open) this.#onRemove(id);
  }
}
