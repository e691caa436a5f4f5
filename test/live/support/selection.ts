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

/**
 * The selection of everything that an object of this type has: every field that can be asked for without an
 * argument, all the way down. Other nouns are cut to their `id`, and a type inside itself is left out.
 */
export function fullSelection(
  schema: GraphQLSchema,
  typeName: string,
  { without }: SelectionOptions,
): string {
  const root = schema.getType(typeName);
  if (!isObjectType(root)) throw new Error(`the schema has no object type ${typeName}`);

  const fieldText = (
    owner: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    around: readonly string[],
  ): string | undefined => {
    if (without.has(`${owner.name}.${field.name}`) || field.args.some(isRequiredArgument)) return undefined;
    const type = getNamedType(field.type);
    if (isLeafType(type)) return field.name;
    if (!isObjectType(type)) return undefined;
    if (isNoun(type)) return `${field.name} { id }`;
    if (around.includes(type.name)) return undefined;
    return `${field.name} ${selectionOf(type, [...around, type.name])}`;
  };

  const selectionOf = (type: GraphQLObjectType, around: readonly string[]): string => {
    const fields = Object.values(type.getFields()).map((field) => fieldText(type, field, around));
    return `{ ${fields.filter((text) => text !== undefined).join(' ')} }`;
  };

  return selectionOf(root, [root.name]);
}
