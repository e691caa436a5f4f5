import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentials } from '../../../src/engine/registry/credentials.ts';
import { writeHelper } from '../../support/credential-helper.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-credentials-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const entry = (user: string, password: string) => ({ auth: base64(`${user}:${password}`) });
const write = (config: unknown) =>
  writeFileSync(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));

/** What the daemon would be told for an image. */
async function toldFor(reference: string, authConfig?: unknown): Promise<unknown> {
  const credentials = createCredentials({
    configDir: directory,
    authConfig: typeof authConfig === 'string' ? authConfig : JSON.stringify(authConfig),
    helperEnvironment: { PATH: `${directory}:/usr/bin:/bin` },
  });
  const header = await credentials.headerFor(reference);
  return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
}

const hub = 'https://index.docker.io/v1/';

describe('credentials in config.json', () => {
  it.each([
    ['app', hub, hub],
    ['docker.io/team/app:1', hub, hub],
    ['index.docker.io/team/app', hub, hub],
    ['r.example/app', 'r.example', 'r.example'],
    ['r.example:5000/team/app:1', 'r.example:5000', 'r.example:5000'],
    ['r.example/app', 'https://r.example/v1/', 'r.example'],
    ['r.example/app', 'http://r.example', 'r.example'],
  ])('are found for %s under %s', async (reference, key, serveraddress) => {
    write({ auths: { [key]: entry('me', 'a:b') } });
    expect(await toldFor(reference)).toEqual({ username: 'me', password: 'a:b', serveraddress });
  });

  it.each([
    ['r.example/app', 'r.example:5000'],
    ['r.example:5000/app', 'r.example'],
    ['r.example:5000/app', 'r.example:5001'],
    ['r.example/app', 'evil-r.example'],
    ['r.example.evil/app', 'r.example'],
    ['sub.r.example/app', 'r.example'],
    ['r.example/app', 'https://evil.example/r.example'],
    ['app', 'docker.io'],
    ['r.example/app', hub],
    ['registry-1.docker.io/app', hub],
  ])('are never those of another registry: %s, %s', async (reference, key) => {
    write({ auths: { [key]: entry('me', 'secret') } });
    expect(await toldFor(reference)).toBeUndefined();
  });

  it('may be a token in place of a password, as a login leaves it', async () => {
    write({ auths: { 'r.example': { ...entry('me', ''), identitytoken: 'i' } } });
    expect(await toldFor('r.example/app')).toEqual({ identitytoken: 'i', serveraddress: 'r.example' });
  });

  it('are none where there is no file, or nothing in it, or nothing in the entry', async () => {
    expect(await toldFor('r.example/app')).toBeUndefined();
    for (const config of ['', '{}', { auths: null }, { auths: { 'r.example': {} } }]) {
      write(config);
      expect(await toldFor('r.example/app')).toBeUndefined();
    }
    expect(await toldFor('constructor.x/app')).toBeUndefined();
  });

  it('are read anew each time, so that a login counts at once', async () => {
    write({ auths: { 'r.example': entry('me', 'old') } });
    expect(await toldFor('r.example/app')).toMatchObject({ password: 'old' });
    write({ auths: { 'r.example': entry('me', 'new') } });
    expect(await toldFor('r.example/app')).toMatchObject({ password: 'new' });
  });

  it.each([
    ['{secret', /config\.json is not valid JSON.*Repair/],
    ['["secret"]', /does not hold a JSON object/],
    [{ auths: { 'r.example': { auth: base64('secret') } } }, /for r\.example cannot be read.*docker login/],
  ])(
    'that cannot be understood are told with the remedy and without what they hold: %j',
    async (config, said) => {
      write(config);
      const failure = await toldFor('r.example/app').catch((error: unknown) => error);
      expect(String(failure)).toMatch(said);
      expect(String(failure)).not.toContain('secret');
      expect(String(failure)).not.toContain(directory);
    },
  );
});

describe('several sources', () => {
  const auths = { 'r.example': entry('file', 'f') };
  const told = { username: 'asked', password: 'h', serveraddress: 'r.example' };

  it('are asked in the order of the CLI: credHelpers, credsStore, auths', async () => {
    writeHelper(directory, 'store', { Username: 'store', Secret: 's' });
    writeHelper(directory, 'own', { Username: 'asked', Secret: 'h' });
    write({ auths, credsStore: 'store', credHelpers: { 'r.example': 'own' } });
    expect(await toldFor('r.example/app')).toEqual(told);
    expect(await toldFor('other.example/app')).toMatchObject({ username: 'store' });
    write({ auths, credsStore: 'store', credHelpers: { 'other.example': 'own' } });
    expect(await toldFor('r.example/app')).toMatchObject({ username: 'store' });
    write({ auths, credHelpers: { 'r.example': '' } });
    expect(await toldFor('r.example/app')).toMatchObject({ username: 'file' });
  });

  it('begin with DOCKER_AUTH_CONFIG, for exactly the registries in it', async () => {
    write({ auths });
    const variable = {
      auths: { 'r.example': entry('variable', 'v'), 'https://s.example': entry('no', 'n') },
    };
    expect(await toldFor('r.example/app', variable)).toMatchObject({ username: 'variable' });
    expect(await toldFor('r.example/app', { auths: {} })).toMatchObject({ username: 'file' });
    expect(await toldFor('s.example/app', variable)).toBeUndefined();
    await expect(toldFor('r.example/app', '{secret')).rejects.toThrow(
      /^(?!.*secret).*DOCKER_AUTH_CONFIG is not valid JSON/,
    );
  });

  it('yield to what was given, and none is then asked', async () => {
    write('{broken');
    const credentials = createCredentials({ configDir: directory, helperEnvironment: {} });
    const header = await credentials.headerFor('r.example/app', { username: 'given', password: 'g' });
    expect(Buffer.from(header ?? '', 'base64url').toString('utf8')).toContain('given');
  });
});

describe('credentials for a build', () => {
  const given = { username: 'given', password: 'g' };
  const credentialsWith = (authConfig?: object) =>
    createCredentials({
      configDir: directory,
      authConfig: authConfig && JSON.stringify(authConfig),
      helperEnvironment: { PATH: `${directory}:/usr/bin:/bin` },
    });
  const toldForAll = async (auths: ReadonlyMap<string, typeof given>, authConfig?: object) => {
    const header = await credentialsWith(authConfig).headerForAll(auths);
    return header && JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
  };
  const userOf = (told: Record<string, { username: string }>) =>
    Object.fromEntries(Object.entries(told).map(([registry, { username }]) => [registry, username]));

  it('are all that are stored, each under its registry as images name it', async () => {
    writeHelper(directory, 'own', { ServerURL: 'helped.example', Username: 'helper', Secret: 's' });
    write({
      auths: {
        [hub]: entry('hub', 'h'),
        'https://old.example/v1/': entry('old', 'o'),
        'r.example:5000': entry('file', 'f'),
        'empty.example': {},
      },
      credHelpers: { 'helped.example': 'own' },
    });
    const variable = {
      auths: { 'r.example:5000': entry('variable', 'v'), 'https://no.example': entry('no', 'n') },
    };
    expect(userOf(await toldForAll(new Map(), variable))).toEqual({
      [hub]: 'hub',
      'old.example': 'old',
      'r.example:5000': 'variable',
      'helped.example': 'helper',
    });
  });

  it('begin with those that are given, whose stored ones are not even asked for', async () => {
    write({ auths: { 'r.example': entry('file', 'f') }, credHelpers: { [hub]: 'not-installed' } });
    expect(userOf(await toldForAll(new Map([['docker.io', given]])))).toEqual({
      [hub]: 'given',
      'r.example': 'file',
    });
  });

  it('are none where there are none, or none that can be had', async () => {
    expect(await toldForAll(new Map())).toBeUndefined();
    write('{broken');
    expect(await toldForAll(new Map())).toBeUndefined();
    write({ credHelpers: { 'r.example': 'not-installed' } });
    expect(await toldForAll(new Map())).toBeUndefined();
  });
});
