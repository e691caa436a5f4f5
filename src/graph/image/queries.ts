/** Images at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { wire } from '../kit/wire.ts';
import { Image, ImageConnection } from '../nouns.ts';
import { ImageFilter, imagesMatching } from './filter.ts';
import { digestsOf, findImage, type ImageModel, imageLabelsOf, imageNameOf, tagsOf } from './model.ts';

const ImageOrderField = builder.enumType('ImageOrderField', {
  description: 'What images can be sorted by.',
  values: {
    CREATED_AT: { description: 'When it was made, to the second.' },
    NAME: { description: 'The name: its first tag.' },
    SIZE: { description: 'The disk space of all its layers.' },
  } as const,
});

const ImageOrder = builder.inputType('ImageOrder', {
  description: 'How images are sorted.',
  fields: (t) => ({
    field: t.field({ type: ImageOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

/** As `docker images` lists them. */
const newestFirst = { field: 'CREATED_AT', direction: 'DESC' } as const;

function sortKeyOf(image: ImageModel, field: typeof ImageOrderField.$inferType): SortKey {
  switch (field) {
    case 'CREATED_AT':
      return image.summary?.Created ?? null;
    case 'NAME':
      return imageNameOf(image);
    case 'SIZE':
      return image.summary?.Size ?? null;
  }
}

const textsOf = (image: ImageModel) => [
  ...tagsOf(image),
  ...digestsOf(image),
  image.key,
  ...Object.entries(imageLabelsOf(image)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('image', (t) =>
  t.field({
    type: Image,
    nullable: true,
    description: 'One image; null when it is not on this host. `GET /images/{name}/json`.',
    args: {
      ref: refArg(t.arg, 'name with tag (`latest` if left out) or digest, ID, or unique prefix of one'),
      engine: engineArg(t.arg),
    },
    resolve: (_root, { ref, engine }, context) => findImage(context, ref, engine),
  }),
);

defineList('images', {
  type: ImageConnection,
  description:
    'Images on this host, without intermediate ones, the newest first if not told otherwise. `GET /images/json`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /images/json?filters'),
      type: ImageFilter,
      description: 'Which ones; all but intermediate ones if left out.',
    }),
    orderBy: arg({ type: ImageOrder, description: 'How they are sorted; the newest first if left out.' }),
  }),
  list: async (scope, args, context) => {
    const images = await imagesMatching(context, scope, args.filter);
    const shown = images.filter((image) => matches(args.search, textsOf(image)));
    return ordered(shown, { ...args, orderBy: args.orderBy ?? newestFirst }, 'CREATED_AT', sortKeyOf);
  },
});
