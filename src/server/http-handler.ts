/** Where a request goes once it is known that it may come in. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logger.ts';
import type { FrontDoor } from './front-door.ts';
import { assetPrefix } from './graphiql-page.ts';
import { serveGraphQL, type Yoga } from './graphql-http.ts';
import type { Readiness } from './health.ts';
import type { InFlight } from './in-flight.ts';
import { requestIdFrom } from './operation-request.ts';
import type { Pages } from './pages.ts';
import { notFound, Refusal, refuse, shuttingDown } from './refusal.ts';

export const endpoint = '/graphql';

/** A route beside GraphQL, for bytes and metrics. It is called with the client known and the body unread. */
export interface Route {
  readonly method: string;
  /** The path, or with `/` at its end all paths that start so. */
  readonly path: string;
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    info: { readonly url: URL; readonly requestId: string; readonly signal: AbortSignal },
  ) => Promise<void>;
}

interface HandlerOptions {
  readonly yoga: Yoga;
  readonly frontDoor: FrontDoor;
  readonly inFlight: InFlight;
  readonly logger: Logger;
  /** Left out when GraphiQL is switched off. */
  readonly pages: Pages | undefined;
  readonly routes: readonly Route[];
  readonly maxBodyBytes: number;
  /** Whether answers differ by origin. */
  readonly variesByOrigin: boolean;
  readonly checkReady: () => Promise<Readiness>;
  readonly isDraining: () => boolean;
}

/** Headers of every answer. Pages replace the policy by their own. */
const safetyHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

const corsHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT',
  'access-control-allow-headers':
    'accept, authorization, content-digest, content-type, want-content-digest, x-dockgraph-plan, x-request-id',
  'access-control-max-age': '600',
} as const;

/**
 * Calls back once, when the answer has gone out or its connection has. An answer that waits behind another one on the same
 * connection hears nothing of that itself.
 */
function whenClosed(response: ServerResponse, listener: () => void): void {
  const { socket } = response.req;
  // Any number of requests may have come on it.
  setMaxListeners(0, socket);
  const closed = () => {
    response.off('close', closed);
    socket.off('close', closed);
    listener();
  };
  response.once('close', closed);
  socket.once('close', closed);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function createHttpHandler(options: HandlerOptions) {
  const { yoga, frontDoor, inFlight, logger, pages, routes, maxBodyBytes, isDraining } = options;

  /** For probes, which bring no token. */
  async function serveProbe(path: string, response: ServerResponse): Promise<boolean> {
    if (path === '/health') {
      sendJson(response, 200, { status: 'ok' });
      return true;
    }
    if (path !== '/ready') return false;
    const { ok, detail = 'The Engine does not answer.' } = isDraining()
      ? { ok: false, detail: 'The gateway is shutting down.' }
      : await options.checkReady();
    sendJson(response, ok ? 200 : 503, ok ? { status: 'ready' } : { status: 'unavailable', detail });
    return true;
  }

  function serveRoute(
    request: IncomingMessage,
    response: ServerResponse,
    { url, requestId }: { readonly url: URL; readonly requestId: string },
  ): Promise<void> {
    const { pathname } = url;
    const candidates = routes.filter(({ path }) =>
      path.endsWith('/') ? pathname.startsWith(path) : pathname === path,
    );
    const route = candidates.find(({ method }) => method === request.method);
    if (route) {
      const gone = new AbortController();
      whenClosed(response, () => gone.abort());
      return route.handle(request, response, { url, requestId, signal: gone.signal });
    }
    if (candidates.length === 0) throw notFound(pathname, endpoint);
    const allow = candidates.map(({ method }) => method).join(', ');
    throw new Refusal({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      message: `${pathname.slice(0, 255)} takes ${allow}.`,
      headers: { allow },
      close: true,
    });
  }

  /** @returns whether that was all: a preflight is answered here */
  function applyCors(
    request: IncomingMessage,
    response: ServerResponse,
    origin: string | undefined,
  ): boolean {
    if (options.variesByOrigin) response.setHeader('vary', 'origin');
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', 'content-disposition, x-request-id');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
    }
    if (request.method !== 'OPTIONS') return false;
    response.writeHead(204, origin === undefined ? { allow: 'GET, POST' } : corsHeaders).end();
    return true;
  }

  async function serve(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const { url, host, corsOrigin, wantsPage } = frontDoor.admit(request);
    const { pathname } = url;
    if (applyCors(request, response, corsOrigin)) return;
    if (await serveProbe(pathname, response)) return;
    if (isDraining()) throw shuttingDown();
    if (pages && wantsPage) {
      if (pathname === '/') response.writeHead(302, { location: endpoint }).end();
      else await pages.page(response, host);
    } else if (pages && request.method === 'GET' && pathname.startsWith(assetPrefix)) {
      await pages.asset(request, response, pathname);
    } else {
      frontDoor.authenticate(request);
      if (pathname === endpoint) {
        await serveGraphQL(yoga, request, response, { url, requestId, maxBodyBytes });
      } else {
        await serveRoute(request, response, { url, requestId });
      }
    }
  }

  function fail(response: ServerResponse, error: unknown, requestId: string): void {
    if (error instanceof Refusal) {
      logger.debug({ requestId, code: error.code, status: error.status }, 'refused');
      refuse(response, error);
      return;
    }
    if (response.destroyed) return;
    logger.error({ err: error, requestId }, 'Unexpected error');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
    sendJson(response, 500, { errors: [{ message: 'Unexpected error.', extensions }] });
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    response.setHeader('x-request-id', requestId);
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    whenClosed(response, inFlight.enter());
    serve(request, response, requestId).catch((error: unknown) => fail(response, error, requestId));
  };
}
