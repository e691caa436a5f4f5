/** Which API version is spoken with a daemon. */
import type { Dispatcher } from 'undici';
import { textOf } from './answer.ts';
import { EngineError, responseError, transportError } from './errors.ts';
import type { Method, Route } from './operation.ts';

/** The oldest API this gateway speaks: Engine 20.10. */
export const oldestApi = '1.41';
/**
 * The newest API this gateway knows the shapes of: Engine 29.6. A newer daemon is spoken to in this one. 1.56 changes
 * nothing so far, and is not released: what it will be in the end is not known.
 */
export const newestApi = '1.55';

const parse = (version: string): readonly [major: number, minor: number] | undefined => {
  const parts = /^(\d+)\.(\d+)$/.exec(version);
  return parts ? [Number(parts[1]), Number(parts[2])] : undefined;
};

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. Unreadable versions are oldest. */
export function compareApi(a: string, b: string): number {
  const [x, y] = [parse(a) ?? [0, 0], parse(b) ?? [0, 0]];
  return x[0] - y[0] || x[1] - y[1];
}

/** Who speaks Docker's API. */
type Product = 'DOCKER' | 'PODMAN';

/** What the first answer of a daemon tells. */
export interface Greeting {
  /** The version that is spoken from now on, such as `1.47`. */
  readonly api: string;
  /** The newest the daemon could speak. */
  readonly daemonApi: string;
  /** Podman names itself in a header of its own. */
  readonly product: Product;
  /** `Libpod-API-Version`: which Podman it is; null for Docker. */
  readonly podmanVersion: string | null;
  readonly experimental: boolean;
  /** `Builder-Version`: the builder the daemon wants clients to use, 1 (legacy) or 2 (BuildKit). Since 23.0. */
  readonly builderVersion: string | null;
  /** `Swarm`: such as `inactive` or `active/manager`, as it was then. Since 23.0; null where it does not say. */
  readonly swarm: string | null;
  /** `Ostype`: what containers run on, `linux` or `windows`. */
  readonly osType: string | null;
}

type Ping = Route & `${Method} /_ping`;

/** The failures of a question that another method would meet as well. */
const isFinal = ({ kind }: EngineError): boolean =>
  kind === 'unavailable' || kind === 'timeout' || kind === 'cancelled';

/**
 * Asks by HEAD as newer clients do, and by GET where a proxy before the daemon lets no HEAD through, or takes the headers
 * out of its answer.
 */
async function ping(
  dispatcher: Dispatcher,
  origin: string,
  clock: AbortSignal,
): Promise<{ readonly route: Ping; readonly headers: Dispatcher.ResponseData['headers'] }> {
  const ask = async (route: Ping) => {
    const method: Method = route === 'HEAD /_ping' ? 'HEAD' : 'GET';
    const answer = await dispatcher
      .request({ origin, method, path: '/_ping', signal: clock })
      .catch((error: unknown) => {
        throw transportError(route, error, { deadline: clock.aborted, aborted: false });
      });
    const text = await textOf(answer.body).catch(() => '');
    if (answer.statusCode >= 300) throw responseError(route, answer.statusCode, text);
    return { route, headers: answer.headers };
  };
  try {
    const answer = await ask('HEAD /_ping');
    if (answer.headers['api-version'] !== undefined) return answer;
  } catch (error) {
    if (!(error instanceof EngineError) || isFinal(error)) throw error;
  }
  return ask('GET /_ping');
}

/**
 * Asks the daemon for its version (`HEAD /_ping`, which needs no version itself) and settles on the newest both know.
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
  const { route, headers } = await ping(dispatcher, origin, AbortSignal.timeout(deadlineMs));
  const header = (name: string): string | null => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) || null;
  };
  const daemonApi = header('api-version') ?? '';
  if (compareApi(daemonApi, oldestApi) < 0) {
    throw new EngineError({
      kind: 'unsupported',
      route,
      message: `The Engine speaks API ${daemonApi || 'unknown'}; dockgraph needs ${oldestApi} (Engine 20.10) or newer.`,
    });
  }
  const wanted = pinned ?? newestApi;
  const podmanVersion = header('libpod-api-version');
  return {
    api: compareApi(daemonApi, wanted) < 0 ? daemonApi : wanted,
    daemonApi,
    product: podmanVersion === null ? 'DOCKER' : 'PODMAN',
    podmanVersion,
    experimental: header('docker-experimental') === 'true',
    builderVersion: header('builder-version'),
    swarm: header('swarm'),
    osType: header('ostype'),
  };
}
