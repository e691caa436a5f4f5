/** With the header `x-dockgraph-plan: 1` an answer shows which calls to the Engine it took. */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { TransportContext } from '../server/operation-request.ts';

interface Plan {
  readonly report: () => { readonly calls: readonly unknown[] };
}

/** The plan of a context that keeps one. */
export function planOf(context: unknown): Plan | undefined {
  if (typeof context !== 'object' || context === null || !('plan' in context)) return undefined;
  const { plan } = context;
  const isPlan = (value: unknown): value is Plan =>
    typeof value === 'object' && value !== null && 'report' in value && typeof value.report === 'function';
  return isPlan(plan) ? plan : undefined;
}

const isSingle = (result: unknown): result is ExecutionResult =>
  typeof result === 'object' && result !== null && !(Symbol.asyncIterator in result);

/** Queries and mutations; on a WebSocket the header may also be a parameter of `connection_init`. */
export function usePlan(): Plugin<TransportContext> {
  return {
    onExecute({ args }) {
      const context = args.contextValue;
      if (context.operationRequest.headers('x-dockgraph-plan') !== '1') return undefined;
      return {
        onExecuteDone: ({ result, setResult }) => {
          const plan = planOf(context);
          if (!plan || !isSingle(result)) return;
          setResult({ ...result, extensions: { ...result.extensions, plan: plan.report() } });
        },
      };
    },
  };
}
