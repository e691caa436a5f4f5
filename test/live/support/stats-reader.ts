import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { at, listAt, textAt } from '../../support/json.ts';

export interface StatsReader {
  /** The next sample; undefined at the end. Errors of the subscription reject. */
  next(): Promise<unknown>;
  take(count: number): Promise<unknown[]>;
  leave(): Promise<void>;
}

/** Reads `containerStats` over a WebSocket of its own, as a client does. */
export function readStats(url: string, args: string, selection: string): StatsReader {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const results: AsyncIterableIterator<unknown> = client.iterate({
    query: `subscription { containerStats(${args}) { ${selection} } }`,
  });
  const next = async (): Promise<unknown> => {
    const { value, done } = await results.next();
    if (done) return undefined;
    const [error] = listAt(value, 'errors');
    if (error) throw new Error(`${textAt(error, 'extensions', 'code')}: ${textAt(error, 'message')}`);
    return at(value, 'data', 'containerStats');
  };
  return {
    next,
    async take(count) {
      const samples: unknown[] = [];
      while (samples.length < count) {
        const sample = await next();
        if (sample === undefined) break;
        samples.push(sample);
      }
      return samples;
    },
    async leave() {
      await results.return?.();
      await client.dispose();
    },
  };
}
