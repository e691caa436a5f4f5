/** `secretRemove` and `configRemove`. */
import { builder } from '../../builder.ts';
import { refInputs } from '../../mutation/fields.ts';
import {
  attempt,
  failed,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveRef,
} from '../../mutation/payload.ts';
import { accepted, type FileKind, type FileModel } from '../kind.ts';

/** Removes it by its full ID; what uses it is in the outcome. */
export const removeFile = <Model extends FileModel>(
  { remove }: FileKind<Model>,
  model: Model,
): Promise<RemovalOutcome> =>
  attempt<RemovalOutcome>(
    { scope: model.scope, swarmFile: model.key },
    async () => ({ changed: await remove(model.scope, model.key), userErrors: [], about: model }),
    (error) => ({ ...failed(error), about: model }),
  );

export function defineFileRemove<Model extends FileModel>(kind: FileKind<Model>): void {
  const { word, noun, find } = kind;
  const mutation = `${word}Remove`;
  const Input = builder.inputType(`${noun}RemoveInput`, {
    description: `What \`${mutation}\` takes.`,
    fields: (t) => refInputs(t, word, accepted),
  });
  builder.mutationField(mutation, (t) =>
    t.field({
      type: payloadType<RemovalOutcome>(
        `${noun}RemovePayload`,
        `What \`${mutation}\` answers.`,
        (fields) => ({
          removedId: removedIdField(fields),
        }),
      ),
      nullable: true,
      description: `Removes a ${word} that no service uses; else \`${noun}InUseError\` has the services. \`DELETE /${word}s/{id}\`.`,
      args: { input: t.arg({ type: Input, required: true, description: `Which ${word}.` }) },
      resolve: async (_root, { input }, context) => {
        const found = await resolveRef(context, { ...input, what: word }, find);
        return 'error' in found ? { ...failed(found.error), about: null } : removeFile(kind, found.model);
      },
    }),
  );
}
