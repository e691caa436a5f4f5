/** Credentials for a registry, as users give them. */
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import type { InputFields } from '../mutation/fields.ts';
import { type Place, refuse } from '../mutation/input-error.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';

export const RegistryAuthInput = builder.inputType('RegistryAuthInput', {
  ...mirrors('AuthConfig'),
  description:
    'Credentials for the registry of the image, and for no other: `username` and `password`, or one of the tokens. Pass ' +
    'them in variables, never in the text of a query. They are neither kept nor logged.',
  fields: (t) => ({
    username: t.string({ description: 'The user name. Needs `password`.' }),
    password: t.string({ description: 'The password, or an access token in place of it.' }),
    identityToken: t.string({ description: 'What a login at the registry gave in place of the password.' }),
    registryToken: t.string({ description: 'A bearer token, sent to the registry as it is.' }),
  }),
});

type RegistryAuthWish = typeof RegistryAuthInput.$inferInput;

/** `auth`. */
export const authInput = (t: InputFields) =>
  t.field({
    type: RegistryAuthInput,
    description:
      'Credentials for the registry of the image. Those that the Docker configuration of the gateway has for it, by ' +
      '`docker login` or a credential helper, if left out.',
  });

/**
 * The credentials that were given.
 *
 * @throws InputError for none, half or several of them; never with one of the values
 */
export function registryAuthOf(
  given: RegistryAuthWish | null | undefined,
  place: Place,
): RegistryAuth | undefined {
  if (!given) return undefined;
  const { username, password, identityToken, registryToken } = given;
  const forms: RegistryAuth[] = [
    ...(username && password ? [{ username, password }] : []),
    ...(identityToken ? [{ identityToken }] : []),
    ...(registryToken ? [{ registryToken }] : []),
  ];
  const isHalf = Boolean(username) !== Boolean(password);
  const [auth] = forms;
  if (!auth || forms.length > 1 || isHalf)
    refuse(
      place,
      'needs `username` and `password`, or `identityToken`, or `registryToken`: one of the three.',
    );
  return auth;
}

/** Blames credentials that were given, and that the registry did not take. */
export const blameAuth = (
  error: UserErrorModel,
  given: RegistryAuthWish | null | undefined,
): UserErrorModel =>
  given && error.kind === 'RegistryUnauthorizedError' ? { ...error, path: ['input', 'auth'] } : error;
