/** The server's side of gRPC for calls of one message each way, on a connection where the other end began as a server. */
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';

/** How a call ends, by the numbers of gRPC. */
export const grpcStatus = {
  ok: 0,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

/** Ends a call with that status; the message is seen by whoever called. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Takes the message of a call, and gives that of its answer. */
type GrpcMethod = (request: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** `/package.Service/Method`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/** Bytes of a request: those that are served here are short. */
const longestRequest = 65_536;
/** One byte says whether it is compressed, four how long it is. */
const prefixLength = 5;
const contentType = 'application/grpc';

async function messageOf(stream: ServerHttp2Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes: Uint8Array = chunk;
    length += bytes.length;
    if (length > longestRequest)
      throw new GrpcError(grpcStatus.resourceExhausted, 'The request is too long.');
    chunks.push(bytes);
  }
  const whole = Buffer.concat(chunks);
  if (
    whole.length < prefixLength ||
    whole[0] !== 0 ||
    whole.readUInt32BE(1) !== whole.length - prefixLength
  ) {
    throw new GrpcError(grpcStatus.internal, 'The request is no single message without compression.');
  }
  return whole.subarray(prefixLength);
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(prefixLength);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const asGrpcError = (error: unknown): GrpcError =>
  error instanceof GrpcError ? error : new GrpcError(grpcStatus.internal, 'The gateway failed to answer.');

async function answer(stream: ServerHttp2Stream, path: string, methods: GrpcMethods): Promise<void> {
  try {
    const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
    if (!method) throw new GrpcError(grpcStatus.unimplemented, `There is no ${path} here.`);
    const message = await method(await messageOf(stream));
    if (stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': contentType }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(grpcStatus.ok) }));
    stream.end(framed(message));
  } catch (error) {
    if (stream.destroyed || stream.headersSent) return;
    const { status, message } = asGrpcError(error);
    stream.respond(
      {
        ':status': 200,
        'content-type': contentType,
        'grpc-status': String(status),
        'grpc-message': encodeURIComponent(message),
      },
      { endStream: true },
    );
  }
}

/** Serves these methods until the connection ends, or the function that is returned is called. */
export function serveGrpc(socket: Duplex, methods: GrpcMethods): () => void {
  const session = performServerHandshake(socket);
  // What breaks the connection off is seen by whatever needed it.
  session.on('error', () => undefined);
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    void answer(stream, headers[':path'] ?? '', methods);
  });
  return () => session.destroy();
}
