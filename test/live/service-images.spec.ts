import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { nowhere } from './service-create-cases.ts';
import { fingerprint, specsOf } from './service-specs.ts';

const account = { username: 'someone', password: 'se:cret' };

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let open: Registry;
let locked: Registry;
let gateway: RunningGateway;
/** The Docker configuration of the gateway. */
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-login-'));
  engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  [open, locked, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: account }),
    startGateway({ host: engine.host, environment: { DOCKER_CONFIG: directory, PATH: '/usr/bin:/bin' } }),
  ]);
  for (const name of [
    `${open.address}/app:1`,
    `${open.address}/app:2`,
    `${locked.address}/app:1`,
    `${locked.address}/later:1`,
  ]) {
    await engine.cli('tag', 'busybox', name);
    const answer = await gateway.data(
      'mutation ($input: ImagePushInput!) { imagePush(input: $input) { userErrors { message } } }',
      { input: { reference: name, ...(name.startsWith(locked.address) && { auth: account }) } },
    );
    if (listAt(answer, 'imagePush', 'userErrors').length > 0) throw new Error(JSON.stringify(answer));
    // Nodes have to fetch it.
    await engine.cli('rmi', name);
  }
}, 90_000);
afterAll(async () => {
  await gateway?.close();
  await Promise.all([open?.stop(), locked?.stop()]);
  await engine?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const run = async (mutation: string, input: object): Promise<unknown> => {
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const document = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { changed warnings userErrors { __typename message path } } }`;
  return at(await gateway.data(document, { input }), mutation);
};

const fine = { changed: true, userErrors: [], warnings: [] };
const placement = { constraints: [nowhere] };
const imageOf = (name: string): Promise<string> =>
  engine.cli('service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}', name);

describe('the image of a service', () => {
  it('gets the digest and the platforms that the registry has for it, as with the docker CLI', async () => {
    const image = `${open.address}/app:1`;
    const quiet = ['--detach', '--quiet', '--constraint', nowhere];
    await engine.cli('service', 'create', '--name', 'case-x', ...quiet, image);
    expect(await run('serviceCreate', { name: 'case-y', image, placement })).toEqual(fine);
    const [theirs, ours] = [await specsOf(engine, 'case-x'), await specsOf(engine, 'case-y')];
    expect(ours.map(fingerprint)).toEqual(theirs.map(fingerprint));
    expect(await imageOf('case-y')).toMatch(/app:1@sha256:[0-9a-f]{64}$/);
    expect(listAt(ours[0], 'TaskTemplate', 'Placement', 'Platforms')).toHaveLength(1);
    const next = `${open.address}/app:2`;
    await engine.cli('service', 'update', '--detach', '--quiet', '--image', next, 'case-x');
    expect(await run('serviceUpdate', { ref: 'case-y', image: next })).toEqual(fine);
    const [theirNext, ourNext] = [await specsOf(engine, 'case-x'), await specsOf(engine, 'case-y')];
    expect(ourNext.map(fingerprint)).toEqual(theirNext.map(fingerprint));
    expect(await run('serviceUpdate', { ref: 'case-y', image: next })).toEqual({ ...fine, changed: false });
    await engine.cli('service', 'rm', 'case-x', 'case-y');
  });

  it('is as it was given where the registry does not know it, with a warning', async () => {
    const answer = await run('serviceCreate', { name: 'unknown', image: `${open.address}/none`, placement });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    expect(listAt(answer, 'warnings')).toEqual([expect.stringContaining(`${open.address}/none:latest`)]);
    expect(await imageOf('unknown')).toBe(`${open.address}/none:latest`);
    await engine.cli('service', 'rm', 'unknown');
  });

  it('runs where the platforms were chosen, whatever the registry says', async () => {
    const platforms = [{ architecture: 'other', os: 'linux' }];
    const image = `${open.address}/app:1`;
    await run('serviceCreate', { name: 'chosen', image, placement: { ...placement, platforms } });
    const [spec] = await specsOf(engine, 'chosen');
    expect(at(spec, 'TaskTemplate', 'Placement', 'Platforms')).toEqual([
      { Architecture: 'other', OS: 'linux' },
    ]);
    await engine.cli('service', 'rm', 'chosen');
  });
});

describe('a registry that wants a login', () => {
  const service = (name: string) => ({
    name,
    image: `${locked.address}/app:1`,
    command: ['sleep', '600'],
    endpointMode: 'DNSRR',
    stopGracePeriod: '0s',
    restartPolicy: { condition: 'NONE' },
    waitFor: 'CONVERGED',
    stableFor: 0,
    timeout: '3s',
  });
  it('is told who asks only by those who are given that', async () => {
    const answer = await run('serviceCreate', service('nobody'));
    expect(answer).toMatchObject({ changed: true, userErrors: [{ __typename: 'ServiceNotConvergedError' }] });
    expect(listAt(answer, 'warnings')).toHaveLength(1);
    await engine.cli('service', 'rm', 'nobody');
  }, 30_000);

  it('gives the image to nodes that were handed the credentials in the input', async () => {
    expect(await run('serviceCreate', { ...service('given'), auth: account, timeout: '30s' })).toEqual(fine);
    await engine.cli('service', 'rm', 'given');
  }, 60_000);

  it('gives the image to nodes that were handed those of the gateway, later too', async () => {
    const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64');
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { [locked.address]: { auth } } }));
    // To resolve the name the gateway uses them all the same.
    const image = `${locked.address}/later:1`;
    const answer = await run('serviceCreate', { ...service('stored'), image });
    expect(answer).toMatchObject({ warnings: [], userErrors: [{ __typename: 'ServiceNotConvergedError' }] });
    const { ref, ...wait } = { ref: 'stored', waitFor: 'CONVERGED', stableFor: 0, timeout: '30s' };
    expect(await run('serviceUpdate', { ref, ...wait, withRegistryAuth: true, force: true })).toEqual(fine);
    await engine.cli('service', 'rm', 'stored');
  }, 60_000);
});
