/** Registry credentials as Docker's config.json and `DOCKER_AUTH_CONFIG` hold them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../json.ts';
import type { RegistryAuth } from './auth.ts';
import { CredentialError } from './credential-error.ts';

/** What config.json says about registries. */
export interface StoredCredentials {
  /** The entry of `auths` for a registry; undefined where there is none, or it holds nothing. */
  readonly authOf: (registry: string) => RegistryAuth | undefined;
  /** The name of the credential helper to ask for a registry: that of `credHelpers`, else `credsStore`. */
  readonly helperOf: (registry: string) => string | undefined;
  /** All that it says anything about, as it calls them. */
  readonly registries: readonly string[];
}

const configRemedy = "Repair it in the gateway's DOCKER_CONFIG directory, or give `auth`.";
const variableRemedy = 'Repair it or unset it, or give `auth`.';

function parseObject(text: string, what: string, remedy: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The cause would quote the text, and with it secrets.
    throw new CredentialError(`${what} is not valid JSON.`, remedy);
  }
  if (!isJsonObject(value)) throw new CredentialError(`${what} does not hold a JSON object.`, remedy);
  return value;
}

/** Own keys only: nobody's registry is called `constructor`. */
const ownValue = (map: unknown, key: string): unknown =>
  isJsonObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;

const textIn = (map: unknown, key: string): string => {
  const value = ownValue(map, key);
  return typeof value === 'string' ? value : '';
};

const keysOf = (map: unknown): readonly string[] => (isJsonObject(map) ? Object.keys(map) : []);

/** The host of a key, as older logins wrote it: `https://registry.example/v1/`. */
export const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');

/** `auth` is base64 of `username:password`. */
function decodeAuth(encoded: string, registry: string): RegistryAuth {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new CredentialError(
      `The stored credentials for ${registry} cannot be read.`,
      'Log in there again with "docker login", or give `auth`.',
    );
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/^\0+|\0+$/g, '') };
}

function authIn(entry: unknown, registry: string): RegistryAuth | undefined {
  const identityToken = textIn(entry, 'identitytoken');
  if (identityToken) return { identityToken };
  const registryToken = textIn(entry, 'registrytoken');
  if (registryToken) return { registryToken };
  const encoded = textIn(entry, 'auth');
  if (encoded) return decodeAuth(encoded, registry);
  const username = textIn(entry, 'username');
  return username ? { username, password: textIn(entry, 'password') } : undefined;
}

/** The exact key first, then keys that name the same host. A port is part of the host. */
function entryFor(auths: unknown, registry: string): unknown {
  const exact = ownValue(auths, registry);
  if (exact !== undefined || !isJsonObject(auths)) return exact;
  return Object.entries(auths).find(([key]) => hostOf(key) === registry)?.[1];
}

/**
 * Reads config.json anew: a login since the last pull counts. One that is missing or empty says nothing.
 *
 * @throws CredentialError for one that cannot be read or understood
 */
export async function readDockerConfig(directory: string): Promise<StoredCredentials> {
  let text = '';
  try {
    text = await readFile(join(directory, 'config.json'), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new CredentialError('The Docker configuration config.json cannot be read.', configRemedy, error);
    }
  }
  const config =
    text.trim() === '' ? {} : parseObject(text, 'The Docker configuration config.json', configRemedy);
  return {
    authOf: (registry) => authIn(entryFor(config['auths'], registry), registry),
    helperOf: (registry) =>
      textIn(config['credHelpers'], registry) || textIn(config, 'credsStore') || undefined,
    // A login that a keychain keeps leaves an empty entry in `auths`.
    registries: [...keysOf(config['auths']), ...keysOf(config['credHelpers'])],
  };
}

/**
 * What `DOCKER_AUTH_CONFIG` holds for exactly this registry.
 *
 * @throws CredentialError for a value that cannot be understood
 */
export function authOfVariable(text: string, registry: string): RegistryAuth | undefined {
  const { auths } = parseObject(text, 'The variable DOCKER_AUTH_CONFIG', variableRemedy);
  return authIn(ownValue(auths, registry), registry);
}

/**
 * The registries that `DOCKER_AUTH_CONFIG` holds anything for.
 *
 * @throws CredentialError for a value that cannot be understood
 */
export const registriesOfVariable = (text: string): readonly string[] =>
  keysOf(parseObject(text, 'The variable DOCKER_AUTH_CONFIG', variableRemedy)['auths']);
