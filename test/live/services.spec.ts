import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { fullSelection } from './support/selection.ts';
import { readBeside } from './support/steady.ts';
import { inspectedServiceRules, serviceRules } from './support/swarm-paths.ts';
import { deployServices, everyField } from './support/swarm-services.ts';
import { findMissing, reportOf } from './support/walk.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let gateway: RunningGateway;

const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await engine.cli(...args)).split('\n').filter(Boolean);
const cliJson = async (...args: readonly string[]): Promise<readonly unknown[]> =>
  listAt(JSON.parse(await engine.cli(...args)));
const ask = (query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown> =>
  gateway.data(query, variables);

/** The operations that an answer cost, as its plan tells them. */
async function callsOf(query: string): Promise<readonly string[]> {
  const { extensions, errors } = await gateway.query(query, {}, { 'x-dockgraph-plan': '1' });
  expect(errors).toEqual([]);
  return listAt(extensions, 'plan', 'calls').map((call) => textAt(call, 'operation'));
}

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  [, gateway] = await Promise.all([
    deployServices(engine),
    startGateway({
      host: engine.host,
      flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40'],
    }),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

describe('a service', () => {
  const selection = fullSelection(schema, 'Service', { without: new Set(['Service.logs']) });

  it('has every value that `docker service inspect` prints, found by itself or in the list', async () => {
    const ids = await lines('service', 'ls', '--quiet');
    const docker = (refs: readonly string[]) => cliJson('service', 'inspect', ...refs);
    const singular = await readBeside(ids, {
      docker,
      graph: (refs) =>
        Promise.all(
          refs.map(async (ref) => at(await ask(`{ service(ref: "${ref}") ${selection} }`), 'service')),
        ),
    });
    const plural = await readBeside(ids, {
      docker,
      graph: async (refs) => {
        const nodes = listAt(await ask(`{ services { nodes ${selection} } }`), 'services', 'nodes');
        return refs.map((ref) => nodes.find((node) => textAt(node, 'dockerId').startsWith(ref)));
      },
    });
    const findings = [...singular, ...plural].map((both) =>
      findMissing(
        `service ${textAt(both.docker, 'Spec', 'Name')}`,
        both.docker,
        both.graph,
        inspectedServiceRules,
      ),
    );
    expect(reportOf(findings.flatMap(({ missing }) => missing))).toBe('');
    expect(findings.reduce((sum, { looked }) => sum + looked, 0)).toBeGreaterThan(600);
  });

  it('has every value that the Engine sends, and not only what the docker CLI makes of it', async () => {
    const sent = async () => listAt((await engine.mustRest('GET', '/services?status=true')).json());
    const ids = (await sent()).map((service) => textAt(service, 'ID'));
    const both = await readBeside(ids, {
      docker: async (refs) => {
        const all = await sent();
        return refs.map((ref) => all.find((service) => at(service, 'ID') === ref));
      },
      graph: async (refs) => {
        const nodes = listAt(await ask(`{ services { nodes ${selection} } }`), 'services', 'nodes');
        return refs.map((ref) => nodes.find((node) => at(node, 'dockerId') === ref));
      },
    });
    const findings = both.map(({ docker, graph }) =>
      findMissing(`service ${textAt(docker, 'Spec', 'Name')}`, docker, graph, serviceRules),
    );
    expect(reportOf(findings.flatMap(({ missing }) => missing))).toBe('');
  });

  it('shows what `docker service ls` shows', async () => {
    const format = '{{.ID}}|{{.Name}}|{{.Mode}}|{{.Replicas}}|{{.Image}}';
    const answer = await ask('{ services { nodes { shortId name mode replicasText imageName imageTag } } }');
    const shown = listAt(answer, 'services', 'nodes').map((node) => [
      at(node, 'shortId'),
      at(node, 'name'),
      textAt(node, 'mode').toLowerCase().replace('_', ' '),
      at(node, 'replicasText'),
      `${textAt(node, 'imageName')}:${textAt(node, 'imageTag')}`,
    ]);
    const expected = await lines('service', 'ls', '--format', format);
    expect(expected.length).toBeGreaterThan(7);
    // The CLI sorts them by its own rules.
    expect(new Set(shown.map((row) => row.join('|')))).toEqual(new Set(expected));
  });

  it('has the same counts however it was found', async () => {
    const fields = 'name desiredTasks runningTasks completedTasks isConverged replicasText';
    const listed = listAt(await ask(`{ services { nodes { ${fields} } } }`), 'services', 'nodes');
    const names = listed.map((service) => textAt(service, 'name'));
    const singles = names.map((name, index) => `s${index}: service(ref: "${name}") { ${fields} }`);
    const single = await ask(`{ ${singles.join(' ')} }`);
    expect(names.map((_, index) => at(single, `s${index}`))).toEqual(listed);
    const converged = new Map(listed.map((service) => [at(service, 'name'), at(service, 'isConverged')]));
    expect(Object.fromEntries(converged)).toMatchObject({
      shop_web: true,
      job: true,
      gjob: true,
      glob: true,
      zero: true,
      stuck: false,
      failed: false,
      [everyField]: false,
    });
    // One list for all that were found by themselves.
    expect(
      (await callsOf(`{ ${singles.join(' ')} }`)).filter((call) => call === 'GET /services'),
    ).toHaveLength(1);
  });

  it('says in which mode it is, and how much was asked for', async () => {
    const fields = 'name mode replicas totalCompletions desiredTasks runningTasks completedTasks';
    const answer = await ask(
      `{ services(filter: { names: ["glob", "job", "gjob", "stuck"] }) { nodes { ${fields} } } }`,
    );
    const none = { replicas: null, totalCompletions: null };
    expect(listAt(answer, 'services', 'nodes')).toEqual([
      { name: 'gjob', mode: 'GLOBAL_JOB', ...none, desiredTasks: 0, runningTasks: 0, completedTasks: 1 },
      { name: 'glob', mode: 'GLOBAL', ...none, desiredTasks: 1, runningTasks: 1, completedTasks: 0 },
      {
        name: 'job',
        mode: 'REPLICATED_JOB',
        ...none,
        totalCompletions: 3,
        desiredTasks: 2,
        runningTasks: 0,
        completedTasks: 3,
      },
      {
        name: 'stuck',
        mode: 'REPLICATED',
        ...none,
        replicas: 2,
        desiredTasks: 2,
        runningTasks: 0,
        completedTasks: 0,
      },
    ]);
  });

  it('leads to all that it uses, and back', async () => {
    const answer = await ask(`{ service(ref: "shop_web") {
      name imageRef imageName imageTag imageDigest image { tags }
      networks { network { name services { name } } aliases virtualIp }
      secrets { name } configs { name } volumes { name } nodes { hostname }
      stack { name services { name } }
      publishedPorts { containerPort hostPort protocol publishMode addresses }
      placement { constraints maxReplicas preferences { spread } }
    } }`);
    const [port] = await lines(
      'service',
      'ps',
      'shop_web',
      '--filter',
      'desired-state=running',
      '--format',
      '{{.Ports}}',
    );
    const hostname = await engine.cli('info', '--format', '{{.Name}}');
    expect(at(answer, 'service')).toEqual({
      name: 'shop_web',
      imageRef: 'busybox:latest',
      imageName: 'busybox',
      imageTag: 'latest',
      imageDigest: null,
      image: { tags: ['busybox:latest'] },
      networks: [
        {
          network: {
            name: 'shop_back',
            services: [{ name: everyField }, { name: 'shop_web' }, { name: 'shop_worker' }],
          },
          aliases: ['www', 'web'],
          virtualIp: null,
        },
      ],
      secrets: [{ name: 'shop_password' }],
      configs: [{ name: 'shop_settings' }],
      volumes: [{ name: 'shop_data' }],
      nodes: [{ hostname }],
      stack: { name: 'shop', services: [{ name: 'shop_web' }, { name: 'shop_worker' }] },
      publishedPorts: [
        {
          containerPort: 80,
          hostPort: null,
          protocol: 'TCP',
          publishMode: 'HOST',
          addresses: expect.arrayContaining([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]),
        },
      ],
      placement: {
        constraints: ['node.role==manager'],
        maxReplicas: 4,
        preferences: [{ spread: 'node.labels.zone' }],
      },
    });
    // `*:32768->80/tcp`, maybe for each kind of address.
    const chosen = /\*:(\d+)->/.exec(port ?? '')?.[1];
    expect(at(answer, 'service', 'publishedPorts', 0, 'addresses')).toContain(`127.0.0.1:${chosen}`);
  });

  it('is found by its global ID, its ID, a beginning of that, and its name; null when it is not there', async () => {
    const id = await engine.cli('service', 'inspect', '--format', '{{.ID}}', 'job');
    const first = at(await ask('{ service(ref: "job") { id dockerId name versionIndex } }'), 'service');
    expect(first).toMatchObject({ dockerId: id, name: 'job' });
    for (const ref of [textAt(first, 'id'), id, id.slice(0, 12)]) {
      expect(
        at(
          await ask('query ($ref: ID!) { service(ref: $ref) { id dockerId name versionIndex } }', { ref }),
          'service',
        ),
      ).toEqual(first);
    }
    const node = await ask('query ($id: ID!) { node(id: $id) { ... on Service { name } } }', {
      id: textAt(first, 'id'),
    });
    expect(at(node, 'node')).toEqual({ name: 'job' });
    expect(
      await ask(
        '{ service(ref: "nobody") { id } task(ref: "nobody") { id } stack(name: "nobody") { name } }',
      ),
    ).toEqual({
      service: null,
      task: null,
      stack: null,
    });
  });

  it.each([
    ['names: ["job"]', 'name=job', ['job']],
    ['namePrefixes: ["job", "g"]', '', ['gjob', 'glob', 'job']],
    ['modes: [GLOBAL, GLOBAL_JOB]', 'mode=global', ['gjob', 'glob']],
    ['labels: ["tier=front"]', 'label=tier=front', ['shop_web']],
    ['stack: "shop"', 'label=com.docker.stack.namespace=shop', ['shop_web', 'shop_worker']],
    ['runtimes: [PLUGIN]', '', []],
  ])('is filtered by %s', async (filter, _cli, names) => {
    const answer = await ask(`{ services(filter: { ${filter} }) { totalCount nodes { name } } }`);
    expect(listAt(answer, 'services', 'nodes').map((node) => at(node, 'name'))).toEqual(names);
  });

  it('is searched, sorted and paged', async () => {
    const answer = await ask(`{
      found: services(search: "tier=FRONT") { nodes { name } }
      page: services(first: 2, orderBy: { field: NAME, direction: DESC }) { totalCount nodes { name } pageInfo { hasNextPage endCursor } }
    }`);
    expect(listAt(answer, 'found', 'nodes')).toEqual([{ name: 'shop_web' }]);
    expect(listAt(answer, 'page', 'nodes')).toEqual([{ name: 'zero' }, { name: 'stuck' }]);
    const after = textAt(answer, 'page', 'pageInfo', 'endCursor');
    const next = await ask(
      `{ services(first: 1, after: "${after}", orderBy: { field: NAME, direction: DESC }) { nodes { name } } }`,
    );
    expect(listAt(next, 'services', 'nodes')).toEqual([{ name: 'shop_worker' }]);
  });
});

describe('a list with edges', () => {
  it('costs one call for each kind of thing, however many there are', async () => {
    expect(
      await callsOf('{ services { nodes { name runningTasks tasks { name state node { hostname } } } } }'),
    ).toEqual(['GET /services', 'GET /tasks', 'GET /nodes']);
    const calls = await callsOf(`{ services { nodes {
      stack { counts { runningTasks } services { name } } image { id } secrets { name } configs { name } volumes { name }
      networks { network { name services { name } } } publishedPorts { addresses } nodes { hostname }
      tasks { isCurrent service { name } node { hostname } container { name task { name } service { name } } networks { network { name } } }
    } } }`);
    expect(calls.toSorted()).toEqual(
      [
        'configs',
        'containers/json',
        'images/json',
        'networks',
        'nodes',
        'secrets',
        'services',
        'tasks',
        'volumes',
      ].map((path) => `GET /${path}`),
    );
    expect(
      (await callsOf('{ tasks { nodes { name isCurrent service { name } node { hostname } } } }')).toSorted(),
    ).toEqual(['GET /nodes', 'GET /services', 'GET /tasks']);
  });
});
