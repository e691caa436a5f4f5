/** How an image came to be, step by step. */
import type { ImageHistoryItem } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import {
  type Columns,
  columnFields,
  type FieldBuilder,
  long,
  mapped,
  omitted,
  text,
  texts,
} from '../kit/record.ts';
import { momentOfUnix } from '../kit/time.ts';
import { of, wire } from '../kit/wire.ts';
import { Image } from '../nouns.ts';
import { type ImageModel, imageFound } from './model.ts';

interface HistoryEntry {
  readonly scope: EngineScope;
  readonly item: ImageHistoryItem;
}

/** What the daemon writes where the image of a step is not on this host, or never was one. */
const idOf = ({ Id }: ImageHistoryItem): string | null => (Id && Id !== '<missing>' ? Id : null);

const columns: Columns<ImageHistoryItem> = {
  [of]: 'ImageHistoryResponseItem',
  Id: omitted('`<missing>` has to become null, for the edge too: written out below.'),
  Created: mapped(
    'Timestamp',
    momentOfUnix,
    'When the step was done, to the second; null if the image does not say.',
    { name: 'createdAt' },
  ),
  CreatedBy: text(
    'What the step did: the instruction of the Dockerfile, or the command line it became; null if the image does not say.',
  ),
  Tags: texts('Names of the image that ended with this step, where they are known.'),
  Size: long('Bytes the step added; 0 for one that only changed the configuration.'),
  Comment: text('What its maker noted, such as `buildkit.dockerfile.v0`.'),
};

export const ImageHistoryEntry = builder.objectRef<HistoryEntry>('ImageHistoryEntry').implement({
  description:
    'A step in the making of an image (`docker image history`): a layer, or a change of configuration without one.',
  fields: (t) => ({
    imageId: t.string({
      ...wire('ImageHistoryResponseItem.Id'),
      nullable: true,
      description:
        'The ID of the image that ended with this step; null where that is not on this host, as for all but the last ' +
        'step of what was pulled or made by BuildKit.',
      resolve: ({ item }) => idOf(item),
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'That image. Many are joined from one `GET /images/json`.',
      resolve: async ({ scope, item }) => {
        const id = idOf(item);
        return id ? imageFound(scope, await scope.loaders.images.byId.load(id)) : null;
      },
    }),
    ...columnFields<ImageHistoryItem, HistoryEntry>(t, columns, ({ item }) => item, { certain: true }),
  }),
});

/** `history`: one call for each image it is selected on. */
export const historyField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: [ImageHistoryEntry],
    nullable: true,
    description: 'The steps that made it, the last one first. Needs `GET /images/{name}/history`.',
    resolve: async ({ scope, key }) =>
      (await scope.loaders.images.history.load(key))?.map((item) => ({ scope, item })) ?? null,
  });
