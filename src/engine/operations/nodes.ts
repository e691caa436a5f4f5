/** The operations of the Engine's tag "Node": the machines of a swarm. Only managers answer them. */
import { type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type { NodeSpecBody, SwarmNode } from '../types.ts';

export const nodes = {
  list: operation('GET /nodes', jsonList<SwarmNode>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /nodes/{id}', json<SwarmNode>()),
  update: operation('POST /nodes/{id}/update', nothing, takes<{ version: string; body: NodeSpecBody }>()),
  remove: operation('DELETE /nodes/{id}', nothing, takes<{ force?: boolean }>()),
};
