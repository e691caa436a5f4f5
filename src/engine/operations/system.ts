/** The operations of the Engine's tag "System". */
import { bytes, deadlines, type Filters, header, json, nothing, operation, takes } from '../operation.ts';
import type { AuthAnswer, AuthBody, SystemDiskUsage, SystemInfo, SystemVersion } from '../types.ts';

/** What `GET /system/df` is asked for. */
export interface DiskUsageQuery {
  readonly type?: readonly string[];
  readonly verbose?: true;
}

export const system = {
  /** Whether the daemon answers at all: a hanging one must not keep a status page waiting. */
  ping: operation('GET /_ping', nothing, takes(), { deadline: deadlines.ping }),
  /** The same beside the quick calls, so that the slow ones among them cannot make the daemon look dead. */
  alive: operation('GET /_ping', nothing, takes(), { deadline: deadlines.ping, waits: true }),
  /** How the daemon stands to a swarm, such as `active/manager`: nothing is started or asked for it. Since Engine 23.0. */
  swarmState: operation('HEAD /_ping', header('swarm'), takes(), { deadline: deadlines.ping, shared: true }),
  /** Whether a registry takes these credentials. */
  auth: operation('POST /auth', json<AuthAnswer>(), takes<{ body: AuthBody }>(), {
    deadline: deadlines.write,
    waits: true,
    changes: false,
  }),
  info: operation('GET /info', json<SystemInfo>(), takes(), { shared: true }),
  version: operation('GET /version', json<SystemVersion>(), takes(), { shared: true }),
  /**
   * A walk over the disk, seconds to minutes; a second one beside it fails on Engine 20.10. `type` since API 1.42,
   * `verbose`, without which the answer has everything twice, since 1.52.
   */
  diskUsage: operation('GET /system/df', json<SystemDiskUsage>(), takes<DiskUsageQuery>(), {
    deadline: deadlines.slow,
    shared: true,
    waits: true,
  }),
  events: operation('GET /events', bytes, takes<{ since?: string; until?: string; filters?: Filters }>(), {
    deadline: deadlines.none,
    // Ten thousand events at once. A daemon whose events are not read drops them, and makes all its callers wait.
    readAhead: 8 * 1024 ** 2,
  }),
};
