/** What stands behind `Volume`: list and inspect send the same, so there is one shape. */
import type { Context } from '../../context.ts';
import type { Volume } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';

export interface VolumeModel extends NodeModel {
  readonly type: 'Volume';
  readonly volume: Volume;
}

/** Volumes have no ID: the name is their identity. */
export const volumeModel = (scope: EngineScope, volume: Volume): VolumeModel => ({
  type: 'Volume',
  scope,
  key: volume.Name ?? '',
  volume,
});

/**
 * The volume of that name, by inspect (`GET /volumes/{name}`); null when there is none.
 *
 * @throws BadUserInput for a name that cannot be one
 */
export async function findVolume(context: Context, ref: string, engine?: string | null): Promise<VolumeModel | null> {
  const { scope, key } = locate(context, 'Volume', 'object', ref, engine);
  const volume = await scope.loaders.volumes.inspect.load(key);
  return volume?.Name ? volumeModel(scope, volume) : null;
}
