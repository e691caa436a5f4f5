import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/examples.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type GraphAnswer, type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { buildFleet, type Fleet } from './support/fleet.ts';

const size = 200;
const running = 24;

const containerList = 'GET /containers/json';
const imageList = 'GET /images/json';
const networkList = 'GET /networks';
const volumeList = 'GET /volumes';
const containerInspect = 'GET /containers/{id}/json';

let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
let fleet: Fleet;

beforeAll(async () => {
  engine = await startPrivateEngine();
  [fleet, proxy] = await Promise.all([
    buildFleet(engine, { size, running }),
    startCountingProxy(engine.socketPath),
  ]);
  gateway = await startGateway({ host: proxy.host });
  // The first question of all is for the API version, once for as long as the Engine lives.
  await gateway.query('{ engine { status } }');
});

afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

beforeEach(() => proxy.reset());

/** What went over the wire, without versions and queries. */
const paths = (): readonly string[] =>
  proxy.requests.map(({ method, path }) => `${method} ${path.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '')}`);

/** The path of a row for a path that was sent: what stands for an ID is one. */
const rowOf = (path: string): string =>
  path.replace(
    /(\/containers\/|\/networks\/|\/images\/|\/volumes\/)(?!json$|prune$)([^/]+)/,
    (_, noun: string) => (noun === '/images/' || noun === '/volumes/' ? `${noun}{name}` : `${noun}{id}`),
  );

const sorted = (list: Iterable<string>): readonly string[] => [...list].sort();

interface Spent {
  readonly answer: GraphAnswer;
  /** Routes of the Engine, sorted, as the plan tells and the proxy saw them. */
  readonly calls: readonly string[];
}

/** Asks with a plan. The plan and the proxy must tell the same. */
async function spend(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Spent> {
  const answer = await gateway.query(document, variables, { 'x-dockgraph-plan': '1' });
  expect(answer.errors).toEqual([]);
  const planned = listAt(answer.extensions, 'plan', 'calls').map((call) => textAt(call, 'operation'));
  expect(sorted(planned)).toEqual(sorted(paths().map(rowOf)));
  return { answer, calls: sorted(planned) };
}

const dashboard = (): string => {
  const example = loadExamples().find(({ name }) => name === 'dashboard');
  if (!example) throw new Error('there is no example called dashboard');
  return example.query;
};

/** The dashboard with more fields of each container. */
const dashboardWith = (fields: string): string => dashboard().replace('nodes {', `nodes { ${fields}`);

describe(`the dashboard of ${size} containers`, () => {
  it('takes four calls: one list of each noun', async () => {
    const { calls, answer } = await spend(dashboard());
    expect(calls).toEqual(sorted([containerList, imageList, networkList, volumeList]));
    const nodes = listAt(answer.data, 'containers', 'nodes');
    expect(nodes).toHaveLength(size);
    expect(nodes.filter((node) => at(node, 'state') === 'RUNNING')).toHaveLength(running);
    for (const node of nodes) {
      expect(listAt(node, 'image', 'tags')).toHaveLength(1);
      expect(textAt(node, 'networks', 0, 'network', 'name')).toMatch(/^(sea-\d|bridge)$/);
      expect(textAt(node, 'mounts', 0, 'volume', 'name')).toMatch(/^hold-\d$/);
      expect(textAt(node, 'composeProject', 'name')).toMatch(/^line-\d$/);
    }
    const ports = nodes.flatMap((node) => listAt(node, 'publishedPorts'));
    expect(ports.filter((port) => at(port, 'hostPort') !== null).length).toBeGreaterThanOrEqual(running / 4);
  });

  for (const fields of [
    'exitCode',
    'config { env { name value } }',
    'exitCode config { cmd } hostConfig { shmSize }',
  ]) {
    it(`takes one inspect more for each container with \`${fields}\`, and none of them twice`, async () => {
      const { calls, answer } = await spend(dashboardWith(fields));
      const lists = [containerList, imageList, networkList, volumeList];
      const inspects = fleet.ids.map(() => containerInspect);
      expect(calls).toEqual(sorted([...lists, ...inspects]));
      expect(
        sorted(
          paths().filter((path) => path.endsWith('/json') && path !== containerList && path !== imageList),
        ),
      ).toEqual(sorted(fleet.ids.map((id) => `GET /containers/${id}/json`)));
      expect(listAt(answer.data, 'containers', 'nodes')).toHaveLength(size);
    });
  }

  it('asks for no more than sixteen things at a time', async () => {
    await spend(dashboardWith('exitCode'));
    // Connections are kept: there are as many as were needed at once.
    expect(proxy.connections).toBeLessThanOrEqual(16);
    expect(proxy.connections).toBeGreaterThan(1);
  });

  it('takes an inspect for each container of a page, and for no other', async () => {
    const { calls } = await spend('{ containers(first: 10) { totalCount nodes { name exitCode } } }');
    expect(calls).toEqual(sorted([containerList, ...Array.from({ length: 10 }, () => containerInspect)]));
  });
});

describe('lists', () => {
  it.each([
    [
      'names only',
      '{ containers { nodes { id name state labels { key } ports { containerPort } } } }',
      [containerList],
    ],
    ['a count only', '{ containers { totalCount } }', [containerList]],
    ['the image of each', '{ containers { nodes { image { tags size } } } }', [containerList, imageList]],
    [
      'the networks of each',
      '{ containers { nodes { networks { network { driver } } } } }',
      [containerList, networkList],
    ],
    [
      'the volumes of each',
      '{ containers { nodes { mounts { volume { driver } } } } }',
      [containerList, volumeList],
    ],
    [
      'images with their containers',
      '{ images { nodes { containers { name } } } }',
      [containerList, imageList],
    ],
    [
      'networks with their containers',
      '{ networks { nodes { containers { container { name } } } } }',
      [containerList, networkList],
    ],
    [
      'volumes with their containers',
      '{ volumes { nodes { inUse usedBy { name } } } }',
      [containerList, volumeList],
    ],
    [
      'all four nouns joined both ways',
      `{ containers(first: 20) { nodes { image { containers { image { tags } } } networks { network { containers { container { name } } } } } }
         images { nodes { containers { name } } }
         networks { nodes { containers { container { image { tags } } } } }
         volumes { nodes { usedBy { mounts { volume { name } } } } } }`,
      [containerList, imageList, networkList, volumeList],
    ],
  ])('takes no more than the lists that hold it: %s', async (_what, document, lists) => {
    const { calls } = await spend(document);
    expect(calls).toEqual(sorted(lists));
  });

  it('takes one filtered list for a filter, beside the whole one where an edge needs that', async () => {
    const filtered = '{ containers(filter: { states: [RUNNING] }) { nodes { name } } }';
    expect((await spend(filtered)).calls).toEqual([containerList]);
    expect(decodeURIComponent(proxy.requests[0]?.path ?? '')).toContain('"status":["running"]');
  });

  it('takes one list for the same list under two names', async () => {
    const { calls } = await spend(
      '{ a: containers { totalCount } b: containers(first: 1) { nodes { name } } }',
    );
    expect(calls).toEqual([containerList]);
  });
});

describe('one container', () => {
  it('takes one call by its name', async () => {
    const { calls } = await spend(`{ container(ref: "ship-007") { name state exitCode config { cmd } } }`);
    expect(calls).toEqual([containerInspect]);
  });

  it('takes one call by its global ID', async () => {
    const { answer } = await spend(`{ container(ref: "ship-007") { id } }`);
    proxy.reset();
    const { calls } = await spend(
      'query ($id: ID!) { node(id: $id) { id ... on Container { name exitCode } } }',
      {
        id: at(answer.data, 'container', 'id'),
      },
    );
    expect(calls).toEqual([containerInspect]);
  });

  it('takes one call under two aliases', async () => {
    const { calls, answer } = await spend(
      '{ a: container(ref: "ship-007") { exitCode } b: container(ref: "ship-007") { name restartCount } }',
    );
    expect(calls).toEqual([containerInspect]);
    expect(textAt(answer.data, 'b', 'name')).toBe('ship-007');
  });

  it('takes one call more for its image', async () => {
    const { calls } = await spend('{ container(ref: "ship-007") { name image { tags } } }');
    expect(calls).toEqual(sorted([containerInspect, 'GET /images/{name}/json']));
  });

  it('takes one call where there is none', async () => {
    const { calls, answer } = await spend('{ container(ref: "submarine") { name } }');
    expect(calls).toEqual([containerInspect]);
    expect(at(answer.data, 'container')).toBeNull();
  });
});

describe('many containers by their global IDs', () => {
  const globalIds = async (): Promise<readonly string[]> => {
    const data = await gateway.data('{ containers(first: 50) { nodes { id } } }');
    proxy.reset();
    return listAt(data, 'containers', 'nodes').map((node) => textAt(node, 'id'));
  };

  it('takes one list for fifty of them', async () => {
    const ids = await globalIds();
    const { calls, answer } = await spend(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Container { name state image { tags } } } }',
      { ids },
    );
    expect(calls).toEqual(sorted([containerList, imageList]));
    expect(listAt(answer.data, 'nodes').map((node) => at(node, 'id'))).toEqual(ids);
  });

  it('takes one inspect more for each where only inspect knows', async () => {
    const ids = await globalIds();
    const { calls } = await spend(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Container { exitCode } } }',
      { ids },
    );
    expect(calls).toEqual(sorted([containerList, ...ids.map(() => containerInspect)]));
  });
});

describe('compose projects', () => {
  it('take one list with their services and containers', async () => {
    const { calls, answer } = await spend(
      '{ composeProjects { totalCount nodes { name state counts { total running } services { name containers { name } } } } }',
    );
    expect(calls).toEqual([containerList]);
    expect(at(answer.data, 'composeProjects', 'totalCount')).toBe(fleet.projects.length);
  });

  it('take one list of each noun with all that belongs to them', async () => {
    const { calls } = await spend(
      '{ composeProjects { nodes { containers { name } networks { name } volumes { name } images { tags } } } }',
    );
    expect(calls).toEqual(sorted([containerList, imageList, networkList, volumeList]));
  });
});

describe('the Engine', () => {
  it('takes one list of each noun to count all it has', async () => {
    const { calls, answer } = await spend(
      '{ engine { counts { containers running created images networks volumes composeProjects } } }',
    );
    expect(calls).toEqual(sorted([containerList, imageList, networkList, volumeList]));
    expect(at(answer.data, 'engine', 'counts')).toMatchObject({
      containers: size,
      running,
      created: size - running,
      images: 2,
      networks: fleet.networks.length + 3,
      volumes: fleet.volumes.length,
      composeProjects: fleet.projects.length,
    });
  });

  it('takes no call for its name', async () => {
    expect((await spend('{ engine { id name } engines { name } }')).calls).toEqual([]);
  });

  it('takes one call for all that it says of itself, and one for its version', async () => {
    const { calls } = await spend(
      '{ engine { info { host { cpus memory } storage { driver } swarm { localNodeState } } version { version } } }',
    );
    expect(calls).toEqual(['GET /info', 'GET /version']);
  });
});
