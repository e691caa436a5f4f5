/** Volumes and networks by the plugin that drives them, and the way back. */
import type { Plugin } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { type NetworkModel, networkFromSummary } from '../network/model.ts';
import { Network, Plugin as PluginNoun, Volume } from '../nouns.ts';
import { type VolumeModel, volumeModel } from '../volume/model.ts';
import { capabilitiesOf, type PluginModel, pluginModel } from './model.ts';

/** Drivers that are part of the Engine: no list has to be asked for them. */
const builtin: ReadonlySet<string> = new Set([
  'local',
  'bridge',
  'host',
  'null',
  'none',
  'overlay',
  'macvlan',
  'ipvlan',
  'ingress',
]);

const isTagged = (name: string): boolean => /:[^/]*$/.test(name);

/** Whether a driver's name means the plugin: without a tag it is that of `latest`. */
const isNamed = ({ Name }: Plugin, driver: string): boolean =>
  Name === driver || (!isTagged(driver) && Name === `${driver}:latest`);

/** The plugin that a driver is; null for one of the Engine itself, for one of the old kind, and for none. */
async function pluginOf(scope: EngineScope, driver: string | null | undefined): Promise<PluginModel | null> {
  if (!driver || builtin.has(driver)) return null;
  const data = (await scope.loaders.plugins.all()).find((plugin) => isNamed(plugin, driver));
  return data ? pluginModel(scope, data) : null;
}

const why = 'null for a driver of the Engine itself, and for plugins that the Engine did not install';

/** `Volume.plugin`, and the same for whatever else has a driver. */
export const pluginField = <Model extends { readonly scope: EngineScope }>(
  t: FieldBuilder<Model>,
  driverOf: (model: Model) => string | null | undefined,
) =>
  t.field({
    type: PluginNoun,
    nullable: true,
    description: `The plugin that is its driver; ${why}. Many are joined from one \`GET /plugins\`.`,
    resolve: (model) => pluginOf(model.scope, driverOf(model)),
  });

const can = (plugin: PluginModel, ...capabilities: readonly string[]): boolean =>
  capabilitiesOf(plugin).some((capability) => capabilities.includes(capability));

/** The volumes that a plugin drives, those of a swarm too. */
export async function volumesOf(plugin: PluginModel): Promise<readonly VolumeModel[]> {
  if (!can(plugin, 'volumedriver', 'csicontroller', 'csinode')) return [];
  const { Volumes } = await plugin.scope.loaders.volumes.all();
  return (Volumes ?? [])
    .filter(({ Driver }) => Driver && isNamed(plugin.data, Driver))
    .map((volume) => volumeModel(plugin.scope, volume));
}

/** The networks that a plugin drives, or gives the addresses of. */
export async function networksOf(plugin: PluginModel): Promise<readonly NetworkModel[]> {
  if (!can(plugin, 'networkdriver', 'ipamdriver')) return [];
  const networks = await plugin.scope.loaders.networks.all();
  return networks
    .filter(({ Driver, IPAM }) =>
      [Driver, IPAM?.Driver].some((driver) => driver && isNamed(plugin.data, driver)),
    )
    .map((summary) => networkFromSummary(plugin.scope, summary));
}

export const driverFields = (t: FieldBuilder<PluginModel>) => ({
  volumes: t.field({
    type: [Volume],
    nullable: true,
    description:
      'The volumes that it drives; none for a plugin that is no driver of volumes. While it is disabled the Engine does not ask ' +
      'it for them, and lists those that it remembers. One `GET /volumes` for all plugins.',
    resolve: volumesOf,
  }),
  networks: t.field({
    type: [Network],
    nullable: true,
    description:
      'The networks that it drives, or gives the addresses of; none for a plugin that does neither. One `GET /networks` ' +
      'for all plugins.',
    resolve: networksOf,
  }),
});
