/** Reads the body of a POST within bounds, before anything parses it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './refusal.ts';

const tooLarge = (limit: number, value: number | undefined): Refusal =>
  new Refusal({
    status: 413,
    code: 'LIMIT_BODY_BYTES',
    message: `The body is larger than ${limit} bytes, the most this gateway accepts.`,
    extensions: { limit, ...(value !== undefined && { value }) },
    close: true,
  });

const tooSlow = (timeoutMs: number): Refusal =>
  new Refusal({
    status: 408,
    code: 'BAD_REQUEST',
    message: `The body did not arrive within ${timeoutMs / 1000} s.`,
    close: true,
  });

const unsupported = (message: string): Refusal =>
  new Refusal({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message, close: true });

/**
 * Forms and plain text are what other web pages can post without asking first, so only JSON is taken.
 *
 * @throws Refusal 415
 */
export function assertJson({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (!['application/json', 'application/graphql+json'].includes(type.trim())) {
    const given = type.trim() === '' ? 'no content type' : `"${type.trim()}"`;
    throw unsupported(
      `Send the query as JSON with "Content-Type: application/json"; this came with ${given}.`,
    );
  }
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw unsupported(`JSON is UTF-8; this came with ${charset}.`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw unsupported(`Send the body as it is; compressed bodies ("${encoding}") are not taken.`);
  }
}

/** Milliseconds a body may take to arrive. */
const patienceMs = 30_000;

/**
 * @param limit most bytes
 * @param timeoutMs milliseconds after which the rest is not waited for
 * @returns the text
 * @throws Refusal 413 above the limit, declared or counted; 408 after the time; 400 for text that is not UTF-8
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
  timeoutMs: number = patienceMs,
): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(limit, declared);
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      request.removeAllListeners('data');
      reject(tooSlow(timeoutMs));
    }, timeoutMs);
    request.once('close', () => clearTimeout(timer));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      request.removeAllListeners('data');
      reject(tooLarge(limit, undefined));
    });
    request.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks, length));
    });
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client went away while it sent the body.')));
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal({ status: 400, code: 'BAD_REQUEST', message: 'The body is not valid UTF-8.' });
  }
}
