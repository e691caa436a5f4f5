/** Configs: made, labelled and removed. */
import { configs } from '../../engine/operations/configs.ts';
import { builder } from '../builder.ts';
import { mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import { refuse } from '../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { Config } from '../nouns.ts';
import { checkFileName, contentOf, newFileInputs, templatingBody } from '../swarm-file/input.ts';
import { type FileKind, type FileOutcome, fileField, noFile } from '../swarm-file/kind.ts';
import { defineFileRemove } from '../swarm-file/mutations/remove.ts';
import { defineFilesRemove } from '../swarm-file/mutations/remove-many.ts';
import { defineFileUpdate } from '../swarm-file/mutations/update.ts';
import { ConfigFilter, configsOf } from './filter.ts';
import { type ConfigModel, configById, findConfig } from './model.ts';

const kind: FileKind<ConfigModel> = {
  word: 'config',
  noun: 'Config',
  type: Config,
  find: findConfig,
  byId: configById,
  remove: (scope, id) => scope.call(configs.remove, { id }),
};

const ConfigCreateInput = builder.inputType('ConfigCreateInput', {
  ...mirrors(['ConfigCreateBody', 'ConfigSpec'], { dataBase64: 'ConfigCreateBody.Data' }),
  description: 'What `configCreate` takes: exactly one of `data` and `dataBase64`.',
  fields: (t) => newFileInputs(t, 'config', '1,024,000'),
});

type Input = typeof ConfigCreateInput.$inferInput;

/** @throws InputError for what the Engine would refuse */
function bodyOf(input: Input) {
  checkFileName(input);
  const content = contentOf(input);
  if (content === undefined) {
    const place = { api: '', path: ['input', 'data'] };
    refuse(place, 'is missing: give what shall be in it, as `data` or `dataBase64`.');
  }
  return {
    Name: input.name,
    Labels: mapOf(input.labels),
    Data: content,
    Templating: templatingBody(input),
  };
}

builder.mutationField('configCreate', (t) =>
  t.field({
    type: payloadType<FileOutcome<ConfigModel>>(
      'ConfigCreatePayload',
      'What `configCreate` answers.',
      (fields) => fileField(fields, kind),
    ),
    nullable: true,
    description:
      'Makes a config: a file that services get, at `/<name>` if not told otherwise. `POST /configs/create`.',
    args: { input: t.arg({ type: ConfigCreateInput, required: true, description: 'The config to make.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<FileOutcome<ConfigModel>>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const { ID } = await scope.call(configs.create, { body: bodyOf(input) });
          return { changed: true, userErrors: [], file: () => (ID ? configById(scope, ID) : noFile()) };
        },
        (error) => ({ ...failed(error), file: noFile }),
      ),
  }),
);

defineFileUpdate(kind, {
  read: (scope, id) => scope.call(configs.inspect, { id }),
  write: (scope, id, version, { Spec }, labels) =>
    scope.call(configs.update, { id, version, body: { ...Spec, Labels: labels } }),
});
defineFileRemove(kind);
defineFilesRemove(kind, { filter: ConfigFilter, matching: configsOf });
