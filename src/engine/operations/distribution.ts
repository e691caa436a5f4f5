/** The operation of the Engine's tag "Distribution": what a registry has, asked through the daemon. */
import { deadlines, json, operation, takes } from '../operation.ts';
import type { DistributionInspect } from '../types.ts';

export const distribution = {
  /** Round trips to the registry, which may count them against the user. */
  inspect: operation(
    'GET /distribution/{name}/json',
    json<DistributionInspect>(),
    takes<{ registryAuth?: string | undefined }>(),
    { deadline: deadlines.write, waits: true, shared: true },
  ),
};
