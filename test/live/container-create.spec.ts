import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { startRegistry } from '../support/registry.ts';
import { type CreateCase, createCases, excusedFlags } from './container-create-cases.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;
const network = named('net');
const second = named('second');
const other = named('other');

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
  const subnets = ['--subnet', '172.31.250.0/24', '--subnet', 'fd00:d0c::/64'];
  await engine.cli('network', 'create', '--ipv6', ...subnets, network);
  await engine.cli('network', 'create', '--subnet', '172.31.251.0/24', second);
  await engine.cli('run', '--detach', '--name', other, '--volume', '/shared', 'busybox', 'sleep', '3600');
});
afterAll(() => gateway.close());

let count = 0;
const create = async (input: object): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ContainerCreateInput!) { containerCreate(input: $input) { changed warnings
      container { dockerId name state networks { networkName aliases ipamConfig { ipv4Address } } }
      userErrors { __typename code message path ... on NameInUseError { name existing { ... on Container { dockerId } } } } } }`,
    { input: { image: 'busybox', name: named(`c${++count}`), ...input } },
  );
  return at(data, 'containerCreate');
};

const inspect = async (...names: readonly string[]): Promise<readonly unknown[]> =>
  listAt(JSON.parse(await engine.cli('inspect', ...names)));

/** Where the names of anonymous volumes stand, which are made up. */
const anonymous: ReadonlySet<string> = new Set(['Name', 'Source']);

/** A container without what tells two of them apart that were made alike: names, IDs and times. */
function fingerprint(container: unknown): unknown {
  const id = textAt(container, 'Id');
  const name = textAt(container, 'Name').slice(1);
  const text = JSON.stringify(container)
    .replaceAll(id, 'ID')
    .replaceAll(id.slice(0, 12), 'ID')
    .replaceAll(name, 'NAME');
  return JSON.parse(text, (key, value: unknown) => {
    if (key === 'Created' || key === 'GraphDriver') return undefined;
    // Null, [] and {} are all "none"; which of them depends on what the client left out.
    if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return undefined;
    return typeof value === 'string' && anonymous.has(key) ? value.replace(/[0-9a-f]{64}/, 'VOLUME') : value;
  });
}

/** An empty name of a restart policy is "no", as newer Engines write it. */
const sameWords = (value: unknown): unknown => {
  const text = JSON.stringify(value);
  return JSON.parse(text.replace('"RestartPolicy":{"Name":""', '"RestartPolicy":{"Name":"no"'));
};

const cases = Object.entries(createCases({ network, second, other }));

const isBelow = (version: string): boolean => compareApi(engine.apiVersion, version) < 0;
/** Those that this Engine knows. */
const known = cases.filter(
  ([, { since, until, dropped }]) =>
    !(since && isBelow(since)) && !(until && !isBelow(until)) && !dropped?.includes(engine.apiVersion),
);

/** Cases that contradict none of the others: of several about one field, one. */
const together: readonly string[] = [
  '--env',
  '--user',
  '--workdir',
  '--hostname',
  '--domainname',
  '--interactive --tty',
  '--stop-signal',
  '--stop-timeout',
  '--label',
  '--annotation',
  '--init',
  '--platform',
  '--read-only',
  '--runtime',

  '--restart on-failure',
  '--health-*',
  '--publish, in short',
  '--expose',
  '--publish-all',
  '--dns*, --add-host',

  '--network-alias, --ip, --ip6, --link-local-ip',
  '--volume of the host',
  '--volume by name',

  '--volume, anonymous',
  '--volume-driver',
  '--volumes-from',
  '--tmpfs',
  '--mount bind',
  '--mount volume',
  '--mount volume',

  '--mount tmpfs',
  '--shm-size',
  '--memory*',
  '--cpu-shares',
  '--cpu-period, --cpu-quota',
  '--cpuset-*',
  '--pids-limit',
  '--ulimit',
  '--blkio-*',
  '--device-read-*, --device-write-*',
  '--device',
  '--device-cgroup-rule',
  '--gpus all',
  '--cgroup-parent',
  '--cap-*',
  '--security-opt',
  '--group-add',
  '--cgroupns',
  '--sysctl',
  '--log-*',
  '--memory-swappiness',
  '--kernel-memory',
];

/** The same case with paths inside that no other has. */
const atOwnPaths = ({ flags, input }: CreateCase, index: number): Pick<CreateCase, 'flags' | 'input'> =>
  JSON.parse(JSON.stringify({ flags, input }).replace(/\/(?:data|mnt|scratch)\b/g, `$&${index}`));

const byDestination = (mounts: readonly unknown[]): readonly unknown[] =>
  mounts.toSorted((left, right) => (textAt(left, 'Destination') < textAt(right, 'Destination') ? -1 : 1));

/** Both inputs in one: lists one after the other, objects field by field. */
function joined(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return right ?? left;
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return Object.fromEntries(names.map((name) => [name, joined(at(left, name), at(right, name))]));
}

describe('a container made by the mutation and by `docker create` with the same wishes', () => {
  it.each(known)('is the same in `docker inspect`: %s', async (title, { flags, args = [], input }) => {
    const label = title.replace(/[^a-z0-9]+/gi, '-');
    const byCli = `${prefix}${label}-x`;
    const byGateway = `${prefix}${label}-y`;
    await engine.cli('create', '--name', byCli, ...flags, 'busybox', ...args);
    expect(await create({ name: byGateway, ...input })).toMatchObject({ changed: true, userErrors: [] });
    const [theirs, ours] = (await inspect(byCli, byGateway)).map((each) => sameWords(fingerprint(each)));
    expect(ours).toEqual(theirs);
  });

  it('is the same with all the wishes that go together', async () => {
    const chosen = known
      .filter(([title]) => together.includes(title))
      .map(([, each], index) => atOwnPaths(each, index));
    const flags = chosen.flatMap((each) => each.flags);
    const input = chosen.reduce<unknown>((all, each) => joined(all, each.input), {});
    const byCli = `${prefix}all-x`;
    const byGateway = `${prefix}all-y`;
    await engine.cli('create', '--name', byCli, ...flags, 'busybox', 'sleep', '60');
    const answer = await create({ name: byGateway, command: ['sleep', '60'], ...Object(input) });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    const [theirs, ours] = (await inspect(byCli, byGateway))
      .map((each) => sameWords(fingerprint(each)))
      // The Engine lists them in any order.
      .map((each) => ({ ...Object(each), Mounts: byDestination(listAt(each, 'Mounts')) }));
    expect(ours).toEqual(theirs);
    expect(chosen.length).toBeGreaterThan(45);
  });

  it('remembers the file that the ID was written to, as with `docker create --cidfile`', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'dockgraph-cid-')), 'id');
    await engine.cli('create', '--name', named('cid-x'), '--cidfile', file, 'busybox');
    const answer = await create({ name: named('cid-y'), containerIdFile: file });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    const [theirs, ours] = await inspect(named('cid-x'), named('cid-y'));
    expect(textAt(ours, 'HostConfig', 'ContainerIDFile')).toBe(file);
    expect(sameWords(fingerprint(ours))).toEqual(sameWords(fingerprint(theirs)));
    rmSync(dirname(file), { recursive: true });
  });

  it('was compared for every flag that `docker create` has', async () => {
    const help = await engine.cli('create', '--help');
    const flags = [...help.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag);
    const used = new Set(
      cases.flatMap(([, { flags: given }]) => given.map((flag) => flag.replace(/^--|=.*$/g, ''))),
    );
    expect(flags.length).toBeGreaterThan(90);
    expect(flags.filter((flag) => flag !== undefined && !used.has(flag) && !(flag in excusedFlags))).toEqual(
      [],
    );
  });
});

const byInspect = async (name: string, format: string): Promise<unknown> =>
  JSON.parse(await engine.cli('inspect', '--format', `{{json ${format}}}`, named(name)));

describe('a container with several networks', () => {
  it('is connected to all of them, with its addresses and names, before its first start', async () => {
    const answer = await create({
      name: named('several'),
      command: ['sleep', '60'],
      networks: [
        { network, aliases: ['front'], ipv4: '172.31.250.77' },
        { network: second, aliases: ['back'], ipv4: '172.31.251.77' },
        { network: 'bridge' },
      ],
    });
    expect(answer).toMatchObject({ changed: true, userErrors: [], container: { state: 'CREATED' } });
    expect(at(answer, 'container', 'networks')).toMatchObject([
      { networkName: 'bridge' },
      { networkName: network, aliases: ['front'], ipamConfig: { ipv4Address: '172.31.250.77' } },
      { networkName: second, aliases: expect.arrayContaining(['back']) },
    ]);
    expect(await byInspect('several', '.HostConfig.NetworkMode')).toBe(network);
    await engine.cli('start', named('several'));
    const networks = await byInspect('several', '.NetworkSettings.Networks');
    expect(Object.keys(Object(networks)).toSorted()).toEqual(['bridge', network, second].toSorted());
    expect(at(networks, network, 'IPAddress')).toBe('172.31.250.77');
    expect(at(networks, second, 'IPAddress')).toBe('172.31.251.77');
    const addresses = await engine.cli('exec', named('several'), 'ip', '-o', '-4', 'addr');
    for (const address of ['172.31.250.77', '172.31.251.77', '172.17.']) expect(addresses).toContain(address);
    await engine.cli('rm', '--force', named('several'));
  });

  it('is not left behind where one of them refuses it', async () => {
    const answer = await create({
      name: named('refused'),
      networks: [{ network }, { network: 'bridge', ipv4: '999.1.1.1' }],
    });
    expect(answer).toMatchObject({
      changed: false,
      container: null,
      // From 1.44 on it is one call, whose sentence does not say which network is meant.
      userErrors: [{ path: isBelow('1.44') ? ['input', 'networks', '1'] : null }],
    });
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=${named('refused')}`)).toBe('');
  });

  it.each([
    [[{ network }, { network: 'nowhere' }], ['input', 'networks', '1', 'network'], 'NotFoundError'],
    [[{ network }, { network }], ['input', 'networks', '1', 'network'], 'InvalidInputError'],
    [[{ network: 'host' }, { network }], ['input', 'networks', '0', 'network'], 'InvalidInputError'],
  ])('is refused before anything is made: %j', async (networks, path, __typename) => {
    expect(await create({ name: named('never'), networks })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ path, __typename }],
    });
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=${named('never')}`)).toBe('');
  });
});

describe('what a container is made of', () => {
  it('can be named by global IDs', async () => {
    const data = await gateway.data(
      'query ($image: ID!, $network: ID!, $other: ID!) { image(ref: $image) { id } network(ref: $network) { id dockerId } container(ref: $other) { id dockerId } }',
      { image: 'busybox', network, other },
    );
    const [image, net, container] = ['image', 'network', 'container'].map((noun) => textAt(data, noun, 'id'));
    const answer = await create({
      name: named('global'),
      image,
      networks: [{ network: net }],
      namespaces: { pidMode: `container:${container}` },
      volumesFrom: [`${container}:ro`],
    });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    const id = textAt(data, 'container', 'dockerId');
    expect(await byInspect('global', '.HostConfig')).toMatchObject({
      NetworkMode: network,
      PidMode: `container:${id}`,
      VolumesFrom: [`${id}:ro`],
    });
  });

  it('has the hardware address that was asked for', async () => {
    expect(await create({ name: named('mac'), macAddress: '02:42:ac:11:00:63' })).toMatchObject({
      changed: true,
    });
    expect(await byInspect('mac', '.Config.MacAddress')).toBe('02:42:ac:11:00:63');
    expect(
      await create({ name: named('mac2'), networks: [{ network, macAddress: '02:42:ac:11:00:64' }] }),
    ).toMatchObject({ changed: true });
    expect(await byInspect('mac2', '.Config.MacAddress')).toBe('02:42:ac:11:00:64');
  });

  it('can lack a variable that its image sets', async () => {
    expect(await create({ name: named('bare'), env: [{ name: 'PATH', value: null }] })).toMatchObject({
      changed: true,
    });
    expect(await byInspect('bare', '.Config.Env')).toEqual(['PATH']);
  });

  it('comes with the warnings of the Engine', async () => {
    const answer = await create({
      name: named('warned'),
      resources: { memory: '64m', oomKillDisable: true },
    });
    const { Warnings } = Object(
      (
        await engine.mustRest('POST', `/containers/create?name=${named('warned2')}`, {
          body: { Image: 'busybox', HostConfig: { Memory: 67_108_864, OomKillDisable: true } },
        })
      ).json(),
    );
    expect(at(answer, 'warnings')).toEqual(Warnings ?? []);
  });
});

describe('a container that cannot be made', () => {
  it('says who has its name', async () => {
    const id = await engine.cli('inspect', '--format', '{{.Id}}', other);
    expect(await create({ name: other })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [
        { __typename: 'NameInUseError', path: ['input', 'name'], name: other, existing: { dockerId: id } },
      ],
    });
  });

  it('says that its image is not there, and asks no registry for it', async () => {
    expect(await create({ image: `127.0.0.1:1/${prefix}none:1` })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'image'] }],
    });
  });

  it.each([
    [{ name: 'x' }, ['input', 'name']],
    [{ image: 'Busy Box' }, ['input', 'image']],
    [{ engine: 'elsewhere' }, ['input', 'engine']],
    [{ namespaces: { pidMode: 'container:' } }, ['input']],
    [{ publish: ['80:'] }, ['input', 'publish', '0']],
    [{ ports: [{ containerPort: 70_000 }] }, ['input', 'ports', '0', 'containerPort']],
    [{ env: [{ name: 'A=B', value: '' }] }, ['input', 'env', '0', 'name']],
    [{ resources: { gpus: {} } }, ['input', 'resources', 'gpus']],
    [{ mounts: [{ type: 'TMPFS', target: '/a', bind: {} }] }, ['input', 'mounts', '0', 'bind']],
    [{ restartPolicy: { name: 'UNKNOWN' } }, ['input', 'restartPolicy', 'name']],
  ])('is refused without asking the Engine: %j', async (input, path) => {
    const { data, extensions } = await gateway.query(
      'mutation ($input: ContainerCreateInput!) { containerCreate(input: $input) { changed userErrors { __typename path message } } }',
      { input: { image: 'busybox', ...input } },
      { 'x-dockgraph-plan': '1' },
    );
    expect(at(data, 'containerCreate')).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
    expect(listAt(extensions, 'plan', 'calls')).toEqual([]);
  });

  it.each([
    ['1.43', { annotations: [{ key: 'a', value: '1' }] }, 'annotations'],
    ['1.44', { healthcheck: { command: 'true', startInterval: '1s' } }, 'healthcheck.startInterval'],
    ['1.48', { mounts: [{ type: 'IMAGE', source: 'busybox', target: '/b' }] }, 'mounts.0.type'],
    ['1.42', { consoleSize: { height: 1, width: 2 } }, 'consoleSize'],
    [
      '1.44',
      { networks: [{ network }, { network: second, macAddress: '02:42:ac:11:00:63' }] },
      'networks.1.macAddress',
    ],
    ['1.48', { networks: [{ network, gatewayPriority: 1 }] }, 'networks.0.gatewayPriority'],
  ])(
    'is refused by an Engine that would drop the wish in silence, below API %s: %j',
    async (since, input, where) => {
      const refused = {
        changed: false,
        userErrors: [{ __typename: 'ApiVersionError', path: ['input', ...where.split('.')] }],
      };
      expect(await create(input)).toMatchObject(isBelow(since) ? refused : { changed: true, userErrors: [] });
    },
  );

  it("gives the Engine's own sentence for what only the Engine knows", async () => {
    expect(
      await create({ mounts: [{ type: 'BIND', source: '/nowhere/at/all', target: '/x' }] }),
    ).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', message: expect.stringContaining('/nowhere/at/all') }],
    });
  });
});

async function startedRegistry() {
  const registry = await startRegistry(engine);
  return { address: registry.address, [Symbol.asyncDispose]: () => registry.stop() };
}

describe('the image of a container', () => {
  it('is pulled where it is missing, if that is asked for', async () => {
    await using registry = await startedRegistry();
    const image = `${registry.address}/${prefix}made:1`;
    await engine.cli('tag', 'busybox', image);
    await engine.cli('push', image);
    await engine.cli('rmi', image);
    expect(await create({ image, pull: 'MISSING' })).toMatchObject({ changed: true, userErrors: [] });
    await engine.cli('image', 'inspect', image);
    expect(await create({ image, pull: 'ALWAYS' })).toMatchObject({ changed: true, userErrors: [] });
    expect(await create({ image: `${registry.address}/${prefix}made:2`, pull: 'MISSING' })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'image'] }],
    });
    expect(await create({ image: `${registry.address}/${prefix}made:2`, pull: 'ALWAYS' })).toMatchObject({
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'image'] }],
    });
    await engine.cli('rmi', '--force', image);
  });

  it('is not pulled where it is there', async () => {
    expect(await create({ image: 'busybox', pull: 'MISSING' })).toMatchObject({ changed: true });
  });

  it('cannot be pulled by its ID', async () => {
    const image = await engine.cli('image', 'inspect', '--format', '{{.Id}}', 'busybox');
    expect(await create({ image, pull: 'ALWAYS' })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'pull'] }],
    });
    expect(await create({ image, pull: 'MISSING' })).toMatchObject({ changed: true, userErrors: [] });
  });
});
