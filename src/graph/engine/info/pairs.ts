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

/** `key=value` texts, as daemon labels are sent; without `=` the value is empty. */
export const keyValueOf = (text: string): KeyValue => {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
};
