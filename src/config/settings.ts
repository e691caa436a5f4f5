/** The one table of settings: flags, variables, defaults and their documentation all come from here. */
import {
  anyValue,
  apiVersion,
  byteSize,
  duration,
  hostName,
  integer,
  list,
  oneOf,
  onOff,
  origin,
  type Parser,
  remotePrefix,
  text,
} from './parsers.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const logFormats = ['json', 'pretty'] as const;

export interface Setting<Value> extends Parser<Value> {
  /** Long flag, without dashes. Settings without one are secrets, or Docker's variables that its CLI has no flag for. */
  readonly flag?: string;
  readonly short?: string;
  readonly env?: string;
  /** The default, as a user would write it. */
  readonly default?: string;
  /** What the documentation says where the default depends on something; `loadConfig` decides it. */
  readonly computedDefault?: string;
  readonly description: string;
  /** `--flag` and `--no-flag` without a value. */
  readonly toggle?: true;
}

/** Names in the order of the documentation. */
export const settings = {
  listen: {
    ...text('an address or a host name, such as 127.0.0.1 or 0.0.0.0'),
    flag: 'listen',
    env: 'HOST',
    default: '127.0.0.1',
    description: 'Address to listen on. Anything but loopback needs a token.',
  },
  port: {
    ...integer(0, 65_535),
    flag: 'port',
    short: 'p',
    env: 'PORT',
    default: '4000',
    description: 'Port to listen on. 0 takes a free one.',
  },
  host: {
    ...text('an address such as unix:///var/run/docker.sock or tcp://host:2376'),
    flag: 'host',
    short: 'H',
    env: 'DOCKER_HOST',
    computedDefault: 'the current context',
    description: 'The Engine, as in the docker CLI.',
  },
  context: {
    ...text('the name of a context, see "docker context ls"'),
    flag: 'context',
    short: 'c',
    env: 'DOCKER_CONTEXT',
    computedDefault: 'the current context',
    description: 'The context that names the Engine. Not together with --host.',
  },
  dockerConfig: {
    ...text('a directory'),
    env: 'DOCKER_CONFIG',
    computedDefault: '~/.docker',
    description: 'Directory of the Docker configuration, its contexts and registry credentials.',
  },
  dockerAuthConfig: {
    ...text('JSON as in config.json'),
    env: 'DOCKER_AUTH_CONFIG',
    description: 'Registry credentials as JSON, before those of the Docker configuration: `{"auths": {…}}`.',
  },
  certPath: {
    ...text('a directory with ca.pem, cert.pem and key.pem'),
    env: 'DOCKER_CERT_PATH',
    computedDefault: 'DOCKER_CONFIG',
    description: 'Directory of the TLS files for the Engine.',
  },
  tlsVerify: {
    ...anyValue,
    env: 'DOCKER_TLS_VERIFY',
    description: 'Any value: speak TLS to the Engine and verify it.',
  },
  tls: {
    ...anyValue,
    env: 'DOCKER_TLS',
    description: 'Any value: speak TLS to the Engine without verifying it.',
  },
  apiVersion: {
    ...apiVersion,
    env: 'DOCKER_API_VERSION',
    computedDefault: 'negotiated',
    description: 'API version to speak with the Engine.',
  },
  token: {
    ...text('a secret of at least one character'),
    env: 'DOCKGRAPH_TOKEN',
    description:
      'Token that every client must present. No flag sets it: everybody can read the flags of a process.',
  },
  tokenFile: {
    ...text('a path'),
    flag: 'token-file',
    env: 'DOCKGRAPH_TOKEN_FILE',
    description:
      'File that holds the token, such as a Docker secret. It is looked at again and again: another token in it ends ' +
      'within 5 s what came in by the old one. Not together with DOCKGRAPH_TOKEN.',
  },
  publicHosts: {
    ...list(hostName),
    flag: 'public-hosts',
    env: 'DOCKGRAPH_PUBLIC_HOSTS',
    description: 'Further names that clients reach the gateway by, with or without a port.',
  },
  allowedOrigins: {
    ...list(origin),
    flag: 'allowed-origins',
    env: 'DOCKGRAPH_ALLOWED_ORIGINS',
    description: 'Web origins besides its own that may use the gateway. Switches CORS on for them.',
  },
  graphiql: {
    ...onOff,
    flag: 'graphiql',
    toggle: true,
    env: 'DOCKGRAPH_GRAPHIQL',
    computedDefault: 'on for loopback, else off',
    description: 'Serve GraphiQL to browsers at /graphql.',
  },
  logLevel: {
    ...oneOf(...logLevels),
    flag: 'log-level',
    env: 'LOG_LEVEL',
    default: 'info',
    description: `Least severe lines to log: ${logLevels.join(', ')}.`,
  },
  logFormat: {
    ...oneOf(...logFormats),
    flag: 'log-format',
    env: 'DOCKGRAPH_LOG_FORMAT',
    computedDefault: 'pretty on a terminal, else json',
    description: 'Lines of JSON, or lines for people.',
  },
  shutdownGraceMs: {
    ...duration(3_600_000),
    flag: 'shutdown-grace',
    env: 'SHUTDOWN_GRACE',
    default: '10s',
    description: 'Time that operations under way get to finish after SIGTERM or SIGINT.',
  },
  maxBodyBytes: {
    ...byteSize(1024, 256 * 1024 ** 2),
    flag: 'max-body-bytes',
    env: 'DOCKGRAPH_MAX_BODY_BYTES',
    default: '1m',
    description: 'Largest request body and WebSocket message.',
  },
  maxQueryBytes: {
    ...byteSize(256, 16 * 1024 ** 2),
    flag: 'max-query-bytes',
    env: 'DOCKGRAPH_MAX_QUERY_BYTES',
    default: '32k',
    description: 'Longest query text.',
  },
  maxTokens: {
    ...integer(10, 1_000_000),
    flag: 'max-tokens',
    env: 'DOCKGRAPH_MAX_TOKENS',
    default: '2000',
    description: 'Most tokens in a query.',
  },
  maxDepth: {
    ...integer(1, 1000),
    flag: 'max-depth',
    env: 'DOCKGRAPH_MAX_DEPTH',
    default: '15',
    description: 'Deepest nesting of fields in a query. The introspection of GraphiQL needs 15.',
  },
  maxSockets: {
    ...integer(1, 1_000_000),
    flag: 'max-sockets',
    env: 'DOCKGRAPH_MAX_SOCKETS',
    default: '1000',
    description: 'Most WebSockets open at once.',
  },
  maxSubscriptions: {
    ...integer(1, 100_000),
    flag: 'max-subscriptions',
    env: 'DOCKGRAPH_MAX_SUBSCRIPTIONS',
    default: '100',
    description: 'Most subscriptions under way on one WebSocket.',
  },
  maxTransfers: {
    ...integer(1, 100_000),
    flag: 'max-transfers',
    env: 'DOCKGRAPH_MAX_TRANSFERS',
    default: '32',
    description: 'Most downloads and uploads of bytes (images, files, exports) under way at once.',
  },
  maxUploadBytes: {
    ...byteSize(1, 2 ** 50),
    flag: 'max-upload-bytes',
    env: 'DOCKGRAPH_MAX_UPLOAD_BYTES',
    computedDefault: 'no limit',
    description: 'Largest upload of bytes: an image, a build context, files for a container.',
  },
  transferLifetimeMs: {
    ...duration(86_400_000),
    flag: 'transfer-lifetime',
    env: 'DOCKGRAPH_TRANSFER_LIFETIME',
    default: '5m',
    description: 'How long the address of a transfer can be used. One that has begun may take longer.',
  },
  transferIdleMs: {
    ...duration(3_600_000),
    flag: 'transfer-idle',
    env: 'DOCKGRAPH_TRANSFER_IDLE',
    default: '60s',
    description:
      'How long a client may neither read nor send in the middle of a transfer before it is cut off.',
  },
  buildRemotes: {
    ...list(remotePrefix),
    flag: 'build-remotes',
    env: 'DOCKGRAPH_BUILD_REMOTES',
    computedDefault: 'none',
    description:
      'Addresses of Git repositories and archives, with all below them, that builds may fetch their context from; `*` is any. ' +
      'The Engine fetches them, from inside its network.',
  },
  eventsKept: {
    ...integer(1, 1_000_000),
    flag: 'events-kept',
    env: 'DOCKGRAPH_EVENTS_KEPT',
    default: '10000',
    description:
      'Events kept for clients that come back with a cursor. About 0.8 KiB each, and 1.5 KiB with eight labels.',
  },
  eventsLingerMs: {
    ...duration(3_600_000),
    flag: 'events-linger',
    env: 'DOCKGRAPH_EVENTS_LINGER',
    default: '2s',
    description: 'How long events are watched and kept after the last client has left.',
  },
  eventsQueue: {
    ...integer(1, 1_000_000),
    flag: 'events-queue',
    env: 'DOCKGRAPH_EVENTS_QUEUE',
    default: '1000',
    description: 'Most events that wait for one client that reads slowly; beyond, it misses the oldest.',
  },
  eventsPingMs: {
    ...duration(3_600_000, 100),
    flag: 'events-ping',
    env: 'DOCKGRAPH_EVENTS_PING',
    default: '5s',
    description: 'Silence of the event stream after which the Engine is asked whether it is still there.',
  },
  eventsRetryMaxMs: {
    ...duration(3_600_000, 100),
    flag: 'events-retry-max',
    env: 'DOCKGRAPH_EVENTS_RETRY_MAX',
    default: '30s',
    description: 'Longest wait between two attempts to open the event stream of an Engine that is away.',
  },
  eventsResyncMs: {
    ...duration(86_400_000),
    flag: 'events-resync',
    env: 'DOCKGRAPH_EVENTS_RESYNC',
    default: '5m',
    description:
      'How often what the Engine has is compared with what its events told, while a client asks for it; 0 for never.',
  },
  tasksPollMs: {
    ...duration(3_600_000, 500),
    flag: 'tasks-poll',
    env: 'DOCKGRAPH_TASKS_POLL',
    default: '5s',
    description:
      'How often the tasks of a swarm are looked at, one time for all, while a live query has read them: the Engine sends no ' +
      'events of tasks. Soon after anything that hints at a change they are looked at more often.',
  },
  importRemotes: {
    ...list(remotePrefix),
    flag: 'import-remotes',
    env: 'DOCKGRAPH_IMPORT_REMOTES',
    computedDefault: 'none',
    description:
      'Addresses of archives, with all below them, that images may be imported from; `*` is any. The Engine fetches them, ' +
      'from inside its network, and goes where they redirect it.',
  },
  registryAgeMs: {
    ...duration(604_800_000),
    flag: 'registry-age',
    env: 'DOCKGRAPH_REGISTRY_AGE',
    default: '60m',
    description:
      'How long is remembered what a registry has under a name: for so long `updateStatus` and the like do not ask it ' +
      'again. 0 asks each time; many registries count that.',
  },
  registryFailureAgeMs: {
    ...duration(86_400_000),
    flag: 'registry-failure-age',
    env: 'DOCKGRAPH_REGISTRY_FAILURE_AGE',
    default: '5m',
    description:
      'How long is remembered that a registry has no such image or refused, and for how long one that is out of reach, or ' +
      'was asked too often, is not asked at all.',
  },
  maxSessions: {
    ...integer(1, 10_000),
    flag: 'max-sessions',
    env: 'DOCKGRAPH_MAX_SESSIONS',
    default: '100',
    description: 'Most sessions of exec and attach open at once. Each keeps up to 2m of its output.',
  },
  sessionIdleMs: {
    ...duration(86_400_000),
    flag: 'session-idle',
    env: 'DOCKGRAPH_SESSION_IDLE',
    default: '30m',
    description:
      'Time without a byte either way after which a session of exec or attach ends. 0 lets it stay for ever.',
  },
  sessionGraceMs: {
    ...duration(86_400_000),
    flag: 'session-grace',
    env: 'DOCKGRAPH_SESSION_GRACE',
    default: '1m',
    description: 'Time that a session of exec or attach is kept for when nobody reads it or writes to it.',
  },
  noColor: {
    ...anyValue,
    env: 'NO_COLOR',
    description: 'Any value: no colours in lines for people.',
  },
  home: {
    ...text('a directory'),
    env: 'HOME',
    description: 'Where ~/.docker and the sockets of Docker Desktop are looked for.',
  },
  xdgRuntimeDir: {
    ...text('a directory'),
    env: 'XDG_RUNTIME_DIR',
    description: 'Where the socket of a rootless Engine is looked for.',
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

type Settings = typeof settings;
export type SettingName = keyof Settings;
/** What `loadConfig` reads for a setting: undefined only where there is no default in the table. */
export type ValueOf<Name extends SettingName> =
  Settings[Name] extends Parser<infer Value>
    ? Settings[Name] extends { readonly default: string }
      ? Value
      : Value | undefined
    : never;

/** The rows, for code that treats all alike. */
export const settingRows: readonly (readonly [SettingName, Setting<unknown>])[] = Object.entries(
  settings,
) as [SettingName, Setting<unknown>][];
