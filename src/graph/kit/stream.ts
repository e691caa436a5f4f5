/** Sources of subscriptions. */

const finished = { done: true, value: undefined } as const;

/**
 * A hand-made iterator, not a generator: `return()` ends it at once, also while `next()` waits.
 *
 * @param next what comes next; undefined at the end
 * @param leave called when the reader leaves; must let `next` resolve
 */
export function streamOf<Item>(
  next: () => Promise<Item | undefined>,
  leave: () => void,
): AsyncIterableIterator<Item, undefined, undefined> {
  const stream: AsyncIterableIterator<Item, undefined, undefined> = {
    next: async () => {
      const value = await next();
      return value === undefined ? finished : { done: false, value };
    },
    return: () => {
      leave();
      return Promise.resolve(finished);
    },
    throw: (error?: unknown) => {
      leave();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
