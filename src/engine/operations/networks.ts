/** The operations of the Engine's tag "Network". */
import { deadlines, type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type {
  NetworkConnectBody,
  NetworkCreateBody,
  NetworkCreated,
  NetworkDisconnectBody,
  NetworkInspect,
  NetworkSummary,
  NetworksPruned,
} from '../types.ts';

export const networks = {
  list: operation('GET /networks', jsonList<NetworkSummary>(), takes<{ filters?: Filters }>(), {
    shared: true,
  }),
  inspect: operation(
    'GET /networks/{id}',
    json<NetworkInspect>(),
    takes<{ verbose?: boolean; scope?: string }>(),
  ),
  create: operation('POST /networks/create', json<NetworkCreated>(), takes<{ body: NetworkCreateBody }>()),
  connect: operation('POST /networks/{id}/connect', nothing, takes<{ body: NetworkConnectBody }>()),
  disconnect: operation('POST /networks/{id}/disconnect', nothing, takes<{ body: NetworkDisconnectBody }>()),
  remove: operation('DELETE /networks/{id}', nothing),
  prune: operation('POST /networks/prune', json<NetworksPruned>(), takes<{ filters?: Filters }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
};
