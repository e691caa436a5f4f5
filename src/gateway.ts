/** Everything put together: engines, their events, the graph and the server. */
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { createEngineClient } from './engine/client.ts';
import { connect } from './engine/connect.ts';
import { resolveEndpoint } from './engine/endpoint.ts';
import { EngineError } from './engine/errors.ts';
import { system } from './engine/operations/system.ts';
import { createCredentials } from './engine/registry/credentials.ts';
import { createRegistryMemory } from './engine/registry/memory.ts';
import { createEngineEvents } from './events/engine-events.ts';
import { watchTasksOf } from './events/task-watch.ts';
import { loadExamples } from './examples.ts';
import { operationLog } from './graph/operation/log.ts';
import { schema } from './graph/schema.ts';
import type { Engine, Observe } from './loaders/scope.ts';
import type { Logger } from './logger.ts';
import { createLogHub } from './logs/hub.ts';
import { createLongWork, type LongWork } from './long-work/long-work.ts';
import { createSampleHub } from './samples/hub.ts';
import { createTerminals } from './server/terminals.ts';
import { createServer, type OperationRequest, type Readiness, type Gateway as Server } from './server.ts';
import { createSessions } from './sessions/registry.ts';
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

function openEngine(config: Config, logger: Logger, longWork: LongWork): Engine {
  const endpoint = resolveEndpoint(config.endpoint);
  const connection = connect(endpoint);
  const client = createEngineClient({
    name: endpoint.name,
    endpoint,
    connection,
    apiVersion: config.apiVersion,
  });
  const events = createEngineEvents(client, logger.child({ engine: client.name }), config.events);
  // A daemon that stops hangs up on quick calls seconds before it ends its streams.
  connection.onDaemonHungUp(events.doubt);
  const credentials = createCredentials(config.registries);
  return {
    client,
    events,
    samples: createSampleHub(client),
    logs: createLogHub({ client, events }),
    taskWatch: watchTasksOf(client, events, config.tasksPollMs),
    credentials,
    registries: createRegistryMemory(client, credentials, config.registryMemory),
    longWork,
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
  const longWork = createLongWork({ onEnd: operationLog(logger) });
  const engine = openEngine(config, logger, longWork);
  const transfers = createTransfers(config.transfers);
  const sessions = createSessions(config.sessions);
  const { buildRemotes, importRemotes } = config;
  const services = { longWork, transfers, buildRemotes, importRemotes, sessions };
  const contextOf = ({ requestId, signal }: OperationRequest, observe?: Observe): Context =>
    createContext([engine], { requestId, signal, observe }, services);
  const server = createServer({
    schema,
    config: config.server,
    logger,
    context: contextOf,
    liveContext: contextOf,
    ready: () => readinessOf(engine),
    tabs: loadExamples(),
    routes: createTransferRoutes({ transfers, logger, idleMs: config.transfers.idleMs }),
    upgrades: [createTerminals({ sessions, logger, limits: config.server.limits })],
    onClose: async () => {
      sessions.close();
      // Before the connections, by which it tells the Engine to stop.
      await longWork.close();
      transfers.close();
      engine.taskWatch.close();
      engine.events.close();
      engine.samples.close();
      engine.logs.close();
      engine.registries.close();
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
