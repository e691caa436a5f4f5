/** What makes two live queries the same: all that is executed, and nothing of how the answers are sent. */
import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from 'graphql';
import { directiveName, type LiveOptions, type LiveRequest } from './directive.ts';

interface Identity {
  /** The operation with its fragments, without `@live`, in one spelling. */
  readonly text: string;
  /** The variables in it. */
  readonly variables: readonly string[];
}

function identify(document: DocumentNode, operation: OperationDefinitionNode): Identity {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const bare: OperationDefinitionNode = {
    ...operation,
    directives: (operation.directives ?? []).filter(({ name }) => name.value !== directiveName),
  };
  const used = new Set<string>();
  const note = {
    Variable: ({ name }: { readonly name: { readonly value: string } }) => void used.add(name.value),
  };
  const { variableDefinitions = [], ...withoutDefinitions } = bare;
  for (const part of [withoutDefinitions, ...fragments]) visit(part, note);
  const definitions = [
    {
      ...bare,
      variableDefinitions: variableDefinitions.filter(({ variable }) => used.has(variable.name.value)),
    },
    ...fragments,
  ];
  return { text: print({ kind: Kind.DOCUMENT, definitions }), variables: [...used].sort() };
}

const known = new WeakMap<OperationDefinitionNode, Identity>();

/** The same text for the same value, in whatever order its keys were written. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/**
 * @param rights tells those apart who may not see the same
 */
export function identityOf(
  request: LiveRequest,
  { throttle, pollInterval }: LiveOptions,
  rights: string,
): string {
  const { document, operationName, variableValues } = request;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('A live query without an operation was let through.');
  const identity = known.get(operation) ?? identify(document, operation);
  known.set(operation, identity);
  const variables = identity.variables.map((name) => [name, variableValues?.[name]]);
  return canonical([identity.text, variables, throttle, pollInterval ?? null, rights]);
}
