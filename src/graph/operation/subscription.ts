/** `subscription { operation }`. */
import { NotFound } from '../../errors.ts';
import type { Work } from '../../long-work/work.ts';
import { builder } from '../builder.ts';
import { Operation } from '../nouns.ts';
import { locateOperation, operationModel } from './model.ts';

builder.subscriptionField('operation', (t) =>
  t.field({
    type: Operation,
    nullable: false,
    description:
      'An operation as it is now, and again whenever it has changed, ten times a second at most, until it has ended. A ' +
      'client that reads slowly gets the latest state, and misses those between; never the last. Following it, and ' +
      'leaving, changes nothing. An error where there is no such operation.',
    args: { id: t.arg.id({ required: true, description: 'The `id` of the operation.' }) },
    subscribe: (_root, { id }, context): AsyncIterableIterator<Work> => {
      const { scope, key } = locateOperation(context, id);
      const isIts = context.longWork.find(key)?.engine === scope.name;
      const follower = isIts ? context.longWork.follow(key) : undefined;
      if (!follower) {
        throw new NotFound(
          `There is no operation "${id}": it may have ended long ago, or before a restart of the gateway.`,
        );
      }
      const leave = () => void follower.return();
      context.signal.addEventListener('abort', leave, { once: true });
      if (context.signal.aborted) leave();
      return follower;
    },
    resolve: (work, _args, context) => operationModel(context.scope(work.engine).fork(), work),
  }),
);
