/** What a registry refuses, as the Engine passes it on: in the words of the registry, under almost any status. */
import { EngineError } from '../errors.ts';
import type { Route } from '../operation.ts';

/**
 * - `missing`: it has no such image
 * - `unauthorized`: it wants a login, or does not take this one; some say so of what they do not have, too
 * - `rate_limited`: it was asked too often
 * - `unreachable`: it cannot be reached, or does not answer
 * - `failed`: it answers something else that is no success
 */
export type RegistryRefusal = 'missing' | 'unauthorized' | 'rate_limited' | 'unreachable' | 'failed';

/** What is answered by nobody but a registry. */
const routes: ReadonlySet<Route> = new Set<Route>([
  'GET /distribution/{name}/json',
  'GET /images/search',
  'GET /plugins/privileges',
  'POST /auth',
]);

/** The most telling first: a registry that hides what it has says that it is not there, or wants a login. */
const sentences: readonly (readonly [pattern: RegExp, refusal: RegistryRefusal])[] = [
  [/toomanyrequests|too many requests|rate limit|(?:status|status code|HTTP):? 429/i, 'rate_limited'],
  [
    /no basic auth credentials|unauthorized|authentication required|incorrect username or password|access denied|is denied|denied: |insufficient.?scope|403 forbidden|HTTP 40[13]/i,
    'unauthorized',
  ],
  [/manifest unknown|name unknown|repository does not exist|manifest .* not found/i, 'missing'],
  [
    /dial tcp|dial udp|no such host|connection re(?:fused|set)|i\/o timeout|TLS handshake|x509|context deadline exceeded|Client\.Timeout|proxyconnect|server gave HTTP response|: EOF$|HTTP 50[234]|50[234] (?:bad gateway|service unavailable|gateway time)/i,
    'unreachable',
  ],
];

/** What a registry has against a call; undefined where it was not the registry that failed, or was not asked. */
export function registryRefusal(error: unknown): RegistryRefusal | undefined {
  if (!(error instanceof EngineError) || !routes.has(error.route)) return undefined;
  // The Engine answers everything at once but what it has to ask a registry for.
  if (error.kind === 'timeout') return 'unreachable';
  if (error.kind !== 'response') return undefined;
  for (const [pattern, refusal] of sentences) if (pattern.test(error.message)) return refusal;
  if (error.status === 401 || error.status === 403) return 'unauthorized';
  if (error.status === 404) return 'missing';
  return error.status !== undefined && error.status >= 500 ? 'failed' : undefined;
}
