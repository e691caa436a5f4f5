/** Requests that end before GraphQL sees them: what is said, and how. */
import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../errors.ts';

interface RefusalDetails {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Numbers and names for programs, beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The rest of the request is not wanted, so the connection cannot be used again. */
  readonly close?: boolean;
}

/** Thrown anywhere before execution, answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly close: boolean;

  constructor({ status, code, message, headers = {}, extensions = {}, close = false }: RefusalDetails) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.extensions = extensions;
    this.close = close;
  }

  /** The answer in the shape of a GraphQL result, so that clients need one way to read errors. */
  body(): string {
    const extensions = { code: this.code, ...this.extensions };
    return JSON.stringify({ errors: [{ message: this.message, extensions }] });
  }
}

export const notFound = (path: string, endpoint: string): Refusal =>
  new Refusal({
    status: 404,
    code: 'NOT_FOUND',
    message: `There is nothing at ${path.slice(0, 255)}; GraphQL is at ${endpoint}.`,
    close: true,
  });

export const shuttingDown = (): Refusal =>
  new Refusal({
    status: 503,
    code: 'SHUTTING_DOWN',
    message: 'The gateway is shutting down; connect again.',
    close: true,
  });

/** Milliseconds that the unread rest of a refused request is thrown away for, so that the client reads our answer. */
const lingerMs = 1000;

/** Answers a refused request. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = refusal.body();
  const request = response.req;
  response.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...refusal.headers,
    ...(refusal.close && { connection: 'close' }),
  });
  if (!refusal.close || request.complete) {
    response.end(body);
    return;
  }
  // A socket closed with unread data in it is reset, and a reset can overtake the answer.
  response.write(body);
  const end = () => response.end();
  const timer = setTimeout(end, lingerMs);
  response.once('close', () => clearTimeout(timer));
  request.once('end', end).resume();
}

/** Answers a refused upgrade on the bare socket. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal, requestId: string): void {
  const body = refusal.body();
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`, ...lines, '', body].join('\r\n'),
  );
}
