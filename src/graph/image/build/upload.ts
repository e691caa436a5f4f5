/** The context of a build that a client sends after the mutation, to an address of its own. */
import type { Context } from '../../../context.ts';
import { unlessAborted } from '../../../engine/call-signal.ts';
import type { Content } from '../../../engine/client.ts';
import type { Transfer } from '../../../transfers/transfers.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';
import { archiveTypes, offerUpload } from '../../transfer/transfer.ts';

export interface ExpectedUpload {
  readonly transfer: Transfer;
  /**
   * The bytes, once they come.
   *
   * @throws TypedFailure where nobody sends any; the reason of the signal
   */
  readonly content: (signal: AbortSignal) => Promise<Content>;
  /** Whether all of them have been read. */
  readonly isWhole: () => boolean;
  /** Why they broke off, of what broke off. */
  readonly failure: () => TypedFailure | undefined;
  /** Tells the client that sends, where it still does, that nobody wants them any more. */
  readonly end: (error?: unknown) => void;
}

const contextError = (message: string, cause?: unknown): TypedFailure =>
  new TypedFailure({ kind: 'BuildContextError', message, file: null }, cause);

/** A promise, and the means to settle it from outside. */
function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  // Nobody need look at it.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/**
 * Hands out an address for the context of a build.
 *
 * @param told what the client that sends it is told in the end, beside the number of its bytes
 * @throws GraphQLError where too many addresses wait to be used
 */
export function expectUpload(context: Context, told: () => object): ExpectedUpload {
  const arrival = deferred<Content>();
  const receipt = deferred<undefined>();
  let isWhole = false;
  let failure: TypedFailure | undefined;

  /** The same bytes, and what becomes of them. */
  const watched = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => {
      const source = body[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const item = await source.next();
            if (item.done) {
              isWhole = true;
              receipt.resolve(undefined);
            }
            return item;
          } catch (error) {
            const why = error instanceof Error ? ` ${error.message}` : '';
            failure = contextError(
              `The upload of the context broke off, and nothing was built.${why}`,
              error,
            );
            receipt.reject(error);
            throw error;
          }
        },
        return: async () => (await source.return?.()) ?? { done: true, value: undefined },
      };
    },
  });

  const transfer = offerUpload(context, {
    what: 'imageBuild',
    accepts: archiveTypes,
    receive: async (body, { length }) => {
      arrival.resolve({ type: 'application/x-tar', body: watched(body), length });
      await receipt.promise;
      return told();
    },
    onUnused: () =>
      arrival.reject(
        contextError('Nobody sent the context while its address was good. Build again for a new one.'),
      ),
  });
  return {
    transfer,
    content: (signal) => {
      // Of one that has been used nothing is left to take back.
      signal.addEventListener('abort', transfer.revoke, { once: true });
      return unlessAborted(arrival.promise, signal);
    },
    isWhole: () => isWhole,
    failure: () => failure,
    end: (error) => (error === undefined ? receipt.resolve(undefined) : receipt.reject(error)),
  };
}
