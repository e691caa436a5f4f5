/** Credentials for the registries that the base images of a build are in. */
import { parseImageReference } from '../../../engine/image-reference.ts';
import type { RegistryAuth } from '../../../engine/registry/auth.ts';
import { builder } from '../../builder.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { RegistryAuthInput, registryAuthOf } from '../registry-auth.ts';

export const BuildRegistryAuthInput = builder.inputType('BuildRegistryAuthInput', {
  description: 'Credentials for one registry that base images come from.',
  fields: (t) => ({
    registry: t.string({
      required: true,
      description: 'The registry as images name it, with its port: `registry.example:5000`, `docker.io`.',
    }),
    auth: t.field({ type: RegistryAuthInput, required: true, description: 'The credentials for it.' }),
  }),
});

type AuthWishes = readonly (typeof BuildRegistryAuthInput.$inferInput)[] | null | undefined;

/**
 * The credentials that were given, by the registries that images name.
 *
 * @throws InputError
 */
export function buildAuths(wishes: AuthWishes, place: Place): ReadonlyMap<string, RegistryAuth> {
  const auths = new Map<string, RegistryAuth>();
  for (const [index, { registry, auth }] of (wishes ?? []).entries()) {
    const at = inside(place, index);
    if (parseImageReference(`${registry}/x`)?.domain !== registry)
      refuse(
        inside(at, 'registry'),
        `cannot be ${JSON.stringify(registry)}: give it as images name it, such as "registry.example:5000" or "docker.io".`,
      );
    if (auths.has(registry)) refuse(inside(at, 'registry'), `is "${registry}" a second time.`);
    const one = registryAuthOf(auth, inside(at, 'auth'));
    if (one) auths.set(registry, one);
  }
  return auths;
}

/**
 * BuildKit is told a name and a password, or a token in place of that.
 *
 * @throws InputError
 */
export function checkForBuildKit(wishes: AuthWishes, place: Place): void {
  for (const [index, { auth }] of (wishes ?? []).entries()) {
    if (auth.registryToken)
      refuse(
        inside(place, index, 'auth', 'registryToken'),
        'cannot be passed to BuildKit: give `username` and `password`, or `identityToken`.',
      );
  }
}
