import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeHelper } from '../support/credential-helper.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const account = { username: 'someone', password: 'se:cret' };
const login = { auth: Buffer.from(`${account.username}:${account.password}`).toString('base64') };

let open: Registry;
let locked: Registry;
/** Of the gateway: its config.json, and the helpers on its PATH. */
let directory: string;
let gateway: RunningGateway;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-login-'));
  [open, locked, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: account }),
    startGateway({
      host: engine.host,
      environment: { DOCKER_CONFIG: directory, PATH: `${directory}:/usr/bin:/bin` },
    }),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([open?.stop(), locked?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

const configure = (config: object) => writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
const named = (registry: Registry, path: string) => `${registry.address}/${prefix}${path}`;
const ask = async (mutation: string, type: string, input: object, fields = ''): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { changed ${fields} userErrors { __typename code message path } } }`,
    { input },
  );
  return at(data, mutation);
};
const pull = (reference: string, auth?: object) => ask('imagePull', 'ImagePullInput', { reference, auth });
const push = (reference: string, auth?: object) =>
  ask('imagePush', 'ImagePushInput', { reference, auth }, 'digest image { tags }');
const refused = (...path: string[]) => ({
  changed: false,
  userErrors: [
    { __typename: 'RegistryUnauthorizedError', code: 'REGISTRY_UNAUTHORIZED', path: ['input', ...path] },
  ],
});
const fine = { changed: true, userErrors: [] };

/** An image that only the locked registry has. */
let app: string;
beforeAll(async () => {
  app = named(locked, 'app:1');
  await engine.cli('tag', 'busybox', app);
  const pushed = await push(app, account);
  if (at(pushed, 'changed') !== true) throw new Error(JSON.stringify(pushed));
});
beforeEach(() => configure({}));
afterEach(async () => {
  // Whatever a test pulled is gone for the next.
  await engine.cli('rmi', app).catch(() => '');
});

describe('a pull from a registry that wants a login', () => {
  it('is refused without credentials, and with the wrong ones', async () => {
    await engine.cli('rmi', app);
    expect(await pull(app)).toMatchObject(refused('reference'));
    const wrong = await pull(app, { ...account, password: 'wr0ng' });
    expect(wrong).toMatchObject(refused('auth'));
    expect(JSON.stringify(wrong)).not.toContain('wr0ng');
    configure({ auths: { [locked.address]: { auth: Buffer.from('someone:wr0ng').toString('base64') } } });
    expect(await pull(app)).toMatchObject(refused('reference'));
    expect(await pull(app, account)).toMatchObject(fine);
  });

  it('takes what a login left in config.json', async () => {
    configure({ auths: { [locked.address]: login } });
    expect(await pull(app)).toMatchObject(fine);
    expect(await engine.cli('image', 'inspect', '--format', '{{.Os}}', app)).toBe('linux');
  });

  it('takes what a credential helper knows', async () => {
    writeHelper(directory, 'fake', {
      ServerURL: locked.address,
      Username: account.username,
      Secret: account.password,
    });
    configure({ credHelpers: { [locked.address]: 'fake' } });
    expect(await pull(app)).toMatchObject(fine);
    expect(readFileSync(join(directory, 'asked-fake'), 'utf8')).toBe(`get|${locked.address}\n`);
    await engine.cli('rmi', app);
    configure({ credsStore: 'fake' });
    expect(await pull(app)).toMatchObject(fine);
  });

  it('does not take the login at another port of the same machine', async () => {
    configure({ auths: { [open.address]: login, '127.0.0.1': login } });
    expect(await pull(app)).toMatchObject(refused('reference'));
  });
});

describe('a container of an image that wants a login', () => {
  const container = { name: `${prefix}one`, command: ['true'] };
  afterEach(() => engine.cli('rm', '--force', container.name).catch(() => ''));

  it('is not made without, and is with credentials given or stored', async () => {
    const run = (rest: object) =>
      ask('containerRun', 'ContainerRunInput', { image: app, ...container, ...rest });
    expect(await run({})).toMatchObject({
      ...refused('reference'),
      userErrors: [{ code: 'REGISTRY_UNAUTHORIZED' }],
    });
    expect(await run({ auth: { ...account, password: 'wrong' } })).toMatchObject(refused('auth'));
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=${container.name}`)).toBe('');
    expect(await run({ auth: account })).toMatchObject(fine);
    await engine.cli('rm', '--force', container.name);
    await engine.cli('rmi', app);
    configure({ auths: { [locked.address]: login } });
    const input = { image: app, ...container, pull: 'MISSING' };
    expect(await ask('containerCreate', 'ContainerCreateInput', input)).toMatchObject(fine);
    expect(await engine.cli('inspect', '--format', '{{.Config.Image}}', container.name)).toBe(app);
  });
});

describe('a push', () => {
  it('tells the digest that the registry has it by', async () => {
    const name = named(open, 'pushed:2');
    await engine.cli('tag', 'busybox', name);
    const answer = await push(name);
    expect(answer).toMatchObject({ ...fine, image: { tags: expect.arrayContaining([name]) } });
    const digests = await engine.cli('image', 'inspect', '--format', '{{join .RepoDigests "\\n"}}', name);
    expect(digests.split('\n')).toContain(`${named(open, 'pushed')}@${textAt(answer, 'digest')}`);
    await engine.cli('rmi', name);
    expect(await pull(name)).toMatchObject(fine);
  });

  it('is refused by a registry that wants a login, and taken with what is stored', async () => {
    const name = named(locked, 'pushed:3');
    await engine.cli('tag', 'busybox', name);
    expect(await push(name)).toMatchObject({ ...refused('reference'), digest: null, image: null });
    expect(await push(name, { ...account, password: 'wr0ng' })).toMatchObject(refused('auth'));
    configure({ auths: { [locked.address]: login } });
    expect(await push(name)).toMatchObject(fine);
  });

  it('says typed that there is no registry, or no such image', async () => {
    const name = `127.0.0.1:1/${prefix}app:1`;
    await engine.cli('tag', 'busybox', name);
    expect(await push(name)).toMatchObject({ changed: false, userErrors: [{ __typename: 'RegistryError' }] });
    expect(await push(named(open, 'none'))).toMatchObject({
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'reference'] }],
    });
  });
});
