/** Transfers as a client of the gateway makes them. */
import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { textAt } from '../../support/json.ts';

export interface Fetched {
  readonly status: number;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
  /** What came, where it is short. */
  readonly body: Buffer;
  /** Whether the answer came to its end, as HTTP sees it. */
  readonly complete: boolean;
}

const mostKept = 32 * 1024 ** 2;

async function read(incoming: IncomingMessage): Promise<Fetched> {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming) {
      if (!(chunk instanceof Uint8Array)) continue;
      hash.update(chunk);
      if (bytes < mostKept) kept.push(Buffer.from(chunk));
      bytes += chunk.length;
    }
  } catch {
    // `complete` tells.
  }
  return {
    status: incoming.statusCode ?? 0,
    bytes,
    sha256: hash.digest('hex'),
    body: Buffer.concat(kept),
    complete: incoming.complete,
  };
}

/** @param graphUrl where GraphQL is answered */
export const download = (graphUrl: string, transfer: unknown): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    request(new URL(textAt(transfer, 'url'), graphUrl), { agent: false }, (incoming) =>
      resolve(read(incoming)),
    )
      .once('error', reject)
      .end();
  });

/** @param length is told before; chunked without */
export const upload = (
  graphUrl: string,
  transfer: unknown,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { length, headers = {} }: { length?: number; headers?: Record<string, string> } = {},
): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(textAt(transfer, 'url'), graphUrl),
      {
        method: 'PUT',
        agent: false,
        headers: { ...headers, ...(length !== undefined && { 'content-length': length }) },
      },
      (incoming) => resolve(read(incoming)),
    );
    outgoing.once('error', reject);
    // Of an answer that comes early, the rest of the request does not matter.
    pipeline(body, outgoing).catch(() => {});
  });
