/** Protocol buffers read by a table: what a field is called, its number, and how it is written. No code is generated. */
import protobuf from 'protobufjs/minimal.js';

type Reader = protobuf.Reader;

/** Wire types: a number of any length, and bytes with their length before them. */
const varint = 0;
const delimited = 2;

export interface Field<Value> {
  readonly number: number;
  readonly wire: typeof varint | typeof delimited;
  /** What an absent field means; a list is a new one each time. */
  readonly absent: () => Value;
  /** Reads one occurrence; of several, the last counts, or is added to the list. */
  readonly read: (reader: Reader, before: Value) => Value;
}

/** A table of which nothing is known but that each of its fields reads what it gave before. */
type Fields = Readonly<Record<string, Field<unknown>>>;

type ValueOf<One> = One extends { readonly absent: () => infer Value } ? Value : never;

/** The values of a message by the names of its table. */
export type Message<Table> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export const text = (number: number): Field<string> => ({
  number,
  wire: delimited,
  absent: () => '',
  // Tolerant of what is no UTF-8, unlike the reader's own.
  read: (reader) => Buffer.from(reader.bytes()).toString('utf8'),
});

export const texts = (number: number): Field<string[]> => ({
  number,
  wire: delimited,
  absent: () => [],
  read: (reader, before) => {
    before.push(Buffer.from(reader.bytes()).toString('utf8'));
    return before;
  },
});

export const bytes = (number: number): Field<Uint8Array> => ({
  number,
  wire: delimited,
  absent: () => new Uint8Array(),
  read: (reader) => reader.bytes(),
});

export const flag = (number: number): Field<boolean> => ({
  number,
  wire: varint,
  absent: () => false,
  read: (reader) => reader.bool(),
});

/** Exact up to 2^53, which counts of bytes stay below. */
export const integer = (number: number): Field<number> => ({
  number,
  wire: varint,
  absent: () => 0,
  read: (reader) => {
    const value = reader.int64();
    return typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);
  },
});

/** A message inside another; null where it is absent. */
export const message = <Table extends object>(
  number: number,
  table: Table,
): Field<Message<Table> | null> => ({
  number,
  wire: delimited,
  absent: () => null,
  read: (reader) => decodeMessage(table, reader.bytes()),
});

export const messages = <Table extends object>(number: number, table: Table): Field<Message<Table>[]> => ({
  number,
  wire: delimited,
  absent: () => [],
  read: (reader, before) => {
    before.push(decodeMessage(table, reader.bytes()));
    return before;
  },
});

/** The one place that trusts a table for the types of what it reads. */
const asMessage = <Table>(values: Readonly<Record<string, unknown>>): Message<Table> =>
  values as Message<Table>;
const asFields = (table: object): Fields => table as Fields;

/**
 * Reads a message. Fields that are not in the table are passed over, as are those written in another way than it says.
 *
 * @throws RangeError or Error for bytes that are no message
 */
export function decodeMessage<Table extends object>(table: Table, encoded: Uint8Array): Message<Table> {
  const reader = protobuf.Reader.create(encoded);
  const values: Record<string, unknown> = {};
  const byNumber = new Map<number, readonly [name: string, field: Field<unknown>]>();
  for (const [name, field] of Object.entries(asFields(table))) {
    values[name] = field.absent();
    byNumber.set(field.number, [name, field]);
  }
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [name, field] = byNumber.get(tag >>> 3) ?? [];
    if (name === undefined || field?.wire !== (tag & 7)) reader.skipType(tag & 7);
    else values[name] = field.read(reader, values[name]);
  }
  return asMessage<Table>(values);
}
