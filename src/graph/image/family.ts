/** Images that were made from one another by the classic builder or `docker commit`, and what is left over from it. */

import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import { Image } from '../nouns.ts';
import { digestsOf, type ImageModel, imageFound, imageFromSummary, tagsOf } from './model.ts';

const parentIdOf = ({ summary, details }: ImageModel): string | null =>
  summary?.ParentId || details?.Parent || null;

const childrenOf = async ({ scope, key }: ImageModel) =>
  (await scope.loaders.images.byParent()).get(key) ?? [];

/** Nameless and a step on the way to another image: what `docker images` hides without `--all`. */
export const isIntermediate = async (image: ImageModel): Promise<boolean> =>
  tagsOf(image).length === 0 && digestsOf(image).length === 0 && (await childrenOf(image)).length > 0;

/** Without a tag and no step on the way to another image: what `docker images --filter dangling=true` shows. */
const isDangling = async (image: ImageModel): Promise<boolean> =>
  tagsOf(image).length === 0 && (await childrenOf(image)).length === 0;

const listed = 'Needs `GET /images/json` where the image has no tag.';

export const familyFields = (t: FieldBuilder<ImageModel>) => ({
  parentId: t.string({
    ...wire('ImageSummary.ParentId', 'ImageInspect.Parent'),
    nullable: true,
    description:
      'The ID of the image it was made from on this host, by the classic builder or `docker commit`; null for what was ' +
      'pulled, imported or made by BuildKit.',
    resolve: parentIdOf,
  }),
  parent: t.field({
    type: Image,
    nullable: true,
    description: 'The image of `parentId`. Many are joined from one `GET /images/json`.',
    resolve: async (image) => {
      const id = parentIdOf(image);
      return id ? imageFound(image.scope, await image.scope.loaders.images.byId.load(id)) : null;
    },
  }),
  children: t.field({
    type: [Image],
    nullable: true,
    description: 'The images whose `parent` it is, intermediate ones too. Needs `GET /images/json`.',
    resolve: async (image) =>
      (await childrenOf(image)).map((summary) => imageFromSummary(image.scope, summary)),
  }),
  isDangling: t.boolean({
    nullable: true,
    description: `Whether it has no tag and no other image was made from it: a leftover of builds, which \`docker image prune\` removes when unused. ${listed}`,
    resolve: isDangling,
  }),
  isIntermediate: t.boolean({
    nullable: true,
    description: `Whether it has neither tag nor digest and another image was made from it: a step of a build, hidden by \`docker images\` without \`--all\`. ${listed}`,
    resolve: isIntermediate,
  }),
});
