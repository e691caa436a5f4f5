/** What secrets and configs have in common, so that what is done to both is written once. */
import type { Context } from '../../context.ts';
import type { Int64, StringMap } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import type { FieldBuilder, Ref } from '../kit/record.ts';
import type { Outcome } from '../mutation/payload.ts';

/** An entry of the list of either. */
export interface FileData {
  readonly ID?: string | null;
  readonly Version?: { readonly Index?: Int64 | null } | null;
  readonly Spec?: { readonly Name?: string | null; readonly Labels?: StringMap | null } | null;
}

export interface FileModel extends NodeModel {
  readonly data: FileData;
}

/** One of the two nouns. */
export interface FileKind<Model extends FileModel> {
  /** As users call it, which is also what fields are called: `secret`. */
  readonly word: 'secret' | 'config';
  readonly noun: 'Secret' | 'Config';
  readonly type: Ref<Model>;
  /** By whatever a user types. */
  readonly find: (context: Context, ref: string, engine?: string | null) => Promise<Model | null>;
  /** As it is now, by its full ID. */
  readonly byId: (scope: EngineScope, id: string) => Promise<Model | null>;
  readonly remove: (scope: EngineScope, id: string) => Promise<boolean>;
}

export interface FileOutcome<Model extends FileModel> extends Outcome {
  /** Read again only if somebody selects it. */
  readonly file: () => Promise<Model | null>;
}

export const noFile = async (): Promise<null> => null;

/** What the CLI takes for either. */
export const accepted = 'ID, unique prefix of one, or name';

/** `{ secret: … }` or `{ config: … }`. */
export const fileField = <Model extends FileModel>(
  t: FieldBuilder<FileOutcome<Model>>,
  { word, type }: FileKind<Model>,
) => {
  // Pothos cannot follow a type parameter; which model it is, is checked where the outcome is made.
  const node: Ref<NodeModel> = type;
  return {
    [word]: t.field({
      type: node,
      nullable: true,
      description: `The ${word} as it is after the change; null when there is none.`,
      resolve: ({ file }): Promise<NodeModel | null> => file(),
    }),
  };
};
