/** Answers `query @live` with a stream where the transport can carry one, and says what to do where it cannot. */
import { randomUUID } from 'node:crypto';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../errors.ts';
import { rightsOf } from '../fan-out/rights.ts';
import { liveOptions } from '../live-queries/directive.ts';
import type { LiveQueries } from '../live-queries/live-queries.ts';
import type { Observe } from '../loaders/scope.ts';
import { type OperationRequest, startOperation, type TransportContext } from '../server/operation-request.ts';
import { withWarnings } from '../warnings.ts';
import type { ErrorMask } from './public-errors.ts';

export interface LiveQueryOptions {
  readonly queries: LiveQueries;
  /** Makes what resolvers get, for one execution that belongs to no client. */
  readonly context: (request: OperationRequest, observe: Observe) => object;
  readonly mask: ErrorMask;
}

const needsStream = (): GraphQLError =>
  new GraphQLError(
    'A live query has more than one answer, and this request can have one only: send it over WebSocket ' +
      '(graphql-transport-ws) or with the header `accept: text/event-stream`, or leave `@live` out.',
    {
      extensions: { code: 'LIVE_TRANSPORT_REQUIRED' satisfies ErrorCode, http: { status: 406 } },
    },
  );

const isResult = (value: unknown): value is ExecutionResult =>
  typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);

/** Must be the last of the plugins that choose how to execute: it executes as they have chosen. */
export function useLiveQueries({ queries, context, mask }: LiveQueryOptions): Plugin<TransportContext> {
  return {
    onExecute: ({ args, executeFn, setExecuteFn, setResultAndStopExecution }) => {
      // What outlives this client must not hold on to what is its own.
      const { contextValue, ...shared } = args;
      const { operationRequest } = contextValue;
      const { transport } = operationRequest;
      const { schema, document, operationName, variableValues } = shared;
      const request = { schema, document, operationName, variableValues };
      const fail = (error: unknown, where: OperationRequest): ExecutionResult => ({
        errors: [mask(error, where)],
      });
      let options: ReturnType<typeof liveOptions>;
      try {
        options = liveOptions(request);
      } catch (error) {
        setResultAndStopExecution(fail(error, operationRequest));
        return;
      }
      if (!options) return;
      if (transport === 'http') {
        setResultAndStopExecution(fail(needsStream(), operationRequest));
        return;
      }
      const execute = async (observe: Observe, signal: AbortSignal): Promise<ExecutionResult> => {
        const own = startOperation({
          requestId: randomUUID(),
          transport,
          headers: () => undefined,
        });
        const abort = () => own.abort();
        signal.addEventListener('abort', abort, { once: true });
        try {
          const ownContext = { operationRequest: own, ...context(own, observe) };
          const executed: unknown = await executeFn({ ...shared, contextValue: ownContext });
          if (!isResult(executed)) throw new Error('A live query was executed as a stream.');
          const result = withWarnings(executed, ownContext);
          const { errors } = result;
          return errors ? { ...result, errors: errors.map((error) => mask(error, own)) } : result;
        } catch (error) {
          return fail(error, own);
        } finally {
          signal.removeEventListener('abort', abort);
        }
      };
      const following = { request, options, rights: rightsOf(contextValue), execute };
      setExecuteFn(() => queries.follow(following));
    },
  };
}
