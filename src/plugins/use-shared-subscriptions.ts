/** Subscriptions over server-sent events: those that are the same are executed once, and each result is written once. */
import type { Plugin } from 'graphql-yoga';
import type { FanOut } from '../fan-out/fan-out.ts';
import { payloadOf } from '../fan-out/payload.ts';
import { resultsOf } from '../fan-out/viewer.ts';
import type { TransportContext } from '../server/operation-request.ts';

/** Yoga writes a result by its `stringify`, if it has one. */
function writeOnce({ result }: { readonly result: unknown }): void {
  if (typeof result !== 'object' || result === null || !Object.isExtensible(result)) return;
  if (Object.hasOwn(result, 'stringify')) return;
  // Not enumerable, so that it is no part of the result for anybody else.
  Object.defineProperty(result, 'stringify', { value: () => payloadOf(result).toString() });
}

/** WebSockets have a way of their own (`server/ws-protocol.ts`). */
export function useSharedSubscriptions(fanOut: FanOut): Plugin<TransportContext, TransportContext> {
  return {
    onExecute: () => ({ onExecuteDone: () => ({ onNext: writeOnce }) }),
    onSubscribe: ({ args, setSubscribeFn }) => {
      const { operationRequest } = args.contextValue;
      const place = operationRequest.transport === 'sse' ? fanOut.join(args) : undefined;
      if (place) {
        const { viewer, opened } = place;
        const leave = () => viewer.leave();
        operationRequest.signal.addEventListener('abort', leave, { once: true });
        if (operationRequest.signal.aborted) leave();
        setSubscribeFn(async () => {
          const refused = await opened;
          return refused ? refused.refusal : resultsOf(viewer);
        });
      }
      return { onSubscribeResult: () => ({ onNext: writeOnce }) };
    },
  };
}
