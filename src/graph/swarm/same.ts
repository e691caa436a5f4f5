/** Whether two specs say the same, however they say it. */

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Absent, null and empty are one and the same to the Engine; but a label may have an empty text. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (isObject(value) && Object.values(value).every(isEmpty));

const asText = (value: unknown): string | undefined =>
  typeof value === 'bigint' || typeof value === 'number' ? value.toString() : undefined;

export function isSameSpec(a: unknown, b: unknown): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => isSameSpec(Reflect.get(a, key), Reflect.get(b, key)));
  }
  // Integers are numbers or bigints, by their size.
  if (typeof a === 'bigint' || typeof b === 'bigint') return asText(a) === asText(b);
  return a === b;
}
