/** The image of a service: its reference taken apart, and the image itself if this Engine has it. */
import { normalizeImageReference } from '../../engine/image-reference.ts';
import { indexBy } from '../../loaders/grouping.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { digestsOf, type ImageModel, imageFromSummary, tagsOf } from '../image/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Image } from '../nouns.ts';
import { containerSpecOf, imagePartsOf, type ServiceModel } from './model.ts';

const indexes = new WeakMap<object, ReadonlyMap<string, ImageModel>>();

/** Images by all their names, with tags and with digests, in full spelling: one index for each answer. */
async function imagesByName(scope: EngineScope): Promise<ReadonlyMap<string, ImageModel>> {
  const all = await scope.loaders.images.all();
  const index =
    indexes.get(all) ??
    indexBy(
      all.map((summary) => imageFromSummary(scope, summary)),
      (image) => [image.key, ...[...tagsOf(image), ...digestsOf(image)].map(normalizeImageReference)],
    );
  indexes.set(all, index);
  return index;
}

/** What names the image exactly: its digest where the reference has one, which a tag beside it may have left. */
function exactName(reference: string): string {
  const { name, tag, digest } = imagePartsOf(reference);
  if (digest !== null) return normalizeImageReference(`${name}@${digest}`);
  return normalizeImageReference(tag === null ? name : `${name}:${tag}`);
}

const referenceOf = (service: ServiceModel): string | null => containerSpecOf(service).Image || null;

const partOf =
  (part: 'name' | 'tag' | 'digest') =>
  (service: ServiceModel): string | null => {
    const reference = referenceOf(service);
    return reference === null ? null : imagePartsOf(reference)[part];
  };

export const imageFields = (t: FieldBuilder<ServiceModel>) => ({
  imageRef: t.string({
    nullable: true,
    description:
      'The image as its reference, mostly with the digest that its tag had when the service was written; null for what runs no ' +
      'containers.',
    resolve: referenceOf,
  }),
  imageName: t.string({
    nullable: true,
    description: 'The image without tag and digest, as Docker shows it, such as `nginx`.',
    resolve: partOf('name'),
  }),
  imageTag: t.string({
    nullable: true,
    description: 'The tag of the image; null where the reference has none.',
    resolve: partOf('tag'),
  }),
  imageDigest: t.string({
    nullable: true,
    description:
      'The digest of the image, `sha256:…`, which says exactly which one; null where it was not looked up.',
    resolve: partOf('digest'),
  }),
  image: t.field({
    type: Image,
    nullable: true,
    description:
      'The image itself, if this Engine has it: the nodes that run tasks have it for certain. Joined from one ' +
      '`GET /images/json`.',
    resolve: async (service) => {
      const reference = referenceOf(service);
      if (reference === null) return null;
      return (await imagesByName(service.scope)).get(exactName(reference)) ?? null;
    },
  }),
});
