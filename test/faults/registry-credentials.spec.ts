import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';

const missing: FakeHandler = (_request, { fail }) => fail(404, 'No such image: x:latest');
const lines =
  (...messages: readonly object[]): FakeHandler =>
  (_request, { stream }) =>
    stream(
      (async function* () {
        for (const message of messages) yield `${JSON.stringify(message)}\r\n`;
      })(),
    );
const present: FakeHandler = () => ({ Id: `sha256:${'a'.repeat(64)}`, RepoTags: ['r.example/app:1'] });

let directory: string;
let engine: FakeEngine;
let gateway: RunningGateway;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-auth-'));
  const auth = Buffer.from('stored:s3cret').toString('base64');
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { 'r.example': { auth } } }));
  engine = await startFakeEngine({
    handlers: {
      'POST /images/create': lines({ status: 'Pulling' }),
      'GET /images/{name}/json': missing,
      'POST /containers/create': missing,
    },
  });
  gateway = await startGateway({ host: engine.host, environment: { DOCKER_CONFIG: directory } });
});
afterEach(async () => {
  await gateway.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

const ask = async (mutation: string, type: string, input: object): Promise<unknown> => {
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { changed userErrors { __typename code message path } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  return at(data, mutation);
};
const pull = (reference: string, auth?: object) => ask('imagePull', 'ImagePullInput', { reference, auth });
const push = (reference: string, auth?: object) => ask('imagePush', 'ImagePushInput', { reference, auth });
const given = { username: 'given', password: 'p4ss' };

/** What the requests of this kind told the daemon, undefined where they had no such header. */
const told = (key: string): unknown[] =>
  engine.requests
    .filter(({ method, path }) => `${method} ${path}` === key)
    .map(({ headers }) => {
      const header = headers['x-registry-auth'];
      return header === undefined
        ? undefined
        : JSON.parse(Buffer.from(String(header), 'base64url').toString('utf8'));
    });
const toldOnPull = () => told('POST /images/create');

describe('credentials that are stored', () => {
  it.each(['r.example/app:1', 'r.example/team/app'])(
    'go along with a pull from their registry: %s',
    async (name) => {
      await pull(name);
      expect(toldOnPull()).toEqual([{ username: 'stored', password: 's3cret', serveraddress: 'r.example' }]);
    },
  );

  it.each([
    'app',
    'docker.io/r.example',
    'r.example:5000/app',
    'sub.r.example/app',
    'r.example.org/app',
    'other.example/r.example/app',
    'localhost/app',
  ])('never go to another registry: %s', async (name) => {
    await pull(name);
    expect(toldOnPull()).toEqual([undefined]);
  });

  it('go along when a container needs its image, and nowhere else', async () => {
    await ask('containerRun', 'ContainerRunInput', { image: 'r.example/app:1' });
    await ask('containerCreate', 'ContainerCreateInput', { image: 'r.example/app:1', pull: 'ALWAYS' });
    expect(toldOnPull()).toEqual([
      expect.objectContaining({ username: 'stored' }),
      expect.objectContaining({ username: 'stored' }),
    ]);
    const others = engine.requests.filter(({ path }) => path !== '/images/create');
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(({ headers }) => 'x-registry-auth' in headers)).toEqual([]);
  });

  it('that cannot be had fail the pull before the Engine is asked for it', async () => {
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ credsStore: 'absent' }));
    expect(await pull('r.example/app:1')).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'RegistryError', message: expect.stringMatching(/"absent" is not installed/) },
      ],
    });
    expect(toldOnPull()).toEqual([]);
  });
});

describe('credentials that are given', () => {
  it.each([
    [given, { ...given, serveraddress: 'r.example' }],
    [{ identityToken: 'i' }, { identitytoken: 'i', serveraddress: 'r.example' }],
    [{ registryToken: 'r' }, { registrytoken: 'r', serveraddress: 'r.example' }],
  ])('win over those that are stored: %j', async (auth, expected) => {
    await pull('r.example/app:1', auth);
    await ask('containerRun', 'ContainerRunInput', { image: 'r.example/app:1', auth });
    await ask('containerCreate', 'ContainerCreateInput', { image: 'r.example/app:1', pull: 'MISSING', auth });
    expect(toldOnPull()).toEqual([expected, expected, expected]);
  });

  it.each([
    [{}],
    [{ username: 'u' }],
    [{ password: 's3cret' }],
    [{ username: 'u', password: '' }],
    [{ ...given, identityToken: 's3cret' }],
    [{ identityToken: 's3cret', registryToken: 's3cret' }],
    [{ username: 'u', identityToken: 's3cret' }],
  ])('have to be of one form, and are not repeated: %j', async (auth) => {
    const refused = { changed: false, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'auth'] }] };
    const answers = [
      await pull('r.example/app:1', auth),
      await push('r.example/app:1', auth),
      await ask('containerRun', 'ContainerRunInput', { image: 'r.example/app:1', auth }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(refused);
      expect(textAt(answer, 'userErrors', 0, 'message')).not.toContain('s3cret');
    }
    expect(engine.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each([
    [{ username: 'u', passwrd: 's3cret' }, /at "input\.auth".*Field "passwrd" is not defined/],
    [{ username: 'u', password: ['s3cret; at "s3cret"; x'] }, /at "input\.auth\.password"/],
    [{ username: 'u', password: 'x', registryToken: { a: 's3cret' } }, /at "input\.auth\.registryToken"/],
    ['s3cret', /at "input\.auth"/],
  ])('are not repeated where the schema does not take them: %j', async (auth, said) => {
    const mutation = 'mutation ($input: ImagePullInput!) { imagePull(input: $input) { changed } }';
    const { errors } = await gateway.query(mutation, { input: { reference: 'x', auth } });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringMatching(said) }]);
    const misspelt = await gateway.query(mutation, { input: { refrence: 'x', auth } });
    expect(misspelt.errors.map(({ message }) => message).join()).toMatch(/Field "reference" .*not provided/);
    expect(JSON.stringify([errors, misspelt])).not.toContain('s3cret');
  });

  it('are refused where nothing is pulled', async () => {
    expect(await ask('containerCreate', 'ContainerCreateInput', { image: 'x', auth: given })).toMatchObject({
      userErrors: [
        { code: 'INVALID_INPUT', path: ['input', 'auth'], message: expect.stringMatching(/`pull`/) },
      ],
    });
    expect(engine.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each([
    ['Get "https://r.example/v2/": unauthorized: incorrect username or password'],
    ['Head "https://r.example/v2/app/manifests/1": no basic auth credentials'],
    ['failed to resolve reference "r.example/app:1": unexpected status from HEAD request: 401 Unauthorized'],
    ['unauthorized: authentication required'],
    ['unauthorized'],
  ])('and that the registry does not take are a failure of their own: %s', async (message) => {
    const handler: FakeHandler = (_request, { fail }) => fail(500, message);
    engine.on({ 'POST /images/create': handler });
    const wrong = [{ code: 'REGISTRY_UNAUTHORIZED', message, path: ['input', 'auth'] }];
    expect(await pull('r.example/app:1', given)).toMatchObject({ changed: false, userErrors: wrong });
    expect(
      await ask('containerRun', 'ContainerRunInput', { image: 'r.example/app', auth: given }),
    ).toMatchObject({
      userErrors: wrong,
    });
    expect(await pull('r.example/app:1')).toMatchObject({
      userErrors: [{ code: 'REGISTRY_UNAUTHORIZED', path: ['input', 'reference'] }],
    });
  });
});

describe('a push', () => {
  const ready = (handlers: FakeHandlers) => engine.on({ 'GET /images/{name}/json': present, ...handlers });
  const done = lines(
    { status: 'Pushing' },
    { progressDetail: {}, aux: { Tag: '1', Digest: 'sha256:d', Size: 1 } },
  );

  it('sends one tag to its registry, with the credentials for it', async () => {
    ready({ 'POST /images/{name}/push': done });
    expect(await push('r.example/app:1')).toEqual({ changed: true, userErrors: [] });
    await push('r.example/app', given);
    const pushes = engine.requests.filter(({ path }) => path === '/images/r.example/app/push');
    expect(pushes.map(({ query }) => [...query])).toEqual([[['tag', '1']], [['tag', 'latest']]]);
    expect(told('POST /images/r.example/app/push')).toMatchObject([{ username: 'stored' }, given]);
  });

  it('has the header that the Engine wants, but nothing in it, for another registry', async () => {
    ready({ 'POST /images/{name}/push': done });
    await push('other.example/app:1');
    expect(told('POST /images/other.example/app/push')).toEqual([{}]);
  });

  it('that fails after it began is a failure, though HTTP calls it a success', async () => {
    const message = 'received unexpected HTTP status: 507 Insufficient Storage';
    ready({
      'POST /images/{name}/push': lines({ status: 'Pushing' }, { errorDetail: { message }, error: message }),
    });
    expect(await push('r.example/app:1')).toMatchObject({
      changed: false,
      userErrors: [{ code: 'REGISTRY_FAILED', message, path: ['input', 'reference'] }],
    });
  });

  it.each(['', 'UPPER', 'r.example/app@sha256:0', `sha256:${'a'.repeat(64)}`])(
    'of %j is refused with the remedy before the Engine is asked',
    async (reference) => {
      expect(await push(reference)).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT' }] });
      expect(engine.requests).toEqual([]);
    },
  );

  it('of what is not there is told without asking the registry', async () => {
    expect(await push('r.example/none')).toMatchObject({ userErrors: [{ code: 'IMAGE_NOT_FOUND' }] });
    expect(engine.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
