/** Where the graph has what `docker plugin inspect` prints: only what is elsewhere than under its own name. */
import type { Rules, Same } from './walk.ts';

/** Go leaves out a 0. */
const zeroIsNone: Same = (docker, graph) => docker === graph || (docker === 0 && graph === null);

/** An argument may be empty, which is not the same as none. */
const exact: Same = (docker, graph) => docker === graph;
const schemes: Same = (docker, graph) => docker === 'moby.plugins.http/v1' && graph === 'HTTP_V1';

export const pluginRules: Rules = {
  Id: { to: 'dockerId' },
  Enabled: { to: 'isEnabled' },
  PluginReference: { to: 'remote' },
  'Config.User.UID': { same: zeroIsNone },
  'Config.User.GID': { same: zeroIsNone },
  'Config.Interface.ProtocolScheme': { same: schemes },
  'Config.Args.Value[]': { same: exact },
  'Settings.Args[]': { same: exact },
};
