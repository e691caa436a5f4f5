/** Downloads of images. */
import type { Context } from '../../context.ts';
import { images } from '../../engine/operations/images.ts';
import { wholeArchive } from '../../engine/streams/tar-walk.ts';
import type { OciPlatform } from '../../engine/types.ts';
import { BadUserInput, NotFound } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Transfer } from '../../transfers/transfers.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { locate } from '../kit/reference.ts';
import { wire } from '../kit/wire.ts';

import { offerDownload, TransferType } from '../transfer/transfer.ts';
import { findImage, hexOf, type ImageModel, imageFromDetails, tagsOf } from './model.ts';
import { platformFor } from './platform.ts';

/** Most images in one archive: their names have to fit into the line of one request. */
const mostImages = 100;

/** What is asked for: a name as it is, which keeps that name, or an image by its ID with the names it has. */
type Wanted = { readonly name: string } | { readonly id: string };

/** An image by its ID loses its names in the archive, so those of the moment are asked for, if there are any. */
async function namesOf(scope: EngineScope, wanted: Wanted): Promise<readonly string[]> {
  if ('name' in wanted) return [wanted.name];
  const details = await scope.call(images.inspect, { name: wanted.id });
  const tags = tagsOf(imageFromDetails(scope, details));
  return tags.length > 0 ? tags : [wanted.id];
}

const fileName = (names: readonly string[]): string => {
  const [first = 'images'] = names;
  const name = names.length === 1 ? first.replace(/^sha256:([0-9a-f]{12}).*/, '$1') : 'images';
  return `${name.replace(/[^\w.-]+/g, '_')}.tar`;
};

const offerSave = (
  context: Context,
  scope: EngineScope,
  wanted: readonly Wanted[],
  called: readonly string[],
  platform: OciPlatform | undefined,
): Transfer =>
  offerDownload(context, {
    what: 'imageSave',
    filename: fileName(called),
    contentType: 'application/x-tar',
    open: async (signal) => {
      const own = scope.lasting(signal);
      const [name = '', ...others] = new Set(
        (await Promise.all(wanted.map((each) => namesOf(own, each)))).flat(),
      );
      const { body } =
        others.length === 0
          ? await own.stream(images.saveOne, { name, platform })
          : await own.stream(images.save, { names: [name, ...others], platform });
      return { body: wholeArchive(body) };
    },
  });

const platformArg =
  'Only this platform of images for several, such as `linux/arm64`; all that the Engine has if left out.';

/** `save`: a field of an image. */
export const saveField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: TransferType,
    nullable: true,
    description:
      'The address of the image with all its layers and tags as a tar archive, as `docker save` writes it and `docker ' +
      'load` reads it. Nothing happens until it is fetched. `GET /images/{name}/get`, of several tags `GET /images/get`.',
    args: {
      platform: t.arg.string({
        ...wire('GET /images/{name}/get?platform'),
        description: platformArg,
        since: '1.48',
      }),
    },
    resolve: async (image, { platform }, context) => {
      const called = [tagsOf(image)[0] ?? image.key];
      const only = await platformFor(image.scope, platform, '1.48');
      return offerSave(context, image.scope, [{ id: image.key }], called, only);
    },
  });

/** An ID, or digits that an ID begins with, unless they are its name. */
const isIdOf = (image: ImageModel, key: string): boolean =>
  /^(?:sha256:)?[0-9a-f]+$/.test(key) && hexOf(image.key).startsWith(hexOf(key));

async function wantedBy(context: Context, ref: string, scope: EngineScope): Promise<Wanted> {
  const { key, scope: its } = locate(context, 'Image', 'image', ref, scope.name);
  const image = await findImage(context, key, its.name);
  if (!image) throw new NotFound(`There is no image "${ref}".`);
  return isIdOf(image, key) ? { id: image.key } : { name: key };
}

builder.queryField('imagesSave', (t) =>
  t.field({
    type: TransferType,
    nullable: true,
    description:
      'The address of several images as one tar archive, in which layers that they share are held once, as `docker save` ' +
      'writes it. An image that is named keeps that name alone, and a name without a tag stands for all its tags; one that ' +
      'is given by its ID keeps all its names. `GET /images/get`.',
    args: {
      refs: t.arg.idList({
        ...wire('GET /images/get?names'),
        required: true,
        description: 'The images: global IDs, IDs, unique prefixes of them, or names. At most 100.',
      }),
      platform: t.arg.string({
        ...wire('GET /images/get?platform'),
        description: platformArg,
        since: '1.48',
      }),
      engine: t.arg.string({ description: 'The engine they are on; the default one if left out.' }),
    },
    resolve: async (_root, { refs, platform, engine }, context) => {
      if (refs.length === 0) throw new BadUserInput('`refs` is empty: name at least one image.');
      if (refs.length > mostImages) {
        throw new BadUserInput(
          `\`refs\` names ${refs.length} images; at most ${mostImages} go into one archive.`,
        );
      }
      const keys = [...new Set(refs.map(String))];
      const [first = ''] = keys;
      const { scope } = locate(context, 'Image', 'image', first, engine);
      const only = await platformFor(scope, platform, '1.48');
      const wanted = await Promise.all(keys.map((ref) => wantedBy(context, ref, scope)));
      return offerSave(
        context,
        scope,
        wanted,
        wanted.map((each) => ('name' in each ? each.name : each.id)),
        only,
      );
    },
  }),
);
