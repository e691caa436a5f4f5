/** Connections that stop to be HTTP: exec and attach write and read on them as they like. */
import type { Duplex, Writable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { CallSignal } from './call-signal.ts';
import type { Transport } from './endpoint.ts';
import { EngineError, transportError } from './errors.ts';
import type { Row } from './operation.ts';
import { SocketBytes } from './streams/socket-bytes.ts';
import { openWebSocket } from './web-socket.ts';

/** Bytes both ways. */
export interface EngineDuplex {
  readonly contentType: string;
  /** What the daemon sends, to its end; leaving it closes the connection. */
  readonly body: AsyncIterableIterator<Uint8Array, undefined, undefined>;
  /** Ending it tells the daemon that nothing more comes. What the daemon has not read when it ends its own side is dropped. */
  readonly input: Writable;
}

export interface Upgraded {
  readonly socket: Duplex;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Why there is no such connection, where the transport keeps the status and the sentence of the daemon's to itself. */
function refusal({ route }: Row, error: unknown): unknown {
  if (!(error instanceof Error) || error.message !== 'bad upgrade') return error;
  return new EngineError({
    kind: 'protocol',
    route,
    message:
      'The Engine did not hand over the connection that input needs: the container has just stopped or been paused, or a ' +
      'proxy before the Engine cannot do that.',
    cause: error,
  });
}

interface UpgradeRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: unknown;
  readonly signal: AbortSignal | null;
}

/** Asks for a connection to be handed over, in the way of the row; WebSockets are connections of their own. */
export async function upgrade(
  row: Row,
  request: UpgradeRequest,
  { streams, transport }: { readonly streams: Dispatcher; readonly transport: Transport },
): Promise<Upgraded> {
  if (row.upgrade === 'websocket') return openWebSocket(row.route, transport, request);
  try {
    return await streams.upgrade({ ...request, protocol: row.upgrade });
  } catch (error) {
    throw refusal(row, error);
  }
}

/** Makes a connection that was handed over ours, until it is closed or `ended` closes it. */
export function takeOver(
  { route }: Row,
  { socket, headers }: Upgraded,
  ended: CallSignal,
  onClose: () => void,
): EngineDuplex {
  const { signal } = ended;
  // Without an error the output would look as if it were whole.
  const cut = () => void socket.destroy(new Error('The connection was given up.'));
  const body = new SocketBytes(socket, {
    name: (error) => transportError(route, error, ended.why()),
    onClose: () => {
      signal?.removeEventListener('abort', cut);
      onClose();
    },
  });
  if (signal?.aborted) cut();
  else signal?.addEventListener('abort', cut, { once: true });
  const type = headers['content-type'];
  return { contentType: typeof type === 'string' ? type : '', body, input: socket };
}

/** Keeps a connection that was handed over as it is, until it is closed or `ended` closes it. */
export function keepOpen(
  _row: Row,
  { socket }: Upgraded,
  { signal }: CallSignal,
  onClose: () => void,
): Duplex {
  const cut = () => void socket.destroy();
  socket.on('error', () => undefined);
  socket.once('close', () => {
    signal?.removeEventListener('abort', cut);
    onClose();
  });
  if (signal?.aborted) cut();
  else signal?.addEventListener('abort', cut, { once: true });
  return socket;
}
