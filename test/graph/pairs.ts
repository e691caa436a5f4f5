import { at } from '../support/json.ts';

/** The entries of the map at a path, sorted by key: what the graph has to answer for labels, options and the like. */
export function pairsAt(
  value: unknown,
  ...path: readonly (string | number)[]
): { readonly key: string; readonly value: unknown }[] {
  const found = at(value, ...path);
  const pairs = typeof found === 'object' && found !== null ? Object.entries(found) : [];
  return pairs
    .map(([key, each]: [string, unknown]) => ({ key, value: each }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** Keys of the object at a path. */
export const keysAt = (value: unknown, ...path: readonly (string | number)[]): string[] =>
  pairsAt(value, ...path).map(({ key }) => key);

/** The Engine's empty texts, zeros of what is not there and absent members, all as the graph answers them. */
export const orNull = (value: unknown): unknown => (value === undefined || value === '' ? null : value);
