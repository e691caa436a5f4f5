/** The configuration of a process: flags over environment over defaults. Nothing else reads the environment. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, parseCommandLine } from './config/command-line.ts';
import { ConfigError, exitCodes } from './config/config-error.ts';
import { type SettingName, settingRows, settings, type ValueOf } from './config/settings.ts';
import type { EndpointSettings } from './engine/endpoint.ts';
import type { RegistrySettings } from './engine/registry/credentials.ts';
import type { RegistryMemorySettings } from './engine/registry/memory.ts';
import type { EventSettings } from './events/engine-events.ts';
import type { SessionsLimits } from './sessions/registry.ts';

interface Limits {
  readonly maxBodyBytes: number;
  readonly maxQueryBytes: number;
  readonly maxTokens: number;
  readonly maxDepth: number;
  /** WebSockets open at once. */
  readonly maxSockets: number;
  /** Subscriptions under way on one WebSocket. */
  readonly maxSubscriptions: number;
}

interface TransferConfig {
  /** Under way at once. */
  readonly mostUnderWay: number;
  /** Largest upload; undefined is no limit. */
  readonly maxUploadBytes: number | undefined;
  /** Milliseconds that an address can be used. */
  readonly lifetimeMs: number;
  /** Milliseconds that a client may stall. */
  readonly idleMs: number;
}

export interface ServerConfig {
  /** Address or host name to listen on. */
  readonly listen: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** SHA-256 of the token that clients must present; the token itself is kept nowhere. */
  readonly tokenDigest: Buffer | undefined;
  /** The file the token came from, which may get another one later. */
  readonly tokenFile: string | undefined;
  /** Lower-case names, with or without a port. */
  readonly publicHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly graphiql: boolean;
  readonly limits: Limits;
}

export interface LogConfig {
  readonly level: ValueOf<'logLevel'>;
  readonly format: 'json' | 'pretty';
  readonly color: boolean;
}

export interface Config {
  readonly command: Command;
  readonly server: ServerConfig;
  readonly endpoint: EndpointSettings;
  readonly registries: RegistrySettings;
  readonly registryMemory: RegistryMemorySettings;
  readonly transfers: TransferConfig;
  /** Addresses that builds may take their context from, with all below them; `*` is any. */
  readonly buildRemotes: readonly string[];
  readonly events: EventSettings;
  /** Milliseconds between two looks at the tasks of a swarm while a live query has read them. */
  readonly tasksPollMs: number;
  /** The same for images that are imported. */
  readonly importRemotes: readonly string[];
  readonly sessions: SessionsLimits;
  /** `DOCKER_API_VERSION`, to be used instead of negotiating. */
  readonly apiVersion: string | undefined;
  readonly log: LogConfig;
  readonly shutdownGraceMs: number;
  /** Sentences about settings that do nothing, for the log. */
  readonly warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  /** What relative paths start from. */
  readonly cwd?: string;
  /** Whether people read the output as it comes. */
  readonly terminal?: boolean;
}

type Source = 'flag' | 'env' | 'default';
type Read = <Name extends SettingName>(
  name: Name,
) => { readonly value: ValueOf<Name>; readonly source: Source };

/** The table types its parsers row by row; a row looked up by a generic name needs that said once. */
const settingOf = <Name extends SettingName>(name: Name, text: string | undefined): ValueOf<Name> =>
  (text === undefined ? undefined : settings[name].parse(text)) as ValueOf<Name>;

function reader(flags: ReturnType<typeof parseCommandLine>['flags'], env: Environment): Read {
  const checked = <Name extends SettingName>(name: Name, written: string, text: string, source: Source) => {
    const value = settingOf(name, text);
    if (value !== undefined) return { value, source };
    throw new ConfigError(
      `${written} cannot be ${JSON.stringify(text)}: accepted is ${settings[name].accepted}.`,
      source === 'flag' ? exitCodes.usage : exitCodes.config,
    );
  };
  return (name) => {
    const flag = flags.get(name);
    if (flag) return checked(name, flag.written, flag.text, 'flag');
    const row: { readonly env?: string; readonly default?: string } = settings[name];
    const text = row.env === undefined ? undefined : env[row.env];
    if (row.env !== undefined && text) return checked(name, row.env, text, 'env');
    return { value: settingOf(name, row.default), source: 'default' };
  };
}

function tokenDigest(read: Read, cwd: string): Buffer | undefined {
  const given = read('token').value;
  const { value: path, source } = read('tokenFile');
  if (path === undefined) return given === undefined ? undefined : digestOf(given);
  const written = source === 'flag' ? '--token-file' : 'DOCKGRAPH_TOKEN_FILE';
  if (given !== undefined) {
    throw new ConfigError(`DOCKGRAPH_TOKEN and ${written} are both set: give one of them.`, exitCodes.config);
  }
  const fail = (why: string) => new ConfigError(`${written} names ${path}, ${why}.`, exitCodes.config);
  let token: string;
  try {
    token = readFileSync(resolve(cwd, path), 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    throw fail(`which cannot be read (${code})`);
  }
  if (token === '') throw fail('which is empty: it must hold the token');
  return digestOf(token);
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const configDirectory = (read: Read): string =>
  read('dockerConfig').value ?? join(read('home').value ?? '.', '.docker');

/** Credential helpers get all variables, as cloud logins are set up by them; our own secrets are not theirs. */
const registrySettings = (read: Read, env: Environment): RegistrySettings => ({
  configDir: configDirectory(read),
  authConfig: read('dockerAuthConfig').value,
  helperEnvironment: Object.freeze(
    Object.fromEntries(
      Object.entries(env).filter(
        ([name]) => !name.startsWith('DOCKGRAPH_') && name !== settings.dockerAuthConfig.env,
      ),
    ),
  ),
});

function endpointSettings(read: Read): EndpointSettings {
  const host = read('host');
  const context = read('context');
  const home = read('home').value;
  return {
    configDir: configDirectory(read),
    ...(host.source === 'flag' && { host: host.value }),
    ...(host.source === 'env' && { dockerHost: host.value }),
    ...(context.source === 'flag' && { context: context.value }),
    ...(context.source === 'env' && { dockerContext: context.value }),
    home,
    xdgRuntimeDir: read('xdgRuntimeDir').value,
    tlsVerify: read('tlsVerify').value,
    tls: read('tls').value,
    certPath: read('certPath').value,
  };
}

/** Variables with our prefix that nothing reads are misspelt, and a misspelt token is an open door. */
function strangeVariables(env: Environment): readonly string[] {
  const known = new Set(settingRows.map(([, row]) => row.env));
  return Object.keys(env)
    .filter((name) => name.startsWith('DOCKGRAPH_') && !known.has(name))
    .map((name) => `${name} is set, but dockgraph knows no such variable; "dockgraph --help" lists them.`);
}

/** Whether only this machine can reach what listens there. */
export const isLoopback = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);

/**
 * A gateway that others reach gives them the Engine, which is root on its host, so it must know who they are.
 *
 * @throws ConfigError (78) naming the variable to set
 */
export function assertExposable({ listen, tokenDigest }: ServerConfig): void {
  if (isLoopback(listen) || tokenDigest) return;
  throw new ConfigError(
    `Listening on ${listen} would give everybody who reaches it control of the Engine: set DOCKGRAPH_TOKEN (or ` +
      '--token-file) so that clients must present a token, or listen on 127.0.0.1.',
    exitCodes.config,
  );
}

/**
 * @param argv without node and the script
 * @throws ConfigError with one sentence and the exit code: 64 for the command line, 78 for the environment and files
 */
export function loadConfig(
  argv: readonly string[],
  env: Environment = process.env,
  { cwd = process.cwd(), terminal = false }: Surroundings = {},
): Config {
  const { command, flags } = parseCommandLine(argv);
  const read = reader(flags, env);
  const listen = read('listen').value;
  const tokenFile = read('tokenFile').value;
  const config: Config = {
    command,
    server: Object.freeze({
      listen,
      port: read('port').value,
      tokenDigest: tokenDigest(read, cwd),
      tokenFile: tokenFile === undefined ? undefined : resolve(cwd, tokenFile),
      publicHosts: read('publicHosts').value ?? [],
      allowedOrigins: read('allowedOrigins').value ?? [],
      graphiql: read('graphiql').value ?? isLoopback(listen),
      limits: Object.freeze({
        maxBodyBytes: read('maxBodyBytes').value,
        maxQueryBytes: read('maxQueryBytes').value,
        maxTokens: read('maxTokens').value,
        maxDepth: read('maxDepth').value,
        maxSockets: read('maxSockets').value,
        maxSubscriptions: read('maxSubscriptions').value,
      }),
    }),
    endpoint: Object.freeze(endpointSettings(read)),
    registries: Object.freeze(registrySettings(read, env)),
    registryMemory: Object.freeze({
      ageMs: read('registryAgeMs').value,
      failureAgeMs: read('registryFailureAgeMs').value,
    }),
    transfers: Object.freeze({
      mostUnderWay: read('maxTransfers').value,
      maxUploadBytes: read('maxUploadBytes').value,
      lifetimeMs: read('transferLifetimeMs').value,
      idleMs: read('transferIdleMs').value,
    }),
    buildRemotes: Object.freeze(read('buildRemotes').value ?? []),
    events: Object.freeze({
      kept: read('eventsKept').value,
      linger: read('eventsLingerMs').value,
      queue: read('eventsQueue').value,
      idle: read('eventsPingMs').value,
      retryMax: read('eventsRetryMaxMs').value,
      resync: read('eventsResyncMs').value,
    }),
    tasksPollMs: read('tasksPollMs').value,
    importRemotes: Object.freeze(read('importRemotes').value ?? []),
    sessions: Object.freeze({
      most: read('maxSessions').value,
      idleMs: read('sessionIdleMs').value,
      graceMs: read('sessionGraceMs').value,
    }),
    apiVersion: read('apiVersion').value,
    log: Object.freeze({
      level: read('logLevel').value,
      format: read('logFormat').value ?? (terminal ? 'pretty' : 'json'),
      color: terminal && !read('noColor').value,
    }),
    shutdownGraceMs: read('shutdownGraceMs').value,
    warnings: strangeVariables(env),
  };
  if (command === 'serve') assertExposable(config.server);
  return Object.freeze(config);
}
