/** Volumes at the root of the graph. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type Page, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import type { NodeModel } from '../kit/node.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Volume, VolumeConnection } from '../nouns.ts';
import { passes, VolumeFilter, volumeFilters } from './filter.ts';
import { findVolume, type VolumeModel, volumeLabelsOf, volumeModel } from './model.ts';
import { volumeUsage } from './usage.ts';

const VolumeOrderField = builder.enumType('VolumeOrderField', {
  description: 'What volumes can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made, to the second.' },
    SIZE: { description: 'The bytes it takes. The Engine walks the disk for it (`GET /system/df`).' },
  } as const,
});

type OrderField = typeof VolumeOrderField.$inferType;

const VolumeOrder = builder.inputType('VolumeOrder', {
  description: 'How volumes are sorted.',
  fields: (t) => ({
    field: t.field({ type: VolumeOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

/** Sizes are in another call than volumes, which only sorting by them is worth. */
async function sortKeysOf(
  scope: EngineScope,
  volumes: readonly VolumeModel[],
  field: OrderField | undefined,
): Promise<(volume: VolumeModel, field: OrderField) => SortKey> {
  const sized =
    field === 'SIZE'
      ? volumes.map(async ({ key }) => [key, (await volumeUsage(scope, key))?.Size] as const)
      : [];
  const sizes = new Map(await Promise.all(sized));
  return ({ key, volume }, by) => {
    switch (by) {
      case 'NAME':
        return key;
      case 'CREATED_AT':
        return nanosOf(moment(volume.CreatedAt) ?? '') ?? null;
      case 'SIZE':
        return sizes.get(key) ?? null;
    }
  };
}

const textsOf = (volume: VolumeModel) => [
  volume.key,
  ...Object.entries(volumeLabelsOf(volume)).map(([key, value]) => `${key}=${value ?? ''}`),
];

interface VolumePage extends Page<NodeModel> {
  readonly warnings?: readonly string[];
}

builder.objectField(VolumeConnection, 'warnings', (t) =>
  t.stringList({
    ...wire('VolumeListResponse.Warnings'),
    nullable: true,
    description:
      'Why volumes may be missing: what the Engine says of drivers that did not answer. Null where the list was not ' +
      'asked of the Engine.',
    resolve: ({ warnings }: VolumePage) => warnings ?? null,
  }),
);

builder.queryField('volume', (t) =>
  t.field({
    type: Volume,
    nullable: true,
    description: 'One volume; null when there is none. `GET /volumes/{name}`.',
    args: { ref: refArg(t.arg, 'the name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findVolume(context, ref, engine),
  }),
);

defineList('volumes', {
  type: VolumeConnection,
  description: 'Volumes, by name if not told otherwise. `GET /volumes`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /volumes?filters'),
      type: VolumeFilter,
      description: 'Which ones; all if left out. Done by the Engine.',
    }),
    orderBy: arg({ type: VolumeOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args): Promise<VolumePage> => {
    const filters = volumeFilters(args.filter);
    const { all, matching } = scope.loaders.volumes;
    const { Volumes, Warnings } = await (filters ? matching(filters) : all());
    const found = (Volumes ?? [])
      .map((volume) => volumeModel(scope, volume))
      .filter((volume) => passes(volume, args.filter) && matches(args.search, textsOf(volume)));
    const sortKeyOf = await sortKeysOf(scope, found, args.orderBy?.field);
    return { ...ordered(found, args, 'NAME', sortKeyOf), warnings: Warnings ?? [] };
  },
});
