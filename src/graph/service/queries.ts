/** Services at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Service, ServiceConnection } from '../nouns.ts';
import { isNamed, ServiceFilter, serviceFilters } from './filter.ts';
import {
  containerSpecOf,
  findService,
  modeOf,
  type ServiceModel,
  serviceLabelsOf,
  serviceModel,
  serviceNameOf,
} from './model.ts';

const ServiceOrderField = builder.enumType('ServiceOrderField', {
  description: 'What services can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made.' },
    UPDATED_AT: { description: 'When it was last changed.' },
    MODE: { description: 'The mode, alphabetically.' },
    IMAGE: { description: 'The reference of the image.' },
  } as const,
});

const ServiceOrder = builder.inputType('ServiceOrder', {
  description: 'How services are sorted.',
  fields: (t) => ({
    field: t.field({ type: ServiceOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(service: ServiceModel, field: typeof ServiceOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return serviceNameOf(service);
    case 'CREATED_AT':
      return nanosOf(moment(service.data.CreatedAt) ?? '') ?? null;
    case 'UPDATED_AT':
      return nanosOf(moment(service.data.UpdatedAt) ?? '') ?? null;
    case 'MODE':
      return modeOf(service);
    case 'IMAGE':
      return containerSpecOf(service).Image ?? null;
  }
}

const textsOf = (service: ServiceModel) => [
  serviceNameOf(service),
  service.key,
  containerSpecOf(service).Image,
  ...Object.entries(serviceLabelsOf(service)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('service', (t) =>
  t.field({
    type: Service,
    nullable: true,
    description:
      'One service of the swarm; null when there is none. Only managers know. `GET /services/{id}`.',
    args: { ref: refArg(t.arg, 'ID, unique prefix of one, or name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findService(context, ref, engine),
  }),
);

defineList('services', {
  type: ServiceConnection,
  description:
    'The services of the swarm, by name if not told otherwise, with the counts of their tasks. Only managers know. ' +
    '`GET /services`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /services?filters'),
      type: ServiceFilter,
      description: 'Which ones; all if left out. Done by the Engine.',
    }),
    orderBy: arg({ type: ServiceOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const filters = serviceFilters(args.filter);
    const { all, matching } = scope.loaders.services;
    const found = (await (filters ? matching(filters) : all()))
      .map((data) => serviceModel(scope, data))
      .filter((service) => isNamed(service, args.filter) && matches(args.search, textsOf(service)));
    return ordered(found, args, 'NAME', sortKeyOf);
  },
});
