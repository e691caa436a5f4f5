/** The hub of one Engine: what of its API makes its events. */
import type { EngineClient } from '../engine/client.ts';
import { parseJson } from '../engine/json.ts';
import { system } from '../engine/operations/system.ts';
import { ndjson } from '../engine/streams/ndjson.ts';
import { createEventHub, type EventHub } from './hub.ts';
import { listBy } from './inventory/lists.ts';
import type { HubLogger } from './stream.ts';

/** Times in milliseconds. */
export interface EventSettings {
  /** Events kept for those who come back. */
  readonly kept: number;
  /** How long the stream is kept after the last subscriber left. */
  readonly linger: number;
  /** Items that wait for one subscriber. */
  readonly queue: number;
  /** The longest wait between two attempts to reach the Engine. */
  readonly retryMax: number;
  /** Silence before the Engine is pinged. */
  readonly idle: number;
  /** Between two comparisons that nothing asks for; 0 for none. */
  readonly resync: number;
}

/** Each message is about a change: what is being read meanwhile may not show it. */
async function* messages(client: EngineClient, lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  for await (const line of lines) {
    client.outdate();
    yield parseJson(line);
  }
}

export function createEngineEvents(
  client: EngineClient,
  logger: HubLogger,
  settings: EventSettings,
): EventHub {
  return createEventHub({
    logger,
    kept: settings.kept,
    linger: settings.linger,
    maxQueue: settings.queue,
    idle: settings.idle,
    resyncPeriod: settings.resync,
    backoff: { cap: settings.retryMax },
    open: async ({ since, until, signal }) => {
      const span = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
      const { body, date } = await client.stream(system.events, span, { signal });
      // Nor does what is being read show what was missed until now.
      client.outdate();
      const openedAt = Number.isNaN(Date.parse(date)) ? undefined : BigInt(Date.parse(date)) * 1_000_000n;
      return Object.assign(messages(client, ndjson(body)), { openedAt });
    },
    ping: (signal) => client.call(system.alive, {}, { signal }),
    list: listBy(client),
  });
}
