/** Whether a registry has something newer under a name than what is here. */
import { parseImageReference } from '../../engine/image-reference.ts';
import type { RegistryLook } from '../../engine/registry/memory.ts';
import type { OciPlatform } from '../../engine/types.ts';

/** Why it cannot be told. */
export type Unknown =
  | 'PINNED_BY_DIGEST'
  | 'NO_NAME'
  | 'NO_DIGEST'
  | 'NOT_IN_REGISTRY'
  | 'PLATFORM_MISSING'
  | 'NOT_COMPARABLE'
  | 'UNAUTHORIZED'
  | 'RATE_LIMITED'
  | 'UNREACHABLE'
  | 'REGISTRY_FAILED';

export type Verdict =
  | { readonly state: 'UP_TO_DATE' | 'UPDATE_AVAILABLE' }
  | { readonly state: 'UNKNOWN'; readonly reason: Unknown; readonly message: string };

/** What is here under a name. */
export interface Local {
  /** Digests that a registry may call it by, under this name. */
  readonly digests: readonly string[];
  /** Others that are the same content: of its manifests, or under other names. */
  readonly same: readonly string[];
  /** The format of what has the digest, where the Engine tells it: with the containerd image store. */
  readonly mediaType: string | undefined;
  /** The digests of the manifests for its platform that its index holds. */
  readonly manifests: () => Promise<readonly string[]>;
  readonly platform: () => Promise<OciPlatform | null>;
}

/** What a registry has; asked for at most twice. */
export type LookAt = (reference: string) => Promise<RegistryLook>;

export const unknown = (reason: Unknown, message: string): Verdict => ({ state: 'UNKNOWN', reason, message });

const isIndex = (mediaType: string | null | undefined): boolean =>
  /image\.index|manifest\.list/.test(mediaType ?? '');

const refusals = {
  unauthorized: 'UNAUTHORIZED',
  rate_limited: 'RATE_LIMITED',
  unreachable: 'UNREACHABLE',
  missing: 'NOT_IN_REGISTRY',
  failed: 'REGISTRY_FAILED',
} as const;

const failure = ({ why, error }: RegistryLook & { readonly state: 'failed' }): Verdict =>
  unknown(refusals[why], error.message);

const shown = ({ os, architecture, variant }: OciPlatform): string =>
  [os, architecture, variant].filter(Boolean).join('/');

/** Whether something for one platform runs where the other does; what is not said fits all. */
const fits = (one: OciPlatform, other: OciPlatform): boolean =>
  one.os === other.os &&
  one.architecture === other.architecture &&
  (!one.variant || !other.variant || one.variant === other.variant);

/** Digests are different, and the registry has an index: it may hold the very manifest that is here. */
async function againstIndex(reference: string, local: Local, look: LookAt): Promise<Verdict> {
  const parsed = parseImageReference(reference);
  const name = parsed && `${parsed.domain}/${parsed.path}`;
  let isManifest = local.mediaType !== undefined && !isIndex(local.mediaType);
  if (local.mediaType === undefined) {
    // The classic store keeps no format. What was pulled by a tag has the digest of an index, what was pushed has not.
    for (const digest of local.digests) {
      const own = await look(`${name}@${digest}`);
      if (own.state === 'failed') return failure(own);
      if (own.state === 'missing') continue;
      if (isIndex(own.answer.Descriptor?.mediaType)) return { state: 'UPDATE_AVAILABLE' };
      isManifest = true;
    }
  }
  if (!isManifest) return { state: 'UPDATE_AVAILABLE' };
  return unknown(
    'NOT_COMPARABLE',
    'The registry has an image for several platforms under this name, and what is here is known by the digest of one ' +
      'platform alone, which may be part of it. Pull it to know.',
  );
}

/**
 * Compares what is here with what a registry has. Digests are compared, of the index as of the manifest for the platform:
 * either may be what an Engine or a registry names it by.
 *
 * @param reference a name with a tag
 */
export async function compare(reference: string, local: Local, look: LookAt): Promise<Verdict> {
  const found = await look(reference);
  if (found.state === 'missing') {
    return unknown('NOT_IN_REGISTRY', `The registry has no ${reference}.`);
  }
  if (found.state === 'failed') return failure(found);
  const { Descriptor: descriptor, Platforms: platforms } = found.answer;
  const digest = descriptor?.digest ?? '';
  if (local.digests.includes(digest) || local.same.includes(digest)) return { state: 'UP_TO_DATE' };
  const platform = await local.platform();
  const known = (platforms ?? []).filter(({ os, architecture }) => os && architecture);
  if (
    platform?.os &&
    platform.architecture &&
    known.length > 0 &&
    !known.some((one) => fits(one, platform))
  ) {
    return unknown(
      'PLATFORM_MISSING',
      `The registry has ${reference} for ${known.map(shown).join(', ')} only, and not for ${shown(platform)}.`,
    );
  }
  if (isIndex(descriptor?.mediaType)) return againstIndex(reference, local, look);
  const isHeldHere = isIndex(local.mediaType) && (await local.manifests()).includes(digest);
  return { state: isHeldHere ? 'UP_TO_DATE' : 'UPDATE_AVAILABLE' };
}
