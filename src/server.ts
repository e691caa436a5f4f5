/** The server: one port for GraphQL over HTTP, SSE and WebSocket, GraphiQL, health and readiness. */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { assertExposable, type ServerConfig } from './config.ts';
import { toGraphQLError } from './errors.ts';
import { createFanOut } from './fan-out/fan-out.ts';
import { createLiveQueries } from './live-queries/live-queries.ts';
import type { Observe } from './loaders/scope.ts';
import type { Logger } from './logger.ts';
import { createErrorMask } from './plugins/public-errors.ts';
import { createAccessLog } from './plugins/use-access-log.ts';
import { useDocuments } from './plugins/use-documents.ts';
import { createSubscriptions } from './plugins/use-endable-subscriptions.ts';
import { useErrorMasking } from './plugins/use-error-masking.ts';
import { useLiveQueries } from './plugins/use-live-queries.ts';
import { usePlan } from './plugins/use-plan.ts';
import { useSharedSubscriptions } from './plugins/use-shared-subscriptions.ts';
import { useWarnings } from './plugins/use-warnings.ts';
import { createAuthentication } from './server/authentication.ts';
import { createFrontDoor } from './server/front-door.ts';
import type { Tab } from './server/graphiql-page.ts';
import { createWebSocketTransport } from './server/graphql-ws.ts';
import { createReadinessCheck, type Readiness } from './server/health.ts';
import { createHostCheck } from './server/hosts.ts';
import { createHttpHandler, endpoint, type Route } from './server/http-handler.ts';
import { createInFlight } from './server/in-flight.ts';
import { type OperationRequest, requestIdFrom, type TransportContext } from './server/operation-request.ts';
import { createPages } from './server/pages.ts';
import { notFound, Refusal, refuseUpgrade, shuttingDown } from './server/refusal.ts';
import { watchTokenFile } from './server/token-file.ts';
import type { UpgradeRoute } from './server/upgrade-route.ts';

export type { Readiness } from './server/health.ts';
export type { OperationRequest } from './server/operation-request.ts';

export interface ServerOptions {
  readonly schema: GraphQLSchema;
  /**
   * Makes what resolvers get, anew for each operation: a plain object, since its own properties are copied. An error
   * fails the operation.
   */
  readonly context: (request: OperationRequest) => object;
  /** The same for live queries, with somebody who wants to know what is read. Without it there are none. */
  readonly liveContext?: (request: OperationRequest, observe: Observe) => object;
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Asks the Engine whether it answers. Called at most once at a time. */
  readonly ready: () => Promise<Readiness>;
  /** Worked examples for GraphiQL. */
  readonly tabs: readonly Tab[];
  /** Run after our own plugins. */
  readonly executionPlugins?: readonly Plugin[];
  readonly routes?: readonly Route[];
  /** Other WebSockets than those of GraphQL. */
  readonly upgrades?: readonly UpgradeRoute[];
  /** Called once, after the last operation. */
  readonly onClose?: () => void | Promise<void>;
}

export interface Gateway {
  /** @throws Error when the address cannot be listened on */
  readonly listen: () => Promise<{ readonly url: string; readonly port: number }>;
  /**
   * Stops: not ready at once, no new connections and operations, subscriptions completed. What is under way may finish.
   *
   * @param graceMs milliseconds after which it is cut off
   */
  readonly close: (options: { readonly graceMs: number }) => Promise<void>;
}

const withoutBrackets = (address: string): string => address.replace(/^\[|\]$/g, '');

function urlOf(listen: string, port: number): string {
  const address = withoutBrackets(listen);
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}${endpoint}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}${endpoint}`;
}

function listenOn(server: Server, { listen, port }: ServerConfig, logger: Logger): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, withoutBrackets(listen), () => {
      server.off('error', reject);
      server.on('error', (error) => logger.error({ err: error }, 'The server failed'));
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** @throws ConfigError when others could reach the gateway without a token */
export function createServer(options: ServerOptions): Gateway {
  const { config, logger, upgrades = [] } = options;
  const { limits } = config;
  assertExposable(config);

  let draining = false;
  let port = config.port;
  const isDraining = () => draining;
  const mask = createErrorMask(toGraphQLError, logger);
  const accessLog = createAccessLog(logger);
  const subscriptions = createSubscriptions();
  const fanOut = createFanOut({ context: options.context, mask });
  const inFlight = createInFlight();
  const liveQueries = createLiveQueries();
  const authentication = createAuthentication(config.tokenDigest);

  const yoga = createYoga<TransportContext, object>({
    schema: options.schema,
    context: ({ operationRequest }) => options.context(operationRequest),
    graphqlEndpoint: endpoint,
    plugins: [
      useDocuments(limits),
      // Later hooks see what earlier ones made of a result: the mask comes before whatever reads errors.
      useErrorMasking(mask),
      subscriptions.plugin,
      usePlan(),
      useWarnings(),
      accessLog.plugin,
      useSharedSubscriptions(fanOut),
      ...(options.executionPlugins ?? []),
      ...(options.liveContext
        ? [useLiveQueries({ queries: liveQueries, context: options.liveContext, mask })]
        : []),
    ],
    // Ours: errors by the mask, documents by useDocuments, bodies, origins and pages by the front door.
    maskedErrors: false,
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
  });

  const frontDoor = createFrontDoor({
    isKnownHost: createHostCheck({
      listen: config.listen,
      port: () => port,
      publicHosts: config.publicHosts,
    }),
    allowedOrigins: config.allowedOrigins,
    authentication,
    pages: new Set(config.graphiql ? ['/', endpoint] : []),
  });

  const sockets = createWebSocketTransport({
    yoga,
    mask,
    accessLog,
    authentication,
    fanOut,
    subscriptions,
    inFlight,
    logger,
    maxMessageBytes: limits.maxBodyBytes,
    maxSockets: limits.maxSockets,
    maxSubscriptions: limits.maxSubscriptions,
    isDraining,
  });

  // Whoever came in by the token that was revoked has to come in again.
  const tokenWatch = watchTokenFile(config, logger, (digest) => {
    authentication.replace(digest);
    subscriptions.endAll();
    sockets.revoke();
  });

  const onRequest = createHttpHandler({
    yoga,
    frontDoor,
    inFlight,
    logger,
    pages: config.graphiql ? createPages(endpoint, options.tabs) : undefined,
    routes: options.routes ?? [],
    maxBodyBytes: limits.maxBodyBytes,
    variesByOrigin: config.allowedOrigins.length > 0,
    checkReady: createReadinessCheck(options.ready),
    isDraining,
  });

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    try {
      const { pathname } = frontDoor.admit(request).url;
      const route = upgrades.find(({ path }) => pathname.startsWith(path));
      if (route) {
        if (draining) throw shuttingDown();
        route.upgrade(request, socket, head, { pathname, requestId });
        return;
      }
      if (pathname !== endpoint) throw notFound(pathname, endpoint);
      if (draining) throw shuttingDown();
      // Browsers cannot set headers here; they send the token in connection_init.
      const authenticated = request.headers.authorization !== undefined;
      if (authenticated) frontDoor.authenticate(request);
      sockets.upgrade(request, socket, head, authenticated);
    } catch (error) {
      if (error instanceof Refusal) {
        refuseUpgrade(socket, error, requestId);
        return;
      }
      logger.error({ err: error, requestId }, 'Unexpected error');
      socket.destroy();
    }
  }

  const server = createHttpServer(
    {
      headersTimeout: 10_000,
      // Bodies have a time limit of their own: those of byte routes may take as long as they take.
      requestTimeout: 0,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16_384,
    },
    onRequest,
  );
  // Without a listener of our own, Node asks for the body before we could refuse it.
  server.on('checkContinue', onRequest);
  server.on('upgrade', onUpgrade);
  server.maxConnections = limits.maxSockets + 1024;

  return {
    listen: async () => {
      port = await listenOn(server, config, logger);
      return { url: urlOf(config.listen, port), port };
    },
    close: async ({ graceMs }) => {
      draining = true;
      tokenWatch.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      subscriptions.endAll();
      sockets.drain();
      const others = Promise.all(upgrades.map((route) => route.close()));
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([inFlight.idle(), grace]);
      clearTimeout(timer);
      await sockets.close();
      liveQueries.close();
      await others;
      server.closeAllConnections();
      await closed;
      fanOut.close();
      await options.onClose?.();
    },
  };
}
