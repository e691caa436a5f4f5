/** Engines at the root of the graph. */
import { builder } from '../builder.ts';
import { Engine } from '../nouns.ts';
import { engineModel } from './model.ts';

builder.queryField('engine', (t) =>
  t.field({
    type: Engine,
    nullable: true,
    description: 'One Engine. Whether it answers is in its `status`.',
    args: {
      name: t.arg.string({ description: 'Its name, as in `engines { name }`; the default one if left out.' }),
    },
    resolve: (_root, { name }, context) => engineModel(context.scope(name)),
  }),
);

builder.queryField('engines', (t) =>
  t.field({
    type: [Engine],
    nullable: false,
    description: 'The Engines that this gateway serves, the default one first.',
    resolve: (_root, _args, context) => context.engineNames.map((name) => engineModel(context.scope(name))),
  }),
);
