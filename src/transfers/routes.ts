/** The routes beside GraphQL that bytes come and go by. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, toGraphQLError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Route } from '../server/http-handler.ts';
import { Refusal } from '../server/refusal.ts';
import { serveDownload, type Tally } from './download.ts';
import { type Offered, type Spent, type Transfers, transferPath } from './transfers.ts';
import { serveUpload } from './upload.ts';

interface RouteOptions {
  readonly transfers: Transfers;
  readonly logger: Logger;
  /** Milliseconds that a client may stall. */
  readonly idleMs: number;
}

type Handle = Route['handle'];
type Info = Parameters<Handle>[2];

const unknown = (): Refusal =>
  new Refusal({
    status: 404,
    code: 'NOT_FOUND',
    message: 'There is no such transfer. Addresses of transfers are handed out by the graph.',
    close: true,
  });

const endings = {
  used: 'was used already, and can be used once only',
  expired: 'has expired',
  withdrawn: 'was withdrawn',
} as const satisfies Record<Spent, string>;

const gone = (why: Spent): Refusal =>
  new Refusal({
    status: 410,
    code: 'GONE',
    message: `The address ${endings[why]}. Ask the graph for a new one.`,
    close: true,
  });

const busy = (): Refusal =>
  new Refusal({
    status: 503,
    code: 'LIMIT_TRANSFERS',
    message:
      'As many transfers are under way as this gateway allows (DOCKGRAPH_MAX_TRANSFERS). Try again later.',
    headers: { 'retry-after': '5' },
    close: true,
  });

const wrongMethod = (allow: string): Refusal =>
  new Refusal({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: `This transfer takes ${allow}.`,
    headers: { allow },
    close: true,
  });

const methodsOf = ({ kind }: Offered): readonly string[] => (kind === 'download' ? ['GET', 'HEAD'] : ['PUT']);

/** What the codes of the graph are in HTTP; all else is a fault of ours. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  ENGINE_REJECTED: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  API_VERSION_UNSUPPORTED: 501,
  ENGINE_ERROR: 502,
  ENGINE_PROTOCOL: 502,
  ENGINE_UNAVAILABLE: 503,
  CANCELLED: 503,
  ENGINE_TIMEOUT: 504,
};

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && code in statusOf;

/** The same as in the graph, with a status; undefined for what nobody expected. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const known = toGraphQLError(error);
  const code = known?.extensions['code'];
  if (!known || !isCode(code)) return undefined;
  const { code: _, ...extensions } = known.extensions;
  return new Refusal({
    status: statusOf[code] ?? 500,
    code,
    message: known.message,
    extensions,
    close: true,
  });
}

/** A name and a sentence, for the log. */
const reasonOf = (error: unknown): string =>
  error instanceof Refusal
    ? error.code
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error);

export function createTransferRoutes({ transfers, logger, idleMs }: RouteOptions): readonly Route[] {
  async function serve(
    offered: Offered,
    request: IncomingMessage,
    response: ServerResponse,
    { signal }: Info,
    tally: Tally,
  ): Promise<void> {
    if (offered.kind === 'download') {
      return serveDownload(offered.download, request, response, { signal, idleMs }, tally);
    }
    const redeem = () => transfers.redeem(offered.token);
    return serveUpload(
      offered.upload,
      request,
      response,
      { signal, idleMs, redeem, gone: () => gone('used') },
      tally,
    );
  }

  const handle: Handle = async (request, response, info) => {
    const offered = transfers.find(info.url.pathname.slice(transferPath.length));
    if (offered === undefined) throw unknown();
    if (typeof offered === 'string') throw gone(offered);
    const methods = methodsOf(offered);
    if (!methods.includes(request.method ?? '')) throw wrongMethod(methods.join(', '));
    const leave = transfers.enter();
    if (!leave) throw busy();
    const begun = performance.now();
    const tally: Tally = { bytes: 0 };
    let failure: unknown;
    try {
      await serve(offered, request, response, info, tally);
    } catch (error) {
      failure = error;
      const refusal = refusalOf(error);
      if (refusal) throw refusal;
      // What was begun has been destroyed, and who has gone needs no answer.
      if (!response.destroyed) throw error;
    } finally {
      leave();
      const { what } = offered.kind === 'download' ? offered.download : offered.upload;
      logger.info(
        {
          requestId: info.requestId,
          transfer: what,
          direction: offered.kind,
          bytes: tally.bytes,
          ms: Math.round(performance.now() - begun),
          ...(failure !== undefined && { failure: reasonOf(failure) }),
        },
        'transfer',
      );
    }
  };
  return ['GET', 'HEAD', 'PUT'].map((method) => ({ method, path: transferPath, handle }));
}
