/** So many at once, and the others in the order they came. */

export interface Turns {
  /** Resolves when it is one's turn, with what ends that. */
  take(): Promise<() => void>;
}

export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else taken--;
  };
  return {
    async take() {
      if (taken < most) taken++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return release;
    },
  };
}
