/** The operations of the Engine's tag "Secret". Only managers of a swarm answer them. */
import { type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type { IdCreated, Secret, SecretSpecBody } from '../types.ts';

export const secrets = {
  list: operation('GET /secrets', jsonList<Secret>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /secrets/{id}', json<Secret>()),
  create: operation('POST /secrets/create', json<IdCreated>(), takes<{ body: SecretSpecBody }>()),
  /** The daemon takes other labels only; all else must be sent as it is. */
  update: operation('POST /secrets/{id}/update', nothing, takes<{ version: string; body: SecretSpecBody }>()),
  remove: operation('DELETE /secrets/{id}', nothing),
};
