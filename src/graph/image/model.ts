/** What stands behind `Image`: an entry of the list, the answer of inspect, or both, read as one. */
import type { Context } from '../../context.ts';
import type { ImageInspect, ImageSummary, Int64, StringMap } from '../../engine/types.ts';
import type { ImageFound } from '../../loaders/loaders.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';
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
export const imageSummaryOf = ({ scope, key, summary }: ImageModel): Promise<ImageSummary | null> =>
  summary ? Promise.resolve(summary) : scope.loaders.images.summary.load(key);

/** What an untagged image is called below API 1.43. */
const isNoName = (name: string) => name.startsWith('<none>');

export const tagsOf = ({ summary, details }: ImageModel): string[] =>
  (summary?.RepoTags ?? details?.RepoTags ?? []).filter((tag) => !isNoName(tag));

export const digestsOf = ({ summary, details }: ImageModel): string[] =>
  (summary?.RepoDigests ?? details?.RepoDigests ?? []).filter((digest) => !isNoName(digest));

export const imageLabelsOf = ({ summary, details }: ImageModel): StringMap =>
  summary?.Labels ?? details?.Config?.Labels ?? {};

export const imageCreatedAtOf = ({ summary, details }: ImageModel): string | null =>
  summary ? momentOfUnix(summary.Created) : moment(details?.Created);

export const imageSizeOf = ({ summary, details }: ImageModel): Int64 | null => summary?.Size ?? details?.Size ?? null;

/**
 * The image a reference means, by inspect (`GET /images/{name}/json`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one
 */
export async function findImage(context: Context, ref: string, engine?: string | null): Promise<ImageModel | null> {
  const { scope, key } = locate(context, 'Image', 'image', ref, engine);
  const details = await scope.loaders.images.inspect.load(key);
  return details?.Id ? imageFromDetails(scope, details) : null;
}
