/** Platforms as users write them. */
import type { OciPlatform } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { type Place, refuse, since } from '../mutation/input-error.ts';

/** @throws InputError for what is no platform */
export function platformNamed(text: string, place: Place): OciPlatform {
  const [, os = '', architecture = '', variant] =
    /^([\w.-]{1,64})\/([\w.-]{1,64})(?:\/([\w.-]{1,64}))?$/.exec(text) ?? [];
  if (os === '')
    refuse(place, `cannot be "${text.slice(0, 80)}": give system and architecture, such as "linux/arm64".`);
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/**
 * The `platform` argument of a field.
 *
 * @param version the API in which the Engine learnt to choose
 * @throws InputError for what is no platform, or an Engine that cannot choose one
 */
export async function platformFor(
  scope: EngineScope,
  given: string | null | undefined,
  version: string,
): Promise<OciPlatform | undefined> {
  if (!given) return undefined;
  const place = { api: '', path: ['arguments', 'platform'] };
  const platform = platformNamed(given, place);
  return since({ ...place, api: await scope.apiVersion() }, version, platform);
}
