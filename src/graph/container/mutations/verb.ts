/** What a verb on containers is, and how it is done to one of them. */
import type { InputFieldMap, InputShapeFromFields } from '@pothos/core';
import type { GraphTypes } from '../../builder.ts';
import { attempt, type ContainerOutcome, failed, reread } from '../../mutation/payload.ts';
import type { ContainerModel } from '../model.ts';

export type InputFields = PothosSchemaTypes.InputFieldBuilder<
  PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>,
  'InputObject'
>;

export interface Verb<Fields extends InputFieldMap> {
  /** As in the names of the types: `Stop` makes `containerStop` and `ContainerStopInput`. */
  readonly name: string;
  readonly description: string;
  /** What a selection of containers is done to; without it there is no bulk form. */
  readonly bulkDescription?: string;
  /** The container is gone afterwards: the payload then names it by its ID. */
  readonly removes?: boolean;
  /** Arguments beside the reference. */
  readonly fields: (t: InputFields) => Fields;
  /** Throws BadUserInput for arguments that cannot be meant, before anything is asked of the Engine. */
  readonly check?: (input: InputShapeFromFields<Fields>) => void;
  /** Does it to that container, by its full ID; false when it was so already. */
  readonly act: (container: ContainerModel, input: InputShapeFromFields<Fields>) => Promise<boolean>;
}

/** The common reference arguments of a mutation about one container. */
export const containerRefFields = (t: InputFields) => ({
  ref: t.id({ required: true, description: 'The container: global ID, ID, unique prefix of one, or name.' }),
  engine: t.string({
    description: 'The engine it is on; the default one if left out. Not needed with a global ID.',
  }),
});

/** Does a verb to one container; expected failures are in the outcome. */
export async function actOn(
  container: ContainerModel,
  act: () => Promise<boolean>,
): Promise<ContainerOutcome> {
  const after = reread(container);
  return attempt<ContainerOutcome>(
    { scope: container.scope, container },
    async () => ({ changed: await act(), userErrors: [], container: after }),
    (error) => ({ ...failed(error), container: after }),
  );
}

/** The compiler cannot follow input fields that are a type parameter: their shape is told it here, and only here. */
export const inputOf = <Fields extends InputFieldMap, Common>(
  args: object,
): Common & InputShapeFromFields<Fields> =>
  Reflect.get(args, 'input') as Common & InputShapeFromFields<Fields>;
