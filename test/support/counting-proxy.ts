import { createServer, connect as dial, type Socket } from 'node:net';
import { createRequestReader } from './request-reader.ts';
import { temporarySocket } from './temporary-socket.ts';

/** One request as it passed. It changes while bytes still flow. */
interface SeenRequest {
  readonly method: string;
  /** With version prefix and query, as sent. */
  readonly path: string;
  /** Bytes of the answer so far, head included. */
  readonly bytes: number;
  /** Bytes of the request so far, head included; of a hijacked stream, everything that the client sent. */
  readonly sent: number;
  /** Whether its connection is gone or serves another request: nothing more can come. */
  readonly ended: boolean;
}

export interface CountingProxy {
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly socketPath: string;
  /** Every request since the start or the last reset, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Client connections open now. */
  readonly connections: number;
  /** Forgets the requests seen so far. */
  reset(): void;
  /** Breaks off the connections that serve such requests now, as a proxy that restarts; tells how many. */
  cut(matches: (request: SeenRequest) => boolean): number;
  /** Resolves when the condition holds, looked at again whenever something passes; rejects after `timeout` ms. */
  until(condition: (requests: readonly SeenRequest[]) => boolean, timeout?: number): Promise<void>;
  /** Cuts all connections and removes the socket. */
  close(): Promise<void>;
}

interface Row {
  readonly method: string;
  readonly path: string;
  bytes: number;
  sent: number;
  ended: boolean;
}

/**
 * A proxy in front of a daemon's unix socket that changes no byte and counts what passes. Requests on one
 * connection are taken to follow one another (no pipelining), as all clients of an Engine do it.
 */
export async function startCountingProxy(targetSocket: string): Promise<CountingProxy> {
  const requests: Row[] = [];
  const open = new Set<Socket>();
  /** What each of them serves, or has served last. */
  const serving = new Map<Socket, Row>();
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = dial({ path: targetSocket, allowHalfOpen: true });
    open.add(client);
    let current: Row | undefined;
    const reader = createRequestReader({
      head(method, path) {
        if (current !== undefined) current.ended = true;
        current = { method, path, bytes: 0, sent: 0, ended: false };
        requests.push(current);
        serving.set(client, current);
      },
      bytes(count) {
        if (current !== undefined) current.sent += count;
      },
    });
    client.on('data', (chunk: Buffer) => {
      reader.read(chunk);
      look();
    });
    target.on('data', (chunk: Buffer) => {
      if (current !== undefined) {
        if (current.bytes === 0) reader.answered(chunk);
        current.bytes += chunk.length;
      }
      look();
    });
    client.pipe(target);
    target.pipe(client);
    const gone = (): void => {
      open.delete(client);
      serving.delete(client);
      if (current !== undefined) current.ended = true;
      look();
    };
    client.on('close', gone).on('error', () => target.destroy());
    target.on('error', () => client.destroy());
    // What one side said last still reaches the other before it hears of the end.
    client.on('close', () => target.destroySoon());
    target.on('close', () => client.destroySoon());
  });
  const { socketPath, remove } = temporarySocket();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socketPath, resolve);
  });

  return {
    host: `unix://${socketPath}`,
    socketPath,
    requests,
    get connections() {
      return open.size;
    },
    reset() {
      requests.length = 0;
    },
    cut(matches) {
      const chosen = [...serving].filter(([, row]) => matches(row));
      for (const [socket] of chosen) socket.destroy();
      return chosen.length;
    },
    until(condition, timeout = 10_000) {
      return new Promise((resolve, reject) => {
        const finish = (done: () => void): void => {
          clearTimeout(timer);
          watchers.delete(check);
          done();
        };
        const check = (): void => {
          if (condition(requests)) finish(resolve);
        };
        const timer = setTimeout(() => {
          const seen = requests.map(({ method, path }) => `${method} ${path}`).join('\n');
          finish(() => reject(new Error(`not within ${timeout} ms; seen so far:\n${seen}`)));
        }, timeout);
        watchers.add(check);
        check();
      });
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
      remove();
    },
  };
}
