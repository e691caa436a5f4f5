/** What stands behind `Config`: an entry of the list of configs. */
import type { Context } from '../../context.ts';
import type { StringMap, SwarmConfig } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';
import { inspected } from '../swarm/refer.ts';

export interface ConfigModel extends NodeModel {
  readonly type: 'Config';
  /** An entry of `GET /configs`, which inspect answers with too. */
  readonly data: SwarmConfig;
}

export const configModel = (scope: EngineScope, data: SwarmConfig): ConfigModel => ({
  type: 'Config',
  scope,
  key: data.ID ?? '',
  data,
});

export const configNameOf = ({ data }: ConfigModel): string => data.Spec?.Name ?? '';

export const configLabelsOf = ({ data }: ConfigModel): StringMap => data.Spec?.Labels ?? {};

/** The config of that ID as it is now; null when there is none. */
export async function configById(scope: EngineScope, id: string): Promise<ConfigModel | null> {
  const data = await scope.loaders.configs.inspect.load(id);
  return data?.ID ? configModel(scope, data) : null;
}

/**
 * The config a reference means, by inspect (`GET /configs/{id}`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findConfig(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<ConfigModel | null> {
  const { scope, key } = locate(context, 'Config', 'object', ref, engine);
  const { configs } = scope.loaders;
  const data = await inspected(key, configs.inspect.load(key), async () =>
    (await configs.all()).map(({ ID, Spec }) => ({ id: ID ?? '', name: Spec?.Name ?? null })),
  );
  return data?.ID ? configModel(scope, data) : null;
}
