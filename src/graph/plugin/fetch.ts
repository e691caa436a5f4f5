/** Installing and upgrading a plugin: the work itself. `POST /plugins/pull`, `POST /plugins/{name}/upgrade` */
import { EngineError } from '../../engine/errors.ts';
import { familiarImageName, parseImageReference } from '../../engine/image-reference.ts';
import type { Operation } from '../../engine/operation.ts';
import { plugins } from '../../engine/operations/plugins.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import type { PluginPrivilege } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { progressMessages } from '../image/progress.ts';
import { layerProgress } from '../image/progress-layers.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import { type PluginModel, pluginBy, pluginNameOf } from './model.ts';
import { startFailure } from './outcome.ts';
import { wantedPrivileges } from './privileges.ts';
import { checkSettings } from './settings.ts';

export interface PluginResult extends WorkResult {
  /** The ID. */
  readonly plugin: string;
  readonly changed: boolean;
}

interface FetchWish {
  readonly remote: string;
  readonly privileges: readonly PluginPrivilege[];
  readonly auth: RegistryAuth | undefined;
}

export interface InstallWish extends FetchWish {
  /** The name it gets here, with its tag. */
  readonly name: string;
  readonly settings: readonly string[];
  readonly disabled: boolean;
}

/**
 * The name that a plugin gets on the Engine: as it was asked for, or that of its reference; with a tag.
 *
 * @throws BadUserInput for what cannot be one
 */
export function pluginName(wanted: string): string {
  const parsed = parseImageReference(wanted);
  if (!parsed) {
    throw new BadUserInput(
      `"${wanted}" cannot be the name of a plugin: give lower-case letters, digits and separators, such as "team/storage:1.2".`,
    );
  }
  return familiarImageName(`${parsed.domain}/${parsed.path}:${parsed.tag ?? 'latest'}`);
}

/** Meanwhile the registry has something else under that name, which wants other things. */
async function changedPrivileges(scope: EngineScope, { remote, auth }: FetchWish, cause: unknown) {
  const privileges = await wantedPrivileges(scope, remote, auth);
  const message = 'The plugin wants to be allowed other things by now than when it was asked. Look again.';
  return new TypedFailure({ kind: 'PluginPrivilegesError', message, privileges, missing: privileges }, cause);
}

/** Performs what answers with the progress of a fetch, and tells of it. */
async function follow<Given>(
  scope: EngineScope,
  row: Operation<Given, AsyncIterable<Uint8Array>>,
  params: Given,
  reporter: Reporter,
  wish: FetchWish,
): Promise<void> {
  const tell = layerProgress(reporter, 'fetch-and-unpack');
  try {
    const { body } = await scope.stream(row, params);
    const work = { route: row.route, verb: 'plugin', signals: [scope.signal] };
    for await (const message of progressMessages(body, work)) {
      tell(message);
      const [, digest] = /^Digest: (\w+:[0-9a-f]+)$/.exec(message.status ?? '') ?? [];
      if (digest !== undefined) reporter.result({ digest });
    }
  } catch (error) {
    const hasChanged = error instanceof EngineError && /incorrect privileges/i.test(error.message);
    throw hasChanged ? await changedPrivileges(scope, wish, error) : error;
  } finally {
    scope.refresh();
  }
}

const gone = (name: string): TypedFailure =>
  new TypedFailure({
    kind: 'NotFoundError',
    message: `The plugin "${name}" was removed by somebody as soon as it was there.`,
  });

/** Sets it, or leaves nothing of it: nobody asked for a plugin with other settings. */
async function setOrRemove(
  scope: EngineScope,
  { key, data }: PluginModel,
  settings: readonly string[],
): Promise<void> {
  if (settings.length === 0) return;
  try {
    checkSettings(data.Config, settings, { api: '', path: ['input', 'settings'] });
    await scope.call(plugins.set, { name: key, body: settings });
  } catch (error) {
    await scope.call(plugins.remove, { name: key, force: true });
    throw error;
  }
}

/**
 * Fetches a plugin, sets it and enables it.
 *
 * @throws EngineError in the Engine's or the registry's own sentence, CredentialError, InputError for a setting that it does
 *   not have: then nothing of it is left; TypedFailure PluginStartError where it is there and cannot be enabled
 */
export async function installPlugin(
  scope: EngineScope,
  wish: InstallWish,
  reporter: Reporter,
): Promise<PluginResult> {
  const { remote, name, privileges, auth, settings, disabled } = wish;
  const registryAuth = await scope.registryAuth(remote, auth);
  await follow(scope, plugins.pull, { remote, name, body: privileges, registryAuth }, reporter, wish);
  const plugin = await pluginBy(scope, name);
  if (!plugin) throw gone(name);
  await setOrRemove(scope, plugin, settings);
  reporter.result({ plugin: plugin.key });
  if (!disabled) {
    try {
      await scope.call(plugins.enable, { name: plugin.key, timeout: 0 });
    } catch (error) {
      throw startFailure(error, scope, plugin.key);
    }
  }
  return { plugin: plugin.key, changed: true };
}

/**
 * Replaces a plugin by what its registry has; its settings stay.
 *
 * @throws EngineError in the Engine's or the registry's own sentence, CredentialError
 */
export async function upgradePlugin(
  scope: EngineScope,
  plugin: PluginModel,
  wish: FetchWish,
  reporter: Reporter,
): Promise<PluginResult> {
  const { remote, privileges, auth } = wish;
  const registryAuth = await scope.registryAuth(remote, auth);
  // The Engine takes no ID here, though it does everywhere else.
  const name = pluginNameOf(plugin);
  await follow(scope, plugins.upgrade, { name, remote, body: privileges, registryAuth }, reporter, wish);
  const after = await pluginBy(scope, plugin.key);
  if (!after) throw gone(name);
  const changed = JSON.stringify(after.data.Config) !== JSON.stringify(plugin.data.Config);
  return { plugin: plugin.key, changed };
}
