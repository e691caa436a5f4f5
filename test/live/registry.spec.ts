import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { type ScriptedRegistry, startScriptedRegistry } from '../support/scripted-registry.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const account = { username: 'someone', password: 'canary:s3cret' };
const wrong = { ...account, password: 'canary-wrong' };

let open: Registry;
let locked: Registry;
let scripted: ScriptedRegistry;
/** Of the gateway: its config.json. */
let directory: string;
let gateway: RunningGateway;

const configure = (config: object) => writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
const login = { auth: Buffer.from(`${account.username}:${account.password}`).toString('base64') };
const nameIn = (registry: Registry, path: string) => `${registry.address}/${prefix}${path}`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-registry-'));
  [open, locked, scripted, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: account }),
    startScriptedRegistry(engine),
    startGateway({
      host: engine.host,
      flags: ['--registry-age=0', '--registry-failure-age=0'],
      environment: { DOCKER_CONFIG: directory },
    }),
  ]);
  configure({});
  for (const [registry, auth] of [[open], [locked, account]] as const) {
    const reference = nameIn(registry, 'app:1');
    await engine.cli('tag', 'busybox', reference);
    const data = await gateway.data(
      'mutation ($input: ImagePushInput!) { imagePush(input: $input) { changed userErrors { message } } }',
      { input: { reference, auth } },
    );
    if (at(data, 'imagePush', 'changed') !== true) throw new Error(JSON.stringify(data));
  }
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([open?.stop(), locked?.stop(), scripted?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => configure({}));

const look = (reference: string, auth?: object) =>
  gateway.query(
    `query ($reference: String!, $auth: RegistryAuthInput) {
      registryImage(reference: $reference, auth: $auth) {
        reference { canonical } digest mediaType descriptor { digest mediaType size annotations { key } artifactType }
        platforms { os architecture } image { tags } registryCalls engine { name }
      }
    }`,
    { reference, auth },
  );

describe('what a registry has under a name', () => {
  it('is told as the Engine tells it, with the image that is here already', async () => {
    const reference = nameIn(open, 'app:1');
    const raw = (await engine.mustRest('GET', `/distribution/${reference}/json`)).json();
    const { data, errors } = await look(reference);
    expect(errors).toEqual([]);
    expect(at(data, 'registryImage')).toMatchObject({
      reference: { canonical: reference },
      digest: at(raw, 'Descriptor', 'digest'),
      mediaType: at(raw, 'Descriptor', 'mediaType'),
      descriptor: { size: at(raw, 'Descriptor', 'size'), annotations: [], artifactType: null },
      platforms: listAt(raw, 'Platforms').map((each) => ({
        os: at(each, 'os'),
        architecture: at(each, 'architecture'),
      })),
      image: { tags: expect.arrayContaining([reference]) },
      registryCalls: 1,
    });
    const byDigest = await look(`${nameIn(open, 'app')}@${textAt(raw, 'Descriptor', 'digest')}`);
    expect(at(byDigest.data, 'registryImage', 'digest')).toBe(at(raw, 'Descriptor', 'digest'));
  });

  it('is null where it has nothing', async () => {
    for (const reference of [
      nameIn(open, 'app:2'),
      nameIn(open, 'none'),
      `${nameIn(open, 'app')}@sha256:${'0'.repeat(64)}`,
    ])
      expect(await look(reference)).toMatchObject({ data: { registryImage: null }, errors: [] });
  });

  it('needs credentials where the registry wants a login: those that are given, or those that are stored', async () => {
    const reference = nameIn(locked, 'app:1');
    const refused = { data: { registryImage: null }, errors: [{ code: 'REGISTRY_UNAUTHORIZED' }] };
    const answers = [await look(reference), await look(reference, wrong)];
    for (const answer of answers) expect(answer).toMatchObject(refused);
    expect(await look(reference, account)).toMatchObject({ errors: [] });
    expect(await look(reference)).toMatchObject(refused);
    configure({ auths: { [locked.address]: login } });
    const stored = await look(reference);
    expect(stored).toMatchObject({ errors: [] });
    expect(JSON.stringify([...answers, stored])).not.toMatch(/canary|s3cret/);
  });

  it('cannot be had where the credentials that are set up cannot', async () => {
    configure({ credHelpers: { [locked.address]: 'not-installed' } });
    expect(await look(nameIn(locked, 'app:1'))).toMatchObject({
      errors: [{ code: 'REGISTRY_UNAUTHORIZED', message: expect.stringContaining('not installed') }],
    });
  });

  it.each(['', 'UPPER', 'a b', '../../info', `sha256:${'a'.repeat(64)}`])(
    'is not asked for as %j, which no registry knows',
    async (reference) => {
      expect(await look(reference)).toMatchObject({ errors: [{ code: 'BAD_USER_INPUT' }] });
    },
  );

  it('is reached from an image, by one of its names', async () => {
    const data = await gateway.data(
      'query ($ref: ID!, $name: String!) { image(ref: $ref) { distribution(reference: $name) { image { dockerId } } } }',
      { ref: nameIn(open, 'app:1'), name: nameIn(open, 'app:1') },
    );
    const id = await engine.cli('image', 'inspect', '--format', '{{.Id}}', nameIn(open, 'app:1'));
    expect(at(data, 'image', 'distribution')).toMatchObject({ image: { dockerId: id } });
    const { errors } = await gateway.query(
      'query ($ref: ID!) { image(ref: $ref) { distribution(reference: "alpine") { digest } } }',
      { ref: nameIn(open, 'app:1') },
    );
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining(nameIn(open, 'app:1')) },
    ]);
  });
});

describe('a search', () => {
  const search = (term: string, rest: object = {}) =>
    gateway.query(
      `query ($term: String!, $limit: Int, $filter: ImageSearchFilter, $auth: RegistryAuthInput) {
        imageSearch(term: $term, limit: $limit, filter: $filter, auth: $auth) {
          name description starCount isOfficial isAutomated
        }
      }`,
      { term, ...rest },
    );
  const results = [
    { name: 'web', description: 'A server', star_count: 90, is_official: true, is_automated: false },
    { name: 'acme/web', description: '', star_count: 7, is_official: false, is_automated: false },
  ];
  beforeEach(() =>
    scripted.answer({
      '/v1/_ping': { body: '{}', headers: { 'x-docker-registry-standalone': 'true' } },
      '/v1/search': {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'web', num_results: 2, results }),
      },
    }),
  );

  it('finds what the registry before the word finds', async () => {
    await scripted.requests();
    const { data, errors } = await search(`${scripted.address}/web`, { limit: 2 });
    expect(errors).toEqual([]);
    expect(listAt(data, 'imageSearch')).toMatchObject([
      { name: expect.stringMatching(/web$/), description: 'A server', starCount: 90, isOfficial: true },
      { name: expect.stringMatching(/acme\/web$/), description: null, starCount: 7, isOfficial: false },
    ]);
    expect(await scripted.requests()).toContain('GET /v1/search?q=web&n=2');
  });

  it('is narrowed by the Engine', async () => {
    const names = async (filter: object) => {
      const { data } = await search(`${scripted.address}/web`, { filter });
      return listAt(data, 'imageSearch').map((each) => at(each, 'starCount'));
    };
    expect(await names({ isOfficial: true })).toEqual([90]);
    expect(await names({ isOfficial: false })).toEqual([7]);
    expect(await names({ minStars: 50 })).toEqual([90]);
    expect(await names({ isOfficial: false, minStars: 50 })).toEqual([]);
  });

  it('says typed that there is no registry, or none that searches', async () => {
    expect(await search('web')).toMatchObject({
      data: { imageSearch: null },
      errors: [{ code: 'REGISTRY_UNAVAILABLE' }],
    });
    expect(await search(`${open.address}/web`)).toMatchObject({ errors: [{ code: 'REGISTRY_ERROR' }] });
  });

  it.each([
    ['', {}],
    ['  ', {}],
    ['x'.repeat(300), {}],
    ['web', { limit: 0 }],
    ['web', { limit: 101 }],
    ['web', { filter: { minStars: -1 } }],
    ['TWO words', { auth: account }],
  ])('for %j with %j is refused, and asks nobody', async (term, rest) => {
    expect(await search(term, rest)).toMatchObject({ errors: [{ code: 'BAD_USER_INPUT' }] });
  });
});

describe('a check of credentials', () => {
  const check = async (input: object): Promise<unknown> => {
    const data = await gateway.data(
      `mutation ($input: RegistryAuthCheckInput!) { registryAuthCheck(input: $input) {
        changed accepted message identityToken userErrors { __typename code path message } } }`,
      { input },
    );
    return at(data, 'registryAuthCheck');
  };
  const accepted = {
    changed: false,
    accepted: true,
    message: 'Login Succeeded',
    identityToken: null,
    userErrors: [],
  };

  it('tells whether the registry takes them', async () => {
    expect(await check({ registry: locked.address, auth: account })).toEqual(accepted);
    const refused = await check({ registry: locked.address, auth: wrong });
    expect(refused).toMatchObject({
      changed: false,
      accepted: false,
      message: null,
      userErrors: [{ __typename: 'RegistryUnauthorizedError', path: ['input', 'auth'] }],
    });
    expect(JSON.stringify(refused)).not.toContain('canary');
  });

  it('takes those that are stored, and leaves none behind', async () => {
    expect(await check({ registry: locked.address })).toMatchObject({
      accepted: false,
      userErrors: [{ __typename: 'RegistryUnauthorizedError', path: ['input', 'registry'] }],
    });
    configure({ auths: { [locked.address]: login } });
    expect(await check({ registry: locked.address })).toEqual(accepted);
    configure({ auths: { [locked.address]: { auth: Buffer.from('someone:wrong').toString('base64') } } });
    expect(await check({ registry: locked.address })).toMatchObject({
      accepted: false,
      userErrors: [{ __typename: 'RegistryUnauthorizedError', path: ['input', 'registry'] }],
    });
  });

  it('says typed that there is no registry', async () => {
    expect(await check({ registry: '127.0.0.1:1', auth: account })).toMatchObject({
      accepted: false,
      userErrors: [{ __typename: 'RegistryError' }],
    });
  });

  it.each([
    [{ registry: 'https://registry.example', auth: account }, ['input', 'registry']],
    [{ registry: 'registry.example/team', auth: account }, ['input', 'registry']],
    [{ registry: '', auth: account }, ['input', 'registry']],
    [{ registry: 'r.example', auth: { username: 'me' } }, ['input', 'auth']],
    [{ registry: 'r.example', auth: { registryToken: 'canary' } }, ['input', 'auth', 'registryToken']],
  ])('of %j is refused', async (input, path) => {
    const answer = await check(input);
    expect(answer).toMatchObject({
      accepted: false,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
    expect(JSON.stringify(answer)).not.toContain('canary');
  });
});
