import type { FakeHandler, FakeHandlers } from './fake-protocol.ts';

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: FakeHandler;
}

/** `{name}` of images takes slashes, every other placeholder one segment. */
export function route(key: string, handler: FakeHandler): Route {
  const [method = '', template = ''] = key.split(' ');
  const source = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${name === 'name' ? '.+' : '[^/]+'})`);
  return { method, pattern: new RegExp(`^${source}$`), handler };
}

const literalFirst = (one: string, other: string): number =>
  one.split('{').length - other.split('{').length || other.length - one.length;

/** The routes of these handlers, the most literal ones first: `/containers/json` before `/containers/{id}`. */
export function routesOf(handlers: FakeHandlers): readonly Route[] {
  return Object.entries(handlers)
    .toSorted(([one], [other]) => literalFirst(one, other))
    .map(([key, handler]) => route(key, handler));
}

/** What every daemon answers: a ping, and the version that it says it has. */
export function defaultHandlers(apiVersion: string, minApiVersion: string): FakeHandlers {
  const ping: FakeHandler = (_, { response }) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 2 }).end('OK');
  };
  return {
    'GET /_ping': ping,
    'HEAD /_ping': ping,
    'GET /version': () => ({
      Platform: { Name: 'fake' },
      Components: [],
      Version: '26.0.0-fake',
      ApiVersion: apiVersion,
      MinAPIVersion: minApiVersion,
      GitCommit: '0000000',
      GoVersion: 'go0',
      Os: 'linux',
      Arch: 'amd64',
      KernelVersion: '0',
    }),
  };
}
