/** Which credentials go to which registry, found as the docker CLI finds them. */
import { parseImageReference } from '../image-reference.ts';
import { authHeader, configHeader, type RegistryAuth } from './auth.ts';
import { CredentialError } from './credential-error.ts';
import { authOfVariable, hostOf, readDockerConfig, registriesOfVariable } from './docker-config.ts';
import { askHelper, type HelperEnvironment } from './helper.ts';

export interface RegistrySettings {
  /** `DOCKER_CONFIG`, else `~/.docker`. */
  readonly configDir: string;
  /** `DOCKER_AUTH_CONFIG`: what `auths` in config.json is, as JSON. */
  readonly authConfig?: string | undefined;
  readonly helperEnvironment: HelperEnvironment;
}

export interface RegistryCredentials {
  /**
   * `X-Registry-Auth` for one image: what was given, else what is stored for exactly its registry; undefined for neither.
   *
   * @throws CredentialError where credentials are set up and cannot be had
   */
  headerFor(reference: string, given?: RegistryAuth): Promise<string | undefined>;
  /**
   * What is stored for a registry, as images name it (`docker.io`); undefined for nothing.
   *
   * @throws CredentialError as {@link headerFor} does
   */
  storedFor(domain: string): Promise<RegistryAuth | undefined>;
  /**
   * `X-Registry-Config` for a build, of which nobody knows beforehand what images it begins from: what is stored for any
   * registry, as the docker CLI sends it, and before that what was given, by the domains of images. What is set up and
   * cannot be had is left out; undefined where nothing is left.
   */
  headerForAll(given: ReadonlyMap<string, RegistryAuth>): Promise<string | undefined>;
}

/** The Hub's, since its first API. */
const hubKey = 'https://index.docker.io/v1/';

/** What the registry of an image is called in config.json: its host and port, or the Hub's address of old. */
function registryKey(reference: string): string | undefined {
  const domain = parseImageReference(reference)?.domain;
  return domain === undefined ? undefined : keyOfDomain(domain);
}

/** The Hub has an address of old in config.json, as for the daemon. */
export const keyOfDomain = (domain: string): string => (domain === 'docker.io' ? hubKey : domain);

/** Of many, those that are broken are nobody's business until they are needed. */
async function orNothing<Value>(work: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CredentialError) return undefined;
    throw error;
  }
}

/** What there are credentials for, by the keys of {@link registryKey}. */
async function storedRegistries({ configDir, authConfig }: RegistrySettings): Promise<ReadonlySet<string>> {
  const [variable, stored] = await Promise.all([
    orNothing(() => (authConfig ? registriesOfVariable(authConfig) : [])),
    orNothing(() => readDockerConfig(configDir)),
  ]);
  // As for one image: the variable is read by exact keys, and the configuration by hosts.
  const exact = (variable ?? []).filter((key) => key === hubKey || !key.includes('/'));
  const hosts = (stored?.registries ?? []).map((key) => (key === hubKey ? key : hostOf(key)));
  return new Set([...exact, ...hosts]);
}

/**
 * The credentials stored for a registry: `DOCKER_AUTH_CONFIG`, else its helper in `credHelpers`, else `credsStore`, else
 * `auths`.
 *
 * @throws CredentialError as {@link RegistryCredentials.headerFor} does
 */
async function storedAuth(
  { configDir, authConfig, helperEnvironment }: RegistrySettings,
  registry: string,
): Promise<RegistryAuth | undefined> {
  const own = authConfig ? authOfVariable(authConfig, registry) : undefined;
  if (own) return own;
  const stored = await readDockerConfig(configDir);
  const helper = stored.helperOf(registry);
  return helper === undefined ? stored.authOf(registry) : askHelper(helper, registry, helperEnvironment);
}

export const createCredentials = (settings: RegistrySettings): RegistryCredentials => ({
  storedFor: (domain) => storedAuth(settings, keyOfDomain(domain)),
  async headerFor(reference, given) {
    const registry = registryKey(reference);
    if (registry === undefined) return undefined;
    const auth = given ?? (await storedAuth(settings, registry));
    return auth && authHeader(auth, registry);
  },
  async headerForAll(given) {
    const auths = new Map(Array.from(given, ([domain, auth]) => [keyOfDomain(domain), auth]));
    const others = [...(await storedRegistries(settings))].filter((registry) => !auths.has(registry));
    await Promise.all(
      others.map(async (registry) => {
        const auth = await orNothing(() => storedAuth(settings, registry));
        if (auth) auths.set(registry, auth);
      }),
    );
    return auths.size === 0 ? undefined : configHeader(auths);
  },
});
