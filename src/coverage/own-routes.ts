/** Routes of ours beside the graph: which coordinates give out addresses of them. */
import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { terminalPath } from '../sessions/registry.ts';
import { transferPath } from '../transfers/transfers.ts';

/** The types that are addresses, with the routes that those lead to. */
const addresses: Readonly<Record<string, string>> = {
  Transfer: `${transferPath}{ticket}`,
  Terminal: `${terminalPath}{ticket}`,
};

const fieldOf = (schema: GraphQLSchema, coordinate: string) => {
  const [typeName = '', fieldName = ''] = coordinate.replace(/\(.*$/, '').split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
};

/** The routes that the answers of these coordinates lead to: themselves addresses, or payloads that hold some. */
export function ownRoutesOf(schema: GraphQLSchema, coordinates: readonly string[]): readonly string[] {
  const types = coordinates.flatMap((coordinate) => {
    const field = fieldOf(schema, coordinate);
    if (!field) return [];
    const answer = getNamedType(field.type);
    const inside =
      isObjectType(answer) && answer.name.endsWith('Payload') ? Object.values(answer.getFields()) : [];
    return [answer, ...inside.map(({ type }) => getNamedType(type))];
  });
  return [...new Set(types.flatMap(({ name }) => addresses[name] ?? []))];
}
