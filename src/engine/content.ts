/** Bytes that a request takes along, and what became of them. */
import type { Readable } from 'node:stream';

/**
 * Bytes that go to the daemon while they come. Where they break off with an error, so does the request: the connection is
 * destroyed, and the daemon never takes a part for the whole. What answers such a call is thrown as it is then.
 */
export interface Content {
  /** Its media type. */
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** How many, where that is known. */
  readonly length?: number | undefined;
}

/** The transport takes anything that can be iterated; its types name streams only. */
export const asStream = (body: AsyncIterable<Uint8Array>): Readable => body as Readable;

/** A body on its way, and why it broke off, as the transport tells that in its own words only. */
export interface Sent {
  readonly body: AsyncIterable<Uint8Array>;
  failure: { readonly error: unknown } | undefined;
}

export function sending({ body }: Content): Sent {
  const sent: Sent = {
    body: {
      [Symbol.asyncIterator]: () => {
        const bytes = body[Symbol.asyncIterator]();
        return {
          next: async () => {
            try {
              return await bytes.next();
            } catch (error) {
              sent.failure = { error };
              throw error;
            }
          },
          return: async () => (await bytes.return?.()) ?? { done: true, value: undefined },
        };
      },
    },
    failure: undefined,
  };
  return sent;
}
