/** What an Engine's API is too old or too new for is null, and said in `extensions.warnings` of the answer. */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { TransportContext } from '../server/operation-request.ts';
import { withWarnings } from '../warnings.ts';

const isSingle = (result: unknown): result is ExecutionResult =>
  typeof result === 'object' && result !== null && !(Symbol.asyncIterator in result);

/** Live queries and shared subscriptions execute in contexts of their own, and see to it themselves. */
export function useWarnings(): Plugin<TransportContext> {
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: ({ result, setResult }) => {
        if (isSingle(result)) setResult(withWarnings(result, args.contextValue));
      },
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: () => ({
        onNext: ({ result, setResult }) => {
          if (isSingle(result)) setResult(withWarnings(result, args.contextValue));
        },
      }),
    }),
  };
}
