/** The documented operation of the Engine that a request is for. */
import { documented } from '../../src/coverage/documented.ts';

interface Pattern {
  readonly route: string;
  readonly method: string;
  readonly path: RegExp;
}

/** All documented operations, such as `GET /containers/{id}/json`. */
export const engineRoutes: readonly string[] = documented
  .filter(({ kind }) => kind === 'operation')
  .map(({ name }) => name);

/** Fixed words before placeholders: `/containers/json` is no container. Names of images have slashes in them. */
const patterns: readonly Pattern[] = engineRoutes
  .map((route) => {
    const [method = '', path = ''] = route.split(' ');
    const source = path
      .replaceAll('.', '\\.')
      .replace(/\{name\}/g, '.+')
      .replace(/\{\w+\}/g, '[^/]+');
    return { route, method, path: new RegExp(`^(?:/v[0-9.]+)?${source}$`) };
  })
  .toSorted((left, right) => Number(left.route.includes('{')) - Number(right.route.includes('{')));

/** @param path with or without the version before it, without the query */
export const engineRouteOf = (method: string, path: string): string | undefined =>
  patterns.find((pattern) => pattern.method === method && pattern.path.test(path))?.route;
