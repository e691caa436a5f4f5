import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { tar } from '../support/tar.ts';
import { type Graph, graphOver } from './image-fixture.ts';

let engine: PrivateEngine;
let graph: Graph;

const write = (path: string, kilobytes: number) => `dd if=/dev/zero of=${path} bs=1k count=${kilobytes}`;

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await importBusybox(engine);
  const dockerfile = {
    path: 'Dockerfile',
    content: `FROM busybox\nRUN ${write('/data', 500)}\nCOPY Dockerfile /\n`,
  };
  // BuildKit (version=2) leaves a build cache behind.
  const built = await engine.mustRest('POST', '/build?version=2&t=derived', { body: tar([dockerfile]) });
  if (!built.text().includes('moby.image.id')) throw new Error(built.text());
  await engine.cli(
    'run',
    '--detach',
    '--name',
    'runs',
    'busybox',
    'sh',
    '-c',
    `${write('/kept', 200)}; sleep 1000`,
  );
  await engine.cli('run', '--name', 'ended', 'busybox', 'sh', '-c', write('/left', 70));
  await engine.cli(
    'run',
    '--name',
    'filler',
    '--volume',
    'used:/v',
    'busybox',
    'sh',
    '-c',
    write('/v/a', 300),
  );
  await engine.cli('run', '--rm', '--volume', 'free:/v', 'busybox', 'sh', '-c', write('/v/a', 40));
  // Written by then: the container says so by what it has printed.
  await engine.cli(
    'exec',
    'runs',
    'sh',
    '-c',
    'until [ "$(stat -c %s /kept)" = 204800 ]; do sleep 0.1; done',
  );
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

/** Bytes as the CLI words them: four digits, decimal units. */
function worded(bytes: number, digits = 4): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let [size, unit] = [bytes, 0];
  for (; size >= 1000; unit += 1) size /= 1000;
  return `${Number(size.toPrecision(digits))}${units[unit]}`;
}

const summary = (usage: unknown) => ({
  TotalCount: String(at(usage, 'count')),
  Active: String(at(usage, 'activeCount')),
  Size: worded(Number(at(usage, 'size'))),
  Reclaimable: worded(Number(at(usage, 'reclaimable'))),
});

const sums = 'count activeCount size reclaimable';

describe('the disk usage of an Engine', () => {
  it('adds up as in `docker system df`', async () => {
    const query = `{ engine { diskUsage {
      images { ${sums} } containers { ${sums} } volumes { ${sums} } buildCache { ${sums} } layersSize } } }`;
    const { data, errors, calls } = await graph.ask(query);
    expect(errors).toEqual([]);
    const usage = at(data, 'engine', 'diskUsage');
    const lines = (await engine.cli('system', 'df', '--format', '{{json .}}')).split('\n');
    const expected = lines.map((line): unknown => JSON.parse(line));
    const row = (type: string) => {
      const found = expected.find((each) => at(each, 'Type') === type);
      const reclaimable = textAt(found, 'Reclaimable').replace(/ .*/, '');
      return { ...Object(found), Reclaimable: reclaimable };
    };
    expect({ Type: 'Images', ...summary(at(usage, 'images')) }).toEqual(row('Images'));
    expect({ Type: 'Containers', ...summary(at(usage, 'containers')) }).toEqual(row('Containers'));
    expect({ Type: 'Local Volumes', ...summary(at(usage, 'volumes')) }).toEqual(row('Local Volumes'));
    expect({ Type: 'Build Cache', ...summary(at(usage, 'buildCache')) }).toEqual(row('Build Cache'));
    const raw = (await engine.mustRest('GET', '/system/df')).json();
    expect(at(usage, 'layersSize')).toBe(at(raw, 'LayersSize'));
    expect(calls.filter((call) => call === 'GET /system/df')).toHaveLength(1);
  });

  it('lists what `docker system df --verbose` lists', async () => {
    const query = `{ engine { diskUsage {
      images { items { image { dockerId } size sharedSize uniqueSize containerCount } }
      containers { items { container { name } size rootFsSize } }
      volumes { items { volume { name } size refCount } }
      buildCache { items { dockerId parents type typeRaw description inUse shared size createdAt lastUsedAt usageCount } }
    } } }`;
    const usage = at((await graph.ask(query)).data, 'engine', 'diskUsage');
    const expected: unknown = JSON.parse(
      await engine.cli('system', 'df', '--verbose', '--format', '{{json .}}'),
    );
    const items = (kind: string) => listAt(usage, kind, 'items');
    // Images of the same second come in any order.
    const byId = (a: { readonly ID: string }, b: { readonly ID: string }) => a.ID.localeCompare(b.ID);
    expect(
      items('images')
        .map((item) => ({
          ID: textAt(item, 'image', 'dockerId'),
          SharedSize: worded(Number(at(item, 'sharedSize'))),
          UniqueSize: worded(Number(at(item, 'uniqueSize'))),
          Containers: String(at(item, 'containerCount')),
        }))
        .sort(byId),
    ).toEqual(
      listAt(expected, 'Images')
        .map((image) => ({
          ID: textAt(image, 'ID'),
          SharedSize: at(image, 'SharedSize'),
          UniqueSize: at(image, 'UniqueSize'),
          Containers: at(image, 'Containers'),
        }))
        .sort(byId),
    );
    expect(
      items('containers').map((item) => [at(item, 'container', 'name'), worded(Number(at(item, 'size')), 3)]),
    ).toEqual(listAt(expected, 'Containers').map((each) => [at(each, 'Names'), at(each, 'Size')]));
    const byName = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]));
    expect(
      items('volumes').map((item) => [
        at(item, 'volume', 'name'),
        worded(Number(at(item, 'size'))),
        String(at(item, 'refCount')),
      ]),
    ).toEqual(
      listAt(expected, 'Volumes')
        .map((each) => [at(each, 'Name'), at(each, 'Size'), at(each, 'Links')])
        .sort(byName),
    );
    const raw = listAt((await engine.mustRest('GET', '/system/df')).json(), 'BuildCache');
    expect(raw.length).toBeGreaterThan(0);
    // One parent before API 1.42; later several, under a name that begins with a space.
    const parentsIn = (entry: unknown) =>
      textAt(entry, 'Parent') === '' ? listAt(entry, ' Parents') : [textAt(entry, 'Parent')];
    const byAge = (a: unknown, b: unknown) => textAt(a, 'CreatedAt').localeCompare(textAt(b, 'CreatedAt'));
    expect(items('buildCache')).toEqual(
      raw.toSorted(byAge).map((entry) => ({
        dockerId: at(entry, 'ID'),
        parents: parentsIn(entry),
        type: textAt(entry, 'Type').toUpperCase().replaceAll('.', '_'),
        typeRaw: at(entry, 'Type'),
        description: at(entry, 'Description') || null,
        inUse: at(entry, 'InUse'),
        shared: at(entry, 'Shared'),
        size: at(entry, 'Size'),
        createdAt: at(entry, 'CreatedAt'),
        lastUsedAt: at(entry, 'LastUsedAt'),
        usageCount: at(entry, 'UsageCount'),
      })),
    );
  });

  it('is null for kinds that `types` leaves out', async () => {
    const query = `{ engine { diskUsage(types: [VOLUMES]) {
      layersSize images { count } containers { count } volumes { count size } buildCache { count } } } }`;
    const { data, errors } = await graph.ask(query);
    expect(errors).toEqual([]);
    expect(at(data, 'engine', 'diskUsage')).toEqual({
      layersSize: null,
      images: null,
      containers: null,
      volumes: { count: 2, size: (300 + 40) * 1024 },
      buildCache: null,
    });
  });

  it('is not measured when nothing of it is selected', async () => {
    const { calls } = await graph.ask('{ engine { diskUsage { __typename } } }');
    expect(calls).toEqual([]);
  });
});
