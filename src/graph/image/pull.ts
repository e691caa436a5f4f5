/** Pulling an image: the work itself, for whichever mutation asks for it. `POST /images/create`. */
import { parseImageReference } from '../../engine/image-reference.ts';
import { images } from '../../engine/operations/images.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { LongWork, Started } from '../../long-work/long-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { isAmbiguous } from '../kit/reference.ts';
import { progressMessages } from './progress.ts';
import { layerProgress } from './progress-layers.ts';

export interface PullWish {
  /** A name, with or without tag or digest. */
  readonly reference: string;
  /** Such as `linux/arm64`; that of the Engine without. */
  readonly platform?: string | null | undefined;
  /** Those of the Docker configuration without. */
  readonly auth?: RegistryAuth | undefined;
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

/** The ID that a reference means by now; null for none. */
async function idOf(scope: EngineScope, reference: string): Promise<string | null> {
  const details = await scope.loaders.images.inspect.load(reference).catch((error: unknown) => {
    if (isAmbiguous(error)) return null;
    throw error;
  });
  return details?.Id ?? null;
}

export interface PullResult extends WorkResult {
  /** The ID; the reference where it was gone again at once. */
  readonly image: string;
  readonly changed: boolean;
}

async function pullImage(
  scope: EngineScope,
  { reference, platform, auth }: PullWish,
  reporter: Reporter,
): Promise<PullResult> {
  const target = pullTarget(reference);
  const before = await idOf(scope, reference);
  const registryAuth = await scope.registryAuth(reference, auth);
  const params = { ...target, ...(platform && { platform }), ...(registryAuth && { registryAuth }) };
  const { body } = await scope.stream(images.create, params);
  const { route } = images.create;
  const tell = layerProgress(reporter, 'fetch-and-unpack');
  for await (const message of progressMessages(body, { route, verb: 'pull', signals: [scope.signal] })) {
    tell(message);
    const [, digest] = /^Digest: (\w+:[0-9a-f]+)$/.exec(message.status ?? '') ?? [];
    if (digest !== undefined) reporter.result({ digest });
  }
  scope.refresh();
  const after = await idOf(scope, reference);
  return { image: after ?? reference, changed: before !== after };
}

/**
 * Begins to pull an image, as an operation. Once it has ended what was read of the Engine is out of date: refresh the
 * scope. Each wish is a pull of its own, as a tag may have moved since another began; the Engine fetches layers that
 * several of them need once all the same.
 *
 * `outcome` rejects with EngineError in the daemon's or the registry's own sentence where it fails, before or after it
 * began, and with CredentialError for stored credentials that cannot be had.
 *
 * @throws BadUserInput for a reference that cannot be pulled, WorkRefused
 */
export function startPull(longWork: LongWork, scope: EngineScope, wish: PullWish): Started<PullResult> {
  // Refused before anything is begun.
  pullTarget(wish.reference);
  return longWork.start({
    engine: scope.name,
    kind: 'IMAGE_PULL',
    subject: wish.reference,
    run: (reporter, signal) => pullImage(scope.lasting(signal), wish, reporter),
  });
}
