/** The swarm at the root of the graph, and of an Engine. */
import { builder } from '../builder.ts';
import { engineArg } from '../kit/list.ts';
import { Engine, Swarm } from '../nouns.ts';
import { swarmOf } from './model.ts';

const refusals =
  'null where it is in none. A worker answers with the error `SWARM_NOT_MANAGER`, a locked manager with `SWARM_LOCKED`, one ' +
  'without a leader with `SWARM_UNAVAILABLE`. `GET /swarm`.';

builder.queryField('swarm', (t) =>
  t.field({
    type: Swarm,
    nullable: true,
    description: `The swarm that an Engine is a manager of; ${refusals}`,
    args: { engine: engineArg(t.arg) },
    resolve: (_root, { engine }, context) => swarmOf(context.scope(engine)),
  }),
);

builder.objectField(Engine, 'swarm', (t) =>
  t.field({
    type: Swarm,
    nullable: true,
    description: `The swarm that it is a manager of; ${refusals}`,
    resolve: ({ scope }) => swarmOf(scope),
  }),
);
