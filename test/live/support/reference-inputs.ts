/** Every place of the schema where a user may name an object of the Engine's, and an operation that does so there. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** An argument (`Query.container(ref:)`) or an input field (`ContainerStopInput.ref`). */
type Input = GraphQLArgument | GraphQLInputField;

export interface Probe {
  /** The argument or input field itself. */
  readonly coordinate: string;
  /** The way to it from the root: `Mutation.containerStop.input.ref`. */
  readonly way: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Whether it also takes global IDs. */
  readonly takesGlobalIds: boolean;
  readonly document: string;
  /** Variables with this text where the way ends, and only what is required beside it. */
  readonly variables: (text: string) => Readonly<Record<string, unknown>>;
}

const namesOfReferences =
  /^(refs?|references?|ids?|names?|containers?|images?|networks?|volumes?|configFrom|volumesFrom|links|source)$/;
const wordsOfReferences =
  /global ID|\b(IDs?|names?) or (IDs?|names?)\b|\bby (its )?(IDs?|names?)\b|unique prefix|full IDs|<ref>|container:alias|name of (an?|the|another) (container|image|network|volume)/i;

/** Whether a text there may name an object, by its type, its name or what its description says. */
function mayRefer({ name, type, description }: Input): boolean {
  const scalar = getNamedType(type).name;
  if (scalar === 'ID') return true;
  // Engines are the gateway's own, by the names of its configuration.
  if (name === 'engine') return false;
  return scalar === 'String' && (namesOfReferences.test(name) || wordsOfReferences.test(description ?? ''));
}

/** Where the first value of a type would not do beside a reference. */
const samplesAt: Readonly<Record<string, unknown>> = {
  'MountInput.type': 'VOLUME',
  'MountInput.target': '/data',
};

/** Values for what is required beside a reference. */
const samples: Readonly<Record<string, unknown>> = {
  ID: 'sample',
  String: 'sample',
  Boolean: true,
  Int: 1,
  Long: 1,
  Float: 1,
  ByteSize: '1m',
  Duration: '1s',
  Timestamp: '2026-01-01T00:00:00Z',
};

function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [sampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return samples[type.name];
  return Object.fromEntries(
    Object.values(type.getFields())
      .filter(isRequiredInputField)
      .map((field) => [field.name, samplesAt[`${type.name}.${field.name}`] ?? sampleOf(field.type)]),
  );
}

/** A value of the type that has `text` at the end of the path through its fields. */
function valueWith(type: GraphQLInputType, path: readonly string[], text: string): unknown {
  if (isNonNullType(type)) return valueWith(type.ofType, path, text);
  if (isListType(type)) return [valueWith(type.ofType, path, text)];
  const [name, ...rest] = path;
  const field = isInputObjectType(type) && name !== undefined ? type.getFields()[name] : undefined;
  if (!field || name === undefined) return text;
  return { ...Object(sampleOf(type)), [name]: valueWith(field.type, rest, text) };
}

/** What tells of a refusal in an answer of this type. */
function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '{ __typename }';
  const { userErrors, results } = type.getFields();
  const errors = 'userErrors { code message }';
  return `{ __typename ${userErrors ? errors : ''} ${results ? `results { ${errors} }` : ''} }`;
}

interface Place {
  readonly input: Input;
  readonly coordinate: string;
  readonly path: readonly string[];
}

/** The input and all input fields below it. */
function placesIn(
  input: Input,
  coordinate: string,
  path: readonly string[],
  around: readonly string[],
): Place[] {
  const type = getNamedType(input.type);
  if (!isInputObjectType(type)) return [{ input, coordinate, path }];
  if (around.includes(type.name)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    placesIn(field, `${type.name}.${field.name}`, [...path, field.name], [...around, type.name]),
  );
}

const roots = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' } as const;

function probesOf(kind: Probe['kind'], owner: string, field: GraphQLField<unknown, unknown>): Probe[] {
  const places = field.args.flatMap((arg) =>
    placesIn(arg, `${owner}.${field.name}(${arg.name}:)`, [arg.name], []),
  );
  return places.flatMap(({ input, coordinate, path }) => {
    if (!mayRefer(input)) return [];
    const [first, ...rest] = path;
    const used = field.args.filter((arg) => arg.name === first || isRequiredArgument(arg));
    const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
    return [
      {
        coordinate,
        way: [owner, field.name, ...path].join('.'),
        kind,
        takesGlobalIds: getNamedType(input.type).name === 'ID' || /global ID/.test(input.description ?? ''),
        document: `${kind} (${declared}) { ${field.name}(${passed}) ${selectionOf(field)} }`,
        variables: (text) =>
          Object.fromEntries(
            used.map(({ name, type }) => [
              name,
              name === first ? valueWith(type, rest, text) : sampleOf(type),
            ]),
          ),
      },
    ];
  });
}

/** All that can be asked at the root, in every way that leads to it. */
export const probesIn = (schema: GraphQLSchema): readonly Probe[] =>
  Object.entries(roots).flatMap(([owner, kind]) => {
    const type = schema.getType(owner);
    return isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field) => probesOf(kind, owner, field))
      : [];
  });

/** The coordinates of all that may refer, arguments of fields below the root too. */
export function referringCoordinates(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  const places = fields.flatMap(({ type, field }) =>
    field.args.flatMap((arg) => placesIn(arg, `${type.name}.${field.name}(${arg.name}:)`, [arg.name], [])),
  );
  return new Set(places.filter(({ input }) => mayRefer(input)).map(({ coordinate }) => coordinate));
}
