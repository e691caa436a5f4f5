/** A service that installs a plugin on nodes, in place of one that runs containers. */
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import type { TaskBody } from './spec-types.ts';

const PrivilegeInput = builder.inputType('ServicePluginPrivilegeInput', {
  ...mirrors('PluginPrivilege'),
  description: 'A right that a plugin asks for, and is granted.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is, such as `network`.' }),
    description: t.string({ description: 'What it is for, for people.' }),
    value: t.stringList({ description: 'What of it, such as `host`.' }),
  }),
});

export const ServicePluginInput = builder.inputType('ServicePluginInput', {
  ...mirrors('TaskSpec.PluginSpec'),
  description:
    'A plugin to install on nodes, in place of containers to run there (an experimental daemon is needed).',
  fields: (t) => ({
    name: t.string({ description: 'What it is called on the nodes; its `remote` if left out.' }),
    remote: t.string({ description: 'Where it comes from, as `registry/name:tag`.' }),
    disabled: t.boolean({ description: 'Install it without enabling it. False if left out.' }),
    privileges: t.field({ type: [PrivilegeInput], description: 'What it is granted.' }),
    env: t.stringList({ description: 'Settings of it, as `NAME=value`.' }),
  }),
});

export type PluginWish = typeof ServicePluginInput.$inferInput;

/** @throws InputError for a new one that comes from nowhere */
export function pluginBody(
  current: TaskBody['PluginSpec'],
  wish: PluginWish,
  place: Place,
): NonNullable<TaskBody['PluginSpec']> {
  const remote = wish.remote || current?.remote;
  if (!remote) return refuse(inside(place, 'remote'), 'is missing: say where the plugin comes from.');
  return {
    ...current,
    name: wish.name || current?.name || remote,
    remote,
    disabled: wish.disabled ?? current?.disabled,
    privileges:
      wish.privileges?.map(({ name, description, value }) => ({
        name,
        description: given(description),
        value: given(value),
      })) ?? current?.privileges,
    env: wish.env ?? current?.env,
  };
}
