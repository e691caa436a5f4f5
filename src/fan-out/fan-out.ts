/** Identical subscriptions of viewers with the same rights, executed once. */
import { randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import type { ErrorMask } from '../plugins/public-errors.ts';
import { type OperationRequest, startOperation, type TransportContext } from '../server/operation-request.ts';
import { withWarnings } from '../warnings.ts';
import { Group } from './group.ts';
import { payloadOf } from './payload.ts';
import { rightsOf } from './rights.ts';
import type { Selected } from './selects.ts';
import { type Sharing, sharingOf } from './sharing.ts';
import type { Viewer } from './viewer.ts';

type Variables = Readonly<Record<string, unknown>>;

interface Wanted {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Variables | null | undefined;
  readonly contextValue: TransportContext;
}

/** A viewer's place in what it shares. */
export interface Place {
  readonly viewer: Viewer<unknown, ExecutionResult>;
  /** Resolves when the stream stands: with the answer where it cannot. */
  readonly opened: Promise<{ readonly refusal: ExecutionResult } | undefined>;
}

export interface FanOut {
  /** A place among those who watch the same, if this can be shared at all. Whoever takes it has to leave it. */
  readonly join: (wanted: Wanted) => Place | undefined;
  /** How many streams there are, and how many watch them. */
  readonly count: () => { readonly groups: number; readonly viewers: number };
  /** Ends them all. */
  readonly close: () => void;
}

interface FanOutOptions {
  /** Makes what resolvers get. */
  readonly context: (request: OperationRequest) => object;
  readonly mask: ErrorMask;
  /** What a viewer may see, by name; {@link rightsOf} by default. */
  readonly rights?: (context: TransportContext) => string;
  /** What waits for one viewer at most. */
  readonly mostEntries?: number;
  readonly mostBytes?: number;
}

/** The same text for the same value, whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** What two must have in common to share a stream. Undefined where the text is not known. */
function keyOf({ document, operationName, variableValues }: Wanted, rights: string): string | undefined {
  const text = document.loc?.source.body;
  return text && canonical([rights, operationName ?? null, variableValues ?? {}, text]);
}

const fragmentsOf = ({ definitions }: DocumentNode): Selected['fragments'] =>
  Object.fromEntries(
    definitions.flatMap((definition) =>
      definition.kind === 'FragmentDefinition' ? [[definition.name.value, definition]] : [],
    ),
  );

/** What the operation's one field says of sharing, if these arguments let it be shared. */
function sharingFor({ schema, document, operationName, variableValues }: Wanted) {
  const operation = getOperationAST(document, operationName);
  const [selection, ...others] = operation?.selectionSet.selections ?? [];
  const isPlain = (node: typeof selection): node is FieldNode =>
    node?.kind === 'Field' && (node.directives?.length ?? 0) === 0;
  if (operation?.operation !== 'subscription' || others.length > 0 || !isPlain(selection)) return undefined;
  const field = schema.getSubscriptionType()?.getFields()[selection.name.value];
  const sharing = field && sharingOf(field.extensions);
  if (!field || !sharing) return undefined;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return undefined;
  try {
    const selected = { fieldNodes: [selection], fragments: fragmentsOf(document) };
    return sharing.when(getArgumentValues(field, selection, coerced), selected) ? sharing : undefined;
  } catch {
    // An argument that cannot be read is told by the execution.
    return undefined;
  }
}

export function createFanOut({ context, mask, rights = rightsOf, ...bounds }: FanOutOptions): FanOut {
  const groups = new Map<string, Group<unknown, ExecutionResult>>();

  function open(wanted: Wanted, key: string, sharing: Sharing<never, unknown>) {
    const { schema, document, operationName, variableValues, contextValue } = wanted;
    // A request of its own: the first viewer's ends with that viewer.
    const request = startOperation({
      requestId: randomUUID(),
      transport: contextValue.operationRequest.transport,
      headers: () => undefined,
    });
    const masked = (result: ExecutionResult): ExecutionResult =>
      result.errors ? { ...result, errors: result.errors.map((error) => mask(error, request)) } : result;
    /** With a context of its own for each item: nothing that was read, and no record of it, piles up. */
    const args = (): ExecutionArgs => ({
      schema,
      document,
      operationName,
      variableValues,
      contextValue: { operationRequest: request, ...context(request) },
    });
    const group: Group<unknown, ExecutionResult> = new Group({
      ...bounds,
      missed: sharing.missed,
      sizeOf: (result) => payloadOf(result).length,
      open: async () => {
        const source = await createSourceEventStream(args());
        if (!(Symbol.asyncIterator in source)) return { refusal: masked(source) };
        const iterator = source[Symbol.asyncIterator]();
        return {
          next: () =>
            iterator.next().catch((error: unknown) => {
              throw mask(error, request);
            }),
          return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
        };
      },
      execute: (item) => {
        const own = args();
        const result = execute({ ...own, rootValue: item });
        const shown = (made: ExecutionResult) => withWarnings(masked(made), own.contextValue);
        return result instanceof Promise ? result.then(shown) : shown(result);
      },
      onOver: () => {
        if (groups.get(key) === group) groups.delete(key);
      },
      onEnd: request.abort,
    });
    groups.set(key, group);
    return group;
  }

  return {
    join: (wanted) => {
      const key = keyOf(wanted, rights(wanted.contextValue));
      if (key === undefined) return undefined;
      let group = groups.get(key);
      if (!group) {
        const sharing = sharingFor(wanted);
        if (!sharing) return undefined;
        group = open(wanted, key, sharing);
      }
      return { viewer: group.join(), opened: group.opened };
    },
    count: () => ({
      groups: groups.size,
      viewers: [...groups.values()].reduce((sum, { size }) => sum + size, 0),
    }),
    close: () => {
      for (const group of groups.values()) group.close();
    },
  };
}
