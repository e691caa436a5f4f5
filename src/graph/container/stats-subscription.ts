/** `subscription { containerStats }`. */
import type { Int64 } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { Seen } from '../../samples/viewer.ts';
import { builder } from '../builder.ts';
import { chosenContainers, mostContainers } from './chosen.ts';
import { ContainerFilter } from './filter.ts';
import type { ContainerModel } from './model.ts';
import { ContainerStatsType } from './stats.ts';

/** Where each sample's container comes from: as it was found when the subscription began. */
type Followed = Seen & { readonly container: ContainerModel };

/** @throws BadUserInput for what is no time to wait */
function millisecondsOf(interval: Int64 | null | undefined): number {
  if (interval === null || interval === undefined) return 0;
  if (interval <= 0) {
    throw new BadUserInput('`interval` must be more than 0: give "5s", or leave it out for every sample.');
  }
  return Number(interval) / 1e6;
}

/** Each value with its container; leaving it leaves what it reads. */
function withContainers(
  seen: AsyncIterableIterator<Seen, undefined, undefined>,
  found: readonly ContainerModel[],
): AsyncIterableIterator<Followed, undefined, undefined> {
  const byId = new Map(found.map((container) => [container.key, container]));
  const next = async (): Promise<IteratorResult<Followed, undefined>> => {
    const result = await seen.next();
    if (result.done) return result;
    const container = byId.get(result.value.id);
    return container ? { done: false, value: { ...result.value, container } } : next();
  };
  const leave = async (): Promise<IteratorResult<Followed, undefined>> => {
    await seen.return?.();
    return { done: true, value: undefined };
  };
  return {
    next,
    return: leave,
    throw: async (error?: unknown) => {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

builder.subscriptionField('containerStats', (t) =>
  t.field({
    type: ContainerStatsType,
    nullable: false,
    description:
      'What containers use, as it is measured: about one sample a second for each that runs. A stopped container gives none, ' +
      'and goes on when it is started again; a removed one is left out, and the stream ends when all have been removed. The ' +
      'first sample of a container that nobody followed has nothing to compare with: its `cpuPercent` and rates are null. ' +
      'A client that reads slowly gets the latest sample of each container, and misses those between. All subscribers ' +
      'share one stream of the Engine for each container (`GET /containers/{id}/stats`). An error where one of them is ' +
      'missing.',
    args: {
      refs: t.arg.idList({
        description: `Which containers, ${mostContainers} at most: global IDs, or what the docker CLI takes: IDs, unique prefixes of one, or names.`,
      }),
      filter: t.arg({
        type: ContainerFilter,
        description:
          'Which containers, instead of `refs`: those that fit when the subscription begins. None is the end at once.',
      }),
      interval: t.arg({
        type: 'Duration',
        description:
          'Time between two samples of a container, such as `5s`, in steps of the second in which the Engine measures; ' +
          'every sample if left out. Rates are still over the last second.',
      }),
      engine: t.arg.string({
        description: 'The name of the engine of the containers; the default one if left out.',
      }),
    },
    subscribe: async (
      _root,
      { interval, ...chosen },
      context,
    ): Promise<AsyncIterableIterator<Followed, undefined, undefined>> => {
      const milliseconds = millisecondsOf(interval);
      const found = await chosenContainers(context, chosen);
      const viewer = context.scope(chosen.engine).samples.watch(
        found.map(({ key }) => key),
        milliseconds,
      );
      const leave = () => void viewer.return();
      context.signal.addEventListener('abort', leave, { once: true });
      if (context.signal.aborted) leave();
      return withContainers(viewer, found);
    },
    resolve: (item) => {
      if (!item.ok) throw item.error;
      const { container, frame } = item;
      return { ...frame, container: { ...container, scope: container.scope.fork() } };
    },
  }),
);
