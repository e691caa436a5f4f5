import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { graphOver } from './image-fixture.ts';
import { keysAt, orNull, pairsAt } from './pairs.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
const first = `${prefix}first`;
const second = `${prefix}second`;
const doomed = `${prefix}doomed`;

const listed = `
  networkName networkId endpointId ipv4 ipv4PrefixLength ipv6 ipv6PrefixLength gateway ipv6Gateway macAddress
  gatewayPriority
`;
const inspected =
  'aliases links dnsNames driverOptions { key value } ipamConfig { ipv4Address ipv6Address linkLocalIps }';

/** What the graph has to answer for one entry of `NetworkSettings.Networks`. */
const expectedOf = (name: string, endpoint: unknown) => ({
  networkName: name,
  networkId: orNull(at(endpoint, 'NetworkID')),
  endpointId: orNull(at(endpoint, 'EndpointID')),
  ipv4: orNull(at(endpoint, 'IPAddress')),
  ipv4PrefixLength: at(endpoint, 'IPPrefixLen') || null,
  ipv6: orNull(at(endpoint, 'GlobalIPv6Address')),
  ipv6PrefixLength: at(endpoint, 'GlobalIPv6PrefixLen') || null,
  gateway: orNull(at(endpoint, 'Gateway')),
  ipv6Gateway: orNull(at(endpoint, 'IPv6Gateway')),
  macAddress: orNull(at(endpoint, 'MacAddress')),
  gatewayPriority: orNull(at(endpoint, 'GwPriority')),
});

const moreOf = (endpoint: unknown) => {
  const wish = at(endpoint, 'IPAMConfig') ?? null;
  return {
    // Below API 1.45 the Engine adds the short ID; newer ones do not, and neither does the graph.
    aliases: listAt(endpoint, 'Aliases').filter((alias) => !/^[0-9a-f]{12}$/.test(String(alias))),
    links: listAt(endpoint, 'Links'),
    dnsNames: listAt(endpoint, 'DNSNames'),
    driverOptions: pairsAt(endpoint, 'DriverOpts'),
    ipamConfig: wish && {
      ipv4Address: orNull(at(wish, 'IPv4Address')),
      ipv6Address: orNull(at(wish, 'IPv6Address')),
      linkLocalIps: listAt(wish, 'LinkLocalIPs'),
    },
  };
};

const endpointsOf = async (name: string) => {
  const answer: unknown = JSON.parse(await engine.cli('inspect', '--type=container', prefix + name));
  return pairsAt(answer, 0, 'NetworkSettings', 'Networks');
};

/** The networks of each own container, by its name without the prefix. */
async function networksInList(fields: string) {
  const { data, errors, calls } = await graph.ask(
    `query ($names: [String!]) { containers(filter: { namePatterns: $names }) { nodes { name networks { ${fields} } } } }`,
    { names: [prefix] },
  );
  expect(errors).toEqual([]);
  const nodes = listAt(data, 'containers', 'nodes');
  const byName = new Map(
    nodes.map((node) => [textAt(node, 'name').slice(prefix.length), at(node, 'networks')]),
  );
  return { byName, calls };
}

const containers: Readonly<Record<string, readonly string[]>> = {
  peer: ['run', '--detach', `--network=${first}`, 'busybox', 'sleep', '600'],
  ended: ['run', `--network=${first}`, '--ip=10.234.0.40', 'busybox', 'true'],
  new: ['create', `--network=${first}`, '--network-alias=fresh', 'busybox', 'true'],
  orphan: ['run', `--network=${doomed}`, 'busybox', 'true'],
  default: ['run', '--detach', 'busybox', 'sleep', '600'],
  host: ['run', '--detach', '--network=host', 'busybox', 'sleep', '600'],
  none: ['run', '--detach', '--network=none', 'busybox', 'sleep', '600'],
};

const start = (name: string, [verb = '', ...args]: readonly string[]) =>
  engine.cli(verb, `--name=${prefix}${name}`, ...args);

beforeAll(async () => {
  await engine.cli('network', 'create', '--subnet=10.234.0.0/24', first);
  await engine.cli('network', 'create', '--ipv6', '--subnet=fd00:234::/64', '--subnet=10.234.1.0/24', second);
  await engine.cli('network', 'create', '--subnet=10.234.2.0/24', doomed);
  await Promise.all(Object.entries(containers).map(([name, args]) => start(name, args)));
  const web = ['run', '--detach', `--network=${first}`, '--ip=10.234.0.20', `--link=${prefix}peer:friend`];
  await start('web', [...web, '--network-alias=www', '--network-alias=shop', 'busybox', 'sleep', '600']);
  await start('guest', ['run', '--detach', `--network=container:${prefix}web`, 'busybox', 'sleep', '600']);
  const wish = [
    '--ip=10.234.1.20',
    '--ip6=fd00:234::20',
    '--link-local-ip=169.254.8.8',
    '--driver-opt=speed=high',
  ];
  await engine.cli('network', 'connect', ...wish, second, `${prefix}web`);
  await engine.cli('network', 'rm', doomed);
});

afterAll(() => graph.close());

describe('the networks of containers in a list', () => {
  it('name the network that each address is in', async () => {
    const { data, errors } = await graph.ask(
      '{ containers { nodes { networks { network { name } ipv4 } } } }',
    );
    expect(errors).toEqual([]);
    const found = listAt(data, 'containers', 'nodes').flatMap((node) => listAt(node, 'networks'));
    expect(found).toContainEqual({ network: { name: first }, ipv4: '10.234.0.20' });
    expect(found).toContainEqual({ network: { name: second }, ipv4: '10.234.1.20' });
  });

  it('have what `docker inspect` says of addresses, without an inspect', async () => {
    const { byName, calls } = await networksInList(listed);
    expect(calls).toEqual(['GET /containers/json']);
    const names = [...Object.keys(containers), 'web', 'guest'];
    expect([...byName.keys()].sort()).toEqual(names.sort());
    for (const name of names) {
      const endpoints = await endpointsOf(name);
      expect(byName.get(name), name).toEqual(endpoints.map(({ key, value }) => expectedOf(key, value)));
      expect(endpoints, name).toHaveLength({ web: 2, guest: 0 }[name] ?? 1);
    }
  });

  it('have what only inspect knows, for one inspect each', async () => {
    const { byName, calls } = await networksInList(inspected);
    for (const name of ['web', 'peer', 'new', 'ended']) {
      const endpoints = await endpointsOf(name);
      expect(byName.get(name), name).toEqual(endpoints.map(({ value }) => moreOf(value)));
    }
    expect(byName.get('web')).toMatchObject([
      {
        aliases: expect.arrayContaining(['www', 'shop']),
        links: [`${prefix}peer:friend`],
        driverOptions: [],
      },
      { driverOptions: [{ key: 'speed', value: 'high' }], ipamConfig: { linkLocalIps: ['169.254.8.8'] } },
    ]);
    const inspects = calls.filter((call) => call === 'GET /containers/{id}/json');
    // All but the guest, who has no endpoint.
    expect(inspects).toHaveLength(byName.size - 1);
  });

  it('leave no property of an endpoint unread', async () => {
    const known = [
      'IPAMConfig',
      'Links',
      'Aliases',
      'MacAddress',
      'DriverOpts',
      'GwPriority',
      'NetworkID',
      'EndpointID',
    ];
    const more = [
      'Gateway',
      'IPAddress',
      'IPPrefixLen',
      'IPv6Gateway',
      'GlobalIPv6Address',
      'GlobalIPv6PrefixLen',
      'DNSNames',
    ];
    for (const { value } of await endpointsOf('web')) {
      expect(keysAt(value).filter((key) => ![...known, ...more].includes(key))).toEqual([]);
    }
  });

  it('lead to the networks by one list, by name before the first start', async () => {
    const { byName, calls } = await networksInList('network { name dockerId }');
    expect(calls.toSorted()).toEqual(['GET /containers/json', 'GET /networks']);
    const dockerId = await engine.cli('network', 'inspect', '--format={{.Id}}', first);
    for (const name of ['new', 'ended', 'peer']) {
      expect(byName.get(name), name).toEqual([{ network: { name: first, dockerId } }]);
    }
    expect(byName.get('host')).toMatchObject([{ network: { name: 'host' } }]);
    expect(byName.get('none')).toMatchObject([{ network: { name: 'none' } }]);
    expect(byName.get('default')).toMatchObject([{ network: { name: 'bridge' } }]);
    expect(byName.get('guest')).toEqual([]);
  });

  it('are still there when the network is not', async () => {
    const { byName } = await networksInList('networkName networkId network { name }');
    const [{ value } = { value: undefined }] = await endpointsOf('orphan');
    expect(byName.get('orphan')).toEqual([
      { networkName: doomed, networkId: at(value, 'NetworkID'), network: null },
    ]);
  });
});

describe('the networks of one container', () => {
  it('are the same as in the list, for one inspect', async () => {
    for (const name of ['web', 'new', 'host', 'guest']) {
      const { data, calls } = await graph.ask(
        `query ($ref: ID!) { container(ref: $ref) { networks { ${listed} ${inspected} } } }`,
        { ref: prefix + name },
      );
      const expected = (await endpointsOf(name)).map(({ key, value }) => ({
        ...expectedOf(key, value),
        ...moreOf(value),
      }));
      expect(at(data, 'container', 'networks'), name).toEqual(expected);
      expect(calls, name).toEqual(['GET /containers/{id}/json']);
    }
  });
});
