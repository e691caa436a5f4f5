import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

/** The same wish twice: as flags of the CLI, and as input of the mutation. */
interface Case {
  readonly flags: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  /** The first API that has it. */
  readonly since?: string;
}

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
  await engine.cli('network', 'create', '--config-only', '--subnet', '172.31.240.0/24', named('template'));
});
afterAll(() => gateway.close());

/** What two objects that were made alike differ in. */
const own: ReadonlySet<string> = new Set(['Id', 'Name', 'Created', 'CreatedAt', 'Mountpoint']);

/** Null, [] and {} are all "none"; which of them depends on what the client left out. */
const fingerprint = (object: unknown): unknown =>
  JSON.parse(JSON.stringify(object), (key, value: unknown) =>
    own.has(key) || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
      ? undefined
      : value,
  );

const isKnown = ([, { since }]: readonly [string, Case]): boolean =>
  since === undefined || compareApi(engine.apiVersion, since) >= 0;

const subnet = { flags: ['--subnet', '172.31.241.0/24'], input: { subnet: '172.31.241.0/24' } };

const networkCases: Readonly<Record<string, Case>> = {
  nothing: { flags: [], input: {} },
  '--driver': { flags: ['--driver', 'bridge'], input: { driver: 'bridge' } },
  '--internal': { flags: ['--internal'], input: { internal: true } },
  '--attachable': { flags: ['--attachable'], input: { attachable: true } },
  '--scope': { flags: ['--scope', 'local'], input: { scope: 'LOCAL' } },
  '--ipv6': {
    flags: ['--ipv6', '--subnet', 'fd00:d0c:1::/64'],
    input: { enableIpv6: true, ipam: { pools: [{ subnet: 'fd00:d0c:1::/64' }] } },
  },
  '--ipv4': {
    flags: ['--ipv4=false', '--ipv6', '--subnet', 'fd00:d0c:2::/64'],
    input: { enableIpv4: false, enableIpv6: true, ipam: { pools: [{ subnet: 'fd00:d0c:2::/64' }] } },
    since: '1.48',
  },
  '--subnet, --gateway, --ip-range, --aux-address': {
    flags: [
      ...subnet.flags,
      '--gateway',
      '172.31.241.9',
      '--ip-range',
      '172.31.241.128/25',
      '--aux-address',
      'router=172.31.241.5',
      '--aux-address',
      'printer=172.31.241.6',
    ],
    input: {
      ipam: {
        pools: [
          {
            ...subnet.input,
            gateway: '172.31.241.9',
            ipRange: '172.31.241.128/25',
            auxiliaryAddresses: [
              { key: 'router', value: '172.31.241.5' },
              { key: 'printer', value: '172.31.241.6' },
            ],
          },
        ],
      },
    },
  },
  '--ipam-driver, --ipam-opt': {
    flags: ['--ipam-driver', 'default', '--ipam-opt', 'a=b', '--subnet', '172.31.242.0/24'],
    input: {
      ipam: {
        driver: 'default',
        options: [{ key: 'a', value: 'b' }],
        pools: [{ subnet: '172.31.242.0/24' }],
      },
    },
  },
  '--opt': {
    flags: ['--opt', 'com.docker.network.driver.mtu=1400'],
    input: { options: [{ key: 'com.docker.network.driver.mtu', value: '1400' }] },
  },
  '--label': {
    flags: ['--label', 'a=1', '--label', 'b'],
    input: { labels: [{ key: 'a', value: '1' }, { key: 'b' }] },
  },
  '--config-only': {
    flags: ['--config-only', '--subnet', '172.31.243.0/24'],
    input: { configOnly: true, ipam: { pools: [{ subnet: '172.31.243.0/24' }] } },
  },
  '--config-from': {
    flags: ['--config-from', named('template')],
    input: { configFrom: named('template') },
  },
  'all that go together': {
    flags: [
      '--driver',
      'bridge',
      '--internal',
      '--attachable',
      '--scope',
      'local',
      '--ipv6',
      '--subnet',
      '172.31.244.0/24',
      '--gateway',
      '172.31.244.9',
      '--ip-range',
      '172.31.244.128/25',
      '--aux-address',
      'router=172.31.244.5',
      '--subnet',
      'fd00:d0c:4::/64',
      '--ipam-driver',
      'default',
      '--ipam-opt',
      'a=b',
      '--opt',
      'com.docker.network.driver.mtu=1400',
      '--label',
      'a=1',
    ],
    input: {
      driver: 'bridge',
      internal: true,
      attachable: true,
      scope: 'LOCAL',
      enableIpv6: true,
      ipam: {
        driver: 'default',
        options: [{ key: 'a', value: 'b' }],
        pools: [
          {
            subnet: '172.31.244.0/24',
            gateway: '172.31.244.9',
            ipRange: '172.31.244.128/25',
            auxiliaryAddresses: [{ key: 'router', value: '172.31.244.5' }],
          },
          { subnet: 'fd00:d0c:4::/64' },
        ],
      },
      options: [{ key: 'com.docker.network.driver.mtu', value: '1400' }],
      labels: [{ key: 'a', value: '1' }],
    },
  },
};

/** Flags that are compared elsewhere. */
const elsewhere: ReadonlySet<string> = new Set(['help', 'ingress']);

const flagsIn = (help: string): readonly string[] =>
  [...help.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].flatMap(([, flag]) => flag ?? []);

const usedIn = (cases: Readonly<Record<string, Case>>): ReadonlySet<string> =>
  new Set(Object.values(cases).flatMap(({ flags }) => flags.map((flag) => flag.replace(/^--|=.*$/g, ''))));

describe('a network made by the mutation and by `docker network create` with the same wishes', () => {
  it.each(Object.entries(networkCases).filter(isKnown))(
    'is the same in `docker network inspect`: %s',
    async (_title, { flags, input }) => {
      const name = named('compared');
      // One after the other, as no two networks may have the same addresses. The name of a bridge is that of its ID.
      const seen = async (): Promise<unknown> => {
        const text = await engine.cli('network', 'inspect', name);
        await engine.cli('network', 'rm', name);
        return fingerprint(listAt(JSON.parse(text))[0]);
      };
      await engine.cli('network', 'create', ...flags, name);
      const theirs = await seen();
      const data = await gateway.data(
        `mutation ($input: NetworkCreateInput!) { networkCreate(input: $input) { changed userErrors { message } } }`,
        { input: { name, ...input } },
      );
      expect(at(data, 'networkCreate')).toEqual({ changed: true, userErrors: [] });
      const ours = await seen();
      // Where nobody asked for addresses, the Engine takes the next that are free: for both families, or for one of them.
      const asked = JSON.stringify(input);
      const addressless = (network: unknown): unknown => {
        if (!asked.includes('subnet') && !('configFrom' in input))
          return { ...Object(network), IPAM: undefined };
        const ipam: unknown = at(network, 'IPAM');
        const pools = listAt(at(ipam, 'Config')).filter(
          (pool) => 'configFrom' in input || asked.includes(textAt(pool, 'Subnet')),
        );
        return { ...Object(network), IPAM: { ...Object(ipam), Config: pools } };
      };
      expect(addressless(ours)).toEqual(addressless(theirs));
    },
  );

  it('was compared for every flag that `docker network create` has', async () => {
    const flags = flagsIn(await engine.cli('network', 'create', '--help'));
    const used = usedIn(networkCases);
    expect(flags.length).toBeGreaterThan(14);
    expect(flags.filter((flag) => !used.has(flag) && !elsewhere.has(flag))).toEqual([]);
  });
});

const tmpfs = ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=1m,uid=1000'];

const volumeCases: Readonly<Record<string, Case>> = {
  nothing: { flags: [], input: {} },
  '--driver': { flags: ['--driver', 'local'], input: { driver: 'local' } },
  '--label': {
    flags: ['--label', 'a=1', '--label', 'b'],
    input: { labels: [{ key: 'a', value: '1' }, { key: 'b' }] },
  },
  '--opt': {
    flags: tmpfs,
    input: {
      options: [
        { key: 'type', value: 'tmpfs' },
        { key: 'device', value: 'tmpfs' },
        { key: 'o', value: 'size=1m,uid=1000' },
      ],
    },
  },
  'all that go together': {
    flags: ['--driver', 'local', '--label', 'a=1', ...tmpfs],
    input: {
      driver: 'local',
      labels: [{ key: 'a', value: '1' }],
      options: [
        { key: 'type', value: 'tmpfs' },
        { key: 'device', value: 'tmpfs' },
        { key: 'o', value: 'size=1m,uid=1000' },
      ],
    },
  },
};

/** Of volumes of a swarm, which only a driver of the kind CSI makes: in the spec of cluster volumes. */
const clusterFlags: ReadonlySet<string> = new Set([
  'availability',
  'group',
  'limit-bytes',
  'required-bytes',
  'scope',
  'secret',
  'sharing',
  'topology-preferred',
  'topology-required',
  'type',
]);

describe('a volume made by the mutation and by `docker volume create` with the same wishes', () => {
  it.each(Object.entries(volumeCases).filter(isKnown))(
    'is the same in `docker volume inspect`: %s',
    async (title, { flags, input }) => {
      const label = title.replace(/[^a-z0-9]+/gi, '-');
      const [theirs, ours] = [named(`${label}-x`), named(`${label}-y`)];
      await engine.cli('volume', 'create', ...flags, theirs);
      const data = await gateway.data(
        `mutation ($input: VolumeCreateInput!) {
          volumeCreate(input: $input) { changed volume { name } userErrors { message } } }`,
        { input: { name: ours, ...input } },
      );
      expect(at(data, 'volumeCreate')).toEqual({ changed: true, volume: { name: ours }, userErrors: [] });
      const [first, second] = listAt(JSON.parse(await engine.cli('volume', 'inspect', theirs, ours)));
      expect(fingerprint(second)).toEqual(fingerprint(first));
    },
  );

  it('gets a name from the Engine where none is given', async () => {
    const data = await gateway.data(
      `mutation { volumeCreate(input: {}) { changed volume { name isAnonymous } userErrors { message } } }`,
    );
    const name = textAt(data, 'volumeCreate', 'volume', 'name');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    const byCli = (await engine.cli('volume', 'create')).trim();
    const [theirs, ours] = listAt(JSON.parse(await engine.cli('volume', 'inspect', byCli, name)));
    await engine.cli('volume', 'rm', byCli, name);
    expect(fingerprint(ours)).toEqual(fingerprint(theirs));
  });

  it('was compared for every flag that `docker volume create` has', async () => {
    const flags = flagsIn(await engine.cli('volume', 'create', '--help'));
    const used = usedIn(volumeCases);
    expect(flags.length).toBeGreaterThan(2);
    expect(
      flags.filter(
        (flag) => !used.has(flag) && !clusterFlags.has(flag) && flag !== 'help' && flag !== 'name',
      ),
    ).toEqual([]);
  });
});
