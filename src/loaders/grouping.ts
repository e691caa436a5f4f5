/** Lists, by what their entries are looked up by. */

/** Indexes by what `keysOf` gives; the first of equals wins. */
export function indexBy<Value>(
  values: readonly Value[],
  keysOf: (value: Value) => Iterable<string | null | undefined>,
): ReadonlyMap<string, Value> {
  const index = new Map<string, Value>();
  for (const value of values) {
    for (const key of keysOf(value)) if (key && !index.has(key)) index.set(key, value);
  }
  return index;
}

/** Groups by what `keysOf` gives. */
export function groupBy<Value>(
  values: readonly Value[],
  keysOf: (value: Value) => Iterable<string | null | undefined>,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    for (const key of new Set(keysOf(value))) {
      if (!key) continue;
      const group = groups.get(key);
      if (group) group.push(value);
      else groups.set(key, [value]);
    }
  }
  return groups;
}
