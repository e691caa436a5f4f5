/** From a row's route and its parameters to the bytes of the request line. */
import { EngineError } from './errors.ts';
import type { Params, Route } from './operation.ts';
import { checkReference, encodePathValue, type ReferenceKind } from './references.ts';

/** Which grammar a placeholder follows depends on the noun of its route. */
const kindOf = (route: Route): ReferenceKind => {
  if (/ \/(images|distribution)\//.test(route)) return 'image';
  return route.includes(' /plugins/') ? 'plugin' : 'object';
};

const isQueryValue = (value: unknown): value is string | number | bigint | boolean =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'boolean';

/** Booleans as the daemon reads them, filters and the like as JSON, lists as repeated keys. */
function appendQuery(query: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) for (const item of value) query.append(name, String(item));
  else if (typeof value === 'boolean') query.append(name, value ? '1' : '0');
  else if (isQueryValue(value)) query.append(name, String(value));
  else query.append(name, JSON.stringify(value));
}

/**
 * The path and query of a call, without the version prefix. Placeholders fill the path, `body` is left out, every
 * other parameter is the query.
 *
 * @throws EngineError `bad_input` for a reference that the daemon's grammar does not allow: the path must mean what
 *   the route says, whatever a user typed.
 */
export function requestPath(route: Route, params: Params): string {
  const kind = kindOf(route);
  const used = new Set<string>(['body', 'headers', 'registryAuth', 'registryConfig']);
  const template = route.slice(route.indexOf(' ') + 1);
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    used.add(name);
    const given = params[name];
    const value = typeof given === 'string' ? given : '';
    const checked = checkReference(kind, value);
    if (!checked.ok) throw new EngineError({ kind: 'bad_input', route, message: checked.reason });
    return encodePathValue(kind, value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (!used.has(name)) appendQuery(query, name, value);
  }
  return query.size === 0 ? path : `${path}?${query}`;
}
