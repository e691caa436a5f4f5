/** The body of an upload as whoever takes it reads it: whole, or ended by an error. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../server/refusal.ts';
import { announcedDigest, createDigest, type Digest } from './digest.ts';

export interface UploadBodyOptions {
  /** Milliseconds to wait for the client's next bytes. */
  readonly idleMs: number;
  /** Most bytes; undefined is no limit. */
  readonly maxBytes: number | undefined;
}

const finished = { done: true, value: undefined } as const;

const stalled = (idleMs: number): Refusal =>
  new Refusal({
    status: 408,
    code: 'BAD_REQUEST',
    message: `Nothing came for ${idleMs / 1000} s, so the upload was given up. Ask the graph for a new address.`,
    close: true,
  });

/** @param value how many came or were announced, where that is known */
export const tooLarge = (limit: number, value?: number): Refusal =>
  new Refusal({
    status: 413,
    code: 'LIMIT_BODY_BYTES',
    message: `The upload is larger than ${limit} bytes, the most that is taken here.`,
    extensions: { limit, ...(value !== undefined && { value }) },
    close: true,
  });

const altered = (): Refusal =>
  new Refusal({
    status: 400,
    code: 'BAD_REQUEST',
    message: 'What came is not what Content-Digest says, so it was given up. Send it again.',
    close: true,
  });

/** The client went before its last byte. Nobody is there to be told. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * Reads a request while it comes, no faster than it is asked to: what is not asked for stays in the connection, and holds
 * up the client. After a failure every further read fails the same way.
 */
export class UploadBody implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #request: IncomingMessage;
  readonly #options: UploadBodyOptions;
  /** In the header, or announced to come after the body. */
  readonly #announced: string | undefined;
  readonly #digest: Digest | undefined;
  #wake = (): void => {};
  #bytes = 0;
  #ended = false;
  #left = false;
  #failure: Error | undefined;
  #sha256: string | undefined;

  /** @throws Refusal 400 for a digest that cannot be read */
  constructor(request: IncomingMessage, options: UploadBodyOptions) {
    this.#request = request;
    this.#options = options;
    this.#announced = announcedDigest(request.headers['content-digest']);
    const isToCome = (request.headers.trailer ?? '').toLowerCase().includes('content-digest');
    this.#digest = this.#announced !== undefined || isToCome ? createDigest() : undefined;
    const wake = () => this.#wake();
    request.on('readable', wake);
    request.on('end', () => {
      this.#ended = true;
      wake();
    });
    request.on('error', () => void this.#fail(new ClientGone('The client went away.')));
    request.on('close', () => {
      if (!this.#ended) this.#fail(new ClientGone('The client went away.'));
    });
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether all has been read, and nothing was wrong with it. */
  get isWhole(): boolean {
    return this.#ended && this.#failure === undefined;
  }

  /** Why it cannot be whole any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The SHA-256 in base64, once it is whole and where the client announced one. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#left) return finished;
      const chunk: unknown = this.#request.read();
      if (chunk instanceof Uint8Array) {
        this.#count(chunk);
        return { done: false, value: chunk };
      }
      if (this.#ended) return this.#finish();
      await this.#more();
    }
  }

  /** The reader has left: whoever wants to know whether the client sent all of it calls {@link rest}. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#left = true;
    this.#wake();
    return finished;
  }

  /** Throws away what has not been read yet, to the end. */
  async rest(): Promise<void> {
    this.#left = false;
    while (!(await this.next()).done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #count(chunk: Uint8Array): void {
    const { maxBytes } = this.#options;
    this.#bytes += chunk.length;
    if (maxBytes !== undefined && this.#bytes > maxBytes) {
      throw this.#fail(tooLarge(maxBytes));
    }
    this.#digest?.add(chunk);
  }

  #finish(): IteratorReturnResult<undefined> {
    if (!this.#digest || this.#sha256 !== undefined) return finished;
    const sha256 = this.#digest.result();
    this.#sha256 = sha256;
    const wanted = this.#announced ?? announcedDigest(this.#request.trailers['content-digest']);
    if (wanted !== undefined && wanted !== sha256) {
      throw this.#fail(altered());
    }
    return finished;
  }

  #fail(error: Error): Error {
    this.#failure ??= error;
    this.#wake();
    return this.#failure;
  }

  /** Until something has come, the client has gone, or it took too long. */
  #more(): Promise<void> {
    const { idleMs } = this.#options;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail(stalled(idleMs)), idleMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}
