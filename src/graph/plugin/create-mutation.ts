/** `pluginCreate`. */
import type { Content } from '../../engine/content.ts';
import { EngineError, transportError } from '../../engine/errors.ts';
import { plugins } from '../../engine/operations/plugins.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { archiveFailure } from '../image/archive-failure.ts';
import { type UploadOutcome, uploadField } from '../image/load-mutation.ts';
import { mirrors, wire } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import { noOperation, operationField } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { startWithUpload } from '../operation/upload.ts';
import { type PluginResult, pluginName } from './fetch.ts';
import { pluginBy } from './model.ts';

/** Of what is no archive of a plugin. */
const complaints =
  /failed to read from tar|no rootfs found|config not found|failed to (?:read|parse) config/i;

/** The failure as ArchiveError, where the archive is to blame; else as it is. */
function blameArchive(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.kind !== 'response') return error;
  if (!complaints.test(error.message)) return archiveFailure(error);
  return new TypedFailure({ kind: 'ArchiveError', message: error.message }, error);
}

/** Its answer is empty, and tells by its end that all was done. */
async function drain(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of body);
  } catch (error) {
    throw transportError(plugins.create.route, error, { deadline: false, aborted: signal.aborted });
  }
}

async function createPlugin(scope: EngineScope, name: string, content: Content): Promise<PluginResult> {
  try {
    const { body } = await scope.send(plugins.create, { name }, content, scope.signal);
    await drain(body, scope.signal);
  } catch (error) {
    throw blameArchive(error);
  }
  scope.refresh();
  const plugin = await pluginBy(scope, name);
  return { plugin: plugin?.key ?? name, changed: true };
}

const PluginCreateInput = builder.inputType('PluginCreateInput', {
  ...mirrors('POST /plugins/create'),
  description: 'What `pluginCreate` takes.',
  fields: (t) => ({
    name: t.string({
      ...wire('POST /plugins/create?name'),
      required: true,
      description:
        'The name that it gets, which says where `pluginPush` sends it, such as `registry.example:5000/team/storage:1.2`. The tag ' +
        'is `latest` if left out.',
    }),
    engine: engineInput(t),
  }),
});

builder.mutationField('pluginCreate', (t) =>
  t.field({
    type: payloadType<UploadOutcome>('PluginCreatePayload', 'What `pluginCreate` answers.', (fields) => ({
      operation: operationField(fields),
      upload: uploadField(
        fields,
        'Where to send the archive: a tar that is not compressed, with `config.json` and the directory `rootfs`.',
      ),
    })),
    nullable: true,
    description:
      'Makes a plugin of an archive with its configuration and its files, as `docker plugin create` does; it is disabled then. ' +
      'Answers at once, with `changed` false, an operation that waits, and the address for the archive; the plugin is in the ' +
      'operation when it has ended. `POST /plugins/create`.',
    args: { input: t.arg({ type: PluginCreateInput, required: true, description: 'Its name, and where.' }) },
    resolve: (_root, { input }, context) => {
      const path = ['input', 'name'];
      return attemptOn<UploadOutcome>(
        context,
        input.engine,
        path,
        async (scope) => {
          const name = pluginName(input.name);
          const { started, upload } = startWithUpload(context, scope, {
            kind: 'PLUGIN_CREATE',
            subject: name,
            what: 'pluginCreate',
            run: (lasting, content) => createPlugin(lasting, name, content),
            told: ({ plugin }) => ({ plugin, name }),
          });
          return outcomeOf({ context, scope, started, wait: false, path }, () => ({ upload }));
        },
        (error) => ({ ...failed(error), operation: noOperation, upload: null }),
      );
    },
  }),
);
