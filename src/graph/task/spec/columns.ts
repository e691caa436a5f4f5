/** Columns that specs of a swarm have and others do not. */
import type { Int64, TaskSpec } from '../../../engine/types.ts';
import { type Column, type ColumnOptions, mapped } from '../../kit/record.ts';

type Part<Key extends keyof TaskSpec> = NonNullable<TaskSpec[Key]>;
export type ContainerPart<Key extends keyof Part<'ContainerSpec'>> = NonNullable<Part<'ContainerSpec'>[Key]>;
export type TaskPart<Key extends keyof TaskSpec> = Part<Key>;
export type Item<List> = List extends readonly (infer Each)[] ? Each : never;

/** Nanoseconds of which 0 is one value among others: no wait at all. */
export const exactDuration = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  mapped<Int64, Int64>('Duration', (value) => value, description, options);

/** A share between 0 and 1. */
export const ratio = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  mapped<Int64, number>('Float', Number, description, options);

/** An empty object whose presence says all there is to say: true, or null without it. */
export const presence = (description: string, options: ColumnOptions = {}): Column<unknown> =>
  mapped<unknown, boolean>('Boolean', () => true, description, options);

/** The number of a version, which Docker wraps in an object; the first is left out of it. */
export const versionIndex = (
  description: string,
  options: ColumnOptions = {},
): Column<{ readonly Index?: Int64 | null }> =>
  mapped<{ readonly Index?: Int64 | null }, Int64>('Long', ({ Index }) => Index ?? 0, description, options);
