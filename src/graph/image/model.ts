/** What stands behind `Image`: an entry of the list, the answer of inspect, or both, read as one. */
import type { Context } from '../../context.ts';
import { familiarImageName } from '../../engine/image-reference.ts';
import type { ImageInspect, ImageSummary, Int64, StringMap } from '../../engine/types.ts';
import type { ImageFound } from '../../loaders/loaders.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';
import { moment, momentOfUnix } from '../kit/time.ts';

export interface ImageModel extends NodeModel {
  readonly type: 'Image';
  /** The entry of `GET /images/json`, where the image came from there. */
  readonly summary?: ImageSummary;
  /** The answer of `GET /images/{name}/json`, where the image came from there. */
  readonly details?: ImageInspect;
}

export const imageFromSummary = (scope: EngineScope, summary: ImageSummary): ImageModel => ({
  type: 'Image',
  scope,
  key: summary.Id ?? '',
  summary,
});

export const imageFromDetails = (scope: EngineScope, details: ImageInspect): ImageModel => ({
  type: 'Image',
  scope,
  key: details.Id ?? '',
  details,
});

export const imageFound = (scope: EngineScope, found: ImageFound | null): ImageModel | null => {
  if (!found) return null;
  return found.details ? imageFromDetails(scope, found.details) : imageFromSummary(scope, found.summary);
};

/** Inspect, asked for only when a field needs it, and then once; null when the image has gone. */
export const imageDetailsOf = ({ scope, key, details }: ImageModel): Promise<ImageInspect | null> =>
  details ? Promise.resolve(details) : scope.loaders.images.inspect.load(key);

/** The list entry, asked for only when a field needs it; null when the image has gone. */
const imageSummaryOf = ({ scope, key, summary }: ImageModel): Promise<ImageSummary | null> =>
  summary ? Promise.resolve(summary) : scope.loaders.images.summary.load(key);

/** What an untagged image is called below API 1.43. */
const isNoName = (name: string) => name.startsWith('<none>');

export const tagsOf = ({ summary, details }: ImageModel): string[] =>
  (summary?.RepoTags ?? details?.RepoTags ?? []).filter((tag) => !isNoName(tag));

/** Of a name with a tag, or with a digest, as containerd's store lists what was pulled by one. */
const repositoryOf = (name: string) => name.replace(/(?:@.*|:[^:/]*)$/, '');

/** In containerd's store every name has the digest, and the list tells it of one name only where inspect does of all. */
export function digestsOf(image: ImageModel): string[] {
  const { summary, details } = image;
  const told = (summary?.RepoDigests ?? details?.RepoDigests ?? []).filter((digest) => !isNoName(digest));
  const digest = summary?.Descriptor?.digest;
  const named = digest ? tagsOf(image).map((tag) => `${repositoryOf(tag)}@${digest}`) : [];
  return [...new Set([...named, ...told])];
}

export const imageLabelsOf = ({ summary, details }: ImageModel): StringMap =>
  summary?.Labels ?? details?.Config?.Labels ?? {};

export const imageCreatedAtOf = ({ summary, details }: ImageModel): string | null =>
  summary ? momentOfUnix(summary.Created) : moment(details?.Created);

/**
 * What it takes on this host. In containerd's store inspect tells the size of its content only, so there the list is
 * asked.
 */
export async function imageSizeOf(image: ImageModel): Promise<Int64 | null> {
  const found = image.details?.Descriptor ? await imageSummaryOf(image) : null;
  return (found ?? image.summary ?? image.details)?.Size ?? null;
}

/** The digits of an ID, without the name of the hash before them. */
export const hexOf = (id: string): string => id.slice(id.indexOf(':') + 1);

/** What Docker calls it: the first of its tags. */
export const imageNameOf = (image: ImageModel): string | null => {
  const [first] = tagsOf(image);
  return first === undefined ? null : familiarImageName(first);
};

/** Too short to be a whole ID, and nothing but its digits. */
const isPrefix = (ref: string) => /^(?:sha256:)?[0-9a-f]{1,63}$/.test(ref);

/** The images whose ID begins so. */
async function candidates(scope: EngineScope, prefix: string): Promise<ImageModel[]> {
  const all = await scope.loaders.images.all();
  return all
    .map((summary) => imageFromSummary(scope, summary))
    .filter(({ key }) => hexOf(key).startsWith(hexOf(prefix)));
}

/**
 * The image a reference means, by inspect (`GET /images/{name}/json`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findImage(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<ImageModel | null> {
  const { scope, key } = locate(context, 'Image', 'image', ref, engine);
  const details = await scope.loaders.images.inspect.load(key).catch((error: unknown) => {
    if (isAmbiguous(error)) return null;
    throw error;
  });
  if (details?.Id) return imageFromDetails(scope, details);
  // Most Engines answer 404 for a prefix of several IDs as well.
  const images = isPrefix(key) ? await candidates(scope, key) : [];
  if (images.length < 2) return null;
  throw new AmbiguousReference(
    key,
    images.map((image) => ({ id: image.key, name: imageNameOf(image) })),
  );
}
