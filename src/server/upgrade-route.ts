/** WebSockets beside GraphQL. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Called with a request that has passed the front door, but for its token. */
export interface UpgradeRoute {
  /** All paths that start so, with `/` at its end. */
  readonly path: string;
  /** @throws Refusal when the handshake cannot be completed */
  readonly upgrade: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    info: { readonly pathname: string; readonly requestId: string },
  ) => void;
  /** Ends all of them. Resolves when they are gone. */
  readonly close: () => Promise<void>;
}
