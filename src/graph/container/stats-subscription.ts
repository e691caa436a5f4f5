/** `subscription { containerStats }`. */
import type { Context } from '../../context.ts';
import type { Int64 } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { Seen } from '../../samples/viewer.ts';
import { builder } from '../builder.ts';
import { streamOf } from '../kit/stream.ts';
import { wire } from '../kit/wire.ts';
import { chosenContainers, mostContainers, tooMany } from './chosen.ts';
import { ContainerFilter, type ContainerFilterInput } from './filter.ts';
import { watchFitting } from './fitting.ts';
import type { ContainerModel } from './model.ts';
import { ContainerStatsType } from './stats.ts';

/** Each sample with its container, as that was found when the subscription began. */
type Followed =
  | (Extract<Seen, { ok: true }> & { readonly container: ContainerModel })
  | Extract<Seen, { ok: false }>;

/** @throws BadUserInput for what is no time to wait */
function millisecondsOf(interval: Int64 | null | undefined): number {
  if (interval === null || interval === undefined) return 0;
  if (interval <= 0) {
    throw new BadUserInput('`interval` must be more than 0: give "5s", or leave it out for every sample.');
  }
  return Number(interval) / 1e6;
}

interface Options {
  readonly refs?: readonly string[] | null | undefined;
  readonly filter?: ContainerFilterInput | null | undefined;
  readonly engine?: string | null | undefined;
  readonly interval?: Int64 | null | undefined;
  readonly includeNew?: boolean | null | undefined;
}

/** @throws BadUserInput and NotFound before anything is followed */
async function followStats(
  context: Context,
  { interval, includeNew, ...chosen }: Options,
): Promise<AsyncIterableIterator<Followed, undefined, undefined>> {
  const milliseconds = millisecondsOf(interval);
  const { filter, engine } = chosen;
  if (includeNew && !filter) {
    throw new BadUserInput('`includeNew` needs `filter`, which says what containers to wait for.');
  }
  const watch = includeNew && filter ? watchFitting(context, { filter, engine }) : undefined;
  try {
    await watch?.ready;
    const found = await chosenContainers(context, chosen);
    const byId = new Map(found.map((container) => [container.key, container]));
    const viewer = context.scope(engine).samples.watch([...byId.keys()], milliseconds, Boolean(watch));
    watch?.begin(
      (fitting) => {
        if (fitting.length > mostContainers) {
          viewer.failAll(tooMany(fitting.length));
          return;
        }
        byId.clear();
        for (const container of fitting) byId.set(container.key, container);
        viewer.update([...byId.keys()]);
      },
      (error) => viewer.failAll(error),
    );
    const leave = (): void => {
      context.signal.removeEventListener('abort', leave);
      watch?.leave();
      void viewer.return();
    };
    context.signal.addEventListener('abort', leave, { once: true });
    if (context.signal.aborted) leave();
    const next = async (): Promise<Followed | undefined> => {
      const { done, value } = await viewer.next();
      if (done) return undefined;
      if (!value.ok) return value;
      const container = byId.get(value.id);
      // It may have stopped to fit a moment ago.
      return container ? { ...value, container } : next();
    };
    return streamOf(next, leave);
  } catch (error) {
    watch?.leave();
    throw error;
  }
}

builder.subscriptionField('containerStats', (t) =>
  t.field({
    ...wire('GET /containers/{id}/stats?stream'),
    type: ContainerStatsType,
    nullable: false,
    description:
      'What containers use, as it is measured: about one sample a second for each that runs. A stopped container gives none, ' +
      'and goes on when it is started again; a removed one is left out, and the stream ends when all have been removed. The ' +
      'first sample of a container that nobody followed has nothing to compare with: its `cpuPercent` and rates are null. ' +
      'A client that reads slowly gets the latest sample of each container, and misses those between. All subscribers ' +
      'share one stream of the Engine for each container (`GET /containers/{id}/stats`), which is opened again where it ' +
      'breaks, as when the Engine is restarted; an Engine that is away for more than a minute is an error. So is a container ' +
      'that is missing.',
    args: {
      refs: t.arg.idList({
        description: `Which containers, ${mostContainers} at most: global IDs, or what the docker CLI takes: IDs, unique prefixes of one, or names.`,
      }),
      filter: t.arg({
        type: ContainerFilter,
        description:
          'Which containers, instead of `refs`: those that fit when the subscription begins, and with `includeNew` those ' +
          'that fit at any time. None is the end at once, without that.',
      }),
      includeNew: t.arg.boolean({
        defaultValue: false,
        description:
          'Whether containers join as they begin to fit `filter`, and leave when they no longer do: with `{ states: [RUNNING] }` ' +
          'all that run, at any time. The stream then has no end.',
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
    subscribe: (_root, args, context) => followStats(context, args),
    resolve: (item) => {
      if (!item.ok) throw item.error;
      const { container, frame } = item;
      return { ...frame, container: { ...container, scope: container.scope.fork() } };
    },
  }),
);
