/**
 * Where a coordinate of the schema stands in the Engine's API: kept in its extensions, checked by the compiler against
 * what the documents list, and read by the ledger (`schema/coverage.md`).
 *
 * - a table of `record` or `columnFields` names its definition: `[of]: 'HealthConfig'`
 * - a type, whose fields are named as the documents name them: `...mirrors('HealthConfig', { command: 'HealthConfig.Test' })`
 * - a field, an argument or a field of an input, named otherwise: `...wire('HostConfig.NanoCpus')`; what is said of a
 *   field itself counts instead of what its type mirrors
 */
import type {
  Definition,
  DocumentedField,
  DocumentedParameter,
  DocumentedRoute,
} from '../../coverage/names.ts';

/** The key of a table's definitions. */
export const of: unique symbol = Symbol('definition of the Engine API');

/** The definitions that a table mirrors; several where the documents write one thing down several times. */
export type Definitions = Definition | readonly Definition[];

/** A documented field (`HostConfig.Memory`) or query parameter (`POST /build?nocache`). */
export type WireName = DocumentedField | DocumentedParameter;

interface Extended<Extensions> {
  readonly extensions: Extensions;
}
export interface WireExtensions extends Readonly<Record<string, unknown>> {
  readonly wire: readonly string[];
}
export interface MirrorExtensions extends Readonly<Record<string, unknown>> {
  readonly mirrors: readonly string[];
  readonly renamed: Readonly<Record<string, readonly string[]>>;
}
/** By the field of the type: what it is, where it is named otherwise. */
type Renamed = Readonly<Record<string, WireName | readonly WireName[]>>;

/** What a field shows, or what an argument or a field of an input becomes. */
export const wire = (...names: readonly WireName[]): Extended<WireExtensions> => ({
  extensions: { wire: names },
});

/**
 * Says of a whole type (or of the arguments of a field) that its fields are those of a definition, or the query
 * parameters of an operation, by the same names but for their case and punctuation. Those of other names are in
 * `renamed`, where fields are shared by several types; what is neither has nothing to do with it.
 */
export const mirrors = (
  names: Definition | DocumentedRoute | readonly (Definition | DocumentedRoute)[],
  renamed: Renamed = {},
): Extended<MirrorExtensions> => ({
  extensions: {
    mirrors: [names].flat(),
    renamed: Object.fromEntries(Object.entries(renamed).map(([field, each]) => [field, [each].flat()])),
  },
});

/** The names that a table's property stands for. A key of the wire may have a space before it. */
export const columnSources = (
  definitions: Definitions | undefined,
  key: string,
  more: readonly WireName[] = [],
): WireExtensions => ({
  wire: [...[definitions ?? []].flat().map((definition) => `${definition}.${key.trim()}`), ...more],
});
