/** No error leaves without having passed the mask: from execution, from streams, from the making of a context. */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { isTransportContext, type TransportContext } from '../server/operation-request.ts';
import type { ErrorMask } from './public-errors.ts';

type Payload = {
  readonly result: unknown;
  readonly setResult: (result: ExecutionResult) => void;
};

const hasErrors = (result: unknown): result is ExecutionResult & { readonly errors: readonly unknown[] } =>
  typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors);

export function useErrorMasking(mask: ErrorMask): Plugin<TransportContext, TransportContext> {
  const maskResult = ({ result, setResult }: Payload, context: TransportContext): void => {
    if (!hasErrors(result)) return;
    const errors = result.errors.map((error) => mask(error, context.operationRequest));
    // What has passed already is left as it is: it may be shared by many, who know it by being the same object.
    if (errors.every((error, index) => error === result.errors[index])) return;
    setResult({ ...result, errors });
  };
  return {
    onPluginInit({ registerContextErrorHandler }) {
      registerContextErrorHandler(({ context, error, setError }) => {
        if (isTransportContext(context)) setError(mask(error, context.operationRequest));
      });
    },
    onExecute({ args }) {
      const context = args.contextValue;
      return {
        onExecuteDone: (done) => {
          maskResult(done, context);
          return { onNext: (next) => maskResult(next, context) };
        },
      };
    },
    onSubscribe({ args }) {
      const context = args.contextValue;
      return {
        onSubscribeResult: (started) => {
          maskResult(started, context);
          return { onNext: (next) => maskResult(next, context) };
        },
        onSubscribeError: ({ error, setError }) => setError(mask(error, context.operationRequest)),
      };
    },
    // What failed outside execution: the parameters, a plugin, the context.
    onResultProcess({ result, setResult, serverContext }) {
      maskResult({ result, setResult }, serverContext);
    },
  };
}
