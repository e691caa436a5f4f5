/** What stands behind `Volume`: an entry of the list, and inspect for what only that has. */
import type { Context } from '../../context.ts';
import { checkReference } from '../../engine/references.ts';
import type { StringMap, Volume } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { entryOf } from '../kit/key-value.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';

export interface VolumeModel extends NodeModel {
  readonly type: 'Volume';
  /** The entry of `GET /volumes`, or the answer of inspect, which has all of it. */
  readonly volume: Volume;
  /** The answer of `GET /volumes/{name}`, where the volume came from there. */
  readonly details?: Volume;
}

/** Volumes have no ID: the name is their identity. */
export const volumeModel = (scope: EngineScope, volume: Volume): VolumeModel => ({
  type: 'Volume',
  scope,
  key: volume.Name ?? '',
  volume,
});

const volumeFromDetails = (scope: EngineScope, details: Volume): VolumeModel => ({
  ...volumeModel(scope, details),
  details,
});

/** Drivers may give names that no path can hold: those cannot be inspected. */
const inspect = (scope: EngineScope, name: string): Promise<Volume | null> =>
  checkReference('object', name).ok ? scope.loaders.volumes.inspect.load(name) : Promise.resolve(null);

/** Inspect, asked for only when a field needs it, and then once; null when the volume has gone. */
export const volumeDetailsOf = ({ scope, key, details }: VolumeModel): Promise<Volume | null> =>
  details ? Promise.resolve(details) : inspect(scope, key);

export const volumeLabelsOf = ({ volume }: VolumeModel): StringMap => volume.Labels ?? {};

/** Made for one container without a name. Engines before 23.0 do not label it, but their names for it are IDs. */
export const isAnonymous = (volume: VolumeModel): boolean =>
  /^[0-9a-f]{64}$/.test(volume.key) ||
  entryOf(volumeLabelsOf(volume), 'com.docker.volume.anonymous') !== null;

/** The volume of that name, by inspect (`GET /volumes/{name}`); null when there is none or it cannot be a name. */
export async function volumeByName(scope: EngineScope, name: string): Promise<VolumeModel | null> {
  const details = await inspect(scope, name);
  return details?.Name ? volumeFromDetails(scope, details) : null;
}

/**
 * The volume a reference means, by inspect (`GET /volumes/{name}`); null when there is none.
 *
 * @throws BadUserInput for a name that cannot be one
 */
export async function findVolume(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<VolumeModel | null> {
  const { scope, key } = locate(context, 'Volume', 'object', ref, engine);
  return volumeByName(scope, key);
}
