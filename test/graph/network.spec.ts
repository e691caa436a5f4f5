import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { graphOver } from './image-fixture.ts';
import { keysAt, orNull, pairsAt } from './pairs.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
const full = `${prefix}full`;
const six = `${prefix}six`;
const config = `${prefix}config`;
const derived = `${prefix}derived`;
const own = [config, derived, full, six];

const fields = `
  dockerId shortId name createdAt driver scope scopeRaw enableIpv4 enableIpv6 internal attachable ingress configOnly
  configFromName isBuiltin subnets
  ipam { driver options { key value } config { subnet ipRange gateway auxiliaryAddresses { key value } } }
  options { key value } labels { key value }
`;

/** What the graph has to answer for one element of `docker network inspect`. */
const expectedOf = (raw: unknown) => ({
  dockerId: at(raw, 'Id'),
  shortId: textAt(raw, 'Id').slice(0, 12),
  name: at(raw, 'Name'),
  createdAt: at(raw, 'Created'),
  driver: at(raw, 'Driver'),
  scope: textAt(raw, 'Scope').toUpperCase(),
  scopeRaw: at(raw, 'Scope'),
  enableIpv4: orNull(at(raw, 'EnableIPv4')),
  enableIpv6: at(raw, 'EnableIPv6'),
  internal: at(raw, 'Internal'),
  attachable: at(raw, 'Attachable'),
  ingress: at(raw, 'Ingress'),
  configOnly: at(raw, 'ConfigOnly'),
  configFromName: orNull(at(raw, 'ConfigFrom', 'Network')),
  isBuiltin: ['bridge', 'host', 'none'].includes(textAt(raw, 'Name')),
  subnets: listAt(raw, 'IPAM', 'Config').map((pool) => at(pool, 'Subnet')),
  ipam: {
    driver: at(raw, 'IPAM', 'Driver'),
    options: pairsAt(raw, 'IPAM', 'Options'),
    config: listAt(raw, 'IPAM', 'Config').map((pool) => ({
      subnet: at(pool, 'Subnet'),
      ipRange: orNull(at(pool, 'IPRange')),
      gateway: orNull(at(pool, 'Gateway')),
      auxiliaryAddresses: pairsAt(pool, 'AuxiliaryAddresses'),
    })),
  },
  options: pairsAt(raw, 'Options'),
  labels: pairsAt(raw, 'Labels'),
});

const inspect = async (...names: readonly string[]): Promise<readonly unknown[]> => {
  const answer: unknown = JSON.parse(await engine.cli('network', 'inspect', ...names));
  return listAt(answer);
};
const idOf = async (name: string) => textAt((await inspect(name))[0], 'Id');
const isOwn = (node: unknown) => textAt(node, 'name').startsWith(prefix);

beforeAll(async () => {
  const create = (name: string, ...options: readonly string[]) =>
    engine.cli('network', 'create', ...options, name);
  const pool = ['--subnet=10.231.0.0/24', '--gateway=10.231.0.1', '--ip-range=10.231.0.128/25'];
  const kept = ['--aux-address=router=10.231.0.5', '--aux-address=printer=10.231.0.6', '--ipam-opt=shelf=3'];
  const compose = ['--label=com.docker.compose.project=shop', '--label=com.docker.compose.network=front'];
  const more = ['--label=tier=web', '--opt=com.docker.network.driver.mtu=1400', '--internal', '--attachable'];
  await create(full, ...pool, ...kept, ...compose, ...more);
  await create(six, '--ipv6', '--subnet=fd00:231::/64', '--subnet=10.231.1.0/24', '--label=tier=web');
  await create(config, '--config-only', '--subnet=10.231.2.0/24');
  await create(derived, `--config-from=${config}`);
  const containers = [
    [
      'run',
      '--detach',
      `--name=${prefix}one`,
      `--network=${full}`,
      '--ip=10.231.0.20',
      'busybox',
      'sleep',
      '600',
    ],
    ['run', '--detach', `--name=${prefix}two`, `--network=${full}`, 'busybox', 'sleep', '600'],
    ['run', `--name=${prefix}ended`, `--network=${full}`, 'busybox', 'true'],
    ['create', `--name=${prefix}new`, `--network=${full}`, 'busybox', 'true'],
  ];
  await Promise.all(containers.map((args) => engine.cli(...args)));
  await engine.cli('network', 'connect', six, `${prefix}one`);
});

afterAll(() => graph.close());

describe('the networks of an Engine', () => {
  it('have every field of `docker network inspect`, from the list alone', async () => {
    const names = [...own, 'bridge', 'host', 'none'].sort();
    const { data, errors, calls } = await graph.ask(`{ networks { nodes { ${fields} } } }`);
    expect(errors).toEqual([]);
    expect(calls).toEqual(['GET /networks']);
    const nodes = listAt(data, 'networks', 'nodes').filter((node) => names.includes(textAt(node, 'name')));
    expect(nodes).toEqual((await inspect(...names)).map(expectedOf));
  });

  it('have the same fields when asked for one by one', async () => {
    for (const name of [...own, 'bridge']) {
      const { data, calls } = await graph.ask(`query ($ref: ID!) { network(ref: $ref) { ${fields} } }`, {
        ref: name,
      });
      expect(at(data, 'network')).toEqual((await inspect(name)).map(expectedOf)[0]);
      expect(calls).toEqual(['GET /networks/{id}']);
    }
  });

  it('leave no property of inspect unread', async () => {
    const known = [
      'Name',
      'Id',
      'Created',
      'Scope',
      'Driver',
      'EnableIPv4',
      'EnableIPv6',
      'IPAM',
      'Internal',
      'Attachable',
    ];
    const more = [
      'Ingress',
      'ConfigFrom',
      'ConfigOnly',
      'Containers',
      'Options',
      'Labels',
      'Peers',
      'Services',
      'Status',
    ];
    const raw = (await engine.mustRest('GET', `/networks/${full}?verbose=1`)).json();
    expect(keysAt(raw).filter((key) => ![...known, ...more].includes(key))).toEqual([]);
  });

  it('name the compose project, the name there and a key that survives recreation', async () => {
    const { data } = await graph.ask(
      `query ($a: ID!, $b: ID!) {
        a: network(ref: $a) { composeProject { name } composeName stableKey label(key: "tier") engine { name } }
        b: network(ref: $b) { composeProject { name } composeName stableKey label(key: "none") }
      }`,
      { a: full, b: six },
    );
    expect(data).toMatchObject({
      a: {
        composeProject: { name: 'shop' },
        composeName: 'front',
        stableKey: 'default/compose/shop/front',
        label: 'web',
        engine: { name: 'default' },
      },
      b: { composeProject: null, composeName: null, stableKey: `default/name/${six}`, label: null },
    });
  });

  it('lead to the network whose configuration they took over', async () => {
    const { data } = await graph.ask(
      'query ($ref: ID!) { network(ref: $ref) { configFrom { name configOnly configFrom { name } } } }',
      { ref: derived },
    );
    expect(at(data, 'network')).toEqual({ configFrom: { name: config, configOnly: true, configFrom: null } });
  });

  it('have no peers, services and status outside of a swarm', async () => {
    const { data, calls } = await graph.ask(
      'query ($ref: ID!) { network(ref: $ref) { peers { name } services { name } serviceEndpoints { name } status { ipam { subnets { subnet } } } } }',
      { ref: full },
    );
    expect(at(data, 'network')).toEqual({
      peers: [],
      services: [],
      serviceEndpoints: [],
      status: null,
    });
    expect(calls).toEqual(['GET /networks/{id}', 'GET /services']);
  });
});

describe('the containers of networks', () => {
  const query = `{
    networks { nodes { name containers {
      networkName networkId endpointId ipv4 ipv4PrefixLength ipv6 ipv6PrefixLength gateway ipv6Gateway macAddress
      container { name }
    } } }
  }`;

  it('are those whose `docker inspect` names the network, stopped and never started ones too', async () => {
    const { data, errors } = await graph.ask(query);
    expect(errors).toEqual([]);
    const names = ['ended', 'new', 'one', 'two'].map((name) => prefix + name);
    const inspected: unknown = JSON.parse(await engine.cli('inspect', ...names));
    for (const network of own) {
      const expected = listAt(inspected).flatMap((raw) => {
        const endpoint = at(raw, 'NetworkSettings', 'Networks', network);
        if (endpoint === undefined) return [];
        return {
          networkName: network,
          networkId: orNull(at(endpoint, 'NetworkID')),
          endpointId: orNull(at(endpoint, 'EndpointID')),
          ipv4: orNull(at(endpoint, 'IPAddress')),
          ipv4PrefixLength: at(endpoint, 'IPPrefixLen') || null,
          ipv6: orNull(at(endpoint, 'GlobalIPv6Address')),
          ipv6PrefixLength: at(endpoint, 'GlobalIPv6PrefixLen') || null,
          gateway: orNull(at(endpoint, 'Gateway')),
          ipv6Gateway: orNull(at(endpoint, 'IPv6Gateway')),
          macAddress: orNull(at(endpoint, 'MacAddress')),
          container: { name: textAt(raw, 'Name').slice(1) },
        };
      });
      const node = listAt(data, 'networks', 'nodes').find((each) => at(each, 'name') === network);
      expect(at(node, 'containers')).toEqual(expected);
      expect(expected).toHaveLength({ [full]: 4, [six]: 1 }[network] ?? 0);
    }
  });

  it('cost one list, however many networks there are, and no inspect', async () => {
    const { calls } = await graph.ask(query);
    expect(calls.toSorted()).toEqual(['GET /containers/json', 'GET /networks']);
  });

  it('lead back to the same network', async () => {
    const { data, calls } = await graph.ask(
      '{ networks { nodes { id name containers { container { networks { networkName network { id } } } network { id } } } } }',
    );
    const nodes = listAt(data, 'networks', 'nodes').filter(isOwn);
    const edges = nodes.flatMap((node) => listAt(node, 'containers').map((edge) => ({ node, edge })));
    expect(edges).toHaveLength(5);
    for (const { node, edge } of edges) {
      expect(at(edge, 'network', 'id')).toBe(at(node, 'id'));
      const back = listAt(edge, 'container', 'networks').map((each) => at(each, 'network', 'id'));
      expect(back).toContain(at(node, 'id'));
    }
    expect(calls.toSorted()).toEqual(['GET /containers/json', 'GET /networks']);
  });

  it('are in `endpoints` as inspect has them, the running ones', async () => {
    const { data, calls } = await graph.ask(
      `query ($ref: ID!) { network(ref: $ref) {
        endpoints { key name endpointId macAddress ipv4Address ipv6Address container { name } }
      } }`,
      { ref: full },
    );
    const expected = pairsAt((await inspect(full))[0], 'Containers').map(({ key, value }) => ({
      key,
      name: at(value, 'Name'),
      endpointId: at(value, 'EndpointID'),
      macAddress: at(value, 'MacAddress'),
      ipv4Address: at(value, 'IPv4Address'),
      ipv6Address: orNull(at(value, 'IPv6Address')),
      container: { name: at(value, 'Name') },
    }));
    expect(expected).toHaveLength(2);
    expect(at(data, 'network', 'endpoints')).toEqual(expected);
    expect(calls).toEqual(['GET /networks/{id}', 'GET /containers/json']);
  });
});

describe('one network', () => {
  it('is found by name, ID, prefix and global ID, and is the same each time', async () => {
    const dockerId = await idOf(full);
    const first = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id } }', { ref: full });
    const id = textAt(first.data, 'network', 'id');
    for (const ref of [dockerId, dockerId.slice(0, 20), id]) {
      const { data } = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id dockerId } }', { ref });
      expect(at(data, 'network')).toEqual({ id, dockerId });
    }
    const { data } = await graph.ask('query ($id: ID!) { node(id: $id) { id ... on Network { name } } }', {
      id,
    });
    expect(at(data, 'node')).toEqual({ id, name: full });
  });

  it('is null when there is none', async () => {
    const { data, errors } = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id } }', {
      ref: `${prefix}no`,
    });
    expect({ data, errors }).toEqual({ data: { network: null }, errors: [] });
  });

  it('is null by the global ID of one that has been removed', async () => {
    const name = `${prefix}gone`;
    await engine.cli('network', 'create', '--config-only', '--subnet=10.231.9.0/24', name);
    const before = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id } }', { ref: name });
    const id = textAt(before.data, 'network', 'id');
    await engine.cli('network', 'rm', name);
    const { data, errors } = await graph.ask(
      'query ($id: ID!) { node(id: $id) { id } network(ref: $id) { id } }',
      { id },
    );
    expect({ data, errors }).toEqual({ data: { node: null, network: null }, errors: [] });
  });

  it('cannot be a path or an empty text', async () => {
    for (const ref of ['', '../containers', 'a b']) {
      const { errors, calls } = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id } }', { ref });
      expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
      expect(calls).toEqual([]);
    }
  });

  it('is an error that lists the candidates when a prefix means several', async () => {
    // Seventeen networks have sixteen first digits at most.
    const made = Array.from({ length: 17 }, (_, index) => `${prefix}many${index}`);
    await Promise.all(
      made.map((name, index) =>
        engine.cli('network', 'create', '--config-only', `--subnet=10.232.${index}.0/24`, name),
      ),
    );
    const ids = await Promise.all(made.map(idOf));
    const digit =
      ids.map((id) => id.slice(0, 1)).find((first, index, all) => all.indexOf(first) !== index) ?? '';
    const meant = ids.filter((id) => id.startsWith(digit));
    const { data, errors } = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id } }', {
      ref: digit,
    });
    expect(at(data, 'network')).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.code).toBe('BAD_USER_INPUT');
    for (const id of meant) expect(errors[0]?.message).toContain(id);
  });
});
