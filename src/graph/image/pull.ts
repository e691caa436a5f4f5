/** Pulling an image: the work itself, for whichever mutation asks for it. `POST /images/create`. */
import { parseImageReference } from '../../engine/image-reference.ts';
import { images } from '../../engine/operations/images.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { progressMessages } from './progress.ts';

export interface PullWish {
  /** A name, with or without tag or digest. */
  readonly reference: string;
  /** Such as `linux/arm64`; that of the Engine without. */
  readonly platform?: string | null | undefined;
  /** Those of the Docker configuration without. */
  readonly auth?: RegistryAuth | undefined;
  /** Ends the pull, whatever else may. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The name without tag or digest, and the one of the two that is pulled: the digest if there is one, `latest` if there is
 * neither. Without any the daemon would pull every tag there is.
 *
 * @throws BadUserInput for what no registry could have: an ID, or no reference at all
 */
export function pullTarget(reference: string): { readonly fromImage: string; readonly tag: string } {
  const parsed = parseImageReference(reference);
  if (!parsed) {
    throw new BadUserInput(
      `"${reference}" cannot be pulled: give a name, such as "nginx:1.27", with a tag or a digest; an ID has no registry.`,
    );
  }
  const { tag, digest } = parsed;
  const suffix = (tag === undefined ? 0 : tag.length + 1) + (digest === undefined ? 0 : digest.length + 1);
  return { fromImage: reference.slice(0, reference.length - suffix), tag: digest ?? tag ?? 'latest' };
}

/**
 * Pulls an image and waits for the end. Afterwards what was read of the Engine is out of date: refresh the scope.
 *
 * @throws EngineError with the daemon's or the registry's own sentence where it fails, before or after it began;
 *   BadUserInput for a reference that cannot be pulled; CredentialError for stored credentials that cannot be had
 */
export async function pullImage(
  scope: EngineScope,
  { reference, platform, auth, signal }: PullWish,
): Promise<void> {
  const target = pullTarget(reference);
  const registryAuth = await scope.registryAuth(reference, auth);
  const params = { ...target, ...(platform && { platform }), ...(registryAuth && { registryAuth }) };
  const { body } = await scope.stream(images.create, params, signal);
  const { route } = images.create;
  const messages = progressMessages(body, { route, verb: 'pull', signals: [scope.signal, signal] });
  while (!(await messages.next()).done);
}
