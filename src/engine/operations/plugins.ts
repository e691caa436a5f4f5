/** The operations of the Engine's tag "Plugin": programs that extend the daemon itself. */
import {
  bytes,
  deadlines,
  type Filters,
  json,
  jsonListOrNull,
  nothing,
  operation,
  takes,
} from '../operation.ts';
import type { Plugin, PluginPrivilege } from '../types.ts';

export const plugins = {
  list: operation('GET /plugins', jsonListOrNull<Plugin>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /plugins/{name}/json', json<Plugin>()),
  /** What the plugin wants to be allowed, by its registry. */
  privileges: operation(
    'GET /plugins/privileges',
    jsonListOrNull<PluginPrivilege>(),
    takes<{ remote: string; registryAuth?: string | undefined }>(),
    { deadline: deadlines.write, waits: true },
  ),
  /** Progress as JSON lines, the failure as the last of them. The body grants the privileges. */
  pull: operation(
    'POST /plugins/pull',
    bytes,
    takes<{
      remote: string;
      name?: string | undefined;
      body: readonly PluginPrivilege[];
      registryAuth?: string | undefined;
    }>(),
    { deadline: deadlines.none },
  ),
  upgrade: operation(
    'POST /plugins/{name}/upgrade',
    bytes,
    takes<{ remote: string; body: readonly PluginPrivilege[]; registryAuth?: string | undefined }>(),
    { deadline: deadlines.none },
  ),
  push: operation('POST /plugins/{name}/push', bytes, takes<{ registryAuth?: string | undefined }>(), {
    deadline: deadlines.none,
  }),
  /** Takes a tar archive with `config.json` and `rootfs/`. */
  create: operation('POST /plugins/create', bytes, takes<{ name: string }>(), { deadline: deadlines.none }),
  /** `timeout`: seconds that the Engine waits for an answer of the plugin, 0 for ever; it cannot be left out. */
  enable: operation('POST /plugins/{name}/enable', nothing, takes<{ timeout: number }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  disable: operation('POST /plugins/{name}/disable', nothing, takes<{ force?: boolean }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  set: operation('POST /plugins/{name}/set', nothing, takes<{ body: readonly string[] }>()),
  /** Documented to answer with the plugin; no Engine does. */
  remove: operation('DELETE /plugins/{name}', nothing, takes<{ force?: boolean }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
};
