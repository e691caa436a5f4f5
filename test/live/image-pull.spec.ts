import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);

let registry: Registry;
let locked: Registry;
let gateway: RunningGateway;
beforeAll(async () => {
  [registry, locked, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: { username: 'someone', password: 'secret' } }),
    startGateway({ host: engine.host }),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([registry?.stop(), locked?.stop()]);
});

const pull = async (reference: string): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($reference: String!) { imagePull(input: { reference: $reference }) {
      changed image { tags digests } userErrors { __typename message path } } }`,
    { reference },
  );
  return at(data, 'imagePull');
};

describe('a pull', () => {
  it('waits until the image is there, and changes nothing the second time', async () => {
    const name = `${registry.address}/${prefix}app:1`;
    await engine.cli('tag', 'busybox', name);
    await engine.cli('push', name);
    await engine.cli('rmi', name);
    expect(await pull(name)).toMatchObject({
      changed: true,
      image: { tags: expect.arrayContaining([name]) },
      userErrors: [],
    });
    expect(await engine.cli('image', 'inspect', '--format', '{{.Os}}', name)).toBe('linux');
    expect(await pull(name)).toMatchObject({ changed: false, userErrors: [] });
  });

  it('says typed that the registry has no such image', async () => {
    expect(await pull(`${registry.address}/${prefix}nothing:1`)).toMatchObject({
      changed: false,
      image: null,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'reference'] }],
    });
  });

  it('says typed that the registry wants credentials', async () => {
    expect(await pull(`${locked.address}/${prefix}app:1`)).toMatchObject({
      userErrors: [{ __typename: 'RegistryUnauthorizedError' }],
    });
  });

  it('says typed that there is no registry', async () => {
    expect(await pull(`127.0.0.1:1/${prefix}app:1`)).toMatchObject({
      userErrors: [{ __typename: 'RegistryError' }],
    });
  });

  it.each(['', 'UPPER', 'a b', '../../info', 'f'.repeat(64)])(
    'of %j is refused with the remedy',
    async (reference) => {
      expect(await pull(reference)).toMatchObject({
        changed: false,
        userErrors: [{ __typename: 'InvalidInputError', message: expect.stringMatching(/./) }],
      });
    },
  );
});
