/** Secrets: made, labelled and removed. */
import { secrets } from '../../engine/operations/secrets.ts';
import { builder } from '../builder.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import { refuse } from '../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { Secret } from '../nouns.ts';
import { checkFileName, contentOf, newFileInputs, templatingBody } from '../swarm-file/input.ts';
import { type FileKind, type FileOutcome, fileField, noFile } from '../swarm-file/kind.ts';
import { defineFileRemove } from '../swarm-file/mutations/remove.ts';
import { defineFilesRemove } from '../swarm-file/mutations/remove-many.ts';
import { defineFileUpdate } from '../swarm-file/mutations/update.ts';
import { SecretFilter, secretsOf } from './filter.ts';
import { findSecret, type SecretModel, secretById } from './model.ts';

const kind: FileKind<SecretModel> = {
  word: 'secret',
  noun: 'Secret',
  type: Secret,
  find: findSecret,
  byId: secretById,
  remove: (scope, id) => scope.call(secrets.remove, { id }),
};

const SecretDriverInput = builder.inputType('SecretDriverInput', {
  ...mirrors('Driver'),
  description: 'A plugin that has the data of a secret, instead of the swarm itself.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name of the plugin, which every manager needs.' }),
    options: t.field({ type: [KeyValueInput], description: 'Its options.' }),
  }),
});

const SecretCreateInput = builder.inputType('SecretCreateInput', {
  ...mirrors(['SecretCreateBody', 'SecretSpec'], { dataBase64: 'SecretCreateBody.Data' }),
  description: 'What `secretCreate` takes: exactly one of `data`, `dataBase64` and `driver`.',
  fields: (t) => ({
    ...newFileInputs(t, 'secret', '512,000'),
    driver: t.field({
      type: SecretDriverInput,
      description:
        'A plugin that has the data, in place of `data`. Where there is none, the Engine looks for it for 15 seconds.',
    }),
  }),
});

type Input = typeof SecretCreateInput.$inferInput;

/** @throws InputError for what the Engine would refuse */
function bodyOf(input: Input) {
  checkFileName(input);
  const content = contentOf(input);
  const { driver } = input;
  const path = ['input', driver ? 'driver' : 'data'];
  if (driver && content !== undefined) {
    refuse({ api: '', path }, 'has the data itself: leave `data` and `dataBase64` out.');
  }
  if (!driver && content === undefined) {
    refuse({ api: '', path }, 'is missing: give what shall be in it, as `data` or `dataBase64`.');
  }
  return {
    Name: input.name,
    Labels: mapOf(input.labels),
    Data: content,
    Driver: driver ? { Name: driver.name, Options: mapOf(driver.options) } : undefined,
    Templating: templatingBody(input),
  };
}

builder.mutationField('secretCreate', (t) =>
  t.field({
    type: payloadType<FileOutcome<SecretModel>>(
      'SecretCreatePayload',
      'What `secretCreate` answers.',
      (fields) => fileField(fields, kind),
    ),
    nullable: true,
    description:
      'Makes a secret. Nobody can read it back; services get it as a file, `/run/secrets/<name>` if not told otherwise. ' +
      '`POST /secrets/create`.',
    args: { input: t.arg({ type: SecretCreateInput, required: true, description: 'The secret to make.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<FileOutcome<SecretModel>>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const { ID } = await scope.call(secrets.create, { body: bodyOf(input) });
          return { changed: true, userErrors: [], file: () => (ID ? secretById(scope, ID) : noFile()) };
        },
        (error) => ({ ...failed(error), file: noFile }),
      ),
  }),
);

defineFileUpdate(kind, {
  read: (scope, id) => scope.call(secrets.inspect, { id }),
  write: (scope, id, version, { Spec }, labels) =>
    scope.call(secrets.update, { id, version, body: { ...Spec, Labels: labels } }),
});
defineFileRemove(kind);
defineFilesRemove(kind, { filter: SecretFilter, matching: secretsOf });
