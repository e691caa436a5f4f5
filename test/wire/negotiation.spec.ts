import { afterEach, describe, expect, it } from 'vitest';
import { newestApi } from '../../src/engine/version.ts';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function behind(
  options: FakeEngineOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    ...options,
    handlers: { 'GET /networks': () => [], ...options.handlers },
  });
  const gateway = await startGateway({ host: engine.host, environment });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const asked = ({ requests }: FakeEngine) => requests.map(({ method, url }) => `${method} ${url}`);
const networks = '{ networks { totalCount } }';

describe('the first contact with an Engine', () => {
  it('is a HEAD, and then what was asked for in the version of the Engine', async () => {
    const { engine, gateway } = await behind({ apiVersion: '1.47' });
    await gateway.data(networks);
    expect(asked(engine)).toEqual(['HEAD /_ping', 'GET /v1.47/networks']);
  });

  it.each<[string, FakeHandler]>([
    ['refuses it', (_request, { fail }) => fail(403, 'HEAD is not allowed here')],
    ['does not know the method', (_request, { response }) => void response.writeHead(405).end()],
    ['hangs up', (_request, { cut }) => cut()],
    [
      'takes the headers out of the answer',
      (_request, { response }) => {
        response.removeHeader('api-version');
        response.end();
      },
    ],
  ])('is a GET where a proxy %s', async (_what, head) => {
    const { engine, gateway } = await behind({ apiVersion: '1.53', handlers: { 'HEAD /_ping': head } });
    expect(await gateway.data(networks)).toEqual({ networks: { totalCount: 0 } });
    expect(asked(engine)).toEqual(['HEAD /_ping', 'GET /_ping', 'GET /v1.53/networks']);
  });

  it('settles on the newest version that is known here, for an Engine that is newer', async () => {
    const { engine, gateway } = await behind({ apiVersion: '1.56' });
    await gateway.data(networks);
    expect(asked(engine).at(-1)).toBe(`GET /v${newestApi}/networks`);
    expect(newestApi).toBe('1.55');
  });

  it('says what an Engine can, by its version', async () => {
    const { gateway } = await behind({ apiVersion: '1.44' });
    expect(
      await gateway.data(
        '{ engine { product capabilities { features podmanVersion osType unavailable { coordinate } } } }',
      ),
    ).toMatchObject({
      engine: {
        product: 'DOCKER',
        capabilities: {
          features: [
            'STOP_SIGNAL',
            'VOLUME_PRUNE_SPARES_NAMED',
            'DISK_USAGE_BY_KIND',
            'CLUSTER_VOLUMES',
            'STREAMS_SAY_THEIR_FORMAT',
            'ANNOTATIONS',
            'SEVERAL_NETWORKS_AT_ONCE',
            'HEALTH_START_INTERVAL',
          ],
          podmanVersion: null,
          osType: 'linux',
          unavailable: expect.arrayContaining([
            { coordinate: 'Image.manifests' },
            { coordinate: 'Image.virtualSize' },
            { coordinate: 'EndpointInput.gatewayPriority' },
            { coordinate: 'Image.save(platform:)' },
          ]),
        },
      },
    });
  });
});

describe('an Engine whose versions are others than ours', () => {
  /** As the Engine does for every address, the ping with a version too. */
  const refuses = (sentence: string): FakeHandlers => {
    const refuse: FakeHandler = ({ apiVersion }, { fail, response }) =>
      apiVersion === undefined ? void response.end('OK') : fail(400, sentence);
    return { 'GET /_ping': refuse, 'GET /networks': refuse };
  };
  const tooOld =
    'client version 1.45 is too old. Minimum supported API version is 1.50, please upgrade your client to a newer version';

  it('is told with the remedy where it takes newer ones only', async () => {
    const { gateway } = await behind(
      { apiVersion: '1.55', handlers: refuses(tooOld) },
      { DOCKER_API_VERSION: '1.45' },
    );
    const { errors } = await gateway.query(networks);
    expect(errors).toEqual([
      {
        code: 'API_VERSION_UNSUPPORTED',
        path: ['networks'],
        message:
          'The Engine takes API 1.50 or newer only, and is spoken to in 1.45: leave `DOCKER_API_VERSION` out, lower the ' +
          'least version that the Engine is configured to take, or use a newer dockgraph.',
      },
    ]);
    expect(await gateway.data('{ engine { status statusReason } }')).toEqual({
      engine: { status: 'UNSUPPORTED', statusReason: expect.stringContaining('API 1.50 or newer') },
    });
  });

  it('is a user error of a mutation', async () => {
    const refuse: FakeHandler = (_request, { fail }) => fail(400, tooOld);
    const { gateway } = await behind({ handlers: { 'POST /networks/create': refuse } });
    const mutation =
      'mutation { networkCreate(input: { name: "x" }) { changed userErrors { __typename code } } }';
    expect(await gateway.data(mutation)).toEqual({
      networkCreate: {
        changed: false,
        userErrors: [{ __typename: 'ApiVersionError', code: 'API_VERSION_UNSUPPORTED' }],
      },
    });
  });

  it('is asked for its version again where it has become older', async () => {
    const { engine, gateway } = await behind({ apiVersion: '1.50' });
    await gateway.data(networks);
    const sentence = 'client version 1.50 is too new. Maximum supported API version is 1.43';
    engine.on({
      'GET /_ping': (_request, { response }) => void response.setHeader('api-version', '1.43').end('OK'),
      'GET /networks': ({ apiVersion }, { fail }) => (apiVersion === '1.43' ? [] : fail(400, sentence)),
    });
    const { errors } = await gateway.query(networks);
    expect(errors.map(({ code }) => code)).toEqual(['API_VERSION_UNSUPPORTED']);
    expect(await gateway.data(networks)).toEqual({ networks: { totalCount: 0 } });
  });

  it('is refused where it is too old for us', async () => {
    const { engine, gateway } = await behind({ apiVersion: '1.40' });
    const { errors } = await gateway.query(networks);
    expect(errors.map(({ code }) => code)).toEqual(['API_VERSION_UNSUPPORTED']);
    expect(asked(engine)).toEqual(['HEAD /_ping']);
  });
});
