/** Who wants what to be kept, counted. */
import type { Clock } from '../clock.ts';
import type { Noun } from './thing.ts';

export interface Wishes {
  readonly wanted: readonly Noun[];
  has(noun: Noun): boolean;
  /** The answer takes it back. */
  add(nouns: Iterable<Noun>): () => void;
  /** Forgets all wishes, and those who take theirs back later. */
  clear(): void;
}

/**
 * @param linger milliseconds for which a noun counts as wanted that nobody wants any more: who comes back in a moment finds
 *   it as it was
 * @param onDrop called when that time is up
 */
export function createWishes(clock: Clock, linger: number, onDrop: (noun: Noun) => void): Wishes {
  const counts = new Map<Noun, number>();
  /** Each takes back what would drop the noun. */
  const dropping = new Map<Noun, () => void>();

  function keep(noun: Noun): void {
    dropping.get(noun)?.();
    dropping.delete(noun);
  }

  function leave(noun: Noun): void {
    const count = (counts.get(noun) ?? 0) - 1;
    counts.set(noun, count);
    if (count > 0) return;
    const drop = (): void => {
      dropping.delete(noun);
      counts.delete(noun);
      onDrop(noun);
    };
    dropping.set(noun, clock.after(linger, drop));
  }

  let generation = 0;
  return {
    get wanted() {
      return [...counts.keys()];
    },
    has: (noun) => counts.has(noun),
    add(nouns) {
      const own = new Set(nouns);
      const current = generation;
      for (const noun of own) {
        keep(noun);
        counts.set(noun, (counts.get(noun) ?? 0) + 1);
      }
      return () => {
        if (current === generation) for (const noun of own) leave(noun);
        own.clear();
      };
    },
    clear() {
      generation++;
      for (const noun of dropping.keys()) keep(noun);
      counts.clear();
    },
  };
}
