/** Limits and weights, for which the daemon writes 0 where there is none. */
import type { Int64 } from '../../../engine/types.ts';
import { type Column, type ColumnOptions, mapped } from '../../kit/record.ts';

/** A 64-bit {@link Column} whose 0 says "none set" and is null. -1 stays: there it is an explicit "unlimited". */
export const limit = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  mapped<Int64, Int64>('Long', (value) => value || null, description, options);
