/**
 * Where a coordinate of the schema stands in the Engine's API: kept in its extensions, checked by the compiler against
 * what the documents list, and read by the ledger (`schema/coverage.md`).
 *
 * - a table of `record` or `columnFields` names its definition: `[of]: 'HealthConfig'`
 * - a type, whose fields are named as the documents name them: `...mirrors('HealthConfig')`
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
}

/** What a field shows, or what an argument or a field of an input becomes. */
export const wire = (...names: readonly WireName[]): Extended<WireExtensions> => ({
  extensions: { wire: names },
});

/**
 * Says of a whole type that its fields are those of a definition, or the query parameters of an operation, by the same
 * names but for their case and punctuation. Fields of other names are not touched by it.
 */
export const mirrors = (...names: readonly (Definition | DocumentedRoute)[]): Extended<MirrorExtensions> => ({
  extensions: { mirrors: names },
});

/** The names that a table's property stands for. A key of the wire may have a space before it. */
export const columnSources = (definitions: Definitions | undefined, key: string): WireExtensions => ({
  wire: [definitions ?? []].flat().map((definition) => `${definition}.${key.trim()}`),
});
