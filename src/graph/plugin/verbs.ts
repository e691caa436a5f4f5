/** `pluginEnable`, `pluginDisable`, `pluginSet` and `pluginRemove`. */
import type { Context } from '../../context.ts';
import { EngineError } from '../../engine/errors.ts';
import { plugins } from '../../engine/operations/plugins.ts';
import type { Int64 } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { wholeSeconds } from '../kit/units.ts';
import { mirrors, wire } from '../kit/wire.ts';
import { refInputs } from '../mutation/fields.ts';
import { refuse } from '../mutation/input-error.ts';
import {
  attempt,
  failed,
  objection,
  payloadType,
  type RemovalOutcome,
  removedIdField,
} from '../mutation/payload.ts';
import { type PluginModel, pluginBy } from './model.ts';
import {
  noPlugin,
  type PluginOutcome,
  pluginPayloadField,
  rereadPlugin,
  resolvePlugin,
  startFailure,
} from './outcome.ts';
import { acceptedRefs } from './queries.ts';
import { checkSettings } from './settings.ts';

interface Reference {
  readonly ref: string;
  readonly engine?: string | null | undefined;
}

/** Finds the plugin, does it to it by its ID, and answers with it as it is afterwards. */
async function act(
  context: Context,
  input: Reference,
  work: (plugin: PluginModel) => Promise<boolean>,
): Promise<PluginOutcome & RemovalOutcome> {
  const found = await resolvePlugin(context, input);
  if ('error' in found) return { ...failed(found.error), plugin: noPlugin, about: null };
  const { model } = found;
  const { scope, key } = model;
  const after = { plugin: rereadPlugin(scope, key), about: model };
  return attempt<PluginOutcome & RemovalOutcome>(
    { scope, plugin: key },
    async () => ({ changed: await work(model), userErrors: [], ...after }),
    (error) => ({ ...failed(error), ...after }),
  );
}

const payload = (name: string) =>
  payloadType<PluginOutcome>(`${name}Payload`, `What \`p${name.slice(1)}\` answers.`, (fields) => ({
    plugin: pluginPayloadField(fields),
  }));

/** The Engine calls it a conflict that it is so already. */
async function unlessSo(work: Promise<boolean>, already: RegExp): Promise<boolean> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'response' && already.test(error.message))
      return false;
    throw error;
  }
}

const defaultTimeout = 30_000_000_000;

function timeoutOf(timeout: Int64 | null | undefined): number {
  const seconds = wholeSeconds(timeout ?? defaultTimeout);
  if (seconds < 0)
    refuse({ api: '', path: ['input', 'timeout'] }, 'cannot be negative: give 0 to wait for ever.');
  return seconds;
}

const PluginEnableInput = builder.inputType('PluginEnableInput', {
  ...mirrors('POST /plugins/{name}/enable'),
  description: 'What `pluginEnable` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    timeout: t.field({
      ...wire('POST /plugins/{name}/enable?timeout'),
      type: 'Duration',
      description:
        'How long the Engine waits for the answer to a call of the plugin, in whole seconds, for as long as it is enabled; ' +
        '30 seconds if left out, 0 for ever. How long its program may take to listen is not up to anybody: about 13 seconds.',
    }),
  }),
});

builder.mutationField('pluginEnable', (t) =>
  t.field({
    type: payload('PluginEnable'),
    nullable: true,
    description:
      'Starts the program of a plugin, and lets the Engine use it; `changed` is false if it is enabled already. ' +
      '`POST /plugins/{name}/enable`.',
    args: { input: t.arg({ type: PluginEnableInput, required: true, description: 'Which plugin.' }) },
    resolve: (_root, { input }, context) => {
      const wrong = objection(context, ['input', 'timeout'], () => timeoutOf(input.timeout));
      if (wrong) return { ...failed(wrong), plugin: noPlugin };
      return act(context, input, async ({ scope, key: name }) => {
        const timeout = timeoutOf(input.timeout);
        try {
          return await unlessSo(scope.call(plugins.enable, { name, timeout }), /plugin already enabled/i);
        } catch (error) {
          throw startFailure(error, scope, name);
        }
      });
    },
  }),
);

const PluginDisableInput = builder.inputType('PluginDisableInput', {
  ...mirrors('POST /plugins/{name}/disable'),
  description: 'What `pluginDisable` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    force: t.boolean({
      ...wire('POST /plugins/{name}/disable?force'),
      defaultValue: false,
      description: 'Even while volumes or networks need it: they cannot be used then.',
    }),
  }),
});

builder.mutationField('pluginDisable', (t) =>
  t.field({
    type: payload('PluginDisable'),
    nullable: true,
    description:
      'Stops the program of a plugin, which stays installed; `changed` is false if it is disabled already. ' +
      '`POST /plugins/{name}/disable`.',
    args: { input: t.arg({ type: PluginDisableInput, required: true, description: 'Which plugin.' }) },
    resolve: (_root, { input }, context) =>
      act(context, input, async ({ scope, key: name, data }) => {
        // Of one that was disabled by force the Engine says that it is in use.
        if (data.Enabled === false) return false;
        const force = input.force ? { force: true } : {};
        return unlessSo(scope.call(plugins.disable, { name, ...force }), /plugin is already disabled/i);
      }),
  }),
);

const PluginSetInput = builder.inputType('PluginSetInput', {
  description: 'What `pluginSet` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    settings: t.stringList({
      required: true,
      description:
        'Settings, as `NAME=value`: the name of a variable, or that of a mount, a device or the arguments, of which `source`, ' +
        '`path` or `value` is set, as `NAME.source=/srv`; arguments are parted by single spaces. What is not named stays.',
    }),
  }),
});

builder.mutationField('pluginSet', (t) =>
  t.field({
    type: payload('PluginSet'),
    nullable: true,
    description:
      'Sets a disabled plugin: all of it, or nothing where one of the settings is wrong. `changed` is false if it was set so ' +
      'already. `POST /plugins/{name}/set`.',
    args: {
      input: t.arg({ type: PluginSetInput, required: true, description: 'Which plugin, and its settings.' }),
    },
    resolve: (_root, { input }, context) =>
      act(context, input, async ({ scope, key: name, data }) => {
        checkSettings(data.Config, input.settings, { api: '', path: ['input', 'settings'] });
        await scope.call(plugins.set, { name, body: input.settings });
        scope.refresh();
        const after = await pluginBy(scope, name);
        // A mount and a device are set where they are declared, too.
        return JSON.stringify(after?.data) !== JSON.stringify(data);
      }),
  }),
);

const PluginRemoveInput = builder.inputType('PluginRemoveInput', {
  ...mirrors('DELETE /plugins/{name}'),
  description: 'What `pluginRemove` takes.',
  fields: (t) => ({
    ...refInputs(t, 'plugin', acceptedRefs),
    force: t.boolean({
      ...wire('DELETE /plugins/{name}?force'),
      defaultValue: false,
      description: 'Even while it is enabled, and volumes or networks need it.',
    }),
  }),
});

builder.mutationField('pluginRemove', (t) =>
  t.field({
    type: payloadType<PluginOutcome & RemovalOutcome>(
      'PluginRemovePayload',
      'What `pluginRemove` answers.',
      (fields) => ({ plugin: pluginPayloadField(fields), removedId: removedIdField(fields) }),
    ),
    nullable: true,
    description:
      'Removes a disabled plugin, and the data that it keeps with itself. `plugin` in the answer is null then. `DELETE /plugins/{name}`.',
    args: { input: t.arg({ type: PluginRemoveInput, required: true, description: 'Which plugin.' }) },
    resolve: (_root, { input }, context) =>
      act(context, input, ({ scope, key: name }) =>
        scope.call(plugins.remove, { name, ...(input.force && { force: true }) }),
      ),
  }),
);
