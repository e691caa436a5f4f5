import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { graphOver } from './image-fixture.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
const a = `${prefix}alpha`;
const b = `${prefix}beta`;
const c = `${prefix}gamma`;

const builtin = ['bridge', 'host', 'none'];
/** Of all networks, only those that no other spec makes. */
const isStable = (name: string) => name.startsWith(prefix) || builtin.includes(name);

/** What `docker network ls` lists with these filters. */
async function listed(...filters: readonly string[]): Promise<string[]> {
  const args = filters.map((filter) => `--filter=${filter}`);
  const names = (await engine.cli('network', 'ls', '--format={{.Name}}', ...args)).split('\n');
  return names.filter(isStable).sort();
}

async function filtered(filter: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { data, errors } = await graph.ask(
    'query ($filter: NetworkFilter) { networks(filter: $filter) { nodes { name } } }',
    { filter },
  );
  expect(errors).toEqual([]);
  return listAt(data, 'networks', 'nodes')
    .map((node) => textAt(node, 'name'))
    .filter(isStable);
}

const idOf = (name: string) => engine.cli('network', 'inspect', '--format={{.Id}}', name);

beforeAll(async () => {
  const create = (name: string, ...options: readonly string[]) =>
    engine.cli('network', 'create', ...options, name);
  await create(a, '--subnet=10.233.0.0/24', '--label=tier=web', '--label=com.docker.compose.project=list');
  await create(c, '--config-only', '--subnet=10.233.1.0/24', '--label=tier=db', '--label=color');
  await create(b, '--subnet=10.233.2.0/24', '--label=tier=web', '--label=color');
  await engine.cli('run', '--detach', `--name=${prefix}one`, `--network=${a}`, 'busybox', 'sleep', '600');
});

afterAll(() => graph.close());

describe('a filter of networks', () => {
  it.each([
    {
      filter: { namePatterns: [`${prefix}al`, 'gamma$'] },
      cli: [`name=${prefix}al`, 'name=gamma$'],
      expected: [a, c],
    },
    { filter: { names: [a, `${prefix}gam`] }, cli: [`name=^${a}$`], expected: [a] },
    { filter: { labels: ['tier=web'] }, cli: ['label=tier=web'], expected: [a, b] },
    { filter: { labels: ['tier=web', 'color'] }, cli: ['label=tier=web', 'label=color'], expected: [b] },
    { filter: { composeProject: 'list' }, cli: ['label=com.docker.compose.project=list'], expected: [a] },
    {
      filter: { drivers: ['null', 'host'] },
      cli: ['driver=null', 'driver=host'],
      expected: ['host', 'none', c],
    },
    { filter: { types: ['BUILTIN'] }, cli: ['type=builtin'], expected: builtin },
    { filter: { types: ['CUSTOM'] }, cli: ['type=custom'], expected: [a, b, c] },
    { filter: { scopes: ['SWARM'] }, cli: ['scope=swarm'], expected: [] },
    {
      filter: { scopes: ['LOCAL'], labels: ['color'] },
      cli: ['scope=local', 'label=color'],
      expected: [b, c],
    },
    { filter: {}, cli: [], expected: [...builtin, a, b, c] },
    { filter: { names: [] }, cli: [], expected: [...builtin, a, b, c] },
  ])('answers with what `docker network ls` lists for $filter', async ({ filter, cli, expected }) => {
    expect(await filtered(filter)).toEqual(expected);
    expect(await listed(...cli)).toEqual(expected);
  });

  it('finds the networks that no running container uses, where the Engine does not', async () => {
    expect(await filtered({ dangling: true })).toEqual([b, c]);
    expect(await filtered({ dangling: false })).toEqual([...builtin, a]);
    expect(await filtered({ dangling: true, labels: ['tier=web'] })).toEqual([b]);
    // Below Engine 29 this lists the network in use, too.
    expect(await listed('dangling=true')).toEqual(expect.arrayContaining([b, c]));
  });

  it('takes IDs, whole and in part', async () => {
    const [first, second] = [await idOf(a), await idOf(b)];
    expect(await filtered({ ids: [first, `^${second.slice(0, 20)}`] })).toEqual([a, b]);
  });

  it('is refused where the Engine has no word for a value', async () => {
    const { errors, calls } = await graph.ask('{ networks(filter: { scopes: [UNKNOWN] }) { totalCount } }');
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toContain('filter.scopes');
    expect(calls).toEqual([]);
  });

  it('that leaves nothing out shares its call with the edges of containers', async () => {
    const { calls } = await graph.ask(
      '{ networks(filter: {}) { totalCount } containers { nodes { networks { network { name } } } } }',
    );
    expect(calls.toSorted()).toEqual(['GET /containers/json', 'GET /networks']);
  });
});

describe('a list of networks', () => {
  it('is searched by name, ID and label in any case', async () => {
    const search = async (text: string) => {
      const { data } = await graph.ask(
        'query ($text: String) { networks(search: $text) { nodes { name } } }',
        { text },
      );
      return listAt(data, 'networks', 'nodes')
        .map((node) => textAt(node, 'name'))
        .filter(isStable);
    };
    expect(await search(`${prefix}ALPHA`)).toEqual([a]);
    expect(await search((await idOf(b)).slice(5, 30))).toEqual([b]);
    expect(await search('TIER=db')).toEqual([c]);
  });

  it('is sorted by name, or by when the networks were made', async () => {
    const { data } = await graph.ask(
      `query ($names: [String!]) {
        byName: networks(filter: { namePatterns: $names }) { nodes { name } }
        backwards: networks(filter: { namePatterns: $names }, orderBy: { field: NAME, direction: DESC }) { nodes { name } }
        byAge: networks(filter: { namePatterns: $names }, orderBy: { field: CREATED_AT }) { nodes { name } }
      }`,
      { names: [prefix] },
    );
    const names = (alias: string) => listAt(data, alias, 'nodes').map((node) => textAt(node, 'name'));
    expect(names('byName')).toEqual([a, b, c]);
    expect(names('backwards')).toEqual([c, b, a]);
    expect(names('byAge')).toEqual([a, c, b]);
  });

  it('comes in pages that hold together', async () => {
    const query = `query ($names: [String!], $after: String) {
      networks(filter: { namePatterns: $names }, orderBy: { field: CREATED_AT, direction: DESC }, first: 2, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { name } }
      }
    }`;
    const first = await graph.ask(query, { names: [prefix] });
    const names = (data: unknown) =>
      listAt(data, 'networks', 'edges').map((edge) => textAt(edge, 'node', 'name'));
    expect(names(first.data)).toEqual([b, c]);
    expect(at(first.data, 'networks', 'totalCount')).toBe(3);
    expect(at(first.data, 'networks', 'pageInfo')).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
    });
    const after = at(first.data, 'networks', 'pageInfo', 'endCursor');
    const second = await graph.ask(query, { names: [prefix], after });
    expect(names(second.data)).toEqual([a]);
    expect(at(second.data, 'networks', 'pageInfo')).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });
});
