/** How much one client may ask in a row: messages are cheap to send and can be dear to answer. */

/** Messages in a row that nobody minds. */
const burst = 2_000;
/** Messages a second for as long as the client likes. */
const perSecond = 500;
/** What a message counts that asks for something that cannot be had. */
const refusedCost = 10;

export interface MessageRate {
  /** Counts a message. @returns whether it is too many */
  readonly isTooFast: () => boolean;
  /** Counts that what a message asked for was refused before execution. */
  readonly refused: () => void;
}

/** @param now milliseconds, for tests */
export function createMessageRate(now: () => number = () => performance.now()): MessageRate {
  let left = burst;
  let at = now();
  return {
    isTooFast: () => {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1000) * perSecond) - 1;
      at = time;
      return left < 0;
    },
    refused: () => {
      left -= refusedCost - 1;
    },
  };
}
