/** Stacks at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg } from '../kit/list.ts';
import { locate } from '../kit/reference.ts';
import { Stack, StackConnection } from '../nouns.ts';
import { type ServiceModel, serviceLabelsOf, serviceModel, serviceNameOf } from '../service/model.ts';
import { countsOfServices, exists, stateOfCounts } from './members.ts';
import { type StackModel, stackModel, stackNameOf } from './model.ts';
import { StackState } from './stack.ts';

const StackOrderField = builder.enumType('StackOrderField', {
  description: 'What stacks can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    SERVICES: { description: 'How many services it has.' },
  } as const,
});

const StackOrder = builder.inputType('StackOrder', {
  description: 'How stacks are sorted.',
  fields: (t) => ({
    field: t.field({ type: StackOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

const StackFilter = builder.inputType('StackFilter', {
  description: 'Which stacks. Done by the gateway.',
  fields: (t) => ({
    states: t.field({ type: [StackState], description: 'In one of these states.' }),
  }),
});

/** A stack with what the list of services already told of it. */
interface Listed extends StackModel {
  readonly services: readonly ServiceModel[];
}

const sortKeyOf = ({ key, services }: Listed, field: typeof StackOrderField.$inferType): SortKey =>
  field === 'NAME' ? key : services.length;

builder.queryField('stack', (t) =>
  t.field({
    type: Stack,
    nullable: true,
    description:
      'One stack; null when no service, network, secret or config belongs to it. Only managers know. `GET /services`; also ' +
      '`GET /networks`, `GET /secrets` and `GET /configs` where it has no services.',
    args: {
      name: t.arg.id({ required: true, description: 'The name of the stack, or its global ID.' }),
      engine: engineArg(t.arg),
    },
    resolve: async (_root, { name, engine }, context) => {
      const { scope, key } = locate(context, 'Stack', 'object', name, engine);
      const stack = stackModel(scope, key);
      return (await exists(stack)) ? stack : null;
    },
  }),
);

defineList('stacks', {
  type: StackConnection,
  description:
    'Stacks that have services, as `docker stack ls` lists them; by name if not told otherwise. Only managers know. ' +
    '`GET /services`.',
  args: (arg) => ({
    filter: arg({ type: StackFilter, description: 'Which ones; all if left out.' }),
    orderBy: arg({ type: StackOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const groups = new Map<string, ServiceModel[]>();
    for (const data of await scope.loaders.services.all()) {
      const service = serviceModel(scope, data);
      const name = stackNameOf(serviceLabelsOf(service));
      if (name !== null) groups.set(name, [...(groups.get(name) ?? []), service]);
    }
    const states = args.filter?.states;
    const stacks = [...groups].map(([name, services]): Listed => ({ ...stackModel(scope, name), services }));
    const fits = await Promise.all(
      stacks.map(
        async ({ key, services }) =>
          matches(args.search, [key, ...services.map(serviceNameOf)]) &&
          (!states?.length || states.includes(stateOfCounts(await countsOfServices(services)))),
      ),
    );
    return ordered(
      stacks.filter((_, index) => fits[index]),
      args,
      'NAME',
      sortKeyOf,
    );
  },
});
