import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { applyPatch, type Operation } from 'rfc6902';
import { WebSocket } from 'ws';
import { at, listAt } from '../../support/json.ts';

export type LiveTransport = 'ws' | 'sse';

/** One answer, with what the client has after it. */
export interface LiveAnswer {
  readonly data: unknown;
  readonly codes: readonly unknown[];
  readonly revision: number;
  /** Undefined for one that came whole. */
  readonly patch: readonly unknown[] | undefined;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly at: number;
}

export interface LiveView {
  readonly answers: readonly LiveAnswer[];
  readonly latest: LiveAnswer | undefined;
  /** Resolves with the latest answer once the condition holds for it; rejects after `timeout` ms or at the end. */
  until(condition: (answer: LiveAnswer) => boolean, timeout?: number): Promise<LiveAnswer>;
  /** Resolves when the gateway has ended it. */
  readonly ended: Promise<void>;
  leave(): Promise<void>;
}

const isPatch = (value: unknown): value is Operation[] => Array.isArray(value);

/** Follows a live query as a client does, and applies its patches. */
export function follow(
  url: string,
  query: string,
  options: { readonly variables?: Record<string, unknown>; readonly transport?: LiveTransport } = {},
): LiveView {
  const client =
    options.transport === 'sse'
      ? createSseClient({ url, retryAttempts: 0 })
      : createWsClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const answers: LiveAnswer[] = [];
  const watchers = new Set<() => void>();
  let failure: Error | undefined;
  let data: unknown;
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  const take = (result: unknown): void => {
    const live = at(result, 'extensions', 'live');
    const patch = at(live, 'patch');
    const revision = Number(at(live, 'revision'));
    if (isPatch(patch)) {
      const base = answers.at(-1)?.revision;
      if (at(live, 'base') !== base)
        throw new Error(`a patch for ${String(at(live, 'base'))} came after ${base}`);
      const copy: unknown = structuredClone(data);
      const failed = applyPatch(copy, structuredClone(patch)).find((each) => each !== null);
      if (failed) throw failed;
      data = copy;
    } else {
      data = at(result, 'data');
    }
    const codes = listAt(result, 'errors').map((error) => at(error, 'extensions', 'code'));
    answers.push({ data, codes, revision, patch: isPatch(patch) ? patch : undefined, at: performance.now() });
    look();
  };
  let leave = (): void => {};
  const ended = new Promise<void>((resolve) => {
    leave = client.subscribe(
      { query, variables: options.variables ?? {} },
      {
        next: (result: unknown) => {
          try {
            take(result);
          } catch (error) {
            failure = error instanceof Error ? error : new Error(String(error));
            look();
          }
        },
        error: (error: unknown) => {
          failure = error instanceof Error ? error : new Error(JSON.stringify(error));
          look();
          resolve();
        },
        complete: () => {
          failure ??= new Error('the live query has ended');
          look();
          resolve();
        },
      },
    );
  });
  return {
    answers,
    get latest() {
      return answers.at(-1);
    },
    until: (condition, timeout = 10_000) =>
      new Promise((resolve, reject) => {
        const finish = (done: () => void): void => {
          clearTimeout(timer);
          watchers.delete(check);
          done();
        };
        const check = (): void => {
          const latest = answers.at(-1);
          const error = failure;
          if (latest && condition(latest)) finish(() => resolve(latest));
          else if (error instanceof Error) finish(() => reject(error));
        };
        const timer = setTimeout(
          () =>
            finish(() =>
              reject(
                new Error(
                  `not within ${timeout} ms; latest: ${JSON.stringify(answers.at(-1))?.slice(0, 2_000)}`,
                ),
              ),
            ),
          timeout,
        );
        watchers.add(check);
        check();
      }),
    ended,
    leave: async () => {
      leave();
      await client.dispose();
    },
  };
}
