/** Maps with keys nobody chose in advance: labels, options, sysctls, attributes. */
import { stringify } from 'lossless-json';
import type { StringMap } from '../../engine/types.ts';
import { builder } from '../builder.ts';

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export const KeyValueType = builder.objectRef<KeyValue>('KeyValue').implement({
  description: 'One entry of a map with arbitrary keys, such as a label or an option.',
  fields: (t) => ({
    key: t.exposeString('key', { nullable: false, description: 'The key. May be any text.' }),
    value: t.exposeString('value', { nullable: false, description: 'The value; may be empty.' }),
  }),
});

export const KeyValueInput = builder.inputType('KeyValueInput', {
  description: 'One entry of a map with arbitrary keys, such as a label or an option.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The key.' }),
    value: t.string({ defaultValue: '', description: 'The value; empty if left out.' }),
  }),
});

/** The daemon documents texts; whatever else it sends is shown as it was sent. */
function asText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : (stringify(value) ?? '');
}

/** Sorted by key, as the order of a map means nothing and answers should not change by themselves. */
export const keyValues = (map: StringMap | null | undefined): readonly KeyValue[] =>
  Object.entries(map ?? {})
    .map(([key, value]) => ({ key, value: asText(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

/** The way back, safe for keys such as `__proto__`. */
export function mapOf(
  entries: readonly { readonly key: string; readonly value?: string | null | undefined }[] | null | undefined,
): Record<string, string> | undefined {
  return entries ? Object.fromEntries(entries.map(({ key, value }) => [key, value ?? ''])) : undefined;
}

/** One value by its key; own keys only. */
export const entryOf = (map: StringMap | null | undefined, key: string): string | null =>
  map && Object.hasOwn(map, key) && map[key] !== null ? asText(map[key]) : null;
