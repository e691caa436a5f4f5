/** The last events of an Engine, for those who come back. */
import { newCursor, type Place } from './cursor.ts';
import { cursorOf, type SharedItem } from './item.ts';

/** Bounded: the oldest make room. Between its items nothing is missing but what its gaps tell. */
export class EventRing {
  readonly #capacity: number;
  readonly #items: (SharedItem | undefined)[] = [];
  /** How many items came before, by cursor. */
  readonly #numbers = new Map<string, number>();
  #count = 0;
  #origin: string | undefined;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return Math.min(this.#count, this.#capacity);
  }

  /** Whether something had to make room. */
  get hasForgotten(): boolean {
    return this.#count > this.#capacity;
  }

  /** The place just after everything, which stays that place when more comes. `timeNano` dates it where nothing is there. */
  end(timeNano: bigint): string {
    const last = this.#items[(this.#count - 1) % this.#capacity];
    if (last) return cursorOf(last);
    this.#origin ??= newCursor(timeNano);
    return this.#origin;
  }

  has(cursor: string): boolean {
    return this.#numbers.has(cursor);
  }

  push(item: SharedItem): void {
    const slot = this.#count % this.#capacity;
    const oldest = this.#items[slot];
    if (oldest) this.#forget(oldest);
    this.#items[slot] = item;
    this.#numbers.set(cursorOf(item), this.#count++);
  }

  /** What came since a place; undefined when the place is not here. */
  from(place: Place): readonly SharedItem[] | undefined {
    if (place.cursor === this.#origin && !this.hasForgotten) return this.all();
    const number = this.#numbers.get(place.cursor);
    return number === undefined ? undefined : this.#since(place.isBefore ? number : number + 1);
  }

  all(): readonly SharedItem[] {
    return this.#since(this.#count - this.size);
  }

  clear(): void {
    this.#items.length = 0;
    this.#numbers.clear();
    this.#count = 0;
    this.#origin = undefined;
  }

  #since(first: number): readonly SharedItem[] {
    const items: SharedItem[] = [];
    for (let number = first; number < this.#count; number++) {
      const item = this.#items[number % this.#capacity];
      if (item) items.push(item);
    }
    return items;
  }

  /** A cursor that came again belongs to the later item. */
  #forget(item: SharedItem): void {
    const cursor = cursorOf(item);
    if (this.#numbers.get(cursor) === this.#count - this.#capacity) this.#numbers.delete(cursor);
  }
}
