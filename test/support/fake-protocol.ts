/** What the handlers of a fake daemon are given, and what they may do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One request that a fake daemon received. */
export interface FakeRequest {
  readonly method: string;
  /** Without version prefix and query, as sent (percent signs and all). */
  readonly path: string;
  /** The whole target, as sent. */
  readonly url: string;
  /** "1.41" of `/v1.41/…`, undefined where there was no prefix. */
  readonly apiVersion: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The placeholders of the handler's key, as sent. */
  readonly params: Readonly<Record<string, string>>;
}

/** What a handler may do with the connection. */
export interface FakeReply {
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Answers with JSON (200 where no status is given), as the Engine ends it: with a line feed. */
  json(value: unknown, status?: number): void;
  /** Answers an error as the Engine does: `{"message": …}`. */
  fail(status: number, message: string): void;
  /** Answers 200 and each chunk as soon as the iterable gives it; ends with it, stops when the client is gone. */
  stream(chunks: AsyncIterable<string | Uint8Array>, contentType?: string): Promise<void>;
  /** Writes these bytes to the connection instead of an HTTP answer. `cut` afterwards, or go on writing. */
  raw(bytes: string | Uint8Array): void;
  /** Destroys the connection. */
  cut(): void;
  /** Resolves when the client closed the connection. */
  readonly clientGone: Promise<void>;
}

/** An answer that a handler returns is sent as JSON, unless it is undefined: then it used `reply` itself. */
export type FakeHandler = (request: FakeRequest, reply: FakeReply) => unknown;

/** Keys as in the Engine's own documentation: `'GET /containers/{id}/json'`. */
export type FakeHandlers = Readonly<Record<`${string} /${string}`, FakeHandler>>;
