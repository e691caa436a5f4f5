import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { at, listAt, textAt } from '../../support/json.ts';

export type Transport = 'WebSocket' | 'SSE';

export interface OperationReader {
  /** The next state; undefined at the end. Errors of the subscription reject. */
  next(): Promise<unknown>;
  /** All states that are still to come. */
  rest(): Promise<unknown[]>;
  /** States until one fits, that one included; rejects where none does. */
  until(fits: (operation: unknown) => boolean): Promise<unknown[]>;
  leave(): Promise<void>;
}

const clientOf = (url: string, transport: Transport) =>
  transport === 'SSE'
    ? createSseClient({ url, retryAttempts: 0 })
    : createWsClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });

/**
 * Follows an operation from a client of its own.
 *
 * @param selection fields, or a whole subscription with the variable `$id`
 */
export function followOperation(
  url: string,
  id: string,
  selection: string,
  transport: Transport = 'WebSocket',
): OperationReader {
  const client = clientOf(url, transport);
  const results: AsyncIterableIterator<unknown> = client.iterate({
    query: selection.startsWith('subscription')
      ? selection
      : `subscription ($id: ID!) { operation(id: $id) { ${selection} } }`,
    variables: { id },
  });
  const next = async (): Promise<unknown> => {
    const { value, done } = await results.next();
    if (done) return undefined;
    const [error] = listAt(value, 'errors');
    if (error) throw new Error(`${textAt(error, 'extensions', 'code')}: ${textAt(error, 'message')}`);
    return at(value, 'data', 'operation');
  };
  const until = async (fits: (operation: unknown) => boolean): Promise<unknown[]> => {
    const states: unknown[] = [];
    for (let state = await next(); state !== undefined; state = await next()) {
      states.push(state);
      if (fits(state)) return states;
    }
    throw new Error(`the operation ended before that: ${JSON.stringify(states.at(-1))}`);
  };
  return {
    next,
    until,
    async rest() {
      const states: unknown[] = [];
      for (let state = await next(); state !== undefined; state = await next()) states.push(state);
      return states;
    },
    async leave() {
      await results.return?.();
      await client.dispose();
    },
  };
}
