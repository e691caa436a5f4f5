/** What the schema says of itself: which of its coordinates show, or take, which part of the Engine's API. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** A coordinate with what it says. */
export interface Claim {
  readonly coordinate: string;
  /** Whether it is given by the client, rather than told to it. */
  readonly input: boolean;
  /** What it names: fields, parameters, or (of types) whole definitions and operations. */
  readonly names: readonly string[];
  /** Whether the schema has this coordinate at all. */
  readonly exists: boolean;
}

/** Names are compared without case and punctuation: `cpusetcpus` is `cpusetCpus`, `shared-size` is `sharedSize`. */
export const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

type Extended = { readonly extensions: Readonly<Record<string, unknown>> };
const wireOf = ({ extensions }: Extended): readonly string[] | undefined =>
  extensions['wire'] === undefined ? undefined : textsOf(extensions['wire']);

/** What is said of a whole type: the definitions it mirrors, and what its fields of other names are. */
interface Mirrored {
  readonly definitions: readonly string[];
  readonly renamed: ReadonlyMap<string, readonly string[]>;
}
const mirroredBy = ({ extensions }: Extended): Mirrored => ({
  definitions: textsOf(extensions['mirrors']),
  renamed: new Map(
    Object.entries(extensions['renamed'] ?? {}).map(([field, names]) => [field, textsOf(names)]),
  ),
});

/** All items by definition or operation, and in there by plain name. */
export type Known = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What a field says of itself; else what its type says of it; else what the definitions have under its name. */
const namesOf = (
  field: Extended & { readonly name: string },
  { definitions, renamed }: Mirrored,
  known: Known,
) =>
  wireOf(field) ??
  renamed.get(field.name) ??
  definitions.flatMap((each) => known.get(each)?.get(plain(field.name)) ?? []);

/** A type that says something of a field which it does not have. */
const missing = (
  owner: string,
  fields: readonly { readonly name: string }[],
  { renamed }: Mirrored,
): Claim[] =>
  [...renamed]
    .filter(([name]) => !fields.some((field) => field.name === name))
    .map(([name, names]) => ({ coordinate: `${owner}${name}`, input: true, names, exists: false }));

function* inputClaims(
  owner: string,
  fields: readonly (GraphQLInputField | GraphQLArgument)[],
  mirrored: Mirrored,
  known: Known,
): Generator<Claim> {
  yield* missing(owner, fields, mirrored);
  for (const field of fields) {
    const coordinate = owner.endsWith('(') ? `${owner}${field.name}:)` : `${owner}${field.name}`;
    yield { coordinate, input: true, names: namesOf(field, mirrored, known), exists: true };
  }
}

const alone: Mirrored = { definitions: [], renamed: new Map() };

function* fieldClaims(type: string, field: GraphQLField<unknown, unknown>, known: Known): Generator<Claim> {
  const coordinate = `${type}.${field.name}`;
  yield { coordinate, input: false, names: namesOf(field, alone, known), exists: true };
  yield* inputClaims(`${coordinate}(`, field.args, mirroredBy(field), known);
}

/** Everything that coordinates say, in the order of the schema. What an interface says, its types need not repeat. */
export function* claimsOf(schema: GraphQLSchema, known: Known): Generator<Claim> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      yield* inputClaims(`${type.name}.`, Object.values(type.getFields()), mirroredBy(type), known);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const inherited = new Set(type.getInterfaces().flatMap((each) => Object.keys(each.getFields())));
    for (const field of Object.values(type.getFields())) {
      if (!inherited.has(field.name)) yield* fieldClaims(type.name, field, known);
    }
  }
}

/** `GET /containers/{id}/json` out of a description; what follows a question mark is no part of the route. */
const routePattern = /`((?:GET|HEAD|POST|PUT|DELETE) \/[^`?]*)(?:\?[^`]*)?`/g;

const routesIn = (text: string | null | undefined): string[] => [
  ...new Set([...(text ?? '').matchAll(routePattern)].map(([, route = '']) => route.trim())),
];

type Described = { readonly description?: string | null | undefined };

function* described(type: GraphQLNamedType): Generator<readonly [string, Described]> {
  yield [type.name, type];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  for (const field of Object.values(type.getFields())) {
    yield [`${type.name}.${field.name}`, field];
    for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
  }
}

/** Which coordinates name which routes of the Engine in their descriptions. */
export function routesNamed(schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    for (const [coordinate, { description }] of described(type)) {
      for (const route of routesIn(description)) {
        named.set(route, [...(named.get(route) ?? []), coordinate]);
      }
    }
  }
  return named;
}
