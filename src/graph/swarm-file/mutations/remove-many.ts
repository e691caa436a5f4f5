/** `secretsRemove` and `configsRemove`: of many, with a result for each. */
import type { InputRef } from '@pothos/core';
import type { Context } from '../../../context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { BadUserInput } from '../../../errors.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { explain } from '../../mutation/explain.ts';
import { engineInput } from '../../mutation/fields.ts';
import {
  failed,
  type Outcome,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../../mutation/payload.ts';
import { UserError } from '../../mutation/user-error.ts';
import type { FileFilterInput } from '../filter.ts';
import { type FileKind, type FileModel, type FileOutcome, fileField, noFile } from '../kind.ts';
import { removeFile } from './remove.ts';

interface Item<Model extends FileModel> extends FileOutcome<Model>, RemovalOutcome {
  readonly ref: string;
}

interface ManyOutcome<Model extends FileModel> extends Outcome {
  readonly results: readonly Item<Model>[];
}

interface Many<Model extends FileModel> {
  readonly filter: InputRef<FileFilterInput>;
  readonly matching: (scope: EngineScope, filter: FileFilterInput) => Promise<readonly Model[]>;
}

interface Wish {
  readonly refs?: readonly string[] | null | undefined;
  readonly filter?: FileFilterInput | null | undefined;
  readonly engine?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

type Target<Model extends FileModel> = { readonly ref: string; readonly model: Model } | Item<Model>;

/** The references in their order, then what the filter finds, none twice. */
async function targetsOf<Model extends FileModel>(
  context: Context,
  { refs, filter, engine }: Wish,
  { word, find }: FileKind<Model>,
  { matching }: Many<Model>,
): Promise<readonly Target<Model>[]> {
  const isFiltered = Object.values(filter ?? {}).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined,
  );
  if (!refs?.length && !isFiltered) {
    throw new BadUserInput(`Choose ${word}s by \`refs\` or by a \`filter\` with at least one condition.`);
  }
  const byRef = await Promise.all(
    (refs ?? []).map(async (ref, index): Promise<Target<Model>> => {
      const path = ['input', 'refs', String(index)];
      const found = await resolveRef(context, { ref, engine, what: word, path }, find);
      return 'error' in found
        ? { ref, ...failed(found.error), file: noFile, about: null }
        : { ref, model: found.model };
    }),
  );
  const byFilter = isFiltered ? await matching(context.scope(engine), filter ?? {}) : [];
  const seen = new Set<string>();
  return [...byRef, ...byFilter.map((model) => ({ ref: model.key, model }))].filter((target) => {
    if (!('model' in target)) return true;
    const isNew = !seen.has(target.model.key);
    seen.add(target.model.key);
    return isNew;
  });
}

async function removeOne<Model extends FileModel>(
  kind: FileKind<Model>,
  target: Target<Model>,
  dryRun: boolean,
): Promise<Item<Model>> {
  if (!('model' in target)) return target;
  const { ref, model } = target;
  if (dryRun) return { ref, changed: false, userErrors: [], about: model, file: async () => model };
  const file = () => kind.byId(model.scope, model.key);
  try {
    return { ref, file, ...(await removeFile(kind, model)) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // What the Engine fails at for one must not cost the others their results.
    return { ref, file, ...failed({ kind: 'EngineFailedError', message: error.message }), about: model };
  }
}

/** Declares `secretsRemove` or `configsRemove`. */
export function defineFilesRemove<Model extends FileModel>(kind: FileKind<Model>, many: Many<Model>): void {
  const { word, noun } = kind;
  const mutation = `${word}sRemove`;
  const ItemType = builder.objectRef<Item<Model>>(`${noun}RemovalResult`).implement({
    description: `What became of one ${word} of \`${mutation}\`.`,
    fields: (t) => ({
      ref: t.string({
        nullable: false,
        description: 'The reference as it was given, or the full ID where the filter chose it.',
        resolve: ({ ref }) => ref,
      }),
      ...fileField<Model>(t, kind),
      removedId: removedIdField(t),
      changed: t.boolean({
        nullable: false,
        description: 'Whether it was removed.',
        resolve: ({ changed }) => changed,
      }),
      userErrors: t.field({
        type: [UserError],
        nullable: false,
        description: 'Why it was not removed; empty when it was.',
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });
  const Input = builder.inputType(`${noun}sRemoveInput`, {
    description: `What \`${mutation}\` takes: references, a filter, or both.`,
    fields: (t) => ({
      refs: t.idList({ description: `${noun}s by global ID, ID, unique prefix, or name.` }),
      filter: t.field({
        type: many.filter,
        description: `${noun}s by what they are, as in \`${word}s(filter:)\`: \`{ used: false }\` chooses those that no service uses.`,
      }),
      dryRun: t.boolean({ defaultValue: false, description: `Only show which ${word}s it would remove.` }),
      engine: engineInput(t),
    }),
  });
  const Payload = payloadType<ManyOutcome<Model>>(
    `${noun}sRemovePayload`,
    `What \`${mutation}\` answers.`,
    (t) => ({
      results: t.field({
        type: [ItemType],
        nullable: false,
        description: 'One result for each, in the order of `refs`, then of what the filter found.',
        resolve: ({ results }) => results,
      }),
    }),
  );
  builder.mutationField(mutation, (t) =>
    t.field({
      type: Payload,
      nullable: true,
      description: `Removes many ${word}s. Those that services use stay, and their results say so. \`DELETE /${word}s/{id}\`.`,
      args: { input: t.arg({ type: Input, required: true, description: `Which ${word}s.` }) },
      resolve: async (_root, { input }, context): Promise<ManyOutcome<Model>> => {
        try {
          const targets = await targetsOf(context, input, kind, many);
          const results: Item<Model>[] = [];
          // One after another: the managers write one change at a time, and the loaders are dropped after each.
          for (const target of targets) results.push(await removeOne(kind, target, input.dryRun === true));
          return { results, changed: results.some(({ changed }) => changed), userErrors: [] };
        } catch (error) {
          const explained = explain(error, { scope: context.scope(), path: ['input'] });
          if (!explained) throw error;
          return { ...failed(explained), results: [] };
        }
      },
    }),
  );
}
