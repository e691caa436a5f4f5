/** An upload as HTTP: checked before a byte is read, handed on while it comes, and answered in JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../server/refusal.ts';
import type { Tally } from './download.ts';
import type { Upload } from './transfers.ts';
import { ClientGone, tooLarge, UploadBody } from './upload-body.ts';

interface UploadOptions {
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly idleMs: number;
  /** Spends the address; false where somebody else was first. */
  readonly redeem: () => boolean;
  /** What is answered then. */
  readonly gone: () => Refusal;
}

/** What command lines and pages send where they were told to send a form: not the file itself. */
const forms: ReadonlySet<string> = new Set(['multipart/form-data', 'application/x-www-form-urlencoded']);

const unsupported = (message: string): Refusal =>
  new Refusal({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message, close: true });

/** @throws Refusal 415 */
function typeOf({ headers }: IncomingMessage, accepts: readonly string[]): string {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw unsupported(
      `Send the bytes as they are: "Content-Encoding: ${encoding.slice(0, 100)}" is not taken.`,
    );
  }
  if (type === '') return 'application/octet-stream';
  if (forms.has(type)) {
    throw unsupported(
      `Send the file as the body itself, not in a form (${type}): with curl, "--upload-file FILE" does so.`,
    );
  }
  if (accepts.includes('*/*') || accepts.includes(type)) return type;
  throw unsupported(`This address takes ${accepts.join(', ')}; "${type.slice(0, 100)}" came.`);
}

/** @throws Refusal 411, 413 */
function lengthOf({ headers }: IncomingMessage, { maxBytes, needsLength }: Upload): number | undefined {
  const announced = headers['content-length'];
  const isChunked = headers['transfer-encoding'] !== undefined;
  if (announced === undefined && (needsLength || !isChunked)) {
    throw new Refusal({
      status: 411,
      code: 'BAD_REQUEST',
      message: `Say how long it is with Content-Length${needsLength ? '' : ', or send it chunked'}.`,
      close: true,
    });
  }
  const length = announced === undefined ? undefined : Number(announced);
  if (length !== undefined && maxBytes !== undefined && length > maxBytes) throw tooLarge(maxBytes, length);
  return length;
}

function answer(response: ServerResponse, data: object): void {
  const body = JSON.stringify({ data });
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/**
 * Takes an upload. The address is spent once the request has been found acceptable, and not before.
 *
 * @throws Refusal, or what the receiver throws; ClientGone where nobody is there to be told
 */
export async function serveUpload(
  upload: Upload,
  request: IncomingMessage,
  response: ServerResponse,
  { signal, idleMs, redeem, gone }: UploadOptions,
  tally: Tally,
): Promise<void> {
  const contentType = typeOf(request, upload.accepts);
  const length = lengthOf(request, upload);
  const body = new UploadBody(request, { idleMs, maxBytes: upload.maxBytes });
  if (!redeem()) throw gone();
  const cut = new AbortController();
  const onGone = () => {
    if (!body.isWhole) cut.abort(new ClientGone('The client went away.'));
  };
  signal.addEventListener('abort', onGone, { once: true });
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  try {
    const outcome = await upload.receive(body, { signal: cut.signal, length, contentType });
    // What the receiver had no need for, such as padding, still has to come: a cut one was not meant so.
    await body.rest();
    answer(response, { ...outcome, bytes: body.bytes, ...(body.sha256 && { sha256: body.sha256 }) });
  } catch (error) {
    // The receiver says in words of its own what began here.
    throw body.failure ?? error;
  } finally {
    tally.bytes = body.bytes;
  }
}
