/** Everything put together: engines, their events, the graph and the server. */
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { createEngineClient, type EngineClient } from './engine/client.ts';
import { connect } from './engine/connect.ts';
import { resolveEndpoint } from './engine/endpoint.ts';
import { EngineError } from './engine/errors.ts';
import { parseJson } from './engine/json.ts';
import { system } from './engine/operations/system.ts';
import { createCredentials } from './engine/registry/credentials.ts';
import { ndjson } from './engine/streams/ndjson.ts';
import { createEventHub, type EventHub } from './events/hub.ts';
import { loadExamples } from './examples.ts';
import { operationLog } from './graph/operation/log.ts';
import { schema } from './graph/schema.ts';
import type { Engine } from './loaders/scope.ts';
import type { Logger } from './logger.ts';
import { createLongWork } from './long-work/long-work.ts';
import { createSampleHub } from './samples/hub.ts';
import { createServer, type Readiness, type Gateway as Server } from './server.ts';
import { createTransferRoutes } from './transfers/routes.ts';
import { createTransfers } from './transfers/transfers.ts';

export interface Gateway extends Server {
  /**
   * Which Engine is served, for people: its version and API version, and where the endpoint came from.
   *
   * @throws EngineError when it does not answer
   */
  readonly engineSummary: () => Promise<string>;
}

/** Each message is about a change: what is being read meanwhile may not show it. */
async function* messages(client: EngineClient, lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  for await (const line of lines) {
    client.outdate();
    yield parseJson(line);
  }
}

/** The events of an Engine as the hub wants them: parsed, from a point in time, until aborted. */
function watch(client: EngineClient, logger: Logger): EventHub {
  return createEventHub({
    logger: logger.child({ engine: client.name }),
    open: async ({ since, until, signal }) => {
      const span = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
      const { body, date } = await client.stream(system.events, span, { signal });
      const openedAt = Number.isNaN(Date.parse(date)) ? undefined : BigInt(Date.parse(date)) * 1_000_000n;
      return Object.assign(messages(client, ndjson(body)), { openedAt });
    },
  });
}

function openEngine(config: Config, logger: Logger): Engine {
  const endpoint = resolveEndpoint(config.endpoint);
  const client = createEngineClient({
    name: endpoint.name,
    endpoint,
    connection: connect(endpoint),
    apiVersion: config.apiVersion,
  });
  return {
    client,
    events: watch(client, logger),
    samples: createSampleHub(client),
    credentials: createCredentials(config.registries),
  };
}

/** A moment is all that readiness may cost. */
const readinessDeadline = 3_000;

async function readinessOf({ client }: Engine): Promise<Readiness> {
  try {
    await client.call(system.ping, {}, { signal: AbortSignal.timeout(readinessDeadline) });
    return { ok: true };
  } catch (error) {
    return {
      ok: false,
      detail: error instanceof EngineError ? error.message : 'The Engine does not answer.',
    };
  }
}

/**
 * @throws EndpointError for an endpoint that cannot be resolved, ConfigError for one that may not be served as asked
 */
export function createGateway(config: Config, logger: Logger): Gateway {
  const engine = openEngine(config, logger);
  const longWork = createLongWork({ onEnd: operationLog(logger) });
  const transfers = createTransfers(config.transfers);
  const { buildRemotes, importRemotes } = config;
  const server = createServer({
    schema,
    config: config.server,
    logger,
    context: ({ requestId, signal }): Context =>
      createContext([engine], { requestId, signal }, { longWork, transfers, buildRemotes, importRemotes }),
    ready: () => readinessOf(engine),
    tabs: loadExamples(),
    routes: createTransferRoutes({ transfers, logger, idleMs: config.transfers.idleMs }),
    onClose: async () => {
      // Before the connections, by which it tells the Engine to stop.
      await longWork.close();
      transfers.close();
      engine.events.close();
      engine.samples.close();
      await engine.client.close();
    },
  });
  return {
    ...server,
    engineSummary: async () => {
      const { client } = engine;
      const [{ api }, version] = await Promise.all([client.greeting(), client.call(system.version, {})]);
      return `Docker Engine ${version.Version ?? 'of unknown version'}, API ${api}, found by ${client.endpoint.source}`;
    },
  };
}
