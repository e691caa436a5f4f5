import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Graph, graphOver } from './image-fixture.ts';
import { keysAt, orNull, pairsAt } from './pairs.ts';

let engine: PrivateEngine;
let graph: Graph;
let anonymous: string;

const fields = `
  name dockerId driver mountpoint createdAt scope scopeRaw options { key value } labels { key value }
  clusterVolume { swarmId }
`;

/** What the graph has to answer for one element of `docker volume inspect`. */
const expectedOf = (raw: unknown) => ({
  name: at(raw, 'Name'),
  dockerId: at(raw, 'Name'),
  driver: at(raw, 'Driver'),
  mountpoint: at(raw, 'Mountpoint'),
  createdAt: at(raw, 'CreatedAt'),
  scope: textAt(raw, 'Scope').toUpperCase(),
  scopeRaw: at(raw, 'Scope'),
  options: pairsAt(raw, 'Options'),
  labels: pairsAt(raw, 'Labels'),
  clusterVolume: orNull(at(raw, 'ClusterVolume')),
});

const inspect = async (...names: readonly string[]): Promise<readonly unknown[]> => {
  const answer: unknown = JSON.parse(await engine.cli('volume', 'inspect', ...names));
  return listAt(answer);
};

const lines = (text: string) => text.split('\n').filter(Boolean).sort();

async function namesFor(args: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { data, errors } = await graph.ask(
    `query ($filter: VolumeFilter, $search: String, $orderBy: VolumeOrder) {
      volumes(filter: $filter, search: $search, orderBy: $orderBy) { nodes { name } }
    }`,
    args,
  );
  expect(errors).toEqual([]);
  return listAt(data, 'volumes', 'nodes').map((node) => textAt(node, 'name'));
}

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await importBusybox(engine);
  const create = (name: string, ...options: readonly string[]) =>
    engine.cli('volume', 'create', ...options, name);
  await create(
    'shop_data',
    '--label=com.docker.compose.project=shop',
    '--label=com.docker.compose.volume=data',
  );
  await create('scratch', '--opt=type=tmpfs', '--opt=device=tmpfs', '--opt=o=size=1m', '--label=tier=db');
  await create('unused', '--label=tier=db', '--label=color=');
  const write = 'head -c 300000 /dev/zero > /data/big; echo 1 > /anonymous/small';
  await engine.cli(
    'run',
    '--name=writer',
    '--volume=shop_data:/data',
    '--volume=/anonymous',
    'busybox',
    'sh',
    '-c',
    write,
  );
  await engine.cli(
    'create',
    '--name=reader',
    '--volume=shop_data:/data:ro',
    '--volume=scratch:/tmp',
    'busybox',
  );
  anonymous =
    (await engine.cli('volume', 'ls', '--quiet')).split('\n').find((name) => name.length === 64) ?? '';
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe('the volumes of an Engine', () => {
  it('have every field of `docker volume inspect`, from the list alone', async () => {
    const { data, errors, calls } = await graph.ask(
      `{ volumes { totalCount warnings nodes { ${fields} } } }`,
    );
    expect(errors).toEqual([]);
    expect(calls).toEqual(['GET /volumes']);
    const names = lines(await engine.cli('volume', 'ls', '--quiet'));
    expect(names).toEqual([anonymous, 'scratch', 'shop_data', 'unused'].sort());
    expect(at(data, 'volumes')).toEqual({
      totalCount: 4,
      warnings: [],
      nodes: (await inspect(...names)).map(expectedOf),
    });
  });

  it('have the same fields when asked for one by one', async () => {
    for (const ref of ['scratch', 'shop_data', anonymous]) {
      const { data, calls } = await graph.ask(
        `query ($ref: ID!) { volume(ref: $ref) { ${fields} status { key value } } }`,
        { ref },
      );
      expect(at(data, 'volume')).toEqual({ ...(await inspect(ref)).map(expectedOf)[0], status: [] });
      expect(calls).toEqual(['GET /volumes/{name}']);
    }
  });

  it('leave no property of inspect unread', async () => {
    const known = ['Name', 'Driver', 'Mountpoint', 'CreatedAt', 'Status', 'Labels', 'Scope', 'Options'];
    for (const raw of await inspect('scratch', anonymous)) {
      expect(keysAt(raw).filter((key) => ![...known, 'ClusterVolume', 'UsageData'].includes(key))).toEqual(
        [],
      );
    }
  });

  it('know their containers, running or not, for one list and no inspect', async () => {
    const { data, calls } = await graph.ask(
      '{ volumes { nodes { name inUse isAnonymous usedBy { name mounts { volume { name } } } } } }',
    );
    expect(calls.toSorted()).toEqual(['GET /containers/json', 'GET /volumes']);
    for (const node of listAt(data, 'volumes', 'nodes')) {
      const name = textAt(node, 'name');
      const users = await engine.cli('ps', '--all', `--filter=volume=${name}`, '--format={{.Names}}');
      expect(
        listAt(node, 'usedBy')
          .map((user) => textAt(user, 'name'))
          .sort(),
      ).toEqual(lines(users));
      expect(at(node, 'inUse')).toBe(users !== '');
      expect(at(node, 'isAnonymous')).toBe(name === anonymous);
      for (const user of listAt(node, 'usedBy')) {
        expect(listAt(user, 'mounts').map((mount) => at(mount, 'volume', 'name'))).toContain(name);
      }
    }
  });

  it('know their sizes, from one walk over the disk', async () => {
    const { data, errors, calls } = await graph.ask(
      '{ volumes { nodes { name usageData { size refCount } } } }',
    );
    expect(errors).toEqual([]);
    expect(calls).toEqual(['GET /volumes', 'GET /system/df']);
    const df = (await engine.mustRest('GET', '/system/df')).json();
    const measured = new Map(listAt(df, 'Volumes').map((raw) => [textAt(raw, 'Name'), at(raw, 'UsageData')]));
    for (const node of listAt(data, 'volumes', 'nodes')) {
      const usage = measured.get(textAt(node, 'name'));
      const expected =
        usage === undefined ? null : { size: at(usage, 'Size'), refCount: at(usage, 'RefCount') };
      expect(at(node, 'usageData')).toEqual(expected);
    }
    expect(measured.get('shop_data')).toEqual({ Size: 300_000, RefCount: 2 });
    expect(measured.has('scratch')).toBe(false);
  });

  it('name the compose project, the name there and a key that survives recreation', async () => {
    const { data } = await graph.ask(
      `{
        a: volume(ref: "shop_data") { composeProject { name } composeName stableKey engine { name } }
        b: volume(ref: "unused") { composeProject { name } composeName stableKey label(key: "tier") }
      }`,
    );
    expect(data).toMatchObject({
      a: {
        composeProject: { name: 'shop' },
        composeName: 'data',
        stableKey: 'default/compose/shop/data',
        engine: { name: 'default' },
      },
      b: { composeProject: null, composeName: null, stableKey: 'default/name/unused', label: 'db' },
    });
  });
});

describe('a list of volumes', () => {
  it.each([
    {
      filter: { namePatterns: ['sh', '^unused$'] },
      cli: ['name=sh', 'name=^unused$'],
      expected: ['shop_data', 'unused'],
    },
    { filter: { names: ['unused', 'shop'] }, cli: ['name=^unused$'], expected: ['unused'] },
    { filter: { labels: ['tier=db'] }, cli: ['label=tier=db'], expected: ['scratch', 'unused'] },
    { filter: { labels: ['tier=db', 'color'] }, cli: ['label=tier=db', 'label=color'], expected: ['unused'] },
    {
      filter: { composeProject: 'shop' },
      cli: ['label=com.docker.compose.project=shop'],
      expected: ['shop_data'],
    },
    { filter: { drivers: ['nfs'] }, cli: ['driver=nfs'], expected: [] },
    { filter: { dangling: true }, cli: ['dangling=true'], expected: ['unused'] },
    {
      filter: { dangling: false, namePatterns: ['s'] },
      cli: ['dangling=false', 'name=s'],
      expected: ['scratch', 'shop_data'],
    },
  ])('is what `docker volume ls` lists for $filter', async ({ filter, cli, expected }) => {
    expect(await namesFor({ filter })).toEqual(expected);
    const args = cli.map((each) => `--filter=${each}`);
    expect(lines(await engine.cli('volume', 'ls', '--quiet', ...args))).toEqual(expected);
  });

  it('tells the volumes that have a name from those that have none', async () => {
    expect(await namesFor({ filter: { anonymous: true } })).toEqual([anonymous]);
    expect(await namesFor({ filter: { anonymous: false } })).toEqual(['scratch', 'shop_data', 'unused']);
  });

  it('is searched by name and label in any case', async () => {
    expect(await namesFor({ search: 'SHOP' })).toEqual(['shop_data']);
    expect(await namesFor({ search: 'Tier=DB' })).toEqual(['scratch', 'unused']);
  });

  it('is sorted by name, by age, or by size with the unmeasured first', async () => {
    const by = (field: string, direction: string) => namesFor({ orderBy: { field, direction } });
    expect(await by('NAME', 'DESC')).toEqual(['unused', 'shop_data', 'scratch', anonymous].sort().reverse());
    expect(await by('SIZE', 'ASC')).toEqual(['scratch', 'unused', anonymous, 'shop_data']);
    const oldest = await by('CREATED_AT', 'ASC');
    const times = (await inspect(...oldest)).map((raw) => textAt(raw, 'CreatedAt'));
    expect(times).toEqual(times.toSorted());
  });

  it('asks for sizes only when sorted by them', async () => {
    const sorted = await graph.ask(
      '{ volumes(orderBy: { field: SIZE }) { nodes { name usageData { size } } } }',
    );
    expect(sorted.calls).toEqual(['GET /volumes', 'GET /system/df']);
    const unsorted = await graph.ask('{ volumes(orderBy: { field: NAME }) { nodes { name } } }');
    expect(unsorted.calls).toEqual(['GET /volumes']);
  });
});

describe('one volume', () => {
  it('is found by name and global ID, and is the same each time', async () => {
    const first = await graph.ask('{ volume(ref: "unused") { id } }');
    const id = textAt(first.data, 'volume', 'id');
    const { data } = await graph.ask(
      'query ($id: ID!) { volume(ref: $id) { id name } node(id: $id) { id ... on Volume { name } } }',
      { id },
    );
    expect(data).toEqual({ volume: { id, name: 'unused' }, node: { id, name: 'unused' } });
  });

  it('is null when there is none, also by the global ID of one that has been removed', async () => {
    await engine.cli('volume', 'create', 'gone');
    const id = textAt((await graph.ask('{ volume(ref: "gone") { id } }')).data, 'volume', 'id');
    await engine.cli('volume', 'rm', 'gone');
    const { data, errors } = await graph.ask(
      'query ($id: ID!) { volume(ref: "gone") { id } node(id: $id) { id } }',
      { id },
    );
    expect({ data, errors }).toEqual({ data: { volume: null, node: null }, errors: [] });
  });

  it('cannot be a path or an empty text', async () => {
    for (const ref of ['', '../networks', 'a b']) {
      const { errors, calls } = await graph.ask('query ($ref: ID!) { volume(ref: $ref) { id } }', { ref });
      expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
      expect(calls).toEqual([]);
    }
  });
});
