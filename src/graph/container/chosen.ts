/** Which containers a subscription follows: those named, or those that fit when it begins. */
import type { Context } from '../../context.ts';
import { BadUserInput, NotFound } from '../../errors.ts';
import { locate } from '../kit/reference.ts';
import { type ContainerFilterInput, containerQuery } from './filter.ts';
import { type ContainerModel, findContainer, fromSummary } from './model.ts';

/** Containers in one subscription, at most: each is a connection to the Engine. */
export const mostContainers = 100;

interface Chosen {
  readonly refs?: readonly string[] | null | undefined;
  readonly filter?: ContainerFilterInput | null | undefined;
  readonly engine?: string | null | undefined;
}

export const tooMany = (count: number): BadUserInput =>
  new BadUserInput(
    `These are ${count} containers, and one subscription follows at most ${mostContainers}: name fewer of them.`,
  );

/** @throws BadUserInput, before anything is asked, for references that cannot be one; NotFound naming what is missing */
async function named(context: Context, refs: readonly string[], engine: Chosen['engine']) {
  for (const ref of refs) locate(context, 'Container', 'object', ref, engine);
  const found = await Promise.all(refs.map((ref) => findContainer(context, ref, engine)));
  const missing = refs.filter((_ref, index) => !found[index]);
  if (missing.length > 0) {
    const list = missing.map((ref) => `"${ref}"`).join(', ');
    throw new NotFound(
      `There is no container ${list}. Leave it out, or see \`containers { nodes { name } }\`.`,
    );
  }
  return found.filter((container) => container !== null);
}

async function choose(context: Context, { refs, filter, engine }: Chosen): Promise<ContainerModel[]> {
  if (refs && filter) throw new BadUserInput('Give `refs` or `filter`, not both.');
  if (refs) {
    if (refs.length === 0) throw new BadUserInput('`refs` is empty: name a container.');
    if (refs.length > mostContainers) throw tooMany(refs.length);
    return named(context, refs, engine);
  }
  if (!filter)
    throw new BadUserInput('Say which containers: give `refs`, or `filter`, which may be `{}` for all.');
  const scope = context.scope(engine);
  const listed = await scope.loaders.containers.matching(containerQuery(context, filter, scope.name));
  return listed.map((summary) => fromSummary(scope, summary));
}

/**
 * The containers to follow, each once however often it was named, {@link mostContainers} at most.
 *
 * @throws BadUserInput for references that cannot be one and for too many, NotFound naming what is missing
 */
export async function chosenContainers(context: Context, chosen: Chosen): Promise<ContainerModel[]> {
  const found = await choose(context, chosen);
  const distinct = [...new Map(found.map((container) => [container.key, container])).values()];
  if (distinct.length > mostContainers) throw tooMany(distinct.length);
  return distinct;
}
