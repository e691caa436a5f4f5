/** A WebSocket client that does as it is told, also what the protocol forbids. */
import { WebSocket } from 'ws';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface WsClient {
  readonly socket: WebSocket;
  readonly send: (message: Message) => void;
  /** The next message from the server. */
  readonly next: () => Promise<Message>;
  /** Messages until one of the type, that one included. */
  readonly until: (type: string) => Promise<readonly Message[]>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

interface Options {
  readonly headers?: Readonly<Record<string, string>>;
  /** Payload of `connection_init`. */
  readonly params?: object;
}

const opened = new Set<WebSocket>();

/** Cuts off whatever a test left open. */
export function terminateClients(): void {
  for (const socket of opened) socket.terminate();
  opened.clear();
}

/** Opens a socket and sends nothing. */
export async function openSocket(url: string, { headers = {} }: Options = {}): Promise<WsClient> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  opened.add(socket);
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    const taker = waiting.shift();
    if (taker) taker(message);
    else messages.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const next = (): Promise<Message> => {
    const ready = messages.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve));
  };
  return {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    next,
    until: async (type) => {
      const seen: Message[] = [];
      for (;;) {
        const message = await next();
        seen.push(message);
        if (message.type === type) return seen;
      }
    },
    closed,
  };
}

/** Opens a socket and gets through `connection_init`. */
export async function openClient(url: string, options: Options = {}): Promise<WsClient> {
  const client = await openSocket(url, options);
  client.send({ type: 'connection_init', ...(options.params && { payload: options.params }) });
  await client.until('connection_ack');
  return client;
}
