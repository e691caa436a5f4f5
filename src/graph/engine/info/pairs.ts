/** Lists of pairs, which the daemon writes where it wants an order: `[["Backing Filesystem", "extfs"]]`. */
import type { KeyValue } from '../../kit/key-value.ts';
import { KeyValueType } from '../../kit/key-value.ts';
import { type Column, mappedList } from '../../kit/record.ts';

type Pairs = readonly (readonly string[])[];

/** In the daemon's order, which is the one `docker info` prints. A pair without a value gets an empty one. */
export const keyValuePairs = (pairs: Pairs): readonly KeyValue[] =>
  pairs.map(([key = '', value = '']) => ({ key, value }));

export const pairs = (description: string): Column<Pairs> =>
  mappedList(KeyValueType, keyValuePairs, description);

/** One `key=value` text; without `=` the value is empty. */
export const keyValueOf = (text: string): KeyValue => {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
};

/** `key=value` texts in an order that stays: the daemon sends its labels in a new one each time. */
export const labelsFrom = (texts: readonly string[]): readonly KeyValue[] =>
  texts.map(keyValueOf).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
