/** Whether two answers to one document say the same. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { isJsonObject } from '../engine/json.ts';
import { type Comparison, isSame, unannounced } from './unannounced.ts';

/** Equal as JSON. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}

/** One place in an answer: how its value is compared, if otherwise than as JSON, and what is inside. */
interface Place {
  readonly comparison: Comparison | undefined;
  readonly inside: () => ReadonlyMap<string, Place>;
}

type Selected = readonly [type: GraphQLNamedType | undefined, selections: SelectionSetNode];

interface Names {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Expanded only where answers have something: fragments within fragments may stand for millions of places. */
function placesOf(names: Names, selected: readonly Selected[]): ReadonlyMap<string, Place> {
  const fields = new Map<string, { comparison: Comparison | undefined; readonly inside: Selected[] }>();
  const spread = new Set<string>();
  const collect = ([type, { selections }]: Selected): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = fields.get(key) ?? { comparison: undefined, inside: [] };
        fields.set(key, known);
        known.comparison ??= unannounced[`${type?.name}.${node.name.value}`];
        const field =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
        if (node.selectionSet) known.inside.push([field && getNamedType(field.type), node.selectionSet]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value;
        collect([condition === undefined ? type : names.schema.getType(condition), node.selectionSet]);
      } else {
        const fragment = names.fragments.get(node.name.value);
        if (!fragment || spread.has(node.name.value)) continue;
        spread.add(node.name.value);
        collect([names.schema.getType(fragment.typeCondition.name.value), fragment.selectionSet]);
      }
    }
  };
  for (const each of selected) collect(each);
  return new Map(
    [...fields].map(([key, { comparison, inside }]) => [key, placeOf(names, comparison, inside)]),
  );
}

function placeOf(names: Names, comparison: Comparison | undefined, inside: readonly Selected[]): Place {
  let places: ReadonlyMap<string, Place> | undefined;
  return {
    comparison,
    inside: () => {
      places ??= placesOf(names, inside);
      return places;
    },
  };
}

function isSameAt(place: Place | undefined, a: unknown, b: unknown, elapsed: number): boolean {
  if (!place || a === b) return isEqual(a, b);
  if (place.comparison) return isSame(place.comparison, a, b, elapsed);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSameAt(place, item, b[index], elapsed));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return isEqual(a, b);
  const [keys, inside] = [Object.keys(a), place.inside()];
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameAt(inside.get(key), a[key], b[key], elapsed))
  );
}

/** Compares the data of two answers; `elapsed` is the seconds between them. */
export type Compare = (before: unknown, after: unknown, elapsed: number) => boolean;

/** Equality but for what changes without any event: see `unannounced.ts`. */
export function comparisonFor(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): Compare {
  const operation = getOperationAST(document, operationName);
  const query = schema.getQueryType();
  if (!operation || !query) return isEqual;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const root = placeOf({ schema, fragments }, undefined, [[query, operation.selectionSet]]);
  return (before, after, elapsed) => isSameAt(root, before, after, elapsed);
}
