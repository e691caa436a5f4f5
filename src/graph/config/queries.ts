/** Configs at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Config, ConfigConnection } from '../nouns.ts';
import { ConfigFilter, configsOf } from './filter.ts';
import { type ConfigModel, configLabelsOf, configNameOf, findConfig } from './model.ts';

const ConfigOrderField = builder.enumType('ConfigOrderField', {
  description: 'What configs can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made.' },
    UPDATED_AT: { description: 'When it was last changed.' },
  } as const,
});

const ConfigOrder = builder.inputType('ConfigOrder', {
  description: 'How configs are sorted.',
  fields: (t) => ({
    field: t.field({ type: ConfigOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(config: ConfigModel, field: typeof ConfigOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return configNameOf(config);
    case 'CREATED_AT':
      return nanosOf(config.data.CreatedAt ?? '') ?? null;
    case 'UPDATED_AT':
      return nanosOf(config.data.UpdatedAt ?? '') ?? null;
  }
}

const textsOf = (config: ConfigModel) => [
  configNameOf(config),
  config.key,
  ...Object.entries(configLabelsOf(config)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('config', (t) =>
  t.field({
    type: Config,
    nullable: true,
    description: 'One config of the swarm; null when there is none. Managers only. `GET /configs/{id}`.',
    args: { ref: refArg(t.arg, 'ID, unique prefix of one, or name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findConfig(context, ref, engine),
  }),
);

defineList('configs', {
  type: ConfigConnection,
  description:
    'The configs of the swarm, by name if not told otherwise. Managers only: others answer with an error such as ' +
    '`SWARM_INACTIVE` or `SWARM_NOT_MANAGER`. `GET /configs`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /configs?filters'),
      type: ConfigFilter,
      description: 'Which ones; all if left out. Done by the Engine, but for `used`.',
    }),
    orderBy: arg({ type: ConfigOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const found = await configsOf(scope, args.filter);
    return ordered(
      found.filter((config) => matches(args.search, textsOf(config))),
      args,
      'NAME',
      sortKeyOf,
    );
  },
});
