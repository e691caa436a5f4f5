/** Plugins at the root of the graph. */
import type { Filters } from '../../engine/operation.ts';
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { checkFilled, flagFilter, usedFilters } from '../kit/filters.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { wire } from '../kit/wire.ts';
import { Plugin, PluginConnection } from '../nouns.ts';
import { capabilitiesOf, findPlugin, type PluginModel, pluginModel, pluginNameOf } from './model.ts';

/** What `ref` takes. */
export const acceptedRefs = 'name with or without its tag, ID, or unique prefix of one';

const PluginFilter = builder.inputType('PluginFilter', {
  description: 'Which plugins. Different fields narrow together (AND).',
  fields: (t) => ({
    enabled: t.boolean({ description: 'Whether its program runs and the Engine uses it.' }),
    capability: t.stringList({
      description:
        'That can do one of these, such as `volumedriver`. Done by the gateway, as the Engine leaves out plugins that can do ' +
        'something else too.',
    }),
  }),
});

type PluginFilterInput = typeof PluginFilter.$inferInput;

/**
 * The filter as the Engine takes it (`GET /plugins?filters=`); undefined where it leaves nothing out.
 *
 * @throws BadUserInput for empty texts
 */
function pluginFilters(filter: PluginFilterInput | null | undefined): Filters | undefined {
  checkFilled(filter ?? {});
  return usedFilters({ enabled: flagFilter(filter?.enabled) });
}

const isCapable = (plugin: PluginModel, wanted: readonly string[] | null | undefined): boolean =>
  !wanted?.length || capabilitiesOf(plugin).some((each) => wanted.includes(each.toLowerCase()));

const PluginOrderField = builder.enumType('PluginOrderField', {
  description: 'What plugins can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    ENABLED: { description: 'Whether it is enabled: those that are not come first, ascending.' },
  } as const,
});

const PluginOrder = builder.inputType('PluginOrder', {
  description: 'How plugins are sorted.',
  fields: (t) => ({
    field: t.field({ type: PluginOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(plugin: PluginModel, field: typeof PluginOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return pluginNameOf(plugin);
    case 'ENABLED':
      return plugin.data.Enabled ? 1 : 0;
  }
}

builder.queryField('plugin', (t) =>
  t.field({
    type: Plugin,
    nullable: true,
    description: 'One plugin; null when there is none. `GET /plugins/{name}/json`.',
    args: { ref: refArg(t.arg, acceptedRefs), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findPlugin(context, ref, engine),
  }),
);

defineList('plugins', {
  type: PluginConnection,
  description: 'Plugins that the Engine has installed, by name if not told otherwise. `GET /plugins`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /plugins?filters'),
      type: PluginFilter,
      description: 'Which ones; all if left out.',
    }),
    orderBy: arg({ type: PluginOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const filters = pluginFilters(args.filter);
    const { all, matching } = scope.loaders.plugins;
    const found = (await (filters ? matching(filters) : all()))
      .map((data) => pluginModel(scope, data))
      .filter(
        (plugin) =>
          isCapable(plugin, args.filter?.capability) &&
          matches(args.search, [plugin.key, pluginNameOf(plugin), plugin.data.Config?.Description]),
      );
    return ordered(found, args, 'NAME', sortKeyOf);
  },
});
