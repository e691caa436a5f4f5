/** Containers at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { wire } from '../kit/wire.ts';
import { Container, ContainerConnection } from '../nouns.ts';
import { ContainerFilter, containerQuery } from './filter.ts';
import {
  type ContainerModel,
  createdOf,
  findContainer,
  fromSummary,
  imageRefOf,
  labelsOf,
  nameOf,
  namesOf,
  stateOf,
} from './model.ts';

const ContainerOrderField = builder.enumType('ContainerOrderField', {
  description: 'What containers can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made, to the second.' },
    STATE: { description: 'The state, alphabetically.' },
    IMAGE: { description: 'The name of the image.' },
  } as const,
});

const ContainerOrder = builder.inputType('ContainerOrder', {
  description: 'How containers are sorted.',
  fields: (t) => ({
    field: t.field({ type: ContainerOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(container: ContainerModel, field: typeof ContainerOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return nameOf(container);
    case 'CREATED_AT':
      return createdOf(container);
    case 'STATE':
      return stateOf(container);
    case 'IMAGE':
      return imageRefOf(container);
  }
}

const textsOf = (container: ContainerModel) => [
  ...namesOf(container),
  container.key,
  imageRefOf(container),
  ...Object.entries(labelsOf(container)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('container', (t) =>
  t.field({
    type: Container,
    nullable: true,
    description: 'One container; null when there is none. `GET /containers/{id}/json`.',
    args: { ref: refArg(t.arg, 'ID, unique prefix of one, or name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findContainer(context, ref, engine),
  }),
);

defineList('containers', {
  type: ContainerConnection,
  description: 'Containers, stopped ones too, by name if not told otherwise. `GET /containers/json`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /containers/json?filters'),
      type: ContainerFilter,
      description: 'Which ones; all if left out. Done by the Engine.',
    }),
    orderBy: arg({ type: ContainerOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args, context) => {
    const query = containerQuery(context, args.filter, scope.name);
    const isAll = Object.keys(query).length === 0;
    const { all, matching } = scope.loaders.containers;
    const found = (await (isAll ? all() : matching(query)))
      .map((summary) => fromSummary(scope, summary))
      .filter((container) => matches(args.search, textsOf(container)));
    return ordered(found, args, 'NAME', sortKeyOf);
  },
});
