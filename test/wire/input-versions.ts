/** Everything that a client may give and that not every version of the API has, with an operation that gives it. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type ApiRange, apiRangeOf } from '../../src/graph/kit/api-versions.ts';

export interface Ranged {
  /** `ImagePushInput.platform`, `Image.save(platform:)`. */
  readonly coordinate: string;
  readonly range: ApiRange;
}

export interface Way {
  readonly coordinate: string;
  /** The field that it is given to. */
  readonly root: 'Mutation' | 'Query';
  readonly field: GraphQLField<unknown, unknown>;
  /** From the argument downwards. */
  readonly steps: readonly (GraphQLArgument | GraphQLInputField)[];
}

const inputTypesOf = (schema: GraphQLSchema) => Object.values(schema.getTypeMap()).filter(isInputObjectType);

export function rangedInputs(schema: GraphQLSchema): readonly Ranged[] {
  const fields = inputTypesOf(schema).flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ coordinate: `${type.name}.${field.name}`, field })),
  );
  const args = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        field.args.map((arg) => ({ coordinate: `${type.name}.${field.name}(${arg.name}:)`, field: arg })),
      ),
    );
  return [...fields, ...args].flatMap(({ coordinate, field }) => {
    const range = apiRangeOf(field);
    return range ? [{ coordinate, range }] : [];
  });
}

/** The shortest ways from each mutation and query to such a field of an input. */
export function waysTo(schema: GraphQLSchema, coordinate: string): readonly Way[] {
  const roots = [schema.getMutationType(), schema.getQueryType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({ type, field })),
  );
  return roots.flatMap(({ type, field }): Way[] => {
    const root = type === schema.getMutationType() ? 'Mutation' : 'Query';
    const seen = new Set<GraphQLInputObjectType>();
    let front: (readonly [owner: string, steps: Way['steps']])[] = field.args.map((arg) => [
      `${root}.${field.name}(${arg.name}:)`,
      [arg],
    ]);
    while (front.length > 0) {
      const found = front.find(([name]) => name === coordinate);
      if (found) return [{ coordinate, root, field, steps: found[1] }];
      front = front.flatMap(([, steps]) => {
        const inner = getNamedType(steps.at(-1)?.type);
        if (!isInputObjectType(inner) || seen.has(inner)) return [];
        seen.add(inner);
        return Object.values(inner.getFields()).map(
          (next) => [`${inner.name}.${next.name}`, [...steps, next]] as const,
        );
      });
    }
    return [];
  });
}

/** A value of a type that is not refused for its shape. */
const scalarSamples: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 1,
  Float: 1,
  Long: 1,
  Duration: '5s',
  ByteSize: '64m',
  ID: 'box',
  String: 'box',
};

/** Wishes by coordinate, where not every value is one. */
export type Samples = Readonly<Record<string, unknown>>;

function sampleOf(type: GraphQLInputType, samples: Samples): unknown {
  const plain = getNullableType(type);
  if (isListType(plain)) return [sampleOf(plain.ofType, samples)];
  if (isEnumType(plain)) return plain.getValues()[0]?.name;
  if (isInputObjectType(plain)) return requiredOf(plain, samples);
  return scalarSamples[getNamedType(plain).name] ?? null;
}

/** What an input cannot be without, and what the samples say that it is to have. */
function requiredOf(type: GraphQLInputObjectType, samples: Samples): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.values(type.getFields()).flatMap((field) => {
      const sample = samples[`${type.name}.${field.name}`];
      if (sample !== undefined) return [[field.name, sample]];
      const isNeeded = isNonNullType(field.type) && field.defaultValue === undefined;
      return isNeeded ? [[field.name, sampleOf(field.type, samples)]] : [];
    }),
  );
}

/** The value of the first of these steps, in which the last one is given. */
function nested(steps: Way['steps'], samples: Samples, wish: unknown): unknown {
  const [step, next, ...rest] = steps;
  if (!step) return undefined;
  const type = getNullableType(step.type);
  if (!next) return wish ?? sampleOf(type, samples);
  const inner = getNamedType(type);
  const own = isInputObjectType(inner) ? requiredOf(inner, samples) : {};
  const value = { ...own, [next.name]: nested([next, ...rest], samples, wish) };
  return isListType(type) ? [value] : value;
}

/** An operation that gives what a way leads to. */
export function operationOf(way: Way, samples: Samples, wish: unknown) {
  const { root, field, steps } = way;
  const given = field.args.flatMap((arg) => {
    if (arg === steps[0]) return [[arg, nested(steps, samples, wish)] as const];
    return isNonNullType(arg.type) ? [[arg, sampleOf(arg.type, samples)] as const] : [];
  });
  const declared = given.map(([{ name, type }]) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(([{ name }]) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  const isBulk = isObjectType(type) && 'results' in type.getFields();
  const selection =
    root === 'Mutation'
      ? `{ userErrors { code message } ${isBulk ? 'results { userErrors { code message } }' : ''} }`
      : isCompositeType(type)
        ? '{ __typename }'
        : '';
  return {
    document: `${root.toLowerCase()} (${declared}) { ${field.name}(${passed}) ${selection} }`,
    variables: Object.fromEntries(given.map(([{ name }, value]) => [name, value])),
  };
}
