/** Nodes of a swarm at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { SwarmNode, SwarmNodeConnection } from '../nouns.ts';
import { SwarmNodeFilter, swarmNodesOf } from './filter.ts';
import { findSwarmNode, hostnameOf, nodeLabelsOf, type SwarmNodeModel } from './model.ts';

const SwarmNodeOrderField = builder.enumType('SwarmNodeOrderField', {
  description: 'What nodes of a swarm can be sorted by.',
  values: {
    HOSTNAME: { description: 'The host name.' },
    CREATED_AT: { description: 'When it joined.' },
    ROLE: { description: 'What it is wanted to be: managers come before workers.' },
    STATE: { description: "The Engine's word for whether it is there, by its letters." },
  } as const,
});

const SwarmNodeOrder = builder.inputType('SwarmNodeOrder', {
  description: 'How nodes of a swarm are sorted.',
  fields: (t) => ({
    field: t.field({ type: SwarmNodeOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(node: SwarmNodeModel, field: typeof SwarmNodeOrderField.$inferType): SortKey {
  switch (field) {
    case 'HOSTNAME':
      return hostnameOf(node) || null;
    case 'CREATED_AT':
      return nanosOf(node.data.CreatedAt ?? '') ?? null;
    case 'ROLE':
      return node.data.Spec?.Role || null;
    case 'STATE':
      return node.data.Status?.State || null;
  }
}

const textsOf = (node: SwarmNodeModel) => [
  hostnameOf(node),
  node.data.Spec?.Name,
  node.key,
  ...Object.entries(nodeLabelsOf(node)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('swarmNode', (t) =>
  t.field({
    type: SwarmNode,
    nullable: true,
    description: 'One node of the swarm; null when there is none. Managers only. `GET /nodes/{id}`.',
    args: {
      ref: refArg(t.arg, 'ID, unique prefix of one, host name or name, or `self` for the Engine itself'),
      engine: engineArg(t.arg),
    },
    resolve: (_root, { ref, engine }, context) => findSwarmNode(context, ref, engine),
  }),
);

defineList('swarmNodes', {
  type: SwarmNodeConnection,
  description:
    'The nodes of the swarm, by host name if not told otherwise. Managers only: others answer with an error such as ' +
    '`SWARM_INACTIVE` or `SWARM_NOT_MANAGER`. `GET /nodes`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /nodes?filters'),
      type: SwarmNodeFilter,
      description: 'Which ones; all if left out. Done by the Engine where nothing else is said.',
    }),
    orderBy: arg({ type: SwarmNodeOrder, description: 'How they are sorted; by host name if left out.' }),
  }),
  list: async (scope, args) => {
    const found = await swarmNodesOf(scope, args.filter);
    return ordered(
      found.filter((node) => matches(args.search, textsOf(node))),
      args,
      'HOSTNAME',
      sortKeyOf,
    );
  },
});
