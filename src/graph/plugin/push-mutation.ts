/** `pluginPush`. */
import { isJsonObject } from '../../engine/json.ts';
import { plugins } from '../../engine/operations/plugins.ts';
import { anonymousHeader, type RegistryAuth } from '../../engine/registry/auth.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import { builder } from '../builder.ts';
import { progressMessages } from '../image/progress.ts';
import { layerProgress } from '../image/progress-layers.ts';
import { authInput, blameAuth, registryAuthOf } from '../image/registry-auth.ts';
import { mirrors } from '../kit/wire.ts';
import { refInputs } from '../mutation/fields.ts';
import { attempt, failed, objection, payloadType } from '../mutation/payload.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { noOperation, type OperationOutcome, operationField, waitInput } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import type { PluginResult } from './fetch.ts';
import { type PluginModel, pluginNameOf } from './model.ts';
import { noPlugin, type PluginOutcome, pluginPayloadField, rereadPlugin, resolvePlugin } from './outcome.ts';
import { acceptedRefs } from './queries.ts';

interface PushOutcome extends PluginOutcome, OperationOutcome {
  readonly digest: string | null;
}

const digestIn = (aux: unknown): string | undefined => {
  const digest = isJsonObject(aux) ? aux['Digest'] : undefined;
  return typeof digest === 'string' ? digest : undefined;
};

async function pushPlugin(
  { scope, key }: PluginModel,
  name: string,
  auth: RegistryAuth | undefined,
  reporter: Reporter,
): Promise<PluginResult & { readonly digest: string | undefined }> {
  const registryAuth = (await scope.registryAuth(name, auth)) ?? anonymousHeader;
  const { body } = await scope.stream(plugins.push, { name: key, registryAuth });
  const work = { route: plugins.push.route, verb: 'push', signals: [scope.signal] };
  const tell = layerProgress(reporter, 'move');
  let digest: string | undefined;
  for await (const message of progressMessages(body, work)) {
    tell(message);
    digest = digestIn(message.aux) ?? digest;
  }
  return { plugin: key, digest, changed: true };
}

const PluginPushInput = builder.inputType('PluginPushInput', {
  ...mirrors('POST /plugins/{name}/push'),
  description: 'What `pluginPush` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    auth: authInput(t),
    wait: waitInput(t),
  }),
});

builder.mutationField('pluginPush', (t) =>
  t.field({
    type: payloadType<PushOutcome>('PluginPushPayload', 'What `pluginPush` answers.', (fields) => ({
      plugin: pluginPayloadField(fields),
      operation: operationField(fields),
      digest: fields.exposeString('digest', {
        nullable: true,
        description: 'The digest it has in the registry, such as `sha256:…`; null where it was not pushed.',
      }),
    })),
    nullable: true,
    description:
      'Sends a plugin to the registry that its name begins with, and waits until it is there if not told otherwise. ' +
      '`changed` is true whenever the registry took it, even if it had all of it. `POST /plugins/{name}/push`.',
    args: {
      input: t.arg({ type: PluginPushInput, required: true, description: 'Which plugin, and as whom.' }),
    },
    resolve: async (_root, { input }, context) => {
      const nothing = { plugin: noPlugin, digest: null, operation: noOperation };
      const authOf = () => registryAuthOf(input.auth, { api: '', path: ['input', 'auth'] });
      const wrong = objection(context, ['input', 'auth'], authOf);
      if (wrong) return { ...failed(wrong), ...nothing };
      const found = await resolvePlugin(context, input);
      if ('error' in found) return { ...failed(found.error), ...nothing };
      const { model } = found;
      const { scope, key } = model;
      const plugin = rereadPlugin(scope, key);
      const path = ['input', 'ref'];
      const blame = (error: UserErrorModel) => blameAuth(error, input.auth);
      return attempt<PushOutcome>(
        { scope, path },
        async () => {
          const auth = authOf();
          const name = pluginNameOf(model);
          const started = context.longWork.start({
            engine: scope.name,
            kind: 'PLUGIN_PUSH',
            subject: name,
            run: (reporter, signal) =>
              pushPlugin({ ...model, scope: scope.lasting(signal) }, name, auth, reporter),
          });
          const { wait } = input;
          return outcomeOf({ context, scope, started, wait, path, blame }, (result) => ({
            plugin,
            digest: result?.digest ?? null,
          }));
        },
        (error) => ({ ...failed(blame(error)), plugin, digest: null, operation: noOperation }),
      );
    },
  }),
);
