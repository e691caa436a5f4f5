/** Lists: each noun has one at the root, with an `engine` argument, and the same on `Engine`. */
import type { InputFieldMap, InputShapeFromFields, ArgBuilder as PothosArgs } from '@pothos/core';
import type { Context } from '../../context.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder, type GraphTypes } from '../builder.ts';
import { Engine } from '../nouns.ts';
import type { Page, PageArguments } from './connection.ts';
import type { NodeModel } from './node.ts';
import type { Ref } from './record.ts';

type PothosTypes = PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>;
type ArgBuilder = PothosArgs<PothosTypes>;

/** The argument that picks an engine. */
export const engineArg = (arg: ArgBuilder) =>
  arg.string({
    description: 'The name of the engine to ask, as in `engines { name }`; the default one if left out.',
  });

/** The argument that names one object. */
export const refArg = (arg: ArgBuilder, accepted: string) =>
  arg.id({ required: true, description: `A global ID, or what the docker CLI takes: ${accepted}.` });

const pageArgs = (arg: ArgBuilder) => ({
  search: arg.string({
    description: 'Only what contains this text, in any case, in a name, ID or label. Done by the gateway.',
  }),
  first: arg.int({ description: 'At most so many from the start. Without `first` and `last`: all.' }),
  after: arg.string({ description: 'Only what comes after this cursor.' }),
  last: arg.int({ description: 'At most so many from the end.' }),
  before: arg.string({ description: 'Only what comes before this cursor.' }),
});

interface ListArguments extends PageArguments {
  readonly search?: string | null | undefined;
}

/** The compiler cannot follow arguments that are a type parameter: their shape is told it here, and only here. */
const shaped = <Args extends InputFieldMap>(args: object) =>
  args as InputShapeFromFields<Args> & ListArguments;

export interface List<Args extends InputFieldMap, Item extends NodeModel> {
  readonly type: Ref<Page<NodeModel>>;
  readonly description: string;
  /** Arguments beside those of all lists: the filter and the order. */
  readonly args: (arg: ArgBuilder) => Args;
  readonly list: (
    scope: EngineScope,
    args: InputShapeFromFields<Args> & ListArguments,
    context: Context,
  ) => Promise<Page<Item>>;
}

/** Declares `Query.<name>` and `Engine.<name>`. */
export function defineList<Args extends InputFieldMap, Item extends NodeModel>(
  name: string,
  { type, description, args, list }: List<Args, Item>,
): void {
  builder.queryField(name, (t) =>
    t.field({
      type,
      nullable: true,
      description,
      args: { ...args(t.arg), ...pageArgs(t.arg), engine: engineArg(t.arg) },
      resolve: (_root, given, context): Promise<Page<NodeModel>> => {
        const { engine } = given as { readonly engine?: string | null };
        return list(context.scope(engine), shaped<Args>(given), context);
      },
    }),
  );
  builder.objectField(Engine, name, (t) =>
    t.field({
      type,
      nullable: true,
      description,
      args: { ...args(t.arg), ...pageArgs(t.arg) },
      resolve: ({ scope }, given, context): Promise<Page<NodeModel>> =>
        list(scope, shaped<Args>(given), context),
    }),
  );
}
