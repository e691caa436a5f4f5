/** Subscriptions and live queries that end when asked to: by the client, by the loss of the client, or by a shutdown. */
import type { Plugin } from 'graphql-yoga';
import type { TransportContext } from '../server/operation-request.ts';

/** All subscriptions and live queries under way, whatever their transport. */
export interface Subscriptions {
  readonly count: () => number;
  /** Ends them as if their sources had: clients get `complete`. */
  readonly endAll: () => void;
  /** Adds one that this plugin does not see. @returns the function that takes it out again */
  readonly add: (end: () => void) => () => void;
  readonly plugin: Plugin<TransportContext>;
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

type Settle = (result: IteratorResult<unknown>) => void;
const done: IteratorResult<unknown> = { done: true, value: undefined };

/**
 * The same stream, with a `return` that takes effect at once. That of an async generator waits for the event it is
 * waiting for, which may never come; here the consumer is let go first and the source is told after.
 *
 * @param onEnd called once, however the stream ends
 */
export function endable(source: AsyncIterable<unknown>, onEnd: () => void): AsyncGenerator<unknown> {
  const iterator = source[Symbol.asyncIterator]();
  const waiting = new Set<Settle>();
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const settle of waiting) settle(done);
    waiting.clear();
    onEnd();
  };
  const stop = (): void => {
    const already = ended;
    end();
    // Nobody is left to hear of a failure to stop.
    if (!already) Promise.resolve(iterator.return?.()).catch(() => {});
  };
  const stream: AsyncGenerator<unknown> = {
    next: () => {
      if (ended) return Promise.resolve(done);
      return new Promise((resolve, reject) => {
        waiting.add(resolve);
        iterator.next().then(
          (result) => {
            waiting.delete(resolve);
            if (result.done) end();
            resolve(ended ? done : result);
          },
          (error: unknown) => {
            waiting.delete(resolve);
            if (ended) return;
            end();
            reject(error);
          },
        );
      });
    },
    return: () => {
      stop();
      return Promise.resolve(done);
    },
    throw: (error: unknown) => {
      stop();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: () => {
      stop();
      return Promise.resolve();
    },
  };
  return stream;
}

export function createSubscriptions(): Subscriptions {
  const running = new Set<() => void>();
  /** A result that goes on, made endable; undefined for one that does not. */
  const adopt = (result: unknown, { operationRequest }: TransportContext) => {
    if (!isStream(result)) return undefined;
    const stop = () => void stream.return(undefined);
    const stream = endable(result, () => {
      running.delete(stop);
      operationRequest.signal.removeEventListener('abort', stop);
      operationRequest.abort();
    });
    running.add(stop);
    operationRequest.signal.addEventListener('abort', stop, { once: true });
    // The client may have gone while the stream was being opened.
    if (operationRequest.signal.aborted) stop();
    return stream as AsyncIterableIterator<never>;
  };
  return {
    count: () => running.size,
    endAll: () => {
      for (const end of running) end();
    },
    add: (end) => {
      running.add(end);
      return () => void running.delete(end);
    },
    plugin: {
      onSubscribe: ({ args }) => ({
        onSubscribeResult: ({ result, setResult }) => {
          const stream = adopt(result, args.contextValue);
          if (stream) setResult(stream);
        },
      }),
      // Live queries.
      onExecute: ({ args }) => ({
        onExecuteDone: ({ result, setResult }) => {
          const stream = adopt(result, args.contextValue);
          if (stream) setResult(stream);
        },
      }),
    },
  };
}
