import { afterEach, describe, expect, it } from 'vitest';
import { pullTarget } from '../../src/graph/image/pull.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('what is asked of a registry', () => {
  it.each([
    ['nginx', 'nginx', 'latest'],
    ['nginx:1.27', 'nginx', '1.27'],
    ['localhost:5000/a/b', 'localhost:5000/a/b', 'latest'],
    ['localhost:5000/a/b:2', 'localhost:5000/a/b', '2'],
    [`nginx@${digest}`, 'nginx', digest],
    [`nginx:1.27@${digest}`, 'nginx', digest],
  ])('is one image, never all tags: %s', (reference, fromImage, tag) => {
    expect(pullTarget(reference)).toEqual({ fromImage, tag });
  });

  it.each([[digest], ['Nginx'], ['']])('is not %j', (reference) => {
    expect(() => pullTarget(reference)).toThrow(/cannot be pulled/);
  });
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

/** A daemon that lacks the image and answers a pull like that. */
async function behind(pull: FakeHandler): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const missing: FakeHandler = (_request, { fail }) => fail(404, 'No such image: x:latest');
  const engine = await startFakeEngine({
    handlers: {
      'POST /images/create': pull,
      'GET /images/{name}/json': missing,
      'POST /containers/create': missing,
    },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const run = (gateway: RunningGateway) =>
  gateway.query(
    'mutation { containerRun(input: { image: "x" }) { changed container { name } userErrors { __typename code message path } } }',
  );

const lines =
  (...texts: string[]): FakeHandler =>
  (_request, { stream }) =>
    stream(
      (async function* () {
        yield* texts;
      })(),
    );
const progress = '{"status":"Pulling from x","id":"latest"}\r\n';

describe('a pull that fails', () => {
  it('after it began is a failure, though HTTP calls it a success', async () => {
    const last =
      '{"errorDetail":{"message":"toomanyrequests: slow down"},"error":"toomanyrequests: slow down"}\r\n';
    // Cut where nobody would cut it.
    const { engine, gateway } = await behind(lines(progress, last.slice(0, 20), last.slice(20)));
    const { data, errors } = await run(gateway);
    expect(errors).toEqual([]);
    expect(at(data, 'containerRun')).toEqual({
      changed: false,
      container: null,
      userErrors: [
        {
          __typename: 'RegistryRateLimitedError',
          code: 'REGISTRY_RATE_LIMITED',
          message: 'toomanyrequests: slow down',
          path: null,
        },
      ],
    });
    expect(engine.requests.filter(({ path }) => path === '/containers/create')).toHaveLength(1);
    const [pull] = engine.requests.filter(({ path }) => path === '/images/create');
    expect(Object.fromEntries(pull?.query ?? [])).toEqual({ fromImage: 'x', tag: 'latest' });
  });

  it.each([
    ['{"errorDetail":{"message":"manifest for x:latest not found: manifest unknown"}}'],
    ['{"error":"pull access denied for x, repository does not exist or may require \'docker login\'"}'],
  ])('because there is no such image says that: %s', async (last) => {
    const { data } = await run((await behind(lines(progress, last))).gateway);
    expect(at(data, 'containerRun', 'userErrors')).toMatchObject([
      { __typename: 'ImageNotFoundError', path: ['input', 'image'] },
    ]);
  });

  it('before it began has a status of its own', async () => {
    const { gateway } = await behind((_request, { fail }) =>
      fail(500, 'Get "https://r/v2/": context deadline exceeded'),
    );
    const { data } = await run(gateway);
    expect(at(data, 'containerRun', 'userErrors')).toMatchObject([{ __typename: 'RegistryError' }]);
  });

  it.each<[string, FakeHandler]>([
    [
      'breaks off',
      (_request, { response, cut }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(progress, () => setImmediate(cut));
      },
    ],
    ['is no JSON', lines(progress, '<html>\r\n')],
    ['is no object', lines(progress, '[]\r\n')],
  ])('because the answer %s is never a success', async (_title, pull) => {
    const { data, errors } = await run((await behind(pull)).gateway);
    expect(data).toEqual({ containerRun: null });
    expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL' }]);
  });
});
