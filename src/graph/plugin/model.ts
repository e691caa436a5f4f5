/** What stands behind `Plugin`: an entry of the list of plugins, which inspect answers with too. */
import type { Context } from '../../context.ts';
import type { Plugin } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';

export interface PluginModel extends NodeModel {
  readonly type: 'Plugin';
  /** An entry of `GET /plugins`, which inspect answers with too. */
  readonly data: Plugin;
}

export const pluginModel = (scope: EngineScope, data: Plugin): PluginModel => ({
  type: 'Plugin',
  scope,
  key: data.Id ?? '',
  data,
});

export const pluginNameOf = ({ data }: PluginModel): string => data.Name ?? '';

/** `volumedriver` of `docker.volumedriver/1.0`. */
export const capabilitiesOf = ({ data }: PluginModel): readonly string[] =>
  (data.Config?.Interface?.Types ?? []).map((type) => type.replace(/^[^.]*\./, '').replace(/\/[^/]*$/, ''));

async function ambiguous(scope: EngineScope, ref: string): Promise<AmbiguousReference> {
  const candidates = (await scope.loaders.plugins.all()).filter(({ Id }) => Id?.startsWith(ref));
  return new AmbiguousReference(
    ref,
    candidates.map(({ Id, Name }) => ({ id: Id ?? '', name: Name ?? null })),
  );
}

/** The plugin of that name, ID or prefix of one, by inspect; null when there is none. */
export async function pluginBy(scope: EngineScope, ref: string): Promise<PluginModel | null> {
  const data = await scope.loaders.plugins.inspect.load(ref);
  return data?.Id ? pluginModel(scope, data) : null;
}

/**
 * The plugin a reference means, by inspect (`GET /plugins/{name}/json`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findPlugin(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<PluginModel | null> {
  const { scope, key } = locate(context, 'Plugin', 'plugin', ref, engine);
  try {
    return await pluginBy(scope, key);
  } catch (error) {
    if (isAmbiguous(error)) throw await ambiguous(scope, key);
    throw error;
  }
}
