/** `pluginInstall` and `pluginUpgrade`. */
import { builder } from '../builder.ts';
import { authInput, blameAuth, registryAuthOf } from '../image/registry-auth.ts';
import { mirrors, wire } from '../kit/wire.ts';
import { engineInput, refInputs } from '../mutation/fields.ts';
import { attempt, attemptOn, failed, objection, payloadType } from '../mutation/payload.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { noOperation, type OperationOutcome, operationField, waitInput } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { installPlugin, pluginName, upgradePlugin } from './fetch.ts';
import { pluginBy, pluginNameOf } from './model.ts';
import { noPlugin, type PluginOutcome, pluginPayloadField, rereadPlugin, resolvePlugin } from './outcome.ts';
import { checkGrant, granted, grantInputs, privilegesFor, remoteOf } from './privileges.ts';
import { acceptedRefs } from './queries.ts';

type FetchOutcome = PluginOutcome & OperationOutcome;

const payload = (name: string) =>
  payloadType<FetchOutcome>(`${name}Payload`, `What \`p${name.slice(1)}\` answers.`, (fields) => ({
    plugin: pluginPayloadField(fields),
    operation: operationField(fields),
  }));

const PluginInstallInput = builder.inputType('PluginInstallInput', {
  ...mirrors('POST /plugins/pull'),
  description: 'What `pluginInstall` takes.',
  fields: (t) => ({
    remote: t.string({
      required: true,
      ...wire('POST /plugins/pull?remote'),
      description:
        'The plugin in its registry, such as `vieux/sshfs:latest` or `registry.example:5000/team/storage:1.2`. The tag is `latest` ' +
        'if left out.',
    }),
    name: t.string({
      ...wire('POST /plugins/pull?name'),
      description:
        'What it is called on this Engine; as in its registry if left out. The tag is `latest` if left out.',
    }),
    ...grantInputs(t),
    settings: t.stringList({
      description:
        'Settings, as `NAME=value`: variables, and the named arguments, mounts and devices. See `pluginSet`.',
    }),
    disabled: t.boolean({
      defaultValue: false,
      description: 'Only install it. It is enabled too if left out.',
    }),
    auth: authInput(t),
    wait: waitInput(t),
    engine: engineInput(t),
  }),
});

const nothing = { plugin: noPlugin, operation: noOperation };

builder.mutationField('pluginInstall', (t) =>
  t.field({
    type: payload('PluginInstall'),
    nullable: true,
    description:
      'Installs a plugin from its registry, and enables it if not told otherwise. A plugin works as root on the host: it gets what ' +
      '`grant` allows, which has to be all that it wants (`pluginPrivileges`); otherwise a PluginPrivilegesError says what that is. ' +
      'Where it cannot be set as wished nothing of it is left; where it cannot be enabled it is left disabled. ' +
      '`GET /plugins/privileges`, `POST /plugins/pull`, `POST /plugins/{name}/set`, `POST /plugins/{name}/enable`.',
    args: {
      input: t.arg({ type: PluginInstallInput, required: true, description: 'Which plugin, and how.' }),
    },
    resolve: (_root, { input }, context) => {
      const path = ['input', 'remote'];
      const blame = (error: UserErrorModel) => blameAuth(error, input.auth);
      return attemptOn<FetchOutcome>(
        context,
        input.engine,
        path,
        async (scope) => {
          const remote = remoteOf(input.remote);
          const name = pluginName(input.name ?? remote);
          checkGrant(input);
          const auth = registryAuthOf(input.auth, { api: '', path: ['input', 'auth'] });
          const existing = await pluginBy(scope, name);
          if (existing && pluginNameOf(existing) === name) {
            const message = `There is a plugin "${name}" already: give it another \`name\`, or see \`pluginUpgrade\`.`;
            const kind = 'NameInUseError';
            throw new TypedFailure({ kind, message, name, existing: async () => existing });
          }
          const privileges = granted(await privilegesFor(scope, remote, auth), input);
          const { settings, disabled, wait } = input;
          const wish = {
            remote,
            name,
            privileges,
            auth,
            settings: settings ?? [],
            disabled: disabled ?? false,
          };
          const started = context.longWork.start({
            engine: scope.name,
            kind: 'PLUGIN_INSTALL',
            subject: input.remote,
            run: (reporter, signal) => installPlugin(scope.lasting(signal), wish, reporter),
          });
          return outcomeOf({ context, scope, started, wait, path, blame }, (result) => ({
            plugin: () => pluginBy(scope, result?.plugin ?? name),
          }));
        },
        (error) => ({ ...failed(blame(error)), ...nothing }),
      );
    },
  }),
);

const PluginUpgradeInput = builder.inputType('PluginUpgradeInput', {
  ...mirrors('POST /plugins/{name}/upgrade'),
  description: 'What `pluginUpgrade` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    remote: t.string({
      ...wire('POST /plugins/{name}/upgrade?remote'),
      description: 'What to replace it by, in a registry; what it was installed from if left out.',
    }),
    ...grantInputs(t),
    auth: authInput(t),
    wait: waitInput(t),
  }),
});

builder.mutationField('pluginUpgrade', (t) =>
  t.field({
    type: payload('PluginUpgrade'),
    nullable: true,
    description:
      'Replaces a disabled plugin by what its registry has; its settings and its data stay. `changed` is false if that is what it ' +
      'was already. What it wants to be allowed has to be granted anew, as by `pluginInstall`. `GET /plugins/privileges`, ' +
      '`POST /plugins/{name}/upgrade`.',
    args: {
      input: t.arg({ type: PluginUpgradeInput, required: true, description: 'Which plugin, and by what.' }),
    },
    resolve: async (_root, { input }, context) => {
      const path = ['input', typeof input.remote === 'string' ? 'remote' : 'ref'];
      const authOf = () => registryAuthOf(input.auth, { api: '', path: ['input', 'auth'] });
      const wrong = objection(context, path, () => {
        remoteOf(input.remote ?? 'left/out');
        checkGrant(input);
        authOf();
      });
      if (wrong) return { ...failed(wrong), ...nothing };
      const found = await resolvePlugin(context, input);
      if ('error' in found) return { ...failed(found.error), ...nothing };
      const { model } = found;
      const { scope, key } = model;
      const plugin = rereadPlugin(scope, key);
      const blame = (error: UserErrorModel) => blameAuth(error, input.auth);
      return attempt<FetchOutcome>(
        { scope, path },
        async () => {
          const remote = remoteOf(input.remote ?? (model.data.PluginReference || pluginNameOf(model)));
          const auth = authOf();
          if (model.data.Enabled) {
            const message = `The plugin "${pluginNameOf(model)}" is enabled, and is replaced only while it is not: see \`pluginDisable\`.`;
            throw new TypedFailure({ kind: 'PluginEnabledError', message, plugin });
          }
          const privileges = granted(await privilegesFor(scope, remote, auth), input);
          const started = context.longWork.start({
            engine: scope.name,
            kind: 'PLUGIN_UPGRADE',
            subject: pluginNameOf(model),
            run: (reporter, signal) =>
              upgradePlugin(scope.lasting(signal), model, { remote, privileges, auth }, reporter),
          });
          const { wait } = input;
          return outcomeOf({ context, scope, started, wait, path, blame }, () => ({ plugin }));
        },
        (error) => ({ ...failed(blame(error)), plugin, operation: noOperation }),
      );
    },
  }),
);
