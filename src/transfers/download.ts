/** A download as HTTP: the whole of it, or an answer that every client sees to be broken. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../server/refusal.ts';
import { createDigest, digestField, wantsDigest } from './digest.ts';
import type { Download } from './transfers.ts';

/** What became of a transfer, for the log. */
export interface Tally {
  bytes: number;
}

/** The client reads no more. */
class ClientStalled extends Error {
  override readonly name = 'ClientStalled';
}

interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Milliseconds that the client may read nothing. */
  readonly idleMs: number;
}

/** A name that fits into a header as it is, and in full for who can read that (RFC 6266). */
function dispositionOf(filename: string): string {
  const plain = filename.replace(/[^\w.+@-]/g, '_');
  const full = encodeURIComponent(filename).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"${plain === filename ? '' : `; filename*=UTF-8''${full}`}`;
}

/** Waits until the client has taken what was written, in whatever small bites, or has gone. */
function drained(response: ServerResponse, { signal, idleMs }: DownloadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      response.off('drain', onDrain).off('close', onClose);
      signal.removeEventListener('abort', onClose);
      response.setTimeout(0);
      response.off('timeout', onTimeout);
      done();
    };
    const onDrain = () => settle(resolve);
    const onClose = () => settle(() => reject(new Error('The client went away.')));
    const onTimeout = () =>
      settle(() => reject(new ClientStalled(`The client read nothing for ${idleMs / 1000} s.`)));
    response.once('drain', onDrain).once('close', onClose);
    signal.addEventListener('abort', onClose, { once: true });
    // It counts from the last byte that went out, also within what waits.
    response.setTimeout(idleMs, onTimeout);
    if (response.destroyed || signal.aborted) onClose();
  });
}

/** @throws Refusal 505 where a client could not tell the end from a broken connection */
function assertFramed({ httpVersion }: IncomingMessage): void {
  if (httpVersion !== '1.0') return;
  throw new Refusal({
    status: 505,
    code: 'BAD_REQUEST',
    message:
      'Downloads need HTTP/1.1, as with 1.0 a broken one looks whole. A proxy in between may have to be told so ' +
      '(in nginx: "proxy_http_version 1.1").',
    close: true,
  });
}

/**
 * Answers with what the download gives.
 *
 * @throws before anything was written: as the download or as Refusal. After that the connection has been destroyed before
 *   its end, and the error is why.
 */
export async function serveDownload(
  { filename, contentType, open }: Download,
  request: IncomingMessage,
  response: ServerResponse,
  options: DownloadOptions,
  tally: Tally,
): Promise<void> {
  assertFramed(request);
  const headers = {
    'content-type': contentType,
    'content-disposition': dispositionOf(filename),
    // The Engine makes it anew each time, and not always the same: there are no parts of it to be had.
    'accept-ranges': 'none',
  };
  if (request.method === 'HEAD') {
    response.writeHead(200, headers).end();
    return;
  }
  const { body, length } = await open(options.signal);
  const digest = wantsDigest(request.headers['want-content-digest']) ? createDigest() : undefined;
  const chunks = body[Symbol.asyncIterator]();
  try {
    // Until a second piece has come, or the end, a failure is still an answer with a status.
    const first = await chunks.next();
    let next = first.done ? first : await chunks.next();
    const framed = digest || length === undefined ? {} : { 'content-length': length };
    response.writeHead(200, { ...headers, ...framed, ...(digest && { trailer: 'content-digest' }) });
    const write = async (chunk: Uint8Array): Promise<void> => {
      digest?.add(chunk);
      tally.bytes += chunk.length;
      if (!response.write(chunk)) await drained(response, options);
    };
    if (!first.done) await write(first.value);
    while (!next.done) {
      await write(next.value);
      next = await chunks.next();
    }
    if (length !== undefined && length !== tally.bytes) {
      throw new Error(`${tally.bytes} bytes came of the ${length} that were announced.`);
    }
    if (digest) response.addTrailers({ 'content-digest': digestField(digest.result()) });
    response.end();
  } catch (error) {
    if (response.headersSent) response.destroy();
    throw error;
  } finally {
    // An error of the Engine's while it is left is of no interest.
    await chunks.return?.().catch(() => undefined);
  }
}
