/** What the specs of images share: a gateway's graph over one Engine, without a server. */
import { graphql } from 'graphql';
import { createContext } from '../../src/context.ts';
import { createEngineClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect.ts';
import { createCredentials } from '../../src/engine/registry/credentials.ts';
import { createRegistryMemory } from '../../src/engine/registry/memory.ts';
import { createEventHub } from '../../src/events/hub.ts';
import { watchTasksOf } from '../../src/events/task-watch.ts';
import { schema } from '../../src/graph/schema.ts';
import { createLogHub } from '../../src/logs/hub.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';
import { createSampleHub } from '../../src/samples/hub.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { services } from '../support/services.ts';

export interface Answer {
  readonly data: unknown;
  readonly errors: readonly { readonly message: string; readonly code: unknown; readonly cause: unknown }[];
  /** The Engine's operations, in the order they began. */
  readonly calls: readonly string[];
}

export interface Graph {
  ask(source: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  close(): Promise<void>;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Each question is an operation of its own, with nothing read before. */
export function graphOver(engine: { readonly host: string; readonly socketPath: string }): Graph {
  const endpoint = {
    name: 'default',
    source: 'the spec',
    named: true,
    url: engine.host,
    transport: { kind: 'unix', socketPath: engine.socketPath },
  } as const;
  const connection = connect(endpoint);
  const client = createEngineClient({ name: 'default', endpoint, connection });
  const credentials = createCredentials({ configDir: '/nowhere', helperEnvironment: {} });
  const registries = createRegistryMemory(client, credentials, { ageMs: 60_000, failureAgeMs: 60_000 });
  const events = createEventHub({ open: () => Promise.reject(new Error('no events here')), logger: quiet });
  return {
    async ask(source, variables = {}) {
      const context = createContext(
        [
          {
            client,
            events,
            samples: createSampleHub(client),
            logs: createLogHub({ client, events }),
            taskWatch: watchTasksOf(client, events, 5_000),
            credentials,
            registries,
            longWork: createLongWork(),
          },
        ],
        {
          requestId: 'spec',
          signal: new AbortController().signal,
        },
        services(),
      );
      const result = await graphql({ schema, source, contextValue: context, variableValues: variables });
      return {
        data: result.data,
        errors: (result.errors ?? []).map(({ message, extensions, originalError }) => ({
          message,
          code: extensions['code'],
          cause: originalError,
        })),
        calls: context.plan.report().calls.map(({ operation }) => operation),
      };
    },
    close: () => client.close(),
  };
}

/** The text of one field of each image in `images { nodes { … } }`, sorted. */
export const eachNode = (answer: Answer, field: string): string[] =>
  listAt(answer.data, 'images', 'nodes')
    .map((node) => textAt(node, field))
    .sort();

export const nodeWhere = (answer: Answer, field: string, value: string): unknown =>
  listAt(answer.data, 'images', 'nodes').find((node) => at(node, field) === value);
