/** The whole graph: every noun adds itself to the builder. */
import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars.ts';
import './kit/node.ts';
import './container/container.ts';
import './container/queries.ts';
import './container/logs/subscription.ts';
import './container/stats-subscription.ts';
import './image/image.ts';
import './image/queries.ts';
import './network/network.ts';
import './network/queries.ts';
import './volume/volume.ts';
import './volume/queries.ts';
import './exec/exec.ts';
import './compose/compose.ts';
import './compose/queries.ts';
import './engine/engine.ts';
import './engine/queries.ts';
import './events/subscription.ts';
import './swarm/logs.ts';
import './container/mutations/commit.ts';
import './container/mutations/create.ts';
import './container/mutations/exec.ts';
import './container/mutations/lifecycle.ts';
import './container/mutations/run.ts';
import './container/mutations/update.ts';
import './container/mutations/wait.ts';
import './image/mutations.ts';
import './image/pull-mutation.ts';
import './image/push-mutation.ts';
import './network/mutations/attach.ts';
import './network/mutations/create.ts';
import './network/mutations/remove.ts';
import './volume/mutations.ts';
import './mutation/prune.ts';

export const schema = builder.toSchema();

/** The contract as text, sorted, so that a diff shows only what changed. */
export const printGraph = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
