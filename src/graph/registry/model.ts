/** What stands behind `RegistryImage`: the answer of a registry, through the Engine, now or a while ago. */
import { normalizeImageReference, parseImageReference } from '../../engine/image-reference.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import type { RegistryLook } from '../../engine/registry/memory.ts';
import type { DistributionInspect } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';

export interface RegistryImageModel {
  readonly scope: EngineScope;
  /** In full. */
  readonly reference: string;
  readonly answer: DistributionInspect;
  readonly checkedAt: Date;
  /** Calls that it needed. */
  readonly calls: number;
}

export const registryImageOf = (
  scope: EngineScope,
  reference: string,
  look: RegistryLook & { readonly state: 'found' },
): RegistryImageModel => ({
  scope,
  reference: normalizeImageReference(reference),
  answer: look.answer,
  checkedAt: look.checkedAt,
  calls: look.calls,
});

interface Wish {
  readonly refresh?: boolean | null | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/**
 * What the registry has under a name; null where it has nothing.
 *
 * @throws BadUserInput for what no registry could have, EngineError and CredentialError
 */
export async function inRegistry(
  scope: EngineScope,
  reference: string,
  { refresh, auth }: Wish,
): Promise<RegistryImageModel | null> {
  if (!parseImageReference(reference)) {
    throw new BadUserInput(
      `"${reference.slice(0, 300)}" is no name that a registry knows: give it such as "nginx:1.27", with a tag or a digest; ` +
        'an ID has no registry.',
    );
  }
  const look = auth
    ? await scope.registryLook(reference, { auth })
    : await scope.loaders.registry.look({ reference, refresh: refresh === true });
  if (look.state === 'failed') throw look.error;
  return look.state === 'found' ? registryImageOf(scope, reference, look) : null;
}
