import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { build } from './support/build.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const account = { username: 'someone', password: 'canary:s3cret' };

let locked: Registry;
let open: Registry;
/** Of the gateway: its config.json. */
let directory: string;
let gateway: RunningGateway;
let base: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-build-'));
  [open, locked, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: account }),
    startGateway({ host: engine.host, environment: { DOCKER_CONFIG: directory } }),
  ]);
  base = await pushed('base');
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([open?.stop(), locked?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

/** An image that only the locked registry has. */
async function pushed(name: string): Promise<string> {
  const reference = `${locked.address}/${prefix}${name}:1`;
  await engine.cli('tag', 'busybox', reference);
  const data = await gateway.data(
    'mutation ($input: ImagePushInput!) { imagePush(input: $input) { changed userErrors { message } } }',
    { input: { reference, auth: account } },
  );
  if (at(data, 'imagePush', 'changed') !== true) throw new Error(JSON.stringify(data));
  await engine.cli('rmi', '--force', reference);
  return reference;
}

const configure = (config: object) => writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
beforeEach(async () => {
  configure({});
  await engine.cli('rmi', '--force', base).catch(() => '');
});

const from = (image: string, builder: 'CLASSIC' | 'BUILDKIT', rest: object = {}) =>
  build(gateway, {
    context: { dockerfile: `FROM ${image}\nRUN echo ${Date.now()}\n` },
    builder,
    ...rest,
  });
const login = (auth: object = account) => [{ registry: locked.address, auth }];
const fine = { changed: true, userErrors: [], operation: { state: 'SUCCEEDED' } };
const unauthorised = {
  changed: false,
  userErrors: [{ __typename: 'RegistryUnauthorizedError', path: ['input', 'context'] }],
  operation: { state: 'FAILED', error: { __typename: 'RegistryUnauthorizedError' } },
};

describe('a base image that wants a login', () => {
  it.each(['CLASSIC', 'BUILDKIT'] as const)(
    'is fetched by %s with credentials that are given, and no others',
    async (builder) => {
      const answers = [
        await from(base, builder),
        await from(base, builder, { auth: login({ ...account, password: 'canary-wrong' }) }),
        await from(base, builder, { auth: [{ registry: open.address, auth: account }] }),
      ];
      for (const answer of answers) expect(answer).toMatchObject(unauthorised);
      const answer = await from(base, builder, { auth: login() });
      expect(answer).toMatchObject(fine);
      expect(JSON.stringify([...answers, answer])).not.toMatch(/canary|s3cret/);
    },
  );

  it.each(['CLASSIC', 'BUILDKIT'] as const)(
    'is fetched by %s with what a login left in config.json',
    async (builder) => {
      // BuildKit keeps what it has fetched, so each has an image of its own.
      const image = await pushed(builder.toLowerCase());
      const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64');
      configure({ auths: { [open.address]: { auth } } });
      expect(await from(image, builder)).toMatchObject(unauthorised);
      configure({
        auths: { [locked.address]: { auth } },
        credHelpers: { 'broken.example': 'not-installed' },
      });
      expect(await from(image, builder)).toMatchObject(fine);
    },
  );

  it('is found by both once it has been pulled', async () => {
    const data = await gateway.data(
      'mutation ($input: ImagePullInput!) { imagePull(input: $input) { changed userErrors { message } } }',
      { input: { reference: base, auth: account } },
    );
    expect(data).toEqual({ imagePull: { changed: true, userErrors: [] } });
    expect(await from(base, 'BUILDKIT')).toMatchObject(fine);
    expect(await from(base, 'CLASSIC')).toMatchObject(fine);
  });
});

describe.each(['CLASSIC', 'BUILDKIT'] as const)('a base image for %s', (builder) => {
  it('that its registry does not have is not found', async () => {
    expect(await from(`${open.address}/${prefix}none:1`, builder)).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'context'] }],
    });
  });

  it('is fetched from a registry without a login', async () => {
    const name = `${open.address}/${prefix}${builder.toLowerCase()}:1`;
    await engine.cli('tag', 'busybox', name);
    await engine.cli('push', name);
    await engine.cli('rmi', name);
    expect(await from(name, builder, { pull: true })).toMatchObject(fine);
  });
});
