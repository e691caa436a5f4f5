/** GraphQL over HTTP and SSE: carries a request to yoga and its answer back. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { YogaServerInstance } from 'graphql-yoga';
import { assertJson, readBody } from './body.ts';
import { type RunningOperation, startOperation, type TransportContext } from './operation-request.ts';
import { Refusal } from './refusal.ts';

export type Yoga = YogaServerInstance<TransportContext, object>;

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
};

function operationOf(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): RunningOperation {
  const streams = /text\/event-stream/i.test(request.headers.accept ?? '');
  const operation = startOperation({
    requestId,
    headers: (name) => headerOf(request, name),
    transport: streams ? 'sse' : 'http',
  });
  response.once('close', () => {
    if (!response.writableFinished) operation.abort();
  });
  return operation;
}

/** Parameters of a GET are JSON inside a query string, which yoga takes on trust. */
function assertParameters(url: URL): void {
  for (const name of ['variables', 'extensions']) {
    const text = url.searchParams.get(name);
    if (!text) continue;
    try {
      JSON.parse(text);
    } catch {
      throw new Refusal({
        status: 400,
        code: 'BAD_REQUEST',
        message: `The parameter "${name}" is not JSON.`,
      });
    }
  }
}

async function bodyOf(request: IncomingMessage, response: ServerResponse, limit: number): Promise<string> {
  assertJson(request);
  return readBody(request, response, limit);
}

/** Milliseconds in which a client that has something to read must read some of it. */
const patienceMs = 120_000;

/** Resolves when more can be written, or when the client is gone; one that reads nothing is taken for gone. */
async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  const late = setTimeout(() => response.destroy(), patienceMs);
  await once(response, 'drain', { signal: gone }).catch(() => {});
  clearTimeout(late);
}

/** Chunks sent in a row before the others get a turn. */
const turn = 64;

/** Sends a stream as fast as the client reads it, and stops its source when the client goes. */
async function pump(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
    reader.cancel().catch(() => {});
  });
  response.flushHeaders();
  for (let sent = 1; ; sent += 1) {
    const { done, value } = await reader.read();
    if (done || gone.signal.aborted) break;
    if (!response.write(value)) await drained(response, gone.signal);
    // A source that is always ready would leave no turn to anybody, not even to the news that the client is gone.
    if (sent % turn === 0) await setImmediate();
  }
  response.end();
}

/**
 * @param path where the endpoint is, with the query string
 * @param maxBodyBytes most bytes of a POST's body
 * @throws Refusal before execution
 */
export async function serveGraphQL(
  yoga: Yoga,
  request: IncomingMessage,
  response: ServerResponse,
  {
    url,
    requestId,
    maxBodyBytes,
  }: { readonly url: URL; readonly requestId: string; readonly maxBodyBytes: number },
): Promise<void> {
  const { method } = request;
  if (method !== 'GET' && method !== 'POST') {
    throw new Refusal({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      message: 'GraphQL is asked with POST, or with GET for queries.',
      headers: { allow: 'GET, POST' },
      close: true,
    });
  }
  if (method === 'GET') assertParameters(url);
  const body = method === 'POST' ? await bodyOf(request, response, maxBodyBytes) : null;
  const operationRequest = operationOf(request, response, requestId);
  // Only what content negotiation needs: whoever wants another header asks the operation for it.
  const { Request } = yoga.fetchAPI;
  const answer = await yoga.fetch(
    new Request(url, {
      method,
      headers: {
        accept: headerOf(request, 'accept') ?? '*/*',
        ...(body !== null && { 'content-type': 'application/json' }),
      },
      body,
    }),
    { operationRequest },
  );
  if (response.destroyed) return;
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (/^(?:text\/event-stream|multipart\/)/.test(answer.headers.get('content-type') ?? '') && answer.body) {
    await pump(answer.body, response);
  } else {
    response.end(await answer.text());
  }
}
