/** What every mutation answers, and how a failure becomes part of it. */
import type { FieldMap } from '@pothos/core';
import type { Context } from '../../context.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { type ContainerModel, findContainer, fromDetails } from '../container/model.ts';
import { globalId, type NodeModel } from '../kit/node.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Container } from '../nouns.ts';
import { explain } from './explain.ts';
import type { About } from './sentence.ts';
import { UserError } from './user-error.ts';
import type { UserErrorModel } from './user-error-kinds.ts';

export interface Outcome {
  readonly changed: boolean;
  readonly userErrors: readonly UserErrorModel[];
}

/** Nothing happened, and this is why. */
export const failed = (...userErrors: UserErrorModel[]): Outcome => ({ changed: false, userErrors });

/** Declares the payload of a mutation: `changed`, `userErrors` and what `fields` adds. */
export const payloadType = <Shape extends Outcome>(
  name: string,
  description: string,
  fields: (t: FieldBuilder<Shape>) => FieldMap = () => ({}),
) =>
  builder.objectRef<Shape>(name).implement({
    description,
    fields: (t) => ({
      changed: t.boolean({
        nullable: false,
        description:
          'Whether anything was changed. False when it was so already, which is no error, and when it failed.',
        resolve: ({ changed }) => changed,
      }),
      userErrors: t.field({
        type: [UserError],
        nullable: false,
        description: 'Why it was not done; empty when it was.',
        resolve: ({ userErrors }) => userErrors,
      }),
      ...fields(t),
    }),
  });

/**
 * Does a piece of work whose expected failures are part of the answer. Whatever was read before is forgotten after it,
 * so that the answer shows the state it left behind.
 *
 * @throws EngineError where the Engine is away, slow or broken
 */
export async function attempt<Shape>(
  about: About,
  work: () => Promise<Shape>,
  orElse: (error: UserErrorModel) => Shape,
): Promise<Shape> {
  try {
    return await work();
  } catch (error) {
    const explained = explain(error, about);
    if (!explained) throw error;
    return orElse(explained);
  } finally {
    about.scope.refresh();
  }
}

/** {@link attempt} on the engine that the input names, or the default one. An unknown one is an answer, not a throw. */
export async function attemptOn<Shape>(
  context: Context,
  engine: string | null | undefined,
  path: readonly string[],
  work: (scope: EngineScope) => Promise<Shape>,
  orElse: (error: UserErrorModel) => Shape,
): Promise<Shape> {
  const unknown = objection(context, ['input', 'engine'], () => context.scope(engine));
  if (unknown) return orElse(unknown);
  const scope = context.scope(engine);
  return attempt({ scope, path }, () => work(scope), orElse);
}

/** What can be said against an input before the Engine is asked anything; undefined for nothing. */
export function objection(
  context: Context,
  path: readonly string[],
  check: () => unknown,
): UserErrorModel | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const explained = explain(error, { scope: context.scope(), path });
    if (!explained) throw error;
    return explained;
  }
}

/** A payload about one container, which is read again only if somebody selects it. */
export interface ContainerOutcome extends Outcome {
  readonly container: () => Promise<ContainerModel | null>;
}

export const noContainer = async (): Promise<null> => null;

export const containerField = <Shape extends ContainerOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Container,
    nullable: true,
    description: 'The container as it is after the change; null when there is none.',
    resolve: ({ container }) => container(),
  });

/** Finds what a mutation is about, or says why it cannot. */
export type Found<Model> = { readonly model: Model } | { readonly error: UserErrorModel };

/**
 * Resolves a reference for a mutation: a missing, ambiguous or impossible one is an answer, not a throw.
 *
 * @param what the noun as users call it, for the sentence
 */
export async function resolveRef<Model>(
  context: Context,
  {
    ref,
    engine,
    what,
    path = ['input', 'ref'],
  }: { ref: string; engine?: string | null | undefined; what: string; path?: readonly string[] },
  find: (context: Context, ref: string, engine?: string | null) => Promise<Model | null>,
): Promise<Found<Model>> {
  try {
    const model = await find(context, ref, engine ?? null);
    if (model) return { model };
    return { error: { kind: 'NotFoundError', message: `There is no ${what} "${ref}".`, path } };
  } catch (error) {
    const explained = explain(error, { scope: context.scope(), path });
    if (!explained) throw error;
    return { error: explained };
  }
}

/** {@link resolveRef} for containers, the most common case. */
export const resolveContainer = (
  context: Context,
  input: { readonly ref: string; readonly engine?: string | null | undefined },
  path?: readonly string[],
): Promise<Found<ContainerModel>> =>
  resolveRef(context, { ...input, what: 'container', ...(path && { path }) }, findContainer);

/** The container by its full ID, as it is now: by inspect, as the Engine's list is late by some milliseconds. */
export const reread =
  ({ key, scope }: ContainerModel) =>
  async (): Promise<ContainerModel | null> => {
    const details = await scope.loaders.containers.inspect.load(key);
    return details && fromDetails(scope, details);
  };

/** A payload whose object is gone when all went well. */
export interface RemovalOutcome extends Outcome {
  readonly about: NodeModel | null;
}

/** The way for a client's cache to forget what is gone. */
export const removedIdField = <Shape extends RemovalOutcome>(t: FieldBuilder<Shape>) =>
  t.id({
    nullable: true,
    description: 'The global ID of what was removed; null when nothing was.',
    resolve: ({ changed, about }) => (changed && about ? globalId(about) : null),
  });
