/** How an operation of the Engine's is performed for one operation of a user's. */
import type { Operation } from '../engine/operation.ts';

/** Performs one operation on one engine for one user operation. A `signal` of its own ends it earlier. */
export type Call = <Given, Result>(
  row: Operation<Given, Result>,
  params: Given,
  signal?: AbortSignal,
) => Promise<Result>;
