/** Operations on checkpoints of containers: not documented, and there only where the daemon is experimental. */
import { deadlines, jsonListOrNull, nothing, operation, takes } from '../operation.ts';
import type { Checkpoint, CheckpointBody } from '../types.ts';

export const checkpoints = {
  list: operation(
    'GET /containers/{id}/checkpoints',
    jsonListOrNull<Checkpoint>(),
    takes<{ dir?: string | undefined }>(),
  ),
  /** All memory of the processes is written to the disk. */
  create: operation('POST /containers/{id}/checkpoints', nothing, takes<{ body: CheckpointBody }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
  remove: operation(
    'DELETE /containers/{id}/checkpoints/{checkpoint}',
    nothing,
    takes<{ dir?: string | undefined }>(),
  ),
};
