/** Images: tagged and removed. */
import { normalizeImageReference, parseImageReference } from '../../engine/image-reference.ts';
import { images } from '../../engine/operations/images.ts';
import type { ImageDeleted } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { globalId } from '../kit/node.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { mirrors, wire } from '../kit/wire.ts';
import { refInputs } from '../mutation/fields.ts';
import { inside, since } from '../mutation/input-error.ts';
import { attempt, failed, type Outcome, objection, payloadType, resolveRef } from '../mutation/payload.ts';
import { Image } from '../nouns.ts';
import { findImage, hexOf, type ImageModel, tagsOf } from './model.ts';
import { platformNamed } from './platform.ts';

export interface ImageOutcome extends Outcome {
  readonly image: () => Promise<ImageModel | null>;
}

export const noImage = async (): Promise<null> => null;

export const imageField = <Shape extends ImageOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Image,
    nullable: true,
    description: 'The image as it is after the change; null when there is none.',
    resolve: ({ image }) => image(),
  });

const accepted = 'name with or without tag, name with digest, ID, or unique prefix of one';

/** Repository and tag of a new name, which has no digest and may leave the tag to be `latest`. */
export function newName(reference: string): { readonly repo: string; readonly tag: string } {
  const parsed = parseImageReference(reference);
  if (!parsed || parsed.digest) {
    throw new BadUserInput(
      `"${reference}" cannot be the name of an image: give lower-case letters, digits and separators, such as "team/app:1.2".`,
    );
  }
  const suffix = parsed.tag === undefined ? '' : `:${parsed.tag}`;
  return { repo: reference.slice(0, reference.length - suffix.length), tag: parsed.tag ?? 'latest' };
}

const ImageTagInput = builder.inputType('ImageTagInput', {
  ...mirrors('POST /images/{name}/tag', {
    name: ['POST /images/{name}/tag?repo', 'POST /images/{name}/tag?tag'],
  }),
  description: 'What `imageTag` takes.',
  fields: (t) => ({
    ...refInputs(t, 'image', accepted),
    name: t.string({
      required: true,
      description:
        'The name to add, such as `team/app:1.2`; the tag is `latest` if left out. Taken from another image that has it.',
    }),
  }),
});

builder.mutationField('imageTag', (t) =>
  t.field({
    type: payloadType<ImageOutcome>('ImageTagPayload', 'What `imageTag` answers.', (fields) => ({
      image: imageField(fields),
    })),
    nullable: true,
    description:
      'Gives an image one more name; `changed` is false if it has that name already. `POST /images/{name}/tag`.',
    args: {
      input: t.arg({ type: ImageTagInput, required: true, description: 'Which image, and the name.' }),
    },
    resolve: async (_root, { input }, context) => {
      const wrong = objection(context, ['input', 'name'], () => newName(input.name));
      if (wrong) return { ...failed(wrong), image: noImage };
      const found = await resolveRef(
        context,
        { ref: input.ref, engine: input.engine, what: 'image' },
        findImage,
      );
      if ('error' in found) return { ...failed(found.error), image: noImage };
      const { scope, key } = found.model;
      const image = () => findImage(context, key, scope.name);
      const wanted = normalizeImageReference(input.name);
      const hasIt = tagsOf(found.model).some((tag) => normalizeImageReference(tag) === wanted);
      return attempt<ImageOutcome>(
        { scope, path: ['input', 'name'], image: key },
        async () => ({
          changed: (await scope.call(images.tag, { name: key, ...newName(input.name) })) && !hasIt,
          userErrors: [],
          image,
        }),
        (error) => ({ ...failed(error), image }),
      );
    },
  }),
);

interface ImageRemoveOutcome extends ImageOutcome {
  readonly about: ImageModel | null;
  readonly steps: readonly ImageDeleted[];
}

/** Whether a reference that led to an image is one of its names, which come before IDs, as the Engine looks for them. */
function isName(image: ImageModel, ref: string): boolean {
  const wanted = normalizeImageReference(ref);
  if (tagsOf(image).some((tag) => normalizeImageReference(tag) === wanted)) return true;
  return parseImageReference(ref) !== undefined && !hexOf(image.key).startsWith(hexOf(ref));
}

const ImageRemoveInput = builder.inputType('ImageRemoveInput', {
  ...mirrors('DELETE /images/{name}', { keepParents: 'DELETE /images/{name}?noprune' }),
  description: 'What `imageRemove` takes.',
  fields: (t) => ({
    ...refInputs(t, 'image', accepted),
    force: t.boolean({
      defaultValue: false,
      description:
        'Even if stopped containers use it, or an ID has several names. Never one that a running container uses.',
    }),
    keepParents: t.boolean({
      defaultValue: false,
      description: 'Leave parents that have no name of their own.',
    }),
    platforms: t.stringList({
      description:
        'Delete only these platforms of an image for several, such as `["linux/arm64"]`, and keep its names; all of it if ' +
        'left out. With the containerd image store.',
      since: '1.50',
    }),
  }),
});

/** @throws InputError for what is no platform, or an Engine that cannot choose them */
async function platformsOf(
  scope: EngineScope,
  platforms: readonly string[] | null | undefined,
): Promise<readonly string[] | undefined> {
  if (!platforms?.length) return undefined;
  const place = { api: '', path: ['input', 'platforms'] };
  const named = platforms.map((text, index) => JSON.stringify(platformNamed(text, inside(place, index))));
  return since({ ...place, api: await scope.apiVersion() }, '1.50', named);
}

const untaggedIn = (steps: readonly ImageDeleted[]) => steps.flatMap(({ Untagged }) => Untagged ?? []);

/** IDs of images and layers. */
export const deletedIn = (steps: readonly ImageDeleted[]) => steps.flatMap(({ Deleted }) => Deleted ?? []);

export const deletionFields = <Shape extends { readonly steps: readonly ImageDeleted[] }>(
  t: FieldBuilder<Shape>,
) => ({
  untagged: t.stringList({
    ...wire('ImageDeleteResponseItem.Untagged', 'ImagePruneResponse.ImagesDeleted'),
    nullable: false,
    description: 'The names that were taken away.',
    resolve: ({ steps }) => untaggedIn(steps),
  }),
  deleted: t.stringList({
    ...wire('ImageDeleteResponseItem.Deleted', 'ImagePruneResponse.ImagesDeleted'),
    nullable: false,
    description: 'The IDs of the images and layers that were deleted.',
    resolve: ({ steps }) => deletedIn(steps),
  }),
});

builder.mutationField('imageRemove', (t) =>
  t.field({
    type: payloadType<ImageRemoveOutcome>('ImageRemovePayload', 'What `imageRemove` answers.', (fields) => ({
      image: imageField(fields),
      removedId: fields.id({
        nullable: true,
        description: 'The global ID of the image if it was deleted; null when it only lost a name.',
        resolve: ({ about, steps }) =>
          about && deletedIn(steps).includes(about.key) ? globalId(about) : null,
      }),
      ...deletionFields(fields),
    })),
    nullable: true,
    description:
      'Takes a name away from an image, and deletes the image with its last name; by ID, deletes it at once. ' +
      '`DELETE /images/{name}`.',
    args: { input: t.arg({ type: ImageRemoveInput, required: true, description: 'Which image, and how.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(
        context,
        { ref: input.ref, engine: input.engine, what: 'image' },
        findImage,
      );
      if ('error' in found) return { ...failed(found.error), steps: [], image: noImage, about: null };
      const { model: about } = found;
      const { scope, key } = about;
      const rest = { about, image: () => findImage(context, key, scope.name) };
      return attempt<ImageRemoveOutcome>(
        { scope, image: key },
        async () => {
          const steps = await scope.call(images.remove, {
            name: isName(about, input.ref) ? input.ref : key,
            ...(input.force && { force: true }),
            ...(input.keepParents && { noprune: true }),
            platforms: await platformsOf(scope, input.platforms),
          });
          return { changed: steps.length > 0, userErrors: [], steps, ...rest };
        },
        (error) => ({ ...failed(error), steps: [], ...rest }),
      );
    },
  }),
);
