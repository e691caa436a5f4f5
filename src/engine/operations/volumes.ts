/** The operations of the Engine's tag "Volume". */
import { deadlines, type Filters, json, nothing, operation, takes } from '../operation.ts';
import type { Volume, VolumeCreateBody, VolumeList, VolumesPruned, VolumeUpdateBody } from '../types.ts';

export const volumes = {
  list: operation('GET /volumes', json<VolumeList>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /volumes/{name}', json<Volume>()),
  create: operation('POST /volumes/create', json<Volume>(), takes<{ body: VolumeCreateBody }>()),
  /** Cluster volumes only (API 1.42). `version` is that of the volume as it was read. */
  update: operation('PUT /volumes/{name}', nothing, takes<{ version: string; body: VolumeUpdateBody }>()),
  remove: operation('DELETE /volumes/{name}', nothing, takes<{ force?: boolean }>()),
  prune: operation('POST /volumes/prune', json<VolumesPruned>(), takes<{ filters?: Filters }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
};
