/** Which API version is spoken with a daemon. */
import type { Dispatcher } from 'undici';
import { EngineError, transportError } from './errors.ts';
import type { Method, Route } from './operation.ts';

/** The oldest API this gateway speaks: Engine 20.10. */
export const oldestApi = '1.41';
/** The newest API this gateway knows the shapes of. A newer daemon is spoken to in this one. */
export const newestApi = '1.51';

const parse = (version: string): readonly [major: number, minor: number] | undefined => {
  const parts = /^(\d+)\.(\d+)$/.exec(version);
  return parts ? [Number(parts[1]), Number(parts[2])] : undefined;
};

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. Unreadable versions are oldest. */
export function compareApi(a: string, b: string): number {
  const [x, y] = [parse(a) ?? [0, 0], parse(b) ?? [0, 0]];
  return x[0] - y[0] || x[1] - y[1];
}

/** What the first answer of a daemon tells. */
export interface Greeting {
  /** The version that is spoken from now on, such as `1.47`. */
  readonly api: string;
  /** The newest the daemon could speak. */
  readonly daemonApi: string;
  /** Podman names itself in a header of its own. */
  readonly isPodman: boolean;
  readonly experimental: boolean;
  /** `Builder-Version`: the builder the daemon wants clients to use, 1 (legacy) or 2 (BuildKit). Since 23.0. */
  readonly builderVersion: string | null;
}

const ping: Route = 'GET /_ping';

/**
 * Asks the daemon for its version (`GET /_ping`, which needs no version itself) and settles on the newest both know.
 *
 * @param pinned `DOCKER_API_VERSION`: is used as it is when the daemon is not older.
 * @throws EngineError `unavailable`, `timeout`, or `unsupported` for a daemon below {@link oldestApi}.
 */
export async function negotiate(
  dispatcher: Dispatcher,
  origin: string,
  pinned: string | undefined,
  deadlineMs: number,
): Promise<Greeting> {
  const clock = AbortSignal.timeout(deadlineMs);
  const method: Method = 'GET';
  const answer = await dispatcher
    .request({ origin, method, path: '/_ping', signal: clock })
    .catch((error: unknown) => {
      throw transportError(ping, error, { deadline: clock.aborted, aborted: false });
    });
  await answer.body.dump();
  const header = (name: string) => {
    const value = answer.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  if (answer.statusCode >= 300) {
    throw new EngineError({
      kind: 'response',
      route: ping,
      status: answer.statusCode,
      message: `The Engine answered its own ping with ${answer.statusCode}.`,
    });
  }
  const daemonApi = header('api-version') ?? '';
  if (compareApi(daemonApi, oldestApi) < 0) {
    throw new EngineError({
      kind: 'unsupported',
      route: ping,
      message: `The Engine speaks API ${daemonApi || 'unknown'}; dockgraph needs ${oldestApi} (Engine 20.10) or newer.`,
    });
  }
  const wanted = pinned ?? newestApi;
  return {
    api: compareApi(daemonApi, wanted) < 0 ? daemonApi : wanted,
    daemonApi,
    isPodman: header('libpod-api-version') !== undefined,
    experimental: header('docker-experimental') === 'true',
    builderVersion: header('builder-version') ?? null,
  };
}
