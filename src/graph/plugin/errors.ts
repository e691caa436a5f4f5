/** User errors about plugins, with links to what is in the way. */
import type { FieldBuilder } from '../kit/record.ts';
import { userErrorInterfaces, userErrorOptions, userErrorRef } from '../mutation/user-error.ts';
import { Network, Plugin, Volume } from '../nouns.ts';
import { networksOf, volumesOf } from './drivers.ts';
import type { PluginModel } from './model.ts';
import { PluginPrivilegeType } from './privileges.ts';

interface AboutPlugin {
  readonly plugin: () => Promise<PluginModel | null>;
}

const pluginField = <Shape extends AboutPlugin>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Plugin,
    nullable: true,
    description: 'The plugin as it is now.',
    resolve: ({ plugin }) => plugin(),
  });

userErrorRef('PluginPrivilegesError').implement({
  ...userErrorOptions('PluginPrivilegesError'),
  interfaces: userErrorInterfaces,
  fields: (t) => ({
    privileges: t.field({
      type: [PluginPrivilegeType],
      nullable: false,
      description: 'All that the plugin wants to be allowed: what `grant` has to be.',
      resolve: ({ privileges }) => privileges,
    }),
    missing: t.field({
      type: [PluginPrivilegeType],
      nullable: false,
      description: 'What of that was not granted.',
      resolve: ({ missing }) => missing,
    }),
  }),
});

userErrorRef('PluginInUseError').implement({
  ...userErrorOptions('PluginInUseError'),
  interfaces: userErrorInterfaces,
  fields: (t) => ({
    plugin: pluginField(t),
    volumes: t.field({
      type: [Volume],
      nullable: true,
      description: 'The volumes that it drives.',
      resolve: async ({ plugin }) => {
        const found = await plugin();
        return found && volumesOf(found);
      },
    }),
    networks: t.field({
      type: [Network],
      nullable: true,
      description: 'The networks that it drives, or gives the addresses of.',
      resolve: async ({ plugin }) => {
        const found = await plugin();
        return found && networksOf(found);
      },
    }),
  }),
});

for (const kind of ['PluginEnabledError', 'PluginDisabledError', 'PluginStartError'] as const) {
  userErrorRef(kind).implement({
    ...userErrorOptions(kind),
    interfaces: userErrorInterfaces,
    fields: (t) => ({ plugin: pluginField(t) }),
  });
}
