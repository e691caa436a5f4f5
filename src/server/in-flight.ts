/** Counts what is under way, so that a shutdown can wait for it. */

export interface InFlight {
  /** @returns the function that marks the end; calling it again does nothing */
  readonly enter: () => () => void;
  readonly count: () => number;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
}

export function createInFlight(): InFlight {
  let count = 0;
  const waiting = new Set<() => void>();
  return {
    enter: () => {
      count += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        count -= 1;
        if (count > 0) return;
        for (const resolve of waiting) resolve();
        waiting.clear();
      };
    },
    count: () => count,
    idle: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}
