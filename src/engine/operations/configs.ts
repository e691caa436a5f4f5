/** The operations of the Engine's tag "Config". Only managers of a swarm answer them. */
import { type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type { ConfigSpecBody, IdCreated, SwarmConfig } from '../types.ts';

export const configs = {
  list: operation('GET /configs', jsonList<SwarmConfig>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /configs/{id}', json<SwarmConfig>()),
  create: operation('POST /configs/create', json<IdCreated>(), takes<{ body: ConfigSpecBody }>()),
  /** The daemon takes other labels only; all else must be sent as it is. */
  update: operation('POST /configs/{id}/update', nothing, takes<{ version: string; body: ConfigSpecBody }>()),
  remove: operation('DELETE /configs/{id}', nothing),
};
