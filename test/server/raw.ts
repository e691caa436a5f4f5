/** HTTP below fetch: headers that fetch sets itself, requests that no client would send. */
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface RawRequest {
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  readonly agent?: Agent;
}

export function send({
  port,
  method = 'GET',
  path = '/graphql',
  headers = {},
  body,
  agent,
}: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: agent ?? false },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        );
      },
    );
    outgoing.once('error', reject);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
      outgoing.end(body);
      return;
    }
    void (async () => {
      for await (const chunk of body) if (!outgoing.destroyed) outgoing.write(chunk);
      outgoing.end();
    })();
  });
}

/** POSTs a query as JSON with the given headers. */
export const post = (
  port: number,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> =>
  send({
    port,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

/** Sends bytes and collects what comes back until the server closes, or until `enough` says so. */
export function talk(
  port: number,
  bytes: string,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (enough(text)) socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
}

export const codeOf = ({ text }: RawAnswer): unknown => {
  const body = JSON.parse(text) as { errors?: { extensions?: { code?: unknown } }[] };
  return body.errors?.[0]?.extensions?.code;
};

/** Tries to upgrade; the status of the refusal, or 101. */
export function upgradeStatus(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  protocol = 'graphql-transport-ws',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, { headers });
    socket.once('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.once('unexpected-response', (_, incoming) => {
      resolve(incoming.statusCode ?? 0);
      incoming.resume();
    });
    socket.once('error', (error) => {
      if (!/Unexpected server response/.test(error.message)) reject(error);
    });
  });
}
