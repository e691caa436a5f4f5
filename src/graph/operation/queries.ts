/** Operations at the root of the graph. */
import { hasEnded } from '../../long-work/work.ts';
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList } from '../kit/list.ts';
import { Operation, OperationConnection } from '../nouns.ts';
import { OperationKind, OperationState } from './enums.ts';
import { findOperation, locateOperation, type OperationModel, operationModel } from './model.ts';

const OperationOrderField = builder.enumType('OperationOrderField', {
  description: 'What operations can be sorted by.',
  values: {
    CREATED_AT: { description: 'When it was asked for.' },
    FINISHED_AT: { description: 'When it ended. Those under way lead.' },
    SUBJECT: { description: 'What it is about.' },
  } as const,
});

const OperationOrder = builder.inputType('OperationOrder', {
  description: 'How operations are sorted.',
  fields: (t) => ({
    field: t.field({ type: OperationOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

const newestFirst = { field: 'CREATED_AT', direction: 'DESC' } as const;

function sortKeyOf({ work }: OperationModel, field: typeof OperationOrderField.$inferType): SortKey {
  switch (field) {
    case 'CREATED_AT':
      return work.order;
    case 'FINISHED_AT':
      return work.finishedAt;
    case 'SUBJECT':
      return work.subject;
  }
}

const OperationFilter = builder.inputType('OperationFilter', {
  description: 'Which operations to list: those that meet all conditions given.',
  fields: (t) => ({
    kinds: t.field({ type: [OperationKind], description: 'What they do: one of these.' }),
    states: t.field({ type: [OperationState], description: 'How far they are: one of these.' }),
    underWay: t.boolean({
      description: 'True: only those that have not ended. False: only those that have.',
    }),
  }),
});

type Filter = typeof OperationFilter.$inferInput;

const fits = ({ work }: OperationModel, { kinds, states, underWay }: Filter): boolean =>
  (!kinds || kinds.includes(work.kind)) &&
  (!states || states.includes(work.state)) &&
  (typeof underWay !== 'boolean' || underWay !== hasEnded(work));

builder.queryField('operation', (t) =>
  t.field({
    type: Operation,
    nullable: true,
    description:
      'One operation as it is now; null once the gateway has forgotten it. Asks the Engine nothing.',
    args: { id: t.arg.id({ required: true, description: 'The `id` of the operation.' }) },
    resolve: (_root, { id }, context) => {
      const { scope, key } = locateOperation(context, id);
      return findOperation(scope, key);
    },
  }),
);

defineList('operations', {
  type: OperationConnection,
  description:
    'Operations that are under way, and the last that ended; the newest first if not told otherwise. Asks the Engine nothing.',
  args: (arg) => ({
    filter: arg({ type: OperationFilter, description: 'Which ones; all if left out.' }),
    orderBy: arg({ type: OperationOrder, description: 'How they are sorted; the newest first if left out.' }),
  }),
  list: async (scope, args) => {
    const works = await scope.operations();
    const shown = works
      .map((work) => operationModel(scope, work))
      .filter(
        (model) => fits(model, args.filter ?? {}) && matches(args.search, [model.key, model.work.subject]),
      );
    return ordered(shown, { ...args, orderBy: args.orderBy ?? newestFirst }, 'CREATED_AT', sortKeyOf);
  },
});
