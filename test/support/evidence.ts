/** Tells the answers of real Engines from those of what only looks like one. */

export interface Evidence {
  /** A fake daemon of this process has been asked this: `GET /v1.45/info`, with the query. */
  faked(request: string): void;
  /**
   * Who has given the answer to a request; undefined where nobody knows, as of a server that a spec has made of a socket.
   *
   * @param server what the answer calls its server: `Docker/28.5.2 (linux)`
   */
  engineOf(request: string, status: number, server: string): 'real' | 'fake' | undefined;
}

/** That of one spec file: what one has seen is no proof of another. */
export function createEvidence(): Evidence {
  /** Requests that came to a fake daemon, and whose answer has not been seen yet. */
  const outstanding = new Map<string, number>();
  let hasMetOne = false;
  return {
    faked(request) {
      outstanding.set(request, (outstanding.get(request) ?? 0) + 1);
    },
    engineOf(request, status, server) {
      const count = outstanding.get(request) ?? 0;
      if (count > 0) {
        outstanding.set(request, count - 1);
        return 'fake';
      }
      // A connection that is handed over begins without the headers of other answers. Nobody has one of a real Engine
      // before the Engine has answered by its name: the gateway greets it first.
      if (status === 101) return hasMetOne ? 'real' : undefined;
      if (!/^Docker\/\d/.test(server)) return undefined;
      hasMetOne = true;
      return 'real';
    },
  };
}
