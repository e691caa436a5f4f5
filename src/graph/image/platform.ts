/** Platforms as users write them. */
import type { OciPlatform } from '../../engine/types.ts';
import { type Place, refuse } from '../mutation/input-error.ts';

/** @throws InputError for what is no platform */
export function platformNamed(text: string, place: Place): OciPlatform {
  const [, os = '', architecture = '', variant] =
    /^([\w.-]{1,64})\/([\w.-]{1,64})(?:\/([\w.-]{1,64}))?$/.exec(text) ?? [];
  if (os === '')
    refuse(place, `cannot be "${text.slice(0, 80)}": give system and architecture, such as "linux/arm64".`);
  return { os, architecture, ...(variant !== undefined && { variant }) };
}
