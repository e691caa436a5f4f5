/** What an Engine knows of its images that a registry would know them by. */
import { familiarImageName, parseImageReference } from '../../engine/image-reference.ts';
import type { OciPlatform } from '../../engine/types.ts';
import { compareApi } from '../../engine/version.ts';
import { digestsOf, type ImageModel, imageDetailsOf } from '../image/model.ts';
import type { Local } from './comparison.ts';

const digestIn = (name: string): string => name.slice(name.indexOf('@') + 1);

async function platformOf(image: ImageModel): Promise<OciPlatform | null> {
  const details = await imageDetailsOf(image);
  if (!details) return null;
  const { Os = null, Architecture = null, Variant = null } = details;
  return { os: Os, architecture: Architecture, variant: Variant };
}

/** Of the manifests for the platform that suits the host. */
async function manifestsOf(image: ImageModel): Promise<readonly string[]> {
  const { scope, key, summary, details } = image;
  if (compareApi(await scope.apiVersion(), '1.48') < 0) return [];
  const known =
    (summary ?? details)?.Manifests ?? (await scope.loaders.images.manifests.load(key))?.Manifests ?? [];
  const own = await platformOf(image);
  return known.flatMap(({ ID, Kind, ImageData }) => {
    const { os, architecture } = ImageData?.Platform ?? {};
    const isOwn = Kind === 'image' && os === own?.os && architecture === own?.architecture;
    return isOwn && ID ? [ID] : [];
  });
}

/** @param further digests of the same content, which only whoever uses the image knows */
export function localOf(image: ImageModel, reference: string, further: readonly string[] = []): Local {
  const parsed = parseImageReference(reference);
  const repository = parsed && familiarImageName(`${parsed.domain}/${parsed.path}`);
  const names = digestsOf(image);
  const descriptor = (image.summary ?? image.details)?.Descriptor;
  const own = names.filter((name) => name.slice(0, name.indexOf('@')) === repository).map(digestIn);
  return {
    // With containerd's store it is known by its digest, whatever it is called.
    digests: [...new Set([...own, ...(descriptor?.digest ? [descriptor.digest] : [])])],
    same: [image.key, ...names.map(digestIn), ...further],
    mediaType: descriptor?.mediaType ?? undefined,
    manifests: () => manifestsOf(image),
    platform: () => platformOf(image),
  };
}
