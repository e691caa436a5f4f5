/** Which credentials go to which registry, found as the docker CLI finds them. */
import { parseImageReference } from '../image-reference.ts';
import { authHeader, type RegistryAuth } from './auth.ts';
import { authOfVariable, readDockerConfig } from './docker-config.ts';
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
}

/** The Hub's, since its first API. */
const hubKey = 'https://index.docker.io/v1/';

/** What the registry of an image is called in config.json: its host and port, or the Hub's address of old. */
function registryKey(reference: string): string | undefined {
  const domain = parseImageReference(reference)?.domain;
  return domain === 'docker.io' ? hubKey : domain;
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
  async headerFor(reference, given) {
    const registry = registryKey(reference);
    if (registry === undefined) return undefined;
    const auth = given ?? (await storedAuth(settings, registry));
    return auth && authHeader(auth, registry);
  },
});
