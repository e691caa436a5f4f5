/** `query @live`: what it is in the schema, and what an operation asks for with it. */
import {
  DirectiveLocation,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  isInputType,
  type OperationDefinitionNode,
} from 'graphql';
import type { Int64 } from '../engine/types.ts';
import { BadUserInput } from '../errors.ts';
import { builder } from '../graph/builder.ts';
import { formatDuration } from '../graph/kit/units.ts';
import { addressIn } from './interests.ts';

export const directiveName = 'live';

const LiveQueryFormat = builder.enumType('LiveQueryFormat', {
  description: 'How the answers of a live query are sent after the first one, which is always whole.',
  values: {
    FULL: { description: 'Each answer is whole: the client shows what it gets.' },
    JSON_PATCH: {
      description:
        'What changed since the answer before, as JSON Patch (RFC 6902) in `extensions.live.patch`, to be applied to the ' +
        '`data` the client has. Whole where a patch would be longer, and where there are errors.',
    },
  } as const,
});

const nanosPerMs = 1_000_000;
const longest = 3_600_000;
const shortestPoll = 1_000;

/** The same schema with `@live` in it. */
export function withLiveQueries(schema: GraphQLSchema): GraphQLSchema {
  const typeOf = (name: string) => {
    const type = schema.getType(name);
    if (!isInputType(type)) throw new Error(`@live needs the input type ${name}.`);
    return type;
  };
  const directive = new GraphQLDirective({
    name: directiveName,
    description:
      'Follows a query: answers it, and answers it again when, and only when, something it has read changed. Over WebSocket ' +
      'and SSE, which can send more than one answer; `complete` or closing the connection ends it.\n\n' +
      'The first answer is read after the gateway has begun to follow the events of the Engine, so nothing falls between ' +
      'two answers, and what is shown in the end is always right. Bursts of events become one answer. Each answer has a ' +
      '`revision` in `extensions.live`; it grows. Identical live queries are executed once for all who look at them. A ' +
      'client that reads slowly gets the latest answer, and none of those before it.\n\n' +
      'While the Engine is away, one answer with the errors says so, and the next one that it is back.\n\n' +
      'Some values change without any event: the ages in `uptime` and `statusText`, `stats`, `top`, `logs`, `changes`, `file`, `size`, ' +
      'disk usage, and the gauges of the Engine. They never are the reason for an answer; those that come have them as they ' +
      'are then. `pollInterval` asks for them regularly. The subscriptions `containerStats` and `containerLogs` are the better way ' +
      'to follow those. Operations and sessions, which the gateway alone knows, are looked at once a second; the ' +
      'subscription `operation` tells at once.\n\n' +
      'Of the tasks of a swarm the Engine tells nothing either. While a live query has read tasks, or counts of them, the gateway ' +
      'looks at them every few seconds (setting `tasks-poll`), once for all who watch, and soon after each event of a service, ' +
      "a node, or a container of this node's tasks.\n\n" +
      'With `format: JSON_PATCH` a later answer has no `data` but ' +
      '`extensions: { live: { revision: 8, base: 7, patch: [{ op: "replace", path: "/containers/nodes/3/state", value: "EXITED" }] } }`. ' +
      '`base` is the revision of the answer that this client got last. An answer with `data` replaces all.',
    locations: [DirectiveLocation.QUERY],
    args: {
      if: {
        type: new GraphQLNonNull(GraphQLBoolean),
        defaultValue: true,
        description: 'Whether the query is followed; if false it is answered once, as without the directive.',
      },
      throttle: {
        type: new GraphQLNonNull(typeOf('Duration')),
        defaultValue: 100 * nanosPerMs,
        description: 'How long at least from one execution to the next, up to an hour.',
      },
      pollInterval: {
        type: typeOf('Duration'),
        description:
          'Asks again this often, a second or more, also when nothing has happened: for what no event announces. An answer ' +
          'is sent only if it differs.',
      },
      format: {
        type: new GraphQLNonNull(typeOf(LiveQueryFormat.name)),
        defaultValue: 'FULL',
        description: 'How later answers are sent.',
      },
    },
  });
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, directives: [...config.directives, directive] });
}

export interface LiveOptions {
  /** Milliseconds between two executions, at least. */
  readonly throttle: number;
  /** Milliseconds between two executions, at most; undefined where only events matter. */
  readonly pollInterval: number | undefined;
  readonly patches: boolean;
}

/** What is executed, as far as that says whether it is live. */
export interface LiveRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

const isMarked = (operation: OperationDefinitionNode | null | undefined): boolean =>
  operation?.directives?.some(({ name }) => name.value === directiveName) ?? false;

function milliseconds(argument: string, value: unknown, least: number): number {
  const nanos = typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : 0;
  const ms = nanos / nanosPerMs;
  if (ms >= least && ms <= longest) return ms;
  const given: Int64 = typeof value === 'bigint' ? value : nanos;
  throw new BadUserInput(
    `\`${argument}\` of \`@live\` cannot be ${formatDuration(given)}: give ${least === 0 ? 'anything' : formatDuration(least * nanosPerMs)} ` +
      `to ${formatDuration(longest * nanosPerMs)}.`,
  );
}

/**
 * What an operation asks for with `@live`; undefined where it is to be answered once.
 *
 * @throws BadUserInput for arguments out of bounds, and for fields that cannot be followed
 */
export function liveOptions(request: LiveRequest): LiveOptions | undefined {
  const { schema, document } = request;
  const operation = getOperationAST(document, request.operationName);
  const directive = schema.getDirective(directiveName);
  if (!operation || !directive || !isMarked(operation)) return undefined;
  const variables = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    request.variableValues ?? {},
  );
  // What is wrong with variables is told by the execution, which happens once.
  if (!variables.coerced) return undefined;
  const given = getDirectiveValues(directive, operation, variables.coerced);
  if (given?.['if'] !== true) return undefined;
  const address = addressIn(schema, document);
  if (address !== undefined) {
    throw new BadUserInput(
      `\`${address}\` cannot be in a live query: it makes an address for one client, and another with each answer. Ask for it ` +
        'in a query of its own when it is needed.',
    );
  }
  const poll = given['pollInterval'];
  return {
    throttle: milliseconds('throttle', given['throttle'], 0),
    pollInterval:
      poll === null || poll === undefined ? undefined : milliseconds('pollInterval', poll, shortestPoll),
    patches: given['format'] === 'JSON_PATCH',
  };
}

/** Whether an operation goes on after its first answer, so that it counts as a subscription does. */
export function isLive(request: LiveRequest): boolean {
  try {
    return liveOptions(request) !== undefined;
  } catch {
    // It will be refused.
    return false;
  }
}
