/** `secretUpdate` and `configUpdate`. */
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { refInputs, versionInput } from '../../mutation/fields.ts';
import { changedLabels, checkLabelChanges, labelChangeInputs } from '../../mutation/label-changes.ts';
import { attempt, failed, objection, payloadType, resolveRef } from '../../mutation/payload.ts';
import { changeVersioned } from '../../mutation/versioned.ts';
import {
  accepted,
  type FileData,
  type FileKind,
  type FileModel,
  type FileOutcome,
  fileField,
  noFile,
} from '../kind.ts';

interface FileCalls<Data> {
  readonly read: (scope: EngineScope, id: string) => Promise<Data>;
  /** Writes the spec as it was read, with these labels. */
  readonly write: (
    scope: EngineScope,
    id: string,
    version: string,
    data: Data,
    labels: Record<string, string>,
  ) => Promise<boolean>;
}

export function defineFileUpdate<Model extends FileModel, Data extends FileData>(
  kind: FileKind<Model>,
  { read, write }: FileCalls<Data>,
): void {
  const { word, noun, find, byId } = kind;
  const mutation = `${word}Update`;
  const Input = builder.inputType(`${noun}UpdateInput`, {
    ...mirrors([`${noun}Spec`, `POST /${word}s/{id}/update`]),
    description: `What \`${mutation}\` takes.`,
    fields: (t) => ({
      ...refInputs(t, word, accepted),
      ...labelChangeInputs(t),
      version: versionInput(t),
    }),
  });
  builder.mutationField(mutation, (t) =>
    t.field({
      type: payloadType<FileOutcome<Model>>(
        `${noun}UpdatePayload`,
        `What \`${mutation}\` answers.`,
        (fields) => fileField(fields, kind),
      ),
      nullable: true,
      description:
        `Changes the labels of a ${word}, and nothing else: the Engine lets nobody change what is in it. For other content ` +
        `make another one, let the services use that, and remove this one. \`POST /${word}s/{id}/update\`.`,
      args: { input: t.arg({ type: Input, required: true, description: `Which ${word}, and its labels.` }) },
      resolve: async (_root, { input }, context): Promise<FileOutcome<Model>> => {
        const wrong = objection(context, ['input'], () => checkLabelChanges(input));
        if (wrong) return { ...failed(wrong), file: noFile };
        const { ref, engine } = input;
        const found = await resolveRef(context, { ref, engine, what: word }, find);
        if ('error' in found) return { ...failed(found.error), file: noFile };
        const { scope, key, data } = found.model;
        const file = () => byId(scope, key);
        return attempt<FileOutcome<Model>>(
          { scope, path: ['input'] },
          async () => {
            const written = await changeVersioned({
              what: `The ${word} "${data.Spec?.Name ?? key}"`,
              version: input.version,
              read: () => read(scope, key),
              apply: ({ Spec }) => changedLabels(Spec?.Labels, input),
              write: (labels, version, current) => write(scope, key, version, current, labels),
            });
            return { changed: written !== undefined, userErrors: [], file };
          },
          (error) => ({ ...failed(error), file }),
        );
      },
    }),
  );
}
