/** The operations of the Engine's tag "Service". Only managers of a swarm answer them. */
import { bytes, deadlines, type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type { Service, ServiceCreated, ServiceSpecBody, ServiceUpdated, SwarmLogQuery } from '../types.ts';

export const services = {
  /** `status` (API 1.41) adds how many tasks run and how many should; inspect never has it. */
  list: operation('GET /services', jsonList<Service>(), takes<{ filters?: Filters; status?: boolean }>(), {
    shared: true,
  }),
  inspect: operation('GET /services/{id}', json<Service>(), takes<{ insertDefaults?: boolean }>()),
  create: operation(
    'POST /services/create',
    json<ServiceCreated>(),
    takes<{ body: ServiceSpecBody; registryAuth?: string | undefined }>(),
    // The daemon asks the registry for the digest of the image first.
    { deadline: deadlines.slow, waits: true },
  ),
  /** `version` is that of the service as it was read: another one is refused. */
  update: operation(
    'POST /services/{id}/update',
    json<ServiceUpdated>(),
    takes<{
      version: string;
      body: ServiceSpecBody;
      registryAuthFrom?: 'spec' | 'previous-spec';
      rollback?: 'previous';
      registryAuth?: string | undefined;
    }>(),
    { deadline: deadlines.slow, waits: true },
  ),
  remove: operation('DELETE /services/{id}', nothing),
  logs: operation('GET /services/{id}/logs', bytes, takes<SwarmLogQuery>(), { deadline: deadlines.none }),
};
