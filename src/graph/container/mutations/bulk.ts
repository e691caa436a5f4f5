/** One verb on many containers, with a result for each. */
import type { InputFieldMap } from '@pothos/core';
import type { Context } from '../../../context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { BadUserInput } from '../../../errors.ts';
import { builder } from '../../builder.ts';
import { explain } from '../../mutation/explain.ts';
import {
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  type Outcome,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  reread,
  resolveContainer,
} from '../../mutation/payload.ts';
import { UserError } from '../../mutation/user-error.ts';
import { ContainerFilter, type ContainerFilterInput, containerQuery } from '../filter.ts';
import { type ContainerModel, fromSummary } from '../model.ts';
import { actOn, inputOf, type Verb } from './verb.ts';

/** How many containers are worked on at the same time when nobody says otherwise. */
const usualConcurrency = 8;
/** More would only queue: the pool of waiting calls is shared by all clients. */
const highestConcurrency = 32;

interface BulkItem extends ContainerOutcome, RemovalOutcome {
  readonly ref: string;
}

interface BulkOutcome extends Outcome {
  readonly results: readonly BulkItem[];
  readonly matched: number;
  readonly dryRun: boolean;
}

interface BulkInput {
  readonly refs?: readonly string[] | null;
  readonly filter?: ContainerFilterInput | null;
  readonly engine?: string | null;
  readonly dryRun?: boolean | null;
  readonly concurrency?: number | null;
}

const BulkItemType = builder.objectRef<BulkItem>('ContainerBulkResult').implement({
  description: 'What became of one container of a bulk mutation.',
  fields: (t) => ({
    ref: t.exposeString('ref', {
      nullable: false,
      description: 'The reference as it was given, or the full ID where a filter chose it.',
    }),
    container: containerField(t),
    removedId: removedIdField(t),
    changed: t.exposeBoolean('changed', {
      nullable: false,
      description: 'Whether this container was changed.',
    }),
    userErrors: t.field({
      type: [UserError],
      nullable: false,
      description: 'Why it was not done to this container; empty when it was.',
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

/** Runs `work` over the items, at most `width` at a time, keeping their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

type Target =
  | { readonly ref: string; readonly container: ContainerModel }
  | (BulkItem & { readonly container: typeof noContainer });

const isResolved = (target: Target): target is { readonly ref: string; readonly container: ContainerModel } =>
  typeof target.container === 'object';

/**
 * The containers a bulk mutation is about: the references in their order, then what the filter finds, none twice.
 *
 * @throws BadUserInput when nothing chooses any: that would be all of them
 */
async function targetsOf(context: Context, input: BulkInput): Promise<Target[]> {
  const query = containerQuery(context, input.filter, input.engine);
  if (!input.refs?.length && Object.keys(query).length === 0) {
    throw new BadUserInput('Choose containers by `refs` or by a `filter` with at least one condition.');
  }
  const byRef = await Promise.all(
    (input.refs ?? []).map(async (ref, index): Promise<Target> => {
      const found = await resolveContainer(context, { ref, engine: input.engine }, [
        'input',
        'refs',
        String(index),
      ]);
      return 'error' in found
        ? { ref, ...failed(found.error), container: noContainer, about: null }
        : { ref, container: found.model };
    }),
  );
  const scope = context.scope(input.engine);
  const listed = Object.keys(query).length > 0 ? await scope.loaders.containers.matching(query) : [];
  const byFilter = listed.map(
    (summary): Target => ({ ref: summary.Id ?? '', container: fromSummary(scope, summary) }),
  );
  const seen = new Set<string>();
  return [...byRef, ...byFilter].filter((target) => {
    if (!isResolved(target)) return true;
    const isNew = !seen.has(target.container.key);
    seen.add(target.container.key);
    return isNew;
  });
}

function widthOf({ concurrency }: BulkInput): number {
  const width = concurrency ?? usualConcurrency;
  if (width >= 1 && width <= highestConcurrency) return width;
  throw new BadUserInput(`\`concurrency\` cannot be ${width}: give 1 to ${highestConcurrency}.`);
}

/** What the Engine fails at for one container must not cost the others their results. */
const engineFailed =
  (container: ContainerModel) =>
  (error: unknown): ContainerOutcome => {
    if (!(error instanceof EngineError)) throw error;
    const { message } = error;
    return { ...failed({ kind: 'EngineFailedError', message }), container: reread(container) };
  };

async function runBulk(
  context: Context,
  input: BulkInput,
  removes: boolean,
  act: (container: ContainerModel) => Promise<boolean>,
): Promise<BulkOutcome> {
  const dryRun = input.dryRun === true;
  try {
    const width = widthOf(input);
    const targets = await targetsOf(context, input);
    const results = await inParallel(targets, width, async (target): Promise<BulkItem> => {
      if (!isResolved(target)) return target;
      const { ref, container } = target;
      const about = removes ? container : null;
      if (dryRun) return { ref, about, changed: false, userErrors: [], container: async () => container };
      const outcome = await actOn(container, () => act(container)).catch(engineFailed(container));
      return { ref, about, ...outcome };
    });
    return {
      results,
      matched: targets.length,
      dryRun,
      changed: results.some(({ changed }) => changed),
      userErrors: [],
    };
  } catch (error) {
    const explained = explain(error, { scope: context.scope(), path: ['input'] });
    if (!explained) throw error;
    return { ...failed(explained), results: [], matched: 0, dryRun };
  }
}

const hasFailed = ({ userErrors }: BulkItem) => userErrors.length > 0;

/** Declares `containers<Name>`. */
export function defineBulk<Fields extends InputFieldMap>(verb: Verb<Fields>, description: string): void {
  const Input = builder.inputType(`Containers${verb.name}Input`, {
    description: `What \`containers${verb.name}\` takes: references, a filter, or both.`,
    fields: (t) => ({
      refs: t.idList({ description: 'Containers by global ID, ID, unique prefix, or name.' }),
      filter: t.field({
        type: ContainerFilter,
        description: 'Containers by what they are, as in `containers(filter:)`.',
      }),
      engine: t.string({ description: 'The engine they are on; the default one if left out.' }),
      dryRun: t.boolean({
        defaultValue: false,
        description: 'Only show which containers it would be done to.',
      }),
      concurrency: t.int({
        defaultValue: usualConcurrency,
        description: `How many are worked on at the same time, 1 to ${highestConcurrency}.`,
      }),
      ...verb.fields(t),
    }),
  });
  const Payload = payloadType<BulkOutcome>(
    `Containers${verb.name}Payload`,
    `What \`containers${verb.name}\` answers.`,
    (t) => ({
      results: t.field({
        type: [BulkItemType],
        nullable: false,
        description: 'One result for each container, in the order of `refs`, then of what the filter found.',
        resolve: ({ results }) => results,
      }),
      matched: t.exposeInt('matched', {
        nullable: false,
        description: 'How many containers, or references to none, there were.',
      }),
      succeeded: t.int({
        nullable: false,
        description: 'How many are now as wanted, whether changed or so already. 0 in a dry run.',
        resolve: ({ results, dryRun }) => (dryRun ? 0 : results.filter((item) => !hasFailed(item)).length),
      }),
      failed: t.int({
        nullable: false,
        description: 'How many could not be done.',
        resolve: ({ results }) => results.filter(hasFailed).length,
      }),
    }),
  );
  builder.mutationField(`containers${verb.name}`, (t) =>
    t.field({
      type: Payload,
      nullable: true,
      description,
      args: { input: t.arg({ type: Input, required: true, description: 'Which containers, and how.' }) },
      resolve: (_root, args, context) => {
        const given = inputOf<Fields, BulkInput>(args);
        return runBulk(context, given, verb.removes === true, (container) => verb.act(container, given));
      },
    }),
  );
}
