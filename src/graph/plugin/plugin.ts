/** The noun Plugin. */
import type { Plugin as PluginEntry } from '../../engine/types.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { type Columns, columnFields, object, omitted, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Plugin } from '../nouns.ts';
import { driverFields } from './drivers.ts';
import { capabilitiesOf, type PluginModel, pluginBy, pluginNameOf } from './model.ts';
import { PluginConfig, PluginSettings } from './records.ts';

const columns: Columns<PluginEntry> = {
  [of]: 'Plugin',
  Id: omitted('written out as `dockerId`, as it is never null'),
  Name: omitted('written out, as it is never null'),
  Enabled: omitted('written out as `isEnabled`, as it is never null'),
  Settings: object(PluginSettings, 'How it is set.'),
  PluginReference: text(
    'The reference it was installed from, or would be pushed to, with its registry, such as `docker.io/vieux/sshfs:latest`.',
    { name: 'remote' },
  ),
  Config: object(PluginConfig, 'What it says of itself.'),
};

Plugin.implement({
  description:
    'A plugin: a program that extends the Engine itself, such as a driver of volumes or networks, installed by the Engine and ' +
    'run beside it. Plugins of the old kind, which are set up on the host, are only named in `EngineInfo.plugins`.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Plugin.Id'),
      nullable: false,
      description: "Docker's own ID: 64 hexadecimal digits.",
      ...wire('Plugin.Id'),
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve characters of `dockerId`, as the CLI shows them.',
      resolve: ({ key }) => key.slice(0, 12),
    }),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives a new installation: engine and name.',
      resolve: (plugin) => `${plugin.scope.name}/name/${pluginNameOf(plugin)}`,
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('Plugin.Name'),
      nullable: false,
      description: 'Its name on this Engine, with its tag, such as `vieux/sshfs:latest`.',
      ...wire('Plugin.Name'),
      resolve: pluginNameOf,
    }),
    isEnabled: t.boolean({
      ...wire('Plugin.Enabled'),
      nullable: false,
      description: 'Whether its program runs and the Engine uses it: false where it is only installed.',
      ...wire('Plugin.Enabled'),
      resolve: ({ data }) => data.Enabled ?? false,
    }),
    capabilities: t.stringList({
      nullable: false,
      description:
        'What it can do, in short: `volumedriver`, `networkdriver`, `ipamdriver`, `logdriver`, `authz`, `metricscollector`, ' +
        '`csicontroller` and others. `config.interface.types` has it in full.',
      resolve: capabilitiesOf,
    }),
    ...columnFields(t, columns, ({ data }: PluginModel) => data, { certain: true }),
    ...driverFields(t),
  }),
});

findNodesWith('Plugin', pluginBy);
