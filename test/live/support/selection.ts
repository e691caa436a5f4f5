import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

export interface SelectionOptions {
  /** Coordinates of fields to leave out, such as `Container.stats`. */
  readonly without: ReadonlySet<string>;
}

const isNoun = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Node');

/** What `fullSelection` makes of a field: a leaf, another noun cut to its `id`, a record, or nothing. */
function partOf(
  field: GraphQLField<unknown, unknown>,
  around: readonly string[],
): 'leaf' | 'noun' | GraphQLObjectType | undefined {
  if (field.args.some(isRequiredArgument)) return undefined;
  const type = getNamedType(field.type);
  if (isLeafType(type)) return 'leaf';
  if (!isObjectType(type)) return undefined;
  if (isNoun(type)) return 'noun';
  return around.includes(type.name) ? undefined : type;
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no object type ${name}`);
  return type;
}

export interface SelectedField {
  /** Such as `Container.stats`. */
  readonly coordinate: string;
  readonly description: string;
}

/** Every field that `fullSelection` has where nothing is left out, some of them more than once. */
export function fieldsOf(schema: GraphQLSchema, typeName: string): readonly SelectedField[] {
  const below = (owner: GraphQLObjectType, around: readonly string[]): readonly SelectedField[] =>
    Object.values(owner.getFields()).flatMap((field) => {
      const part = partOf(field, around);
      if (part === undefined) return [];
      const own = { coordinate: `${owner.name}.${field.name}`, description: field.description ?? '' };
      return typeof part === 'string' ? [own] : [own, ...below(part, [...around, part.name])];
    });
  const root = objectType(schema, typeName);
  return below(root, [root.name]);
}

/**
 * The selection of everything that an object of this type has: every field that can be asked for without an
 * argument, all the way down. Other nouns are cut to their `id`, and a type inside itself is left out.
 */
export function fullSelection(
  schema: GraphQLSchema,
  typeName: string,
  { without }: SelectionOptions,
): string {
  const selectionOf = (owner: GraphQLObjectType, around: readonly string[]): string => {
    const texts = Object.values(owner.getFields()).flatMap((field) => {
      const part = without.has(`${owner.name}.${field.name}`) ? undefined : partOf(field, around);
      if (part === undefined) return [];
      if (part === 'leaf') return field.name;
      if (part === 'noun') return `${field.name} { id }`;
      return `${field.name} ${selectionOf(part, [...around, part.name])}`;
    });
    return `{ ${texts.join(' ')} }`;
  };

  const root = objectType(schema, typeName);
  return selectionOf(root, [root.name]);
}
