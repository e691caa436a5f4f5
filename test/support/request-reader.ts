/** What a {@link createRequestReader} tells of. */
export interface RequestEvents {
  /** A request line was read; its head's bytes follow. */
  head(method: string, path: string): void;
  /** So many bytes belong to the request told of last. */
  bytes(count: number): void;
}

export interface RequestReader {
  /** The next bytes that the client sent, cut anywhere. */
  read(chunk: Buffer): void;
  /** The first bytes that the server sent in answer to the request told of last. */
  answered(chunk: Buffer): void;
}

type State =
  | { readonly at: 'head' }
  | { readonly at: 'body'; left: number }
  | { readonly at: 'chunk-size' }
  | { readonly at: 'chunk'; left: number }
  | { readonly at: 'trailer' }
  | { readonly at: 'raw' };

const endOfHead = Buffer.from('\r\n\r\n');
const endOfLine = Buffer.from('\r\n');

function afterHead(head: string): State {
  if (/^transfer-encoding:.*chunked/im.test(head)) return { at: 'chunk-size' };
  const left = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return left > 0 ? { at: 'body', left } : { at: 'head' };
}

/**
 * Follows the requests of one HTTP/1.1 connection without holding them up or keeping their bodies. Once the server
 * switched protocols, everything is one stream of the request that asked for it.
 */
export function createRequestReader(events: RequestEvents): RequestReader {
  let state: State = { at: 'head' };
  let kept: Buffer = Buffer.alloc(0);

  /** Takes all up to and including `mark` out of what was kept, or nothing while it has not come. */
  const upTo = (mark: Buffer): Buffer | undefined => {
    const index = kept.indexOf(mark);
    return index < 0 ? undefined : take(index + mark.length);
  };
  const take = (count: number): Buffer => {
    const taken = kept.subarray(0, count);
    kept = kept.subarray(taken.length);
    return taken;
  };
  const told = (taken: Buffer): number => {
    events.bytes(taken.length);
    return taken.length;
  };

  /** One step through what was kept; false when it needs more. */
  const step = (): boolean => {
    switch (state.at) {
      case 'head': {
        const head = upTo(endOfHead);
        if (head === undefined) return false;
        const text = head.toString('latin1');
        const [method = '', path = ''] = text.trimStart().split(' ', 2);
        events.head(method, path);
        told(head);
        state = afterHead(text);
        return true;
      }
      case 'body':
        state.left -= told(take(state.left));
        if (state.left > 0) return false;
        state = { at: 'head' };
        return true;
      case 'chunk-size': {
        const line = upTo(endOfLine);
        if (line === undefined) return false;
        told(line);
        const size = Number.parseInt(line.toString('latin1'), 16);
        state = size > 0 ? { at: 'chunk', left: size + endOfLine.length } : { at: 'trailer' };
        return true;
      }
      case 'chunk':
        state.left -= told(take(state.left));
        if (state.left > 0) return false;
        state = { at: 'chunk-size' };
        return true;
      case 'trailer': {
        const line = upTo(endOfLine);
        if (line === undefined) return false;
        told(line);
        if (line.length === endOfLine.length) state = { at: 'head' };
        return true;
      }
      case 'raw':
        told(take(kept.length));
        return false;
    }
  };

  const go = (): void => {
    while (kept.length > 0 && step());
  };
  return {
    read(chunk) {
      kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      go();
    },
    answered(chunk) {
      if (!/^HTTP\/1\.[01] 101 /.test(chunk.toString('latin1', 0, 13))) return;
      state = { at: 'raw' };
      go();
    },
  };
}
