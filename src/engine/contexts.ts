/** Docker's config directory, read as the docker CLI reads it: the current context, contexts, and TLS files. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { EndpointError } from './endpoint-error.ts';
import { isJsonObject } from './json.ts';

/** What proves who is at either end of a TLS connection, in PEM. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the daemon's certificate must be trusted. */
  readonly rejectUnauthorized: boolean;
}

/** The `docker` endpoint of a context. */
export interface DockerContext {
  /** The address as it stands in the context; empty for the default one. */
  readonly host: string;
  /** Present when the context has TLS files, or skips their verification. */
  readonly tls?: TlsMaterial;
}

const pemFiles = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } as const;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new EndpointError(`${path} cannot be read.`, 'Let the user that runs dockgraph read it.', error);
  }
}

function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readIfThere(path);
  if (text === undefined || text.trim() === '') return undefined;
  const remedy = `Repair ${path}, or name the Engine with --host or DOCKER_HOST.`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EndpointError(`${path} is not valid JSON.`, remedy, error);
  }
  if (!isJsonObject(value)) throw new EndpointError(`${path} does not hold a JSON object.`, remedy);
  return value;
}

/**
 * The context that `docker context use` chose, or undefined for none. Where the CLI warns about a broken config.json
 * and goes on with the default socket, this throws: acting on another Engine than the chosen one is worse than not
 * starting.
 *
 * @throws EndpointError for a config.json that cannot be read or understood.
 */
export function currentContext(configDir: string): string | undefined {
  const name = readObject(join(configDir, 'config.json'))?.['currentContext'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** @throws for a text that holds no certificate */
const parseCertificate = (pem: string): X509Certificate => new X509Certificate(pem);

/** Reads whichever of ca.pem, cert.pem and key.pem a directory has. */
export function readPemFiles(directory: string): Omit<TlsMaterial, 'rejectUnauthorized'> {
  const ca = readIfThere(join(directory, pemFiles.ca));
  const cert = readIfThere(join(directory, pemFiles.cert));
  const key = readIfThere(join(directory, pemFiles.key));
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/**
 * Completes TLS files that were read from a directory, and proves that they fit each other, so that a wrong file is
 * told at the start and not by every connection.
 *
 * @param required which files must be there
 * @throws EndpointError that names each missing file, or the directory whose files do not fit.
 */
export function checkTls(
  directory: string,
  files: Omit<TlsMaterial, 'rejectUnauthorized'>,
  options: { readonly required: readonly (keyof typeof pemFiles)[]; readonly rejectUnauthorized: boolean },
): TlsMaterial {
  const needed = new Set(options.required);
  if (files.cert !== undefined) needed.add('key');
  if (files.key !== undefined) needed.add('cert');
  const missing = [...needed].filter((name) => files[name] === undefined);
  if (missing.length > 0) {
    const paths = missing.map((name) => join(directory, pemFiles[name])).join(', ');
    throw new EndpointError(
      `TLS files are missing: ${paths}.`,
      'Put them there, or name the directory that has ca.pem, cert.pem and key.pem with DOCKER_CERT_PATH.',
    );
  }
  try {
    // A secure context takes any text for a CA, and then trusts nobody.
    if (files.ca !== undefined) parseCertificate(files.ca);
    createSecureContext(files);
  } catch (error) {
    throw new EndpointError(
      `The TLS files in ${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      'They must be PEM, unencrypted, and the key must belong to the certificate.',
      error,
    );
  }
  return { ...files, rejectUnauthorized: options.rejectUnauthorized };
}

/**
 * Reads a context by name (`contexts/meta/<sha256 of the name>/meta.json`, and its files below `contexts/tls`).
 *
 * @param from who asked for it, in words for the error: `--context`, `DOCKER_CONTEXT` …
 * @throws EndpointError for a context that does not exist, is broken, or has no Docker endpoint.
 */
export function readContext(configDir: string, name: string, from: string): DockerContext {
  const id = createHash('sha256').update(name).digest('hex');
  const metadata = readObject(join(configDir, 'contexts', 'meta', id, 'meta.json'));
  const called = `The Docker context ${JSON.stringify(name)} (${from})`;
  if (!metadata) {
    throw new EndpointError(
      `${called} does not exist in ${configDir}.`,
      'See "docker context ls" for those that do, or name the Engine with --host.',
    );
  }
  const endpoints = metadata['Endpoints'];
  const docker = isJsonObject(endpoints) ? endpoints['docker'] : undefined;
  if (!isJsonObject(docker)) {
    throw new EndpointError(
      `${called} has no Docker endpoint.`,
      'Give it one with "docker context update", or use another context.',
    );
  }
  const host = typeof docker['Host'] === 'string' ? docker['Host'] : '';
  const directory = join(configDir, 'contexts', 'tls', id, 'docker');
  const files = readPemFiles(directory);
  const skipsVerification = docker['SkipTLSVerify'] === true;
  if (Object.keys(files).length === 0 && !skipsVerification) return { host };
  return { host, tls: checkTls(directory, files, { required: [], rejectUnauthorized: !skipsVerification }) };
}
