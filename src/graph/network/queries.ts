/** Networks at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Network, NetworkConnection } from '../nouns.ts';
import { isDangling } from './dangling.ts';
import { NetworkFilter, networkFilters } from './filter.ts';
import {
  findNetwork,
  type NetworkModel,
  networkFromSummary,
  networkLabelsOf,
  networkNameOf,
} from './model.ts';

const NetworkOrderField = builder.enumType('NetworkOrderField', {
  description: 'What networks can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made.' },
  } as const,
});

const NetworkOrder = builder.inputType('NetworkOrder', {
  description: 'How networks are sorted.',
  fields: (t) => ({
    field: t.field({ type: NetworkOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(network: NetworkModel, field: typeof NetworkOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return networkNameOf(network);
    case 'CREATED_AT':
      return nanosOf(moment(network.summary.Created) ?? '') ?? null;
  }
}

const textsOf = (network: NetworkModel) => [
  networkNameOf(network),
  network.key,
  ...Object.entries(networkLabelsOf(network)).map(([key, value]) => `${key}=${value ?? ''}`),
];

/** Those that are, or are not, dangling; all where nobody asked. */
async function ofUse(
  networks: readonly NetworkModel[],
  dangling: boolean | null | undefined,
): Promise<readonly NetworkModel[]> {
  if (dangling === null || dangling === undefined) return networks;
  const answers = await Promise.all(networks.map(isDangling));
  return networks.filter((_, index) => answers[index] === dangling);
}

builder.queryField('network', (t) =>
  t.field({
    type: Network,
    nullable: true,
    description: 'One network; null when there is none. `GET /networks/{id}`.',
    args: { ref: refArg(t.arg, 'ID, unique prefix of one, or name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findNetwork(context, ref, engine),
  }),
);

defineList('networks', {
  type: NetworkConnection,
  description: 'Networks, built-in ones too, by name if not told otherwise. `GET /networks`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /networks?filters'),
      type: NetworkFilter,
      description: 'Which ones; all if left out. Done by the Engine, but for `dangling`.',
    }),
    orderBy: arg({ type: NetworkOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const filters = networkFilters(args.filter);
    const { all, matching } = scope.loaders.networks;
    const found = (await (filters ? matching(filters) : all()))
      .map((summary) => networkFromSummary(scope, summary))
      .filter((network) => matches(args.search, textsOf(network)));
    return ordered(await ofUse(found, args.filter?.dangling), args, 'NAME', sortKeyOf);
  },
});
