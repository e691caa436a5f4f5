/** What proves to a registry who asks, and how the daemon takes it. */

export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  /** What a login gave in place of the password. */
  | { readonly identityToken: string }
  /** A bearer token, sent to the registry as it is. */
  | { readonly registryToken: string };

function fieldsOf(auth: RegistryAuth): Readonly<Record<string, string>> {
  if ('identityToken' in auth) return { identitytoken: auth.identityToken };
  if ('registryToken' in auth) return { registrytoken: auth.registryToken };
  return { username: auth.username, password: auth.password };
}

const encode = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/**
 * The header `X-Registry-Auth`: JSON in base64url, which the daemon reads with its padding only.
 *
 * @param registry what config.json calls the registry they are for
 */
export const authHeader = (auth: RegistryAuth, registry: string): string =>
  encode({ ...fieldsOf(auth), serveraddress: registry });

/** Nobody in particular, for operations that the daemon refuses without the header. */
export const anonymousHeader = encode({});

/**
 * The header `X-Registry-Config`: credentials for any number of registries, each of which gets its own only.
 *
 * @param auths by what config.json calls the registries
 */
export const configHeader = (auths: ReadonlyMap<string, RegistryAuth>): string =>
  encode(
    Object.fromEntries(
      Array.from(auths, ([registry, auth]) => [registry, { ...fieldsOf(auth), serveraddress: registry }]),
    ),
  );
