/** Streams over a WebSocket that are sent here and not by graphql-ws, which would write each result for each viewer. */
import type { ExecutionResult } from 'graphql';
import { payloadOf } from '../fan-out/payload.ts';
import type { Viewer } from '../fan-out/viewer.ts';
import { type Outlet, prefixOf } from './outlet.ts';

type Ending = AsyncGenerator<ExecutionResult, undefined>;

const finished: IteratorResult<ExecutionResult, undefined> = { done: true, value: undefined };

/**
 * What graphql-ws iterates: nothing comes but the end, when it says `complete`, or `error` where the run failed.
 *
 * @param run sends everything; called once
 * @param leave makes the run resolve
 */
function endingOf(run: () => Promise<void>, leave: () => void): Ending {
  const ending: Ending = {
    next: async () => {
      await run();
      return finished;
    },
    return: async () => {
      leave();
      return finished;
    },
    throw: async (error: unknown) => {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => ending,
    [Symbol.asyncDispose]: async () => leave(),
  };
  return ending;
}

/** A viewer's own stream, no faster than its client reads. */
export function sendStream(
  stream: AsyncIterable<ExecutionResult>,
  id: string,
  send: (message: string) => Promise<void>,
): Ending {
  const iterator = stream[Symbol.asyncIterator]();
  const prefix = prefixOf(id);
  return endingOf(
    async () => {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        await send(`${prefix}${payloadOf(value).toString()}}`);
      }
    },
    () => void iterator.return?.(),
  );
}

/**
 * A stream that many share.
 *
 * @param onNext called for each result that is sent
 * @param onEnd called once, however it ends
 */
export function sendShared(
  viewer: Viewer<unknown, ExecutionResult>,
  id: string,
  outlet: Outlet,
  { onNext, onEnd }: { readonly onNext: (result: ExecutionResult) => void; readonly onEnd: () => void },
): Ending {
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const prefix = prefixOf(id);
      viewer.attach({
        isFree: outlet.isFree,
        whenFree: outlet.whenFree,
        take: (result) => {
          outlet.next(prefix, payloadOf(result));
          onNext(result);
        },
        end: (failure) => {
          onEnd();
          if (failure) reject(failure.error);
          else resolve();
        },
      });
    });
  return endingOf(run, () => viewer.leave());
}
