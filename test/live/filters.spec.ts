import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { buildZoo, type Zoo } from '../support/zoo.ts';
import { containerFilters } from './support/container-filters.ts';
import type { Landmarks, Noun } from './support/filter-row.ts';
import { otherFilters } from './support/other-filters.ts';

/** How the docker CLI lists what the graph lists without a filter. */
const listing: Readonly<Record<Noun, readonly string[]>> = {
  containers: ['ps', '--all', '--quiet', '--no-trunc'],
  images: ['images', '--quiet', '--no-trunc'],
  networks: ['network', 'ls', '--quiet', '--no-trunc'],
  volumes: ['volume', 'ls', '--quiet'],
};

const filterType: Readonly<Record<Noun, string>> = {
  containers: 'ContainerFilter',
  images: 'ImageFilter',
  networks: 'NetworkFilter',
  volumes: 'VolumeFilter',
};

let engine: PrivateEngine;
let zoo: Zoo;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  [zoo, gateway] = await Promise.all([
    buildZoo(engine, { prefix: 'zoo-' }),
    startGateway({ host: engine.host }),
  ]);
});

afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

/** IDs as the CLI prints them, each once, sorted. */
async function printed(noun: Noun, ...args: readonly string[]): Promise<readonly string[]> {
  const lines = (await engine.cli(...listing[noun], ...args)).split('\n');
  return [...new Set(lines.filter(Boolean))].sort();
}

const byFilters = (filters: readonly string[]): readonly string[] =>
  filters.flatMap((filter) => ['--filter', filter]);

const dockerIds = (data: unknown, noun: Noun): readonly string[] =>
  listAt(data, noun, 'nodes').map((node) => textAt(node, 'dockerId'));

async function chosen(noun: Noun, filter: unknown): Promise<readonly string[]> {
  const document = `query ($filter: ${filterType[noun]}) { ${noun}(filter: $filter) { nodes { dockerId } } }`;
  const data = await gateway.data(document, { filter });
  return [...dockerIds(data, noun)].sort();
}

/** The graph's choice and the CLI's, asked again where they differ: one container of the zoo goes on restarting. */
async function beside(noun: Noun, filter: unknown, ...args: readonly string[]) {
  const ask = async () => ({ graph: await chosen(noun, filter), cli: await printed(noun, ...args) });
  let found = await ask();
  for (let again = 0; again < 3 && found.graph.join() !== found.cli.join(); again += 1) found = await ask();
  return found;
}

const idOf = async (kind: string, name: string): Promise<string> =>
  engine.cli(kind, 'inspect', '--format', '{{.Id}}', name);
const ids = new Map<string, string>();

beforeAll(async () => {
  for (const name of ['running', 'exited-3']) ids.set(name, await idOf('container', n(name)));
  ids.set('front', await idOf('network', n('front')));
  ids.set('app', await idOf('image', n('app:latest')));
});

const landmarks: Landmarks = {
  n: (short) => zoo.n(short),
  id: (short) => ids.get(short) ?? '',
  dangling: () => zoo.dangling,
};
const { n } = landmarks;
const rows = [...containerFilters(landmarks), ...otherFilters(landmarks)];

describe('a list with a filter', () => {
  it.each(rows.map((row) => [`${row.noun} by ${row.what}`, row] as const))(
    'has the same as the docker CLI: %s',
    async (_title, { noun, filter, cli, least = 1 }) => {
      const found = await beside(noun, filter(), ...byFilters(cli()));
      expect(found.graph).toEqual(found.cli);
      expect(found.cli.length).toBeGreaterThanOrEqual(least);
    },
  );

  it.each(Object.keys(listing) as Noun[])('has all of them without one: %s', async (noun) => {
    const found = await beside(noun, null);
    expect(found.graph).toEqual(found.cli);
    expect(found.cli.length).toBeGreaterThan(3);
  });

  it('has intermediate images too where they are asked for', async () => {
    const found = await beside('images', { all: true }, '--all');
    expect(found.graph).toEqual(found.cli);
    expect(found.cli.length).toBeGreaterThan((await printed('images')).length);
  });

  it('has as many of the latest containers as are asked for', async () => {
    const found = await beside('containers', { lastCreated: 5 }, '--last', '5');
    expect(found.graph).toEqual(found.cli);
    expect(found.cli).toHaveLength(5);
  });

  it.each(['containers', 'images', 'networks', 'volumes'] as const)(
    'refuses an empty text, which may not count as no condition: %s',
    async (noun) => {
      await expect(chosen(noun, { labels: [''] })).rejects.toThrow('`filter.labels`');
    },
  );

  it('has the networks that no running container uses where dangling ones are asked for', async () => {
    const all = await printed('networks');
    const inspected: unknown = JSON.parse(await engine.cli('network', 'inspect', ...all));
    const unused = listAt(inspected).filter(
      (network) =>
        !['bridge', 'host', 'none'].includes(textAt(network, 'Name')) &&
        Object.keys(Object(at(network, 'Containers'))).length === 0,
    );
    const expected = unused.map((network) => textAt(network, 'Id')).sort();
    expect(await chosen('networks', { dangling: true })).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1);
    const others = all.filter((network) => !expected.includes(network));
    expect(await chosen('networks', { dangling: false })).toEqual(others);
  });
});

describe('a search', () => {
  /** What the CLI shows of a container, in lower case. */
  const words = async (): Promise<ReadonlyMap<string, string>> => {
    const inspected: unknown = JSON.parse(await engine.cli('inspect', ...(await printed('containers'))));
    const entries = listAt(inspected).map((each): [string, string] => {
      const labels = Object.entries(Object(at(each, 'Config', 'Labels'))).map(
        ([key, value]) => `${key}=${String(value)}`,
      );
      const texts = [textAt(each, 'Id'), textAt(each, 'Name'), textAt(each, 'Config', 'Image'), ...labels];
      return [textAt(each, 'Id'), texts.join('\0').toLowerCase()];
    });
    return new Map(entries);
  };

  it.each(['SHOP', 'web-1', 'значение', 'dockgraph.note=ünï', '<script>', 'nobody at all'])(
    'has what contains the text in a name, ID, image or label, in any case: %s',
    async (search) => {
      const data = await gateway.data(
        'query ($search: String) { containers(search: $search) { totalCount nodes { dockerId } } }',
        { search },
      );
      const all = [...(await words())];
      const expected = all.filter(([, text]) => text.includes(search.toLowerCase())).map(([each]) => each);
      expect([...dockerIds(data, 'containers')].sort()).toEqual(expected.sort());
      expect(at(data, 'containers', 'totalCount')).toBe(expected.length);
      expect(expected.length).toBeGreaterThanOrEqual(search.startsWith('nobody') ? 0 : 1);
    },
  );

  it('narrows what a filter chose', async () => {
    const data = await gateway.data(
      '{ containers(filter: { states: [EXITED] }, search: "shop") { nodes { name } } }',
    );
    expect(listAt(data, 'containers', 'nodes').map((node) => textAt(node, 'name'))).toEqual([
      n('shop-migrate-1'),
      n('shop-web-run-6d0f'),
    ]);
  });
});

describe('an order', () => {
  type Key = string | number;
  const compare = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0);

  const inspectedBy = async (noun: Noun): Promise<readonly unknown[]> => {
    const kind = { containers: 'container', images: 'image', networks: 'network', volumes: 'volume' }[noun];
    return listAt(JSON.parse(await engine.cli(kind, 'inspect', ...(await printed(noun)))));
  };
  const seconds = (each: unknown, key: string): number => Math.trunc(Date.parse(textAt(each, key)) / 1000);

  const orders: readonly [Noun, string, (each: unknown) => Key][] = [
    ['containers', 'NAME', (each) => textAt(each, 'Name')],
    ['containers', 'CREATED_AT', (each) => seconds(each, 'Created')],
    ['images', 'SIZE', (each) => Number(at(each, 'Size'))],
    ['images', 'CREATED_AT', (each) => seconds(each, 'Created')],
    ['networks', 'NAME', (each) => textAt(each, 'Name')],
    ['networks', 'CREATED_AT', (each) => textAt(each, 'Created')],
    ['volumes', 'NAME', (each) => textAt(each, 'Name')],
    ['volumes', 'CREATED_AT', (each) => seconds(each, 'CreatedAt')],
  ];

  it.each(orders)('sorts %s by %s, both ways', async (noun, field, keyOf) => {
    const inspected = await inspectedBy(noun);
    const keys = new Map(inspected.map((each) => [textAt(each, 'Id') || textAt(each, 'Name'), keyOf(each)]));
    const sorted = [...keys.values()].sort(compare);
    const order = `orderBy: { field: ${field}, direction: `;
    const data = await gateway.data(
      `{ up: ${noun}(${order}ASC }) { nodes { dockerId } } down: ${noun}(${order}DESC }) { nodes { dockerId } } }`,
    );
    const keysOf = (alias: string) =>
      listAt(data, alias, 'nodes').map((node) => keys.get(textAt(node, 'dockerId')));
    expect(keysOf('up')).toEqual(sorted);
    expect(keysOf('down')).toEqual(sorted.toReversed());
    expect(sorted.length).toBeGreaterThan(3);
  });

  it('sorts containers by state and by image', async () => {
    const data = await gateway.data(
      `{ state: containers(orderBy: { field: STATE }) { nodes { stateRaw } }
         image: containers(orderBy: { field: IMAGE, direction: DESC }) { nodes { imageRef } } }`,
    );
    const statesOf = listAt(data, 'state', 'nodes').map((node) => textAt(node, 'stateRaw'));
    const imagesOf = listAt(data, 'image', 'nodes').map((node) => textAt(node, 'imageRef'));
    expect(statesOf).toEqual(statesOf.toSorted(compare));
    expect(imagesOf).toEqual(imagesOf.toSorted(compare).toReversed());
    expect(new Set(statesOf).size).toBeGreaterThan(3);
  });
});

describe('pages', () => {
  interface Page {
    readonly names: readonly string[];
    readonly start: string | null;
    readonly end: string | null;
    readonly hasNext: unknown;
    readonly hasPrevious: unknown;
    readonly total: unknown;
  }

  const page = async (args: string, cursor: string | null = null, more = ''): Promise<Page> => {
    const data = await gateway.data(
      `query ($cursor: String) { containers(${args.replace('CURSOR', '$cursor')} ${more}) {
         totalCount edges { cursor node { name } }
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      { cursor },
    );
    const text = (key: string) => textAt(data, 'containers', 'pageInfo', key) || null;
    const edges = listAt(data, 'containers', 'edges');
    expect(text('endCursor')).toBe(textAt(edges.at(-1), 'cursor') || null);
    return {
      names: edges.map((edge) => textAt(edge, 'node', 'name')),
      start: text('startCursor'),
      end: text('endCursor'),
      hasNext: at(data, 'containers', 'pageInfo', 'hasNextPage'),
      hasPrevious: at(data, 'containers', 'pageInfo', 'hasPreviousPage'),
      total: at(data, 'containers', 'totalCount'),
    };
  };

  const everything = async (more: string): Promise<readonly string[]> =>
    (await page('after: CURSOR', null, more)).names;

  it.each([
    'orderBy: { field: NAME }',
    'orderBy: { field: CREATED_AT, direction: DESC }',
    'orderBy: { field: IMAGE }',
  ])('put together are the whole list, forward and backward: %s', async (order) => {
    const whole = await everything(order);
    expect(whole).toHaveLength(zoo.containers.length);
    const forward: string[] = [];
    let next = await page('first: 7, after: CURSOR', null, order);
    expect(next.hasPrevious).toBe(false);
    for (;;) {
      expect(next.total).toBe(whole.length);
      forward.push(...next.names);
      if (next.hasNext !== true) break;
      next = await page('first: 7, after: CURSOR', next.end, order);
      expect(next.hasPrevious).toBe(true);
    }
    expect(forward).toEqual(whole);

    const backward: string[] = [];
    let previous = await page('last: 7, before: CURSOR', null, order);
    expect(previous.hasNext).toBe(false);
    for (;;) {
      backward.unshift(...previous.names);
      if (previous.hasPrevious !== true) break;
      previous = await page('last: 7, before: CURSOR', previous.start, order);
    }
    expect(backward).toEqual(whole);
  });

  const create = async (name: string): Promise<void> => {
    const body = { Image: 'busybox:latest', Cmd: ['true'], Labels: { 'dockgraph.pages': 'yes' } };
    await engine.mustRest('POST', `/containers/create?name=${name}`, { body });
  };
  const remove = (name: string) => engine.mustRest('DELETE', `/containers/${name}`);
  const ours = 'filter: { labels: ["dockgraph.pages"] }, orderBy: { field: NAME }';

  it('go on where they ended although the object there disappeared, and others came before and after', async () => {
    for (const letter of ['b', 'c', 'd', 'e', 'f', 'g']) await create(`page-${letter}`);
    const first = await page('first: 3, after: CURSOR', null, ours);
    expect(first.names).toEqual(['page-b', 'page-c', 'page-d']);

    // The one that the cursor stands for, one that was seen, and one that would come next.
    await Promise.all(['page-b', 'page-d', 'page-e'].map(remove));
    await Promise.all(['page-a', 'page-cc', 'page-ff'].map(create));

    const second = await page('first: 3, after: CURSOR', first.end, ours);
    expect(second.names).toEqual(['page-f', 'page-ff', 'page-g']);
    expect(second).toMatchObject({ hasNext: false, hasPrevious: true, total: 6 });

    const back = await page('last: 2, before: CURSOR', second.start, ours);
    expect(back.names).toEqual(['page-c', 'page-cc']);
    expect(back).toMatchObject({ hasNext: true, hasPrevious: true });
  });
});
