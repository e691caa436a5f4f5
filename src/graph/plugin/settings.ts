/** Settings of a plugin, as `docker plugin set` takes them. */
import type { Plugin } from '../../engine/types.ts';
import { inside, type Place, refuse } from '../mutation/input-error.ts';

type Config = NonNullable<Plugin['Config']>;

interface Settable {
  readonly Name?: string | null;
  readonly Settable?: readonly string[] | null;
}

/** All that has a name to be set by, in the order in which the Engine looks, and the field that can be set of each. */
const settables = ({ Env, Mounts, Linux, Args }: Config): readonly (readonly [Settable, string])[] => [
  ...(Env ?? []).map((each) => [each, 'value'] as const),
  ...(Mounts ?? []).map((each) => [each, 'source'] as const),
  ...(Linux?.Devices ?? []).map((each) => [each, 'path'] as const),
  ...(Args ? [[Args, 'value'] as const] : []),
];

/** `NAME=value` and `NAME.field=value`, taken apart. */
function parse(setting: string): { readonly name: string; readonly field: string | undefined } {
  const [key = ''] = setting.split('=', 1);
  const dot = key.lastIndexOf('.');
  return dot > 0 ? { name: key.slice(0, dot), field: key.slice(dot + 1) } : { name: key, field: undefined };
}

function checkSetting(config: Config, setting: string, place: Place): void {
  const { name, field } = parse(setting);
  if (!name) refuse(place, `cannot be "${setting}": give \`NAME=value\`, or \`NAME.field=value\`.`);
  const all = settables(config);
  const [found, allowed] = all.find(([{ Name }]) => Name === name) ?? [];
  if (!found || allowed === undefined) {
    const names = all.flatMap(([{ Name, Settable }]) => (Name && Settable?.length ? [Name] : []));
    const known = names.length > 0 ? `It has ${names.join(', ')}.` : 'It has none.';
    refuse(place, `names "${name}", and the plugin has no such setting. ${known}`);
  }
  const settable = found.Settable ?? [];
  if (!settable.includes(allowed) || (field ?? allowed) !== allowed) {
    const possible = settable.length > 0 ? `only ${settable.join(', ')} of it can be set` : 'it is fixed';
    refuse(place, `cannot set "${field === undefined ? name : `${name}.${field}`}": ${possible}.`);
  }
}

/**
 * Checks all settings before any is sent: the Engine keeps those before the one that it refuses in mind, and would write
 * them down with the next.
 *
 * @throws InputError for what the plugin does not have, or does not let be set
 */
export function checkSettings(
  config: Config | null | undefined,
  settings: readonly string[],
  place: Place,
): void {
  for (const [index, setting] of settings.entries())
    checkSetting(config ?? {}, setting, inside(place, index));
}
