/**
 * A GraphQL type that mirrors a JSON object of the daemon, written as a table. The compiler counts: a property of the
 * documented type without a column does not build, nor does a column of the wrong type.
 */
import type { FieldMap, ObjectRef } from '@pothos/core';
import type { Int64, StringMap } from '../../engine/types.ts';
import { builder, type GraphTypes } from '../builder.ts';
import { camel } from '../naming.ts';
import type { ApiRange } from './api-versions.ts';
import type { OpenEnum } from './enum.ts';
import { KeyValueType, keyValues } from './key-value.ts';
import { moment } from './time.ts';
import { columnSources, type Definitions, of, type WireName } from './wire.ts';

type FieldBuilder<Shape> = PothosSchemaTypes.ObjectFieldBuilder<PothosTypes, Shape>;
type PothosTypes = PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>;
type Ref<Shape> = ObjectRef<PothosTypes, Shape>;

type ScalarName = 'String' | 'Boolean' | 'Int' | 'Float' | 'Long' | 'Timestamp' | 'Duration';

interface ColumnField {
  readonly suffix: string;
  readonly type: ScalarName | object;
  readonly list: boolean;
  readonly read: (value: unknown) => unknown;
}

/** How one property of the daemon's object becomes fields. `Value` is the property's type, for the compiler. */
export interface Column<in Value> {
  readonly description: string;
  readonly name: string | undefined;
  readonly range: ApiRange;
  readonly wire: readonly WireName[];
  readonly fields: readonly ColumnField[];
  readonly accepts?: (value: Value) => void;
}

/** Left out on purpose; the reason stands where the field would. */
export interface Omitted {
  readonly omitted: string;
}
export const omitted = (reason: string): Omitted => ({ omitted: reason });

/** A table, with the definitions of the API documents that it mirrors. */
export type Columns<Shape> = {
  readonly [Key in keyof Shape]-?: Column<NonNullable<Shape[Key]>> | Omitted;
} & { readonly [of]?: Definitions };

/** With `since: '1.48'`, or `gone: '1.45'`, for what not every version of the API has. */
export interface ColumnOptions extends ApiRange {
  /** The field's name, where camelCase of Docker's is not a good one. */
  readonly name?: string;
  /** What else of the Engine's API it shows, such as the same in the list. */
  readonly wire?: readonly WireName[];
}

const rangeIn = ({ since, gone }: ColumnOptions): ApiRange => ({ since, gone });

const column = <Value>(
  description: string,
  options: ColumnOptions,
  type: ColumnField['type'],
  read: (value: Value | null | undefined) => unknown,
  list = false,
): Column<Value> => ({
  description,
  name: options.name,
  range: rangeIn(options),
  wire: options.wire ?? [],
  // The one cast of this table: `Columns` has checked that the property is a `Value`.
  fields: [{ suffix: '', type, list, read: read as (value: unknown) => unknown }],
});

const orNull = <Value>(value: Value | null | undefined): Value | null => value ?? null;

/** A string. The daemon's empty string means "not set" and is null. */
export const text = (description: string, options: ColumnOptions = {}): Column<string> =>
  column(description, options, 'String', (value) => value || null);

/** A flag. */
export const flag = (description: string, options: ColumnOptions = {}): Column<boolean> =>
  column(description, options, 'Boolean', orNull);

/** A small integer: an exit code, a count of retries. Never for sizes or counters. */
export const int = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  column(description, options, 'Int', (value) =>
    value === null || value === undefined ? null : Number(value),
  );

/** A size, counter or limit: 64 bits, exact. */
export const long = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  column(description, options, 'Long', orNull);

/** A {@link long} whose -1 says "not computed". */
export const computed = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  column(description, options, 'Long', (value) => (value === -1 ? null : orNull(value)));

/** Nanoseconds, shown as a duration. 0 is the daemon's "inherit" and null here. */
export const duration = (description: string, options: ColumnOptions = {}): Column<Int64> =>
  column(description, options, 'Duration', (value) => (value ? value : null));

/** RFC 3339; Go's zero time is null. */
export const time = (description: string, options: ColumnOptions = {}): Column<string> =>
  column<string>(description, options, 'Timestamp', moment);

/** A list of strings; absent, null and empty are one and the same. */
export const texts = (description: string, options: ColumnOptions = {}): Column<readonly string[]> =>
  column(description, options, 'String', (value) => value ?? [], true);

/** A list of whole numbers. */
export const longs = (description: string, options: ColumnOptions = {}): Column<readonly Int64[]> =>
  column(description, options, 'Long', (value) => value ?? [], true);

/** A map with arbitrary keys, as a list of `{key value}`. */
export const map = (description: string, options: ColumnOptions = {}): Column<StringMap> =>
  column(description, options, KeyValueType, (value) => keyValues(value), true);

/** The keys of a map whose values say nothing, such as `{"80/tcp": {}}`. */
export const keys = (description: string, options: ColumnOptions = {}): Column<object> =>
  column(description, options, 'String', (value) => Object.keys(value ?? {}), true);

/** An object of its own type. */
export const object = <Value extends object>(
  ref: Ref<Value>,
  description: string,
  options: ColumnOptions = {},
): Column<Value> => column(description, options, ref, orNull);

/** A list of objects. */
export const objects = <Value extends object>(
  ref: Ref<Value>,
  description: string,
  options: ColumnOptions = {},
): Column<readonly Value[]> => column(description, options, ref, (value) => value ?? [], true);

/** A map of objects, as a list: `item` puts the key where the type of the list has it. */
export const entries = <Value, Item extends object>(
  ref: Ref<Item>,
  item: (key: string, value: Value) => Item,
  description: string,
  options: ColumnOptions = {},
): Column<Readonly<Record<string, Value>>> =>
  column<Readonly<Record<string, Value>>>(
    description,
    options,
    ref,
    (value) => Object.entries(value ?? {}).map(([key, each]) => item(key, each)),
    true,
  );

/** Anything that a function turns into another type: the door for the odd ones. */
export const mapped = <Value, Item>(
  type: ScalarName | Ref<Item & object>,
  read: (value: Value) => Item | null,
  description: string,
  options: ColumnOptions = {},
): Column<Value> =>
  column<Value>(description, options, type, (value) =>
    value === null || value === undefined ? null : read(value),
  );

/** Like {@link mapped}, to a list. */
export const mappedList = <Value, Item>(
  type: ScalarName | Ref<Item & object>,
  read: (value: Value) => readonly Item[],
  description: string,
  options: ColumnOptions = {},
): Column<Value> =>
  column<Value>(
    description,
    options,
    type,
    (value) => (value === null || value === undefined ? [] : read(value)),
    true,
  );

/** A word out of a known set, with the daemon's own text beside it as `<name>Raw`. */
export const word = (values: OpenEnum, description: string, options: ColumnOptions = {}): Column<string> => ({
  description,
  name: options.name,
  range: rangeIn(options),
  wire: options.wire ?? [],
  fields: [
    {
      suffix: '',
      type: values.ref,
      list: false,
      read: (value) => (typeof value === 'string' ? values.of(value) : null),
    },
    { suffix: 'Raw', type: 'String', list: false, read: (value) => value || null },
  ],
});

const isColumn = (value: unknown): value is Column<never> =>
  typeof value === 'object' && value !== null && 'fields' in value;

/**
 * Adds the columns of a table as fields. `read` finds the daemon's object in the parent; null where there is none.
 * `certain` says that there always is one: then its lists are never null.
 */
export function columnFields<Shape extends object, Parent>(
  t: FieldBuilder<Parent>,
  columns: Columns<Shape>,
  read: (parent: Parent) => Shape | null | undefined | Promise<Shape | null | undefined>,
  options: { readonly certain?: boolean } = {},
): FieldMap {
  const fields: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(columns)) {
    if (!isColumn(each)) continue;
    for (const field of each.fields) {
      const name = `${each.name ?? camel(key)}${field.suffix}`;
      const description =
        field.suffix === 'Raw'
          ? `The Engine's own text for \`${each.name ?? camel(key)}\`.`
          : each.description;
      const readFrom = (shape: Shape | null | undefined): unknown =>
        shape === null || shape === undefined ? null : field.read(Reflect.get(shape, key));
      fields[name] = t.field({
        // Scalars by name and types by reference: both are what Pothos takes, and neither is known here statically.
        type: (field.list ? [field.type] : field.type) as 'String',
        nullable: !(field.list && options.certain === true),
        description,
        ...each.range,
        extensions: field.suffix === '' ? columnSources(columns[of], key, each.wire) : {},
        resolve: ((parent: Parent) => {
          const shape = read(parent);
          return shape instanceof Promise ? shape.then(readFrom) : readFrom(shape);
        }) as () => string | null,
      });
    }
  }
  return fields as FieldMap;
}

/**
 * Declares the type that mirrors `Shape`.
 *
 * @param more computed fields beside the mirrored ones
 */
export function record<Shape extends object>(
  name: string,
  description: string,
  columns: Columns<Shape>,
  more?: (t: FieldBuilder<Shape>) => FieldMap,
): Ref<Shape> {
  const ref = builder.objectRef<Shape>(name);
  ref.implement({
    description,
    fields: (t) => ({
      ...columnFields(t, columns, (shape: Shape) => shape, { certain: true }),
      ...more?.(t),
    }),
  });
  return ref;
}

export type { FieldBuilder, Ref };
