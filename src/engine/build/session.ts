/**
 * The session of a build: what BuildKit asks of whoever wants the build while it works, as the client of the gateway.
 * Credentials for registries (`moby.filesync.v1.Auth`) and secrets (`moby.buildkit.secrets.v1.Secrets`); no files, no agents.
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import protobuf from 'protobufjs/minimal.js';
import type { RegistryAuth } from '../registry/auth.ts';
import { GrpcError, type GrpcMethods, grpcStatus, serveGrpc } from './grpc.ts';
import { decodeMessage, text } from './protobuf.ts';

export interface BuildSessionGifts {
  /** By the registry as images name it; undefined for nobody in particular. */
  readonly credentials: (domain: string) => Promise<RegistryAuth | undefined>;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

export interface BuildSession {
  /** What the build names it by. */
  readonly id: string;
  /** Ends it; what it held is forgotten. */
  readonly close: () => void;
}

const serving = 1;

/** What BuildKit calls the Hub, which images call otherwise. */
const hubHosts: ReadonlySet<string> = new Set(['registry-1.docker.io', 'index.docker.io', 'docker.io']);

const credentialsRequest = { host: text(1) };
const secretRequest = { id: text(1) };

const encoded = (fill: (writer: protobuf.Writer) => void): Uint8Array => {
  const writer = protobuf.Writer.create();
  fill(writer);
  return writer.finish();
};

const tag = (field: number): number => (field << 3) | 2;

/** An empty answer is that of nobody in particular. */
function credentialsAnswer(auth: RegistryAuth | undefined): Uint8Array {
  return encoded((writer) => {
    if (auth === undefined || 'registryToken' in auth) return;
    if ('identityToken' in auth) {
      writer.uint32(tag(2)).string(auth.identityToken);
      return;
    }
    writer.uint32(tag(1)).string(auth.username);
    writer.uint32(tag(2)).string(auth.password);
  });
}

const methodsOf = ({ credentials, secrets }: BuildSessionGifts): GrpcMethods => ({
  '/grpc.health.v1.Health/Check': () => encoded((writer) => writer.uint32(1 << 3).int32(serving)),
  '/moby.filesync.v1.Auth/Credentials': async (request) => {
    const { host } = decodeMessage(credentialsRequest, request);
    return credentialsAnswer(await credentials(hubHosts.has(host) ? 'docker.io' : host));
  },
  '/moby.buildkit.secrets.v1.Secrets/GetSecret': (request) => {
    const { id } = decodeMessage(secretRequest, request);
    const secret = secrets.get(id);
    if (!secret) throw new GrpcError(grpcStatus.notFound, `secret ${id} not found`);
    return encoded((writer) => writer.uint32(tag(1)).bytes(secret));
  },
});

/**
 * Opens the session of one build (`POST /session`), over which the daemon asks.
 *
 * @param open hands over the connection, for a request with these headers
 * @throws what `open` throws
 */
export async function openBuildSession(
  open: (headers: Readonly<Record<string, string | readonly string[]>>) => Promise<Duplex>,
  gifts: BuildSessionGifts,
): Promise<BuildSession> {
  const id = randomBytes(16).toString('hex');
  const methods = methodsOf(gifts);
  const socket = await open({
    'x-docker-expose-session-uuid': id,
    'x-docker-expose-session-name': 'dockgraph',
    'x-docker-expose-session-sharedkey': '',
    'x-docker-expose-session-grpc-method': Object.keys(methods),
  });
  const close = serveGrpc(socket, methods);
  return {
    id,
    close: () => {
      close();
      socket.destroy();
    },
  };
}
