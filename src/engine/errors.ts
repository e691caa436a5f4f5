/** All failures of a call to the daemon, made in one place. */
import { errors as undici } from 'undici';
import type { Route } from './operation.ts';
import { StreamError } from './streams/stream-error.ts';

/**
 * - `bad_input`: refused here, nothing was sent
 * - `unsupported`: the daemon's API is too old (or too new) for this
 * - `unavailable`: no connection
 * - `timeout`: no (whole) answer before the deadline
 * - `cancelled`: the caller went away
 * - `protocol`: an answer that makes no sense
 * - `too_large`: an answer above the size cap
 * - `response`: the daemon said no; `status` and `message` are its own
 */
export type EngineErrorKind =
  | 'bad_input'
  | 'unsupported'
  | 'unavailable'
  | 'timeout'
  | 'cancelled'
  | 'protocol'
  | 'too_large'
  | 'response';

interface EngineErrorDetails {
  readonly kind: EngineErrorKind;
  readonly route: Route;
  readonly message: string;
  readonly status?: number;
  readonly cause?: unknown;
}

/** What went wrong in one call. The message never holds an address, a header or a path of this host's. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  readonly route: Route;
  /** The HTTP status of the daemon's answer, when there was one. */
  readonly status: number | undefined;

  constructor(details: EngineErrorDetails) {
    super(details.message, { cause: details.cause });
    this.kind = details.kind;
    this.route = details.route;
    this.status = details.status;
  }
}

/** Longest sentence of the daemon's that is passed on, in characters. */
const longestMessage = 4096;

/** The daemon's own sentence from the body of a failed answer: JSON `message`, or plain text of a proxy. */
function sentenceOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
      return body.message;
    }
  } catch {
    // Not JSON: a proxy, or the attach endpoints, which answer in plain text.
  }
  return text;
}

/** What a daemon says of an endpoint that it does not have; Podman says it in three ways, by who there notices. */
const noSuchEndpoint: readonly (readonly [status: number, sentence: RegExp])[] = [
  [404, /^page not found$/],
  [404, /^Not Found$/],
  [405, /^/],
  [500, /^Path \S+ is not supported$/],
  [503, /^Podman does not support service/],
];

/** What to do about a version that the daemon does not take; undefined for any other sentence. */
function unsupported(route: Route, status: number, sentence: string): string | undefined {
  const version = /client version (\S+) is too (old|new)\b(?:.*?API version (?:is )?(\d+\.\d+))?/i.exec(
    sentence,
  );
  if (version) {
    const [, spoken = '', what = '', limit] = version;
    return what.toLowerCase() === 'old'
      ? `The Engine takes API ${limit ?? 'versions'} or newer only, and is spoken to in ${spoken}: leave \`DOCKER_API_VERSION\` out, lower the least version that the Engine is configured to take, or use a newer dockgraph.`
      : `The Engine takes API ${limit ?? 'versions'} or older only, and was spoken to in ${spoken}: it is another one than before. Ask again.`;
  }
  return noSuchEndpoint.some(([said, pattern]) => said === status && pattern.test(sentence))
    ? `This Engine has no ${route}: its API is too old for it, or it is no Docker.`
    : undefined;
}

/** An answer with a status that is no success. Source of truth for how old and odd daemons say it. */
export function responseError(route: Route, status: number, body: string): EngineError {
  const sentence = sentenceOf(body).trim().slice(0, longestMessage);
  if (status >= 300 && status < 400) {
    return new EngineError({
      kind: 'protocol',
      route,
      status,
      message: 'The Engine redirected the call, which it never does for a valid one.',
    });
  }
  const message = unsupported(route, status, sentence);
  if (message !== undefined) return new EngineError({ kind: 'unsupported', route, status, message });
  return new EngineError({
    kind: 'response',
    route,
    status,
    message: sentence || `The Engine answered ${status} without saying why.`,
  });
}

const unavailableCodes: ReadonlySet<string> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'EACCES',
  'EPERM',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The connection was closed by ourselves, as the gateway ends. */
const closedCodes: ReadonlySet<string> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);
const timeoutCodes: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

/**
 * A failure below HTTP, or inside a stream that began well. `deadline` tells whether our own clock ended the call,
 * `aborted` whether the caller did.
 */
export function transportError(
  route: Route,
  error: unknown,
  why: { readonly deadline: boolean; readonly aborted: boolean },
): EngineError {
  if (error instanceof EngineError) return error;
  const made = (kind: EngineErrorKind, message: string) =>
    new EngineError({ kind, route, message, cause: error });
  if (error instanceof StreamError) return made(error.kind, error.message);
  if (why.deadline) return made('timeout', 'The Engine did not answer in time.');
  const code = codeOf(error);
  if (why.aborted || closedCodes.has(code))
    return made('cancelled', 'The call was cancelled before the Engine answered.');
  if (timeoutCodes.has(code)) return made('timeout', 'The Engine did not answer in time.');
  if (unavailableCodes.has(code))
    return made('unavailable', 'The Engine cannot be reached. Is the daemon running?');
  if (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH/.test(code)
  ) {
    return made('unavailable', 'The Engine cannot be reached: the TLS handshake failed.');
  }
  if (error instanceof undici.ResponseExceededMaxSizeError) {
    return made('too_large', 'The answer of the Engine is larger than this gateway accepts.');
  }
  return made('protocol', 'The Engine broke off or garbled its answer.');
}
