/** What comes out of a connection that was taken over from HTTP. */
import type { Duplex } from 'node:stream';

/** Bytes that may wait for the reader before the sender is held up: 1 MiB. */
const fullAt = 1_048_576;

interface Waiter {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const finished = { done: true, value: undefined } as const;

/**
 * The bytes that a socket gives, to its end. The end closes the connection, though not all of the input may have been
 * read: a daemon says no more after it. Unlike the socket's own iterator this one gives what came before a failure.
 */
export class SocketBytes implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #socket: Duplex;
  readonly #chunks: Uint8Array[] = [];
  readonly #waiters: Waiter[] = [];
  #queued = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param options.name what a failure of the socket is thrown as
   * @param options.onClose called once, when the connection is closed
   */
  constructor(
    socket: Duplex,
    { name, onClose }: { readonly name: (error: unknown) => unknown; readonly onClose: () => void },
  ) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#queued += chunk.length;
      if (this.#queued >= fullAt) socket.pause();
      this.#deliver();
    });
    socket.on('end', () => {
      this.#finish();
      socket.destroy();
    });
    socket.on('error', (error) => {
      this.#failure ??= { error: name(error) };
    });
    socket.on('close', () => {
      this.#finish();
      onClose();
    });
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#deliver();
    });
  }

  /** Closes the connection at once, also while `next()` waits. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#chunks.length = 0;
    this.#socket.destroy();
    this.#finish();
    return finished;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    this.#ended = true;
    this.#deliver();
  }

  #deliver(): void {
    while (this.#waiters.length > 0) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#queued -= chunk.length;
        if (this.#queued === 0 && this.#socket.isPaused()) this.#socket.resume();
        this.#waiters.shift()?.resolve({ done: false, value: chunk });
      } else if (this.#ended) {
        const waiter = this.#waiters.shift();
        if (this.#failure) waiter?.reject(this.#failure.error);
        else waiter?.resolve(finished);
        this.#failure = undefined;
      } else return;
    }
  }
}
