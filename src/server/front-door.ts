/** What every request and every upgrade passes before anything else looks at it. */
import type { IncomingMessage } from 'node:http';
import type { Authentication } from './authentication.ts';
import type { createHostCheck } from './hosts.ts';
import { isNavigation, judgeOrigin } from './origins.ts';
import { Refusal } from './refusal.ts';

interface FrontDoorOptions {
  readonly isKnownHost: ReturnType<typeof createHostCheck>;
  readonly allowedOrigins: readonly string[];
  readonly authentication: Authentication;
  /** Paths where a browser gets a static page. */
  readonly pages: ReadonlySet<string>;
}

export interface Admitted {
  readonly url: URL;
  /** As the client named us; one of the names on the list. */
  readonly host: string;
  /** The origin to answer with CORS headers for, when it is one of the list. */
  readonly corsOrigin: string | undefined;
  /** Whether a browser asks for one of the static pages. */
  readonly wantsPage: boolean;
}

const badRequest = (message: string): Refusal =>
  new Refusal({ status: 400, code: 'BAD_REQUEST', message, close: true });

/** The request line's path, on a base of no meaning: what the client calls us is in `host`. */
function targetOf({ url = '' }: IncomingMessage): URL {
  // A URL in full, or "//name/path", would name a host of its own.
  if (!url.startsWith('/') || url.startsWith('//') || !URL.canParse(url, 'http://gateway')) {
    throw badRequest('The request line must hold a path.');
  }
  return new URL(url, 'http://gateway');
}

export type FrontDoor = ReturnType<typeof createFrontDoor>;

export function createFrontDoor({ isKnownHost, allowedOrigins, authentication, pages }: FrontDoorOptions) {
  const allowed = new Set(allowedOrigins);
  return {
    /** @throws Refusal 400, 403, 421 */
    admit: (request: IncomingMessage): Admitted => {
      const { headers, headersDistinct, socket } = request;
      const url = targetOf(request);
      if ((headersDistinct['host']?.length ?? 0) > 1) throw badRequest('There are two Host headers.');
      const { host } = headers;
      if (host === undefined || !isKnownHost(host, socket.localAddress)) {
        throw new Refusal({
          status: 421,
          code: 'HOST_NOT_ALLOWED',
          message:
            `This gateway is not known as ${JSON.stringify(host?.slice(0, 255) ?? '')}; ` +
            'if it should be, add the name to DOCKGRAPH_PUBLIC_HOSTS.',
          close: true,
        });
      }
      const wantsPage =
        request.method === 'GET' &&
        pages.has(url.pathname) &&
        (headers.accept ?? '').toLowerCase().includes('text/html');
      const verdict = judgeOrigin(headers, host, allowed);
      // A link on another site may lead to a page: a page does nothing by itself.
      const isLink = wantsPage && headers.origin === undefined && isNavigation(headers);
      if (verdict === 'foreign' && !isLink) {
        throw new Refusal({
          status: 403,
          code: 'ORIGIN_NOT_ALLOWED',
          message:
            `Pages of ${JSON.stringify(headers.origin?.slice(0, 255) ?? 'another site')} may not use this gateway; ` +
            'if they should, add the origin to DOCKGRAPH_ALLOWED_ORIGINS.',
          close: true,
        });
      }
      return { url, host, corsOrigin: verdict === 'listed' ? headers.origin : undefined, wantsPage };
    },
    /** @throws Refusal 401, 429 */
    authenticate: (request: IncomingMessage): void =>
      authentication.check(request.headers.authorization, request.socket.remoteAddress ?? ''),
  };
}
