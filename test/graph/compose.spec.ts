import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Graph, graphOver } from './image-fixture.ts';

let engine: PrivateEngine;
let graph: Graph;

interface Member {
  readonly service: string;
  readonly number?: number;
  readonly dependsOn?: string;
  readonly oneOff?: boolean;
}

/** The options that give a container the labels of compose. */
const labelled = (
  project: string,
  { service, number = 1, dependsOn = '', oneOff = false }: Member,
): string[] =>
  Object.entries({
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
    'com.docker.compose.depends_on': dependsOn,
    'com.docker.compose.project.working_dir': `/srv/${project}`,
    'com.docker.compose.project.config_files': `/srv/${project}/compose.yaml,/srv/${project}/more.yaml`,
  }).flatMap(([key, value]) => ['--label', `${key}=${value}`]);

const project = (name: string) => ['--label', `com.docker.compose.project=${name}`];
const forever = ['busybox', 'sleep', '1000'];
const probe = (command: string) => [
  '--health-cmd',
  command,
  '--health-interval',
  '1s',
  '--health-retries',
  '1',
];

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await importBusybox(engine);
  await importBusybox(engine, 'other:1');
  const run = (...args: readonly string[]) => engine.cli('run', '--detach', ...args);
  await engine.cli('network', 'create', ...project('shop'), 'shop_default');
  await engine.cli('network', 'create', ...project('shop'), 'shop_back');
  await engine.cli('volume', 'create', ...project('shop'), 'shop_data');
  await engine.cli('volume', 'create', ...project('gone'), 'gone_data');
  const web = {
    service: 'web',
    dependsOn: 'db:service_healthy:true,migrate:service_completed_successfully:false',
  };
  await run('--name', 'shop-db-1', ...probe('true'), ...labelled('shop', { service: 'db' }), ...forever);
  await engine.cli(
    'run',
    '--name',
    'shop-migrate-1',
    ...labelled('shop', { service: 'migrate' }),
    'busybox',
    'true',
  );
  await run('--name', 'shop-web-2', ...labelled('shop', { ...web, number: 2 }), ...forever);
  await run('--name', 'shop-web-1', ...probe('false'), ...labelled('shop', web), 'other:1', 'sleep', '1000');
  await engine.cli(
    'run',
    '--name',
    'shop-run',
    ...labelled('shop', { service: 'web', oneOff: true }),
    'busybox',
    'true',
  );
  await run('--name', 'half-a-1', ...labelled('half', { service: 'a' }), ...forever);
  await engine.cli('create', '--name', 'half-b-1', ...labelled('half', { service: 'b' }), 'busybox');
  await engine.cli('run', '--name', 'down-a-1', ...labelled('down', { service: 'a' }), 'busybox', 'true');
  await run('--name', 'alone', ...forever);
  const health = (name: string) => engine.cli('inspect', '--format', '{{.State.Health.Status}}', name);
  await vi.waitUntil(async () => (await health('shop-db-1')) === 'healthy', { timeout: 20_000 });
  await vi.waitUntil(async () => (await health('shop-web-1')) === 'unhealthy', { timeout: 20_000 });
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

const names = (value: unknown, ...path: readonly string[]) =>
  listAt(value, ...path).map((each) => textAt(each, 'name'));

describe('the compose projects of an Engine', () => {
  it('are those that containers name, with their state and counts', async () => {
    const { data, errors, calls } = await graph.ask(
      '{ composeProjects { totalCount nodes { name state statusText counts { total running healthy unhealthy } } } }',
    );
    expect(errors).toEqual([]);
    expect(at(data, 'composeProjects')).toEqual({
      totalCount: 3,
      nodes: [
        {
          name: 'down',
          state: 'STOPPED',
          statusText: 'exited(1)',
          counts: { total: 1, running: 0, healthy: 0, unhealthy: 0 },
        },
        {
          name: 'half',
          state: 'PARTIAL',
          statusText: 'created(1), running(1)',
          counts: { total: 2, running: 1, healthy: 0, unhealthy: 0 },
        },
        {
          name: 'shop',
          state: 'RUNNING',
          statusText: 'exited(2), running(3)',
          counts: { total: 4, running: 3, healthy: 1, unhealthy: 1 },
        },
      ],
    });
    expect(calls).toEqual(['GET /containers/json']);
  });

  it('can be filtered by state, searched by service, sorted and paged', async () => {
    const { data } = await graph.ask(`{
      stopped: composeProjects(filter: { states: [STOPPED] }) { nodes { name } }
      found: composeProjects(search: "MIGR") { nodes { name } }
      largest: composeProjects(orderBy: { field: CONTAINERS, direction: DESC }, first: 1) {
        totalCount nodes { name } pageInfo { hasNextPage endCursor } }
      oldest: composeProjects(orderBy: { field: CREATED_AT }, first: 1) { nodes { name } }
    }`);
    expect(names(data, 'stopped', 'nodes')).toEqual(['down']);
    expect(names(data, 'found', 'nodes')).toEqual(['shop']);
    expect(names(data, 'largest', 'nodes')).toEqual(['shop']);
    expect(at(data, 'largest', 'totalCount')).toBe(3);
    expect(at(data, 'largest', 'pageInfo', 'hasNextPage')).toBe(true);
    expect(names(data, 'oldest', 'nodes')).toEqual(['shop']);
    const after = at(data, 'largest', 'pageInfo', 'endCursor');
    const rest = await graph.ask(
      `query ($after: String) {
        composeProjects(orderBy: { field: CONTAINERS, direction: DESC }, after: $after) { nodes { name } } }`,
      { after },
    );
    expect(names(rest.data, 'composeProjects', 'nodes')).toEqual(['half', 'down']);
  });

  it('cost one call for each kind of object they lead to, however many there are', async () => {
    const { errors, calls } = await graph.ask(`{ composeProjects { nodes {
      name state createdAt workingDir configFiles containers { name } services { name containers { name } images { name } }
      networks { name } volumes { name } images { name } } } }`);
    expect(errors).toEqual([]);
    expect(calls.toSorted()).toEqual([
      'GET /containers/json',
      'GET /images/json',
      'GET /networks',
      'GET /volumes',
    ]);
  });
});

describe('a compose project', () => {
  it('has what its labels say', async () => {
    const { data } = await graph.ask(`{ composeProject(ref: "shop") {
      name stableKey engine { name } workingDir configFiles createdAt containers { name } networks { name }
      volumes { name } images { name } } }`);
    const shop = at(data, 'composeProject');
    expect(shop).toMatchObject({
      name: 'shop',
      stableKey: 'default/compose/shop',
      engine: { name: 'default' },
      workingDir: '/srv/shop',
      configFiles: ['/srv/shop/compose.yaml', '/srv/shop/more.yaml'],
    });
    const own = ['--filter', 'label=com.docker.compose.project=shop', '--format'];
    const lines = async (...args: readonly string[]) => (await engine.cli(...args)).split('\n').sort();
    expect(names(shop, 'containers').sort()).toEqual(await lines('ps', '--all', ...own, '{{.Names}}'));
    expect(names(shop, 'networks')).toEqual(await lines('network', 'ls', ...own, '{{.Name}}'));
    expect(names(shop, 'volumes')).toEqual(await lines('volume', 'ls', ...own, '{{.Name}}'));
    expect(names(shop, 'images').sort()).toEqual(['busybox:latest', 'other:1']);
    const oldest = await engine.cli('inspect', '--format', '{{.Created}}', 'shop-db-1');
    expect(textAt(shop, 'createdAt')).toBe(`${oldest.slice(0, 19)}Z`);
  });

  it('has its services with their replicas and dependencies', async () => {
    const { data } = await graph.ask(`{ composeProject(ref: "shop") { services {
      name project { name } containers { name } totalCount runningCount healthyCount unhealthyCount imageRefs
      dependsOn { name condition conditionRaw restart service { name runningCount } } } } }`);
    const nothing = { dependsOn: [], imageRefs: ['busybox'], unhealthyCount: 0, healthyCount: 0 };
    expect(at(data, 'composeProject', 'services')).toEqual([
      {
        ...nothing,
        name: 'db',
        project: { name: 'shop' },
        containers: [{ name: 'shop-db-1' }],
        totalCount: 1,
        runningCount: 1,
        healthyCount: 1,
      },
      {
        ...nothing,
        name: 'migrate',
        project: { name: 'shop' },
        containers: [{ name: 'shop-migrate-1' }],
        totalCount: 1,
        runningCount: 0,
      },
      {
        name: 'web',
        project: { name: 'shop' },
        containers: [{ name: 'shop-web-1' }, { name: 'shop-web-2' }],
        totalCount: 2,
        runningCount: 2,
        healthyCount: 0,
        unhealthyCount: 1,
        imageRefs: ['busybox', 'other:1'],
        dependsOn: [
          {
            name: 'db',
            condition: 'SERVICE_HEALTHY',
            conditionRaw: 'service_healthy',
            restart: true,
            service: { name: 'db', runningCount: 1 },
          },
          {
            name: 'migrate',
            condition: 'SERVICE_COMPLETED_SUCCESSFULLY',
            conditionRaw: 'service_completed_successfully',
            restart: false,
            service: { name: 'migrate', runningCount: 0 },
          },
        ],
      },
    ]);
  });

  it('finds one service by its name', async () => {
    const { data } = await graph.ask(
      '{ composeProject(ref: "shop") { web: service(name: "web") { totalCount } none: service(name: "x") { name } } }',
    );
    expect(at(data, 'composeProject')).toEqual({ web: { totalCount: 2 }, none: null });
  });

  it('is the same from its containers, by name and by global ID', async () => {
    const { data } = await graph.ask(
      '{ composeProject(ref: "half") { id } container(ref: "half-a-1") { composeProject { id name } } }',
    );
    const id = textAt(data, 'composeProject', 'id');
    expect(at(data, 'container', 'composeProject')).toEqual({ id, name: 'half' });
    const again = await graph.ask(
      'query ($id: ID!) { composeProject(ref: $id) { name } node(id: $id) { ... on ComposeProject { name } } }',
      { id },
    );
    expect(again.data).toEqual({ composeProject: { name: 'half' }, node: { name: 'half' } });
  });

  it('is null when nothing belongs to it', async () => {
    const { data, errors } = await graph.ask('{ composeProject(ref: "nowhere") { name } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({ composeProject: null });
  });

  it('refuses the global ID of something else', async () => {
    const { data } = await graph.ask('{ engine { id } }');
    const { errors } = await graph.ask('query ($id: ID!) { composeProject(ref: $id) { name } }', {
      id: at(data, 'engine', 'id'),
    });
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining('ComposeProject') },
    ]);
  });

  it('is still found by what `docker compose down` leaves behind', async () => {
    const { data, errors } = await graph.ask(`{ composeProject(ref: "gone") {
      state statusText counts { total } containers { name } services { name } volumes { name } networks { name }
      images { name } workingDir configFiles createdAt } }`);
    expect(errors).toEqual([]);
    expect(at(data, 'composeProject')).toEqual({
      state: 'STOPPED',
      statusText: '',
      counts: { total: 0 },
      containers: [],
      services: [],
      volumes: [{ name: 'gone_data' }],
      networks: [],
      images: [],
      workingDir: null,
      configFiles: [],
      createdAt: null,
    });
  });
});

describe('the state of a compose project', () => {
  const stateOf = async (name: string) => {
    const { data } = await graph.ask(
      'query ($name: ID!) { composeProject(ref: $name) { state counts { running } } }',
      {
        name,
      },
    );
    return at(data, 'composeProject');
  };

  it('is partial while a container is paused', async () => {
    await engine.cli('pause', 'shop-web-2');
    expect(await stateOf('shop')).toEqual({ state: 'PARTIAL', counts: { running: 2 } });
    await engine.cli('unpause', 'shop-web-2');
    expect(await stateOf('shop')).toEqual({ state: 'RUNNING', counts: { running: 3 } });
  });

  it('is partial when the job that others wait for has failed', async () => {
    await engine.cli('rm', 'shop-migrate-1');
    await engine
      .cli('run', '--name', 'shop-migrate-1', ...labelled('shop', { service: 'migrate' }), 'busybox', 'false')
      .catch(() => undefined);
    // The client hears of the end before the list of containers shows it.
    await expect.poll(() => stateOf('shop')).toEqual({ state: 'PARTIAL', counts: { running: 3 } });
  });
});
