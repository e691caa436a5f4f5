/** Public error codes, and the one place where a failure becomes a GraphQL error. */
import { GraphQLError } from 'graphql';
import { EngineError, type EngineErrorKind } from './engine/errors.ts';
import { CredentialError } from './engine/registry/credential-error.ts';
import { type RegistryRefusal, registryRefusal } from './engine/registry/refusal.ts';
import { StreamError } from './engine/streams/stream-error.ts';
import { type SwarmRefusal, swarmRefusal } from './engine/swarm-refusal.ts';

/** Every `extensions.code` a client can meet, with what it means. The README's table is made from this one. */
export const errorCodes = {
  BAD_USER_INPUT:
    'An argument is not acceptable; the message names it and the remedy. Nothing was sent to the Engine.',
  NOT_FOUND: 'The object does not exist. Lookups answer null instead.',
  CONFLICT: 'The Engine refuses because of the state of something.',
  FORBIDDEN: 'The Engine, or an authorisation plugin or proxy before it, forbids this.',
  UNAUTHENTICATED: 'No valid credentials came with the request.',
  ENGINE_REJECTED: 'The Engine refused the request as invalid.',
  ENGINE_ERROR: 'The Engine failed. The message is its own.',
  ENGINE_UNAVAILABLE: 'The Engine cannot be reached.',
  ENGINE_TIMEOUT: 'The Engine did not answer in time. A write may or may not have happened.',
  ENGINE_PROTOCOL: 'The answer of the Engine made no sense, broke off, or was too large.',
  API_VERSION_UNSUPPORTED: 'The API of this Engine is too old or too new for what was asked.',
  SWARM_INACTIVE: 'The Engine is in no swarm: `swarmInit` makes one, `swarmJoin` joins one.',
  SWARM_NOT_MANAGER: 'The Engine is a worker of a swarm, and only managers know about it: ask one of those.',
  SWARM_LOCKED: 'The manager waits for the key of its swarm: `swarmUnlock`.',
  SWARM_UNAVAILABLE: 'The managers of the swarm have no leader, or cannot act; see the message.',
  VERSION_CONFLICT: 'Somebody else changed the object after it had been read; read it again and decide anew.',
  REGISTRY_UNAUTHORIZED:
    'The registry wants a login: no credentials are known for it, they cannot be had, or it does not take them. Some ' +
    'registries, Docker Hub for one, say so of images that they do not have, too.',
  REGISTRY_RATE_LIMITED:
    'The registry was asked too often, and answers again later; a login may raise its limit.',
  REGISTRY_UNAVAILABLE: 'The Engine cannot reach the registry, or gets no answer from it.',
  REGISTRY_ERROR: 'The registry failed, or is none that can do this. The message has its own words.',
  CANCELLED: 'The client went away before the answer.',
  GRAPHQL_PARSE_FAILED: 'The query text is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The query does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The request does not say which of its operations to run.',
  BAD_REQUEST: 'The HTTP request cannot be read.',
  METHOD_NOT_ALLOWED: 'This address does not take that HTTP method; mutations take POST.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is of a type that is not taken there: `/graphql` takes JSON.',
  GONE: 'The address of a transfer was used already, has expired or was withdrawn; ask the graph for a new one.',
  HOST_NOT_ALLOWED: 'The Host header names none of the names of this gateway; see `DOCKGRAPH_PUBLIC_HOSTS`.',
  ORIGIN_NOT_ALLOWED: 'The page that asks is from another site; see `DOCKGRAPH_ALLOWED_ORIGINS`.',
  TOO_MANY_ATTEMPTS: 'Too many wrong tokens from one address; wait a minute.',
  SHUTTING_DOWN: 'The gateway is about to end; connect again.',
  LIVE_TRANSPORT_REQUIRED:
    'A live query (`@live`) was sent where only one answer fits: use WebSocket, or SSE (`accept: text/event-stream`).',
  LIMIT_BODY_BYTES: 'The body of the request is longer than allowed.',
  LIMIT_SOCKETS: 'More WebSockets are open than allowed.',
  LIMIT_SUBSCRIPTIONS: 'More subscriptions are under way on one WebSocket than allowed.',
  LIMIT_TRANSFERS:
    'As many transfers are under way as allowed, or as many addresses wait to be used; try again later.',
  LIMIT_SESSIONS: 'More sessions of exec and attach are open than allowed.',
  LIMIT_QUERY_BYTES: 'The query text is longer than allowed.',
  LIMIT_TOKENS: 'The query has more tokens than allowed.',
  LIMIT_DEPTH: 'The query is nested deeper than allowed.',
  INTERNAL_SERVER_ERROR: 'A fault of the gateway. The log has the details under the same request ID.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

const codeOfKind: Record<Exclude<EngineErrorKind, 'response'>, ErrorCode> = {
  bad_input: 'BAD_USER_INPUT',
  unsupported: 'API_VERSION_UNSUPPORTED',
  unavailable: 'ENGINE_UNAVAILABLE',
  timeout: 'ENGINE_TIMEOUT',
  cancelled: 'CANCELLED',
  protocol: 'ENGINE_PROTOCOL',
  too_large: 'ENGINE_PROTOCOL',
};

function codeOfStatus(status: number | undefined): ErrorCode {
  switch (status) {
    case 400:
      return 'ENGINE_REJECTED';
    case 401:
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'NOT_FOUND';
    case 409:
      return 'CONFLICT';
    default:
      return 'ENGINE_ERROR';
  }
}

const codeOfRefusal: Record<SwarmRefusal, ErrorCode> = {
  inactive: 'SWARM_INACTIVE',
  not_manager: 'SWARM_NOT_MANAGER',
  locked: 'SWARM_LOCKED',
  active: 'CONFLICT',
  unavailable: 'SWARM_UNAVAILABLE',
  outdated: 'VERSION_CONFLICT',
};

const codeOfRegistry: Record<RegistryRefusal, ErrorCode> = {
  missing: 'NOT_FOUND',
  unauthorized: 'REGISTRY_UNAUTHORIZED',
  rate_limited: 'REGISTRY_RATE_LIMITED',
  unreachable: 'REGISTRY_UNAVAILABLE',
  failed: 'REGISTRY_ERROR',
};

/** The public code of a failed call. */
function codeOf(error: EngineError): ErrorCode {
  const registry = registryRefusal(error);
  if (registry) return codeOfRegistry[registry];
  if (error.kind !== 'response') return codeOfKind[error.kind];
  const refusal = swarmRefusal(error);
  return refusal ? codeOfRefusal[refusal] : codeOfStatus(error.status);
}

/** An argument that cannot be used. `message` names it and says what would be accepted. */
export class BadUserInput extends GraphQLError {
  constructor(
    message: string,
    code: Extract<ErrorCode, 'BAD_USER_INPUT' | 'API_VERSION_UNSUPPORTED'> = 'BAD_USER_INPUT',
  ) {
    super(message, { extensions: { code } });
  }
}

/** Something that was named is not there, where there is no null to say so with. */
export class NotFound extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'NOT_FOUND' satisfies ErrorCode } });
  }
}

/**
 * The error as clients may see it, or undefined for one that nobody expected and that must be masked. The Engine's
 * sentence is kept; addresses, headers and stacks never are in it.
 */
export function toGraphQLError(error: unknown): GraphQLError | undefined {
  if (error instanceof EngineError) {
    return new GraphQLError(error.message, {
      originalError: error,
      extensions: {
        code: codeOf(error),
        engine: { operation: error.route, ...(error.status !== undefined && { status: error.status }) },
      },
    });
  }
  if (error instanceof CredentialError) {
    const code: ErrorCode = 'REGISTRY_UNAUTHORIZED';
    return new GraphQLError(error.message, { originalError: error, extensions: { code } });
  }
  if (error instanceof StreamError) {
    const code: ErrorCode = error.kind === 'response' ? 'ENGINE_ERROR' : 'ENGINE_PROTOCOL';
    return new GraphQLError(error.message, { originalError: error, extensions: { code } });
  }
  if (!(error instanceof GraphQLError)) return undefined;
  if (error.originalError && !(error.originalError instanceof GraphQLError)) {
    const inner = toGraphQLError(error.originalError);
    return (
      inner &&
      new GraphQLError(inner.message, {
        nodes: error.nodes ?? null,
        path: error.path ?? null,
        extensions: inner.extensions,
        originalError: error.originalError,
      })
    );
  }
  return error;
}
