/** One line for each operation: what it was and how it went, never what was in it. */
import { type DocumentNode, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import type { OperationRequest, TransportContext } from '../server/operation-request.ts';
import { planOf } from './use-plan.ts';

interface Entry {
  readonly begun: number;
  operation?: string | undefined;
  type?: string | undefined;
  context?: unknown;
  /** Events or answers sent, for subscriptions and live queries. */
  events?: number;
  /** Made when there is one. */
  codes?: Set<string>;
  logged: boolean;
}

interface Started {
  readonly contextValue: TransportContext;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}

export interface AccessLog {
  readonly plugin: Plugin<TransportContext, TransportContext>;
  /** For what ends before execution on a transport that yoga does not see. */
  readonly refused: (request: OperationRequest, errors: readonly unknown[]) => void;
  /** For a subscription whose results do not come by here. */
  readonly followed: (started: Started) => {
    readonly next: (result: object) => void;
    readonly end: () => void;
  };
}

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null || !('extensions' in error)) return 'UNKNOWN';
  const { extensions } = error;
  return typeof extensions === 'object' && extensions !== null && 'code' in extensions
    ? String(extensions.code)
    : 'UNKNOWN';
};

const errorsOf = (result: unknown): readonly unknown[] =>
  typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors)
    ? result.errors
    : [];

const isStream = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

/** Operation names are the client's words: they are kept short. */
const shortest = (name: string | null | undefined): string | undefined => name?.slice(0, 128);

export function createAccessLog(logger: Logger): AccessLog {
  const entries = new WeakMap<OperationRequest, Entry>();
  const entryOf = (request: OperationRequest): Entry => {
    const known = entries.get(request);
    if (known) return known;
    const entry: Entry = { begun: performance.now(), logged: false };
    entries.set(request, entry);
    return entry;
  };
  const begin = ({ contextValue, document, operationName }: Started): Entry => {
    const entry = entryOf(contextValue.operationRequest);
    const operation = getOperationAST(document, operationName);
    entry.operation = shortest(operation?.name?.value);
    entry.type = operation?.operation;
    entry.context = contextValue;
    return entry;
  };
  const finish = (request: OperationRequest): void => {
    const entry = entryOf(request);
    if (entry.logged) return;
    entry.logged = true;
    const { operation, type, events, codes } = entry;
    logger.info(
      {
        requestId: request.requestId,
        operation,
        type,
        transport: request.transport,
        ms: Math.round((performance.now() - entry.begun) * 10) / 10,
        engineCalls: planOf(entry.context)?.report().calls.length,
        events,
        errors: codes && [...codes],
      },
      'operation',
    );
  };
  const note = (entry: Entry, errors: readonly unknown[]): void => {
    if (errors.length === 0) return;
    entry.codes ??= new Set();
    for (const error of errors) entry.codes.add(codeOf(error));
  };
  /** Counts what is sent until the stream ends, which is when the signal is aborted: before the error that ended it comes by. */
  const following = (entry: Entry, request: OperationRequest) => {
    entry.events = 0;
    request.signal.addEventListener('abort', () => setImmediate(finish, request), { once: true });
    return {
      onNext: (next: { readonly result: unknown }) => {
        entry.events = (entry.events ?? 0) + 1;
        note(entry, errorsOf(next.result));
      },
    };
  };
  const refused = (request: OperationRequest, errors: readonly unknown[]): void => {
    note(entryOf(request), errors);
    finish(request);
  };

  const plugin: Plugin<TransportContext, TransportContext> = {
    onEnveloped: ({ context }) => {
      if (context?.operationRequest) entryOf(context.operationRequest);
    },
    onExecute: ({ args }) => {
      const { operationRequest } = args.contextValue;
      const entry = begin(args);
      return {
        onExecuteDone: ({ result }) => {
          note(entry, errorsOf(result));
          if (isStream(result)) return following(entry, operationRequest);
          finish(operationRequest);
          return undefined;
        },
      };
    },
    onSubscribe: ({ args }) => {
      const { operationRequest } = args.contextValue;
      const entry = begin(args);
      return {
        onSubscribeResult: ({ result }) => {
          note(entry, errorsOf(result));
          if (!isStream(result)) {
            finish(operationRequest);
            return undefined;
          }
          return following(entry, operationRequest);
        },
        onSubscribeError: ({ error }) => note(entry, [error]),
      };
    },
    onResultProcess: ({ result, serverContext }) => {
      // What was executed is logged by now; what is left failed before.
      if (!isStream(result)) refused(serverContext.operationRequest, errorsOf(result));
    },
  };
  const followed: AccessLog['followed'] = (started) => {
    const entry = begin(started);
    entry.events = 0;
    return {
      next: (result) => {
        entry.events = (entry.events ?? 0) + 1;
        if ('errors' in result) note(entry, errorsOf(result));
      },
      end: () => finish(started.contextValue.operationRequest),
    };
  };
  return { plugin, refused, followed };
}
