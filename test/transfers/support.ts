/** A server with nothing but transfers, and clients that see how an answer ends. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createTransferRoutes } from '../../src/transfers/routes.ts';
import { createTransfers, type TransferLimits, type Transfers } from '../../src/transfers/transfers.ts';
import { createLogSink, type RunningGateway, startGateway } from '../server/stub.ts';

export interface TransferServer extends RunningGateway {
  readonly transfers: Transfers;
}

export interface TransferServerOptions extends Partial<TransferLimits> {
  readonly idleMs?: number;
  readonly env?: Record<string, string>;
}

export async function startTransfers(options: TransferServerOptions = {}): Promise<TransferServer> {
  const { idleMs = 5_000, env = {}, ...limits } = options;
  const transfers = createTransfers({ lifetimeMs: 60_000, mostUnderWay: 8, ...limits });
  const { logger, lines } = createLogSink();
  const gateway = await startGateway(env, {
    logger,
    routes: createTransferRoutes({ transfers, logger, idleMs }),
    onClose: () => transfers.close(),
  });
  return { ...gateway, log: lines, transfers };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
  /** Whether the answer came to its end, as HTTP sees it. */
  readonly complete: boolean;
  /** Of an error in JSON. */
  readonly code: unknown;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

const codeOf = (body: Buffer): unknown => {
  try {
    const parsed = JSON.parse(body.toString()) as { errors?: { extensions?: { code?: unknown } }[] };
    return parsed.errors?.[0]?.extensions?.code;
  } catch {
    return undefined;
  }
};

/** One request by plain HTTP; resolves once an answer has begun, however it ends. */
export function fetchRaw(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, origin), { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => {});
      incoming.once('close', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          trailers: incoming.trailers,
          body: whole,
          complete: incoming.complete,
          code: codeOf(whole),
        });
      });
    });
    outgoing.once('error', reject);
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
      outgoing.end(body);
      return;
    }
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    void (async () => {
      for await (const chunk of body) {
        if (outgoing.destroyed) return;
        if (!outgoing.write(chunk)) {
          await once(outgoing, 'drain', { signal: gone.signal }).catch(() => {});
        }
      }
      outgoing.end();
    })();
  });
}

/** Chunks, and then what `end` does. */
export async function* bytesOf(
  chunks: readonly (string | Uint8Array)[],
  end: () => void | Promise<void> = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield Buffer.from(chunk);
  await end();
}

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
