/** Which Engine is meant, found as the docker CLI finds it. */
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { checkTls, currentContext, readContext, readPemFiles, type TlsMaterial } from './contexts.ts';
import { EndpointError } from './endpoint-error.ts';

export { EndpointError } from './endpoint-error.ts';

export type Transport =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsMaterial };

/** Where an Engine listens. Never shown to API clients: it tells how to become root. */
export interface Endpoint {
  /** The context's name, or `default`. */
  readonly name: string;
  /** What decided, in plain words: `--host`, `DOCKER_HOST`, `context "x" (DOCKER_CONTEXT)`, `default socket`. */
  readonly source: string;
  /** Whether the user named it, by flag, variable or `docker context use`; if not, it was looked for. */
  readonly named: boolean;
  /** The address in full: `unix:///var/run/docker.sock`, `tcp://host:2376`. */
  readonly url: string;
  readonly transport: Transport;
}

/** Flags and variables that name an Engine. Empty variables count as unset, as in the CLI. */
export interface EndpointSettings {
  /** `--host` */
  readonly host?: string | undefined;
  /** `--context` */
  readonly context?: string | undefined;
  /** `DOCKER_HOST` */
  readonly dockerHost?: string | undefined;
  /** `DOCKER_CONTEXT` */
  readonly dockerContext?: string | undefined;
  /** `DOCKER_CONFIG`, else `~/.docker` */
  readonly configDir: string;
  /** `HOME` */
  readonly home?: string | undefined;
  /** `XDG_RUNTIME_DIR` */
  readonly xdgRuntimeDir?: string | undefined;
  /** Whether `DOCKER_TLS_VERIFY` has any value but the empty one (`0` counts, as in the CLI). */
  readonly tlsVerify?: boolean | undefined;
  /** Whether `DOCKER_TLS` has a value: TLS, but the daemon's certificate is not verified. */
  readonly tls?: boolean | undefined;
  /** `DOCKER_CERT_PATH`, else `configDir` */
  readonly certPath?: string | undefined;
}

type Address =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | {
      readonly kind: 'tcp';
      readonly scheme: TcpScheme;
      readonly host: string;
      readonly port: number | undefined;
    };
type TcpScheme = 'tcp' | 'http' | 'https';

const systemSocket = '/var/run/docker.sock';
const forms = 'Use unix:///path/to/docker.sock, tcp://host:port, https://host:port or host:port.';

const unsupported: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ssh: [
    'ssh:// addresses are not supported yet.',
    'Forward the socket (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock user@host) and use ' +
      'unix:///tmp/docker.sock, or choose another Engine with "docker context use".',
  ],
  npipe: [
    'Named pipes exist on Windows only, and are not supported.',
    'Let the daemon listen on TCP with TLS.',
  ],
  fd: ['fd:// is an address a daemon listens on; nothing can connect to it.', forms],
};

const bad = (given: string, why: string, remedy = forms): EndpointError =>
  new EndpointError(`The address ${JSON.stringify(given)} cannot be used: ${why}`, remedy);

function parseTcp(scheme: TcpScheme, rest: string, given: string): Address {
  const authority = rest.replace(/\/$/, '');
  // Not repeated in the message: what stands before the @ may be a password.
  if (authority.includes('@')) throw new EndpointError('The address holds a user name or a password.', forms);
  if (/[/?#]/.test(authority)) throw bad(given, 'it has a path.');
  if (isIPv6(authority) && !authority.includes('%'))
    return { kind: 'tcp', scheme, host: authority, port: undefined };
  const parts = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]*))(?::(\d*))?$/.exec(authority);
  if (!parts) throw bad(given, 'it is not a host and a port.');
  const [, ip, name, digits] = parts;
  if (ip !== undefined && !isIPv6(ip)) throw bad(given, `${ip} is not an IPv6 address.`);
  const port = digits ? Number(digits) : undefined;
  if (port !== undefined && (port < 1 || port > 65_535)) throw bad(given, `there is no port ${digits}.`);
  return { kind: 'tcp', scheme, host: ip ?? (name || 'localhost'), port };
}

function parseAddress(given: string): Address {
  const at = given.indexOf('://');
  const scheme = at < 0 ? 'tcp' : given.slice(0, at);
  const rest = at < 0 ? given : given.slice(at + 3);
  if (at < 0 && given.startsWith('/'))
    throw bad(given, 'it is a path.', `Write unix://${given} for a socket.`);
  switch (scheme) {
    case 'unix':
      if (rest.includes('://')) throw bad(given, 'it names two schemes.');
      return { kind: 'unix', socketPath: rest || systemSocket };
    case 'tcp':
    case 'http':
    case 'https':
      return parseTcp(scheme, rest, given);
    default: {
      const [message, remedy] = unsupported[scheme] ?? [`its scheme ${scheme}:// is unknown.`, forms];
      throw bad(given, message, remedy);
    }
  }
}

const defaultPort = (scheme: TcpScheme, tls: boolean): number => {
  if (scheme === 'tcp') return tls ? 2376 : 2375;
  return tls ? 443 : 80;
};

/** An address with its TLS files to the part of an endpoint that they decide. */
function transportOf(
  address: Address,
  tls: TlsMaterial | undefined,
  given: string,
): Pick<Endpoint, 'url' | 'transport'> {
  if (address.kind === 'unix') return { url: `unix://${address.socketPath}`, transport: address };
  const { scheme, host } = address;
  if (scheme === 'http' && tls) {
    throw bad(
      given,
      'http:// is not encrypted, but TLS is asked for.',
      'Use https:// or tcp://, or unset DOCKER_TLS and DOCKER_TLS_VERIFY.',
    );
  }
  const material = tls ?? (scheme === 'https' ? { rejectUnauthorized: true } : undefined);
  const port = address.port ?? defaultPort(scheme, material !== undefined);
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    transport: { kind: 'tcp', host, port, ...(material && { tls: material }) },
  };
}

/** The TLS files that flags and variables ask for. Sockets need none: who may open the file is who may speak. */
function tlsOf(settings: EndpointSettings, address: Address): TlsMaterial | undefined {
  if (address.kind === 'unix') return undefined;
  const directory = settings.certPath || settings.configDir;
  if (settings.tls || settings.tlsVerify) {
    const rejectUnauthorized = settings.tlsVerify === true;
    return checkTls(directory, readPemFiles(directory), { required: ['ca'], rejectUnauthorized });
  }
  if (address.scheme !== 'https' || !settings.certPath) return undefined;
  return checkTls(directory, readPemFiles(directory), { required: [], rejectUnauthorized: true });
}

function defaultSocket(settings: EndpointSettings, socketExists: (path: string) => boolean): string {
  const { home, xdgRuntimeDir } = settings;
  const candidates = [
    systemSocket,
    ...(home ? [join(home, '.docker', 'run', 'docker.sock')] : []),
    ...(xdgRuntimeDir ? [join(xdgRuntimeDir, 'docker.sock')] : []),
  ];
  return candidates.find(socketExists) ?? systemSocket;
}

/** The context named by flag, variable or `docker context use`, in the CLI's order of precedence. */
function chosenContext(
  settings: EndpointSettings,
): { readonly name: string; readonly from: string } | undefined {
  if (settings.context) return { name: settings.context, from: '--context' };
  if (settings.host !== undefined || settings.dockerHost) return undefined;
  if (settings.dockerContext) return { name: settings.dockerContext, from: 'DOCKER_CONTEXT' };
  const name = currentContext(settings.configDir);
  return name === undefined ? undefined : { name, from: 'config.json' };
}

/**
 * Resolves the Engine as the docker CLI does: `--host`, `--context`, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current
 * context, the default sockets. The context `default` stands for `DOCKER_HOST` or the default sockets.
 *
 * @param socketExists for tests: whether a default socket is there
 * @throws EndpointError with a remedy, for addresses, contexts and TLS files that cannot be used.
 */
export function resolveEndpoint(
  settings: EndpointSettings,
  socketExists: (path: string) => boolean = existsSync,
): Endpoint {
  if (settings.host !== undefined && settings.context) {
    throw new EndpointError('--host and --context contradict each other.', 'Give one of them only.');
  }
  const context = chosenContext(settings);
  if (context && context.name !== 'default') {
    const { host, tls } = readContext(settings.configDir, context.name, context.from);
    const address = host.trim() || `unix://${defaultSocket(settings, socketExists)}`;
    const source = `context ${JSON.stringify(context.name)} (${context.from})`;
    return { name: context.name, source, named: true, ...transportOf(parseAddress(address), tls, address) };
  }
  const given = (settings.host ?? settings.dockerHost ?? '').trim();
  if (given !== '') {
    const source = settings.host === undefined ? 'DOCKER_HOST' : '--host';
    const address = parseAddress(given);
    return { name: 'default', source, named: true, ...transportOf(address, tlsOf(settings, address), given) };
  }
  const wantsTls = settings.tls || settings.tlsVerify;
  const fallback = wantsTls ? 'tcp://localhost' : `unix://${defaultSocket(settings, socketExists)}`;
  const address = parseAddress(fallback);
  return {
    name: 'default',
    source: wantsTls ? 'default TLS address' : 'default socket',
    named: context?.from === '--context' || context?.from === 'DOCKER_CONTEXT',
    ...transportOf(address, tlsOf(settings, address), fallback),
  };
}
