import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import * as documents from '../generated/graphql.ts';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { askOnce, refusalsOf } from './support/ask-once.ts';
import { follow } from './support/live-view.ts';
import { fullSelection } from './support/selection.ts';
import { readBeside } from './support/steady.ts';
import { inspectedServiceRules, serviceRules, taskRules } from './support/swarm-paths.ts';
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

const without = new Set(['Service.logs', 'Task.logs']);

describe('a service', () => {
  const selection = fullSelection(schema, 'Service', { without });

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

describe('a task', () => {
  it('has every value that `docker inspect` prints of it, found by itself or in the list', async () => {
    const selection = fullSelection(schema, 'Task', { without });
    const names = await lines('service', 'ls', '--format', '{{.Name}}');
    const ids = (
      await Promise.all(names.map((name) => lines('service', 'ps', '--quiet', '--no-trunc', name)))
    ).flat();
    const docker = (refs: readonly string[]) => cliJson('inspect', '--type', 'task', ...refs);
    const singular = await readBeside(ids, {
      docker,
      graph: (refs) =>
        Promise.all(refs.map(async (ref) => at(await ask(`{ task(ref: "${ref}") ${selection} }`), 'task'))),
    });
    const plural = await readBeside(ids, {
      docker,
      graph: async (refs) => {
        const nodes = listAt(await ask(`{ tasks { nodes ${selection} } }`), 'tasks', 'nodes');
        return refs.map((ref) => nodes.find((node) => at(node, 'dockerId') === ref));
      },
    });
    expect(singular.length).toBeGreaterThan(10);
    const findings = [...singular, ...plural].map((both) =>
      findMissing(`task ${textAt(both.docker, 'ID')}`, both.docker, both.graph, taskRules),
    );
    expect(reportOf(findings.flatMap(({ missing }) => missing))).toBe('');
    expect(findings.reduce((sum, { looked }) => sum + looked, 0)).toBeGreaterThan(800);
  });

  it('stands in the order and with the name of `docker service ps`, which marks those of the past', async () => {
    // Only tables have the marks.
    const format = 'table {{.ID}}|{{.Name}}|{{.Node}}|{{.DesiredState}}|{{.CurrentState}}|{{.Error}}';
    const query = `{ services { nodes { name tasks {
      dockerId name isCurrent desiredState state error node { hostname }
    } } } }`;
    const services = listAt(await ask(query), 'services', 'nodes');
    for (const service of services) {
      const rows = await lines('service', 'ps', '--no-trunc', '--format', format, textAt(service, 'name'));
      const expected = rows.slice(1).map((row) => {
        const [id, name = '', node, desired = '', current = '', error = ''] = row.split('|');
        return {
          dockerId: id,
          name: name.replace(/^ *\\_ /, ''),
          isCurrent: !name.includes('\\_'),
          desiredState: desired.toUpperCase(),
          state: current.split(' ')[0]?.toUpperCase(),
          error: error === '' ? null : JSON.parse(error.replaceAll('\\', '\\\\')),
          node: node === '' ? null : { hostname: node },
        };
      });
      expect(listAt(service, 'tasks')).toEqual(expected);
    }
    const past = services
      .flatMap((service) => listAt(service, 'tasks'))
      .filter((task) => at(task, 'isCurrent') === false);
    expect(past.length).toBeGreaterThan(0);
  });

  it('is picked by state, by what is wanted, and by whether it counts', async () => {
    const tasks = (filter: string) => `tasks(filter: { ${filter} }) { name state exitCode error }`;
    const answer = await ask(`{
      failed: service(ref: "failed") { now: ${tasks('isCurrent: true')} past: ${tasks('isCurrent: false')} ended: ${tasks('states: [FAILED]')} }
      web: service(ref: "shop_web") { running: ${tasks('desiredStates: [RUNNING]')} none: ${tasks('states: [FAILED]')} }
    }`);
    const one = { name: 'failed.1', state: 'FAILED', exitCode: 3, error: 'task: non-zero exit (3)' };
    expect(at(answer, 'failed')).toEqual({ now: [one], past: [one], ended: [one, one] });
    const running = [1, 2].map((slot) => ({
      name: `shop_web.${slot}`,
      state: 'RUNNING',
      exitCode: null,
      error: null,
    }));
    expect(at(answer, 'web')).toEqual({ running, none: [] });
  });

  it('leads to its service, node and container, and the container leads back', async () => {
    const answer = await ask(`{ tasks(filter: { services: ["shop_web"], desiredStates: [RUNNING] }) { nodes {
      dockerId name slot service { name } node { hostname }
      container { dockerId state task { dockerId } service { name } stack { name } }
      networks { addresses network { name } }
    } } }`);
    const format = '{{.Label "com.docker.swarm.task.id"}} {{.ID}}';
    const filter = 'label=com.docker.swarm.service.name=shop_web';
    const containers = new Map(
      (await lines('ps', '--no-trunc', '--filter', filter, '--format', format)).map(
        (row): [string, string] => {
          const [task = '', id = ''] = row.split(' ');
          return [task, id];
        },
      ),
    );
    const nodes = listAt(answer, 'tasks', 'nodes');
    expect(nodes.map((task) => at(task, 'slot'))).toEqual([1, 2]);
    for (const task of nodes) {
      const dockerId = textAt(task, 'dockerId');
      expect(task).toMatchObject({
        service: { name: 'shop_web' },
        container: {
          dockerId: containers.get(dockerId),
          state: 'RUNNING',
          task: { dockerId },
          service: { name: 'shop_web' },
          stack: { name: 'shop' },
        },
        networks: [
          { addresses: [expect.stringMatching(/^10\.\d+\.\d+\.\d+\/24$/)], network: { name: 'shop_back' } },
        ],
      });
    }
  });

  it.each([
    ['services: ["failed"]', 'service=failed', 2],
    ['names: ["shop_web.2"]', 'name=shop_web.2', 1],
    ['desiredStates: [RUNNING], services: ["shop_web", "glob"]', '', 3],
    ['states: [FAILED]', '', 2],
    ['isUpToDate: true, services: ["failed"]', '', 1],
    ['isUpToDate: false, services: ["failed"]', '', 1],
    ['runtimes: [CONTAINER], services: ["glob"]', '', 1],
    ['runtimes: [PLUGIN]', '', 0],
    ['labels: ["nobody=has"]', '', 0],
  ])('is filtered by %s', async (filter, _cli, count) => {
    const answer = await ask(`{ tasks(filter: { ${filter} }) { totalCount } }`);
    expect(at(answer, 'tasks', 'totalCount')).toBe(count);
  });

  it('is filtered by its node, and a service that is not there fails the list by name', async () => {
    const node = textAt(
      await ask('{ services(filter: { names: ["glob"] }) { nodes { nodes { id } } } }'),
      'services',
      'nodes',
      0,
      'nodes',
      0,
      'id',
    );
    const answer = await ask(
      'query ($node: ID!) { tasks(filter: { nodes: [$node], services: ["glob"] }) { totalCount } }',
      { node },
    );
    expect(at(answer, 'tasks', 'totalCount')).toBe(1);
    const { errors } = await gateway.query('{ tasks(filter: { services: ["nobody"] }) { totalCount } }');
    expect(errors).toMatchObject([{ code: 'NOT_FOUND', message: 'service nobody not found' }]);
  });
});

describe('a stack', () => {
  it('has what `docker stack` shows of it', async () => {
    const answer = await ask(`{
      stacks { nodes { name services { name } } }
      stack(name: "shop") {
        name state counts { services convergedServices desiredTasks runningTasks completedTasks }
        services { name replicasText } networks { name } secrets { name } configs { name } volumes { name }
        containers { name state }
      }
    }`);
    const listed = (await lines('stack', 'ls', '--format', '{{.Name}} {{.Services}}')).map((row) =>
      row.split(' '),
    );
    expect(
      listAt(answer, 'stacks', 'nodes').map((stack) => [
        at(stack, 'name'),
        String(listAt(stack, 'services').length),
      ]),
    ).toEqual(listed);
    const services = (await lines('stack', 'services', 'shop', '--format', '{{.Name}} {{.Replicas}}')).map(
      (row) => {
        const [name, ...replicas] = row.split(' ');
        return { name, replicasText: replicas.join(' ') };
      },
    );
    const containers = (
      await lines(
        'stack',
        'ps',
        'shop',
        '--no-trunc',
        '--filter',
        'desired-state=running',
        '--format',
        '{{.Name}}.{{.ID}}',
      )
    ).toSorted();
    expect(at(answer, 'stack')).toEqual({
      name: 'shop',
      state: 'RUNNING',
      counts: { services: 2, convergedServices: 2, desiredTasks: 3, runningTasks: 3, completedTasks: 0 },
      services: services.toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      networks: [{ name: 'shop_back' }],
      secrets: [{ name: 'shop_password' }],
      configs: [{ name: 'shop_settings' }],
      volumes: [{ name: 'shop_data' }],
      containers: containers.map((name) => ({ name, state: 'RUNNING' })),
    });
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

describe('the last lines of a service', () => {
  it('are those that its tasks have written, each with its task', async () => {
    const format = '{{.Label "com.docker.swarm.task.id"}}';
    const [task] = await lines(
      'ps',
      '--filter',
      'label=com.docker.swarm.service.name=shop_worker',
      '--format',
      format,
    );
    // The Engine itself leaves out lines of a service now and then, also for the docker CLI.
    await vi.waitFor(
      async () => {
        const answer = await ask(`{ service(ref: "shop_worker") {
          logs { truncated lines { text stream taskId task { name } } }
          errors: logs(grep: "line", stdout: false) { lines { text stream } }
          last: logs(tail: 1) { lines { text } }
          tasks { logs { lines { text } } }
        } }`);
        const service = at(answer, 'service');
        const out = (text: string) => ({
          text,
          stream: 'STDOUT',
          taskId: task,
          task: { name: 'shop_worker.1' },
        });
        const error = { ...out('error line'), stream: 'STDERR' };
        const all = listAt(service, 'logs', 'lines');
        expect(all.filter((line) => at(line, 'stream') === 'STDOUT')).toEqual(
          ['line 1', 'line 2', 'line 3'].map(out),
        );
        expect(all.filter((line) => at(line, 'stream') === 'STDERR')).toEqual([error]);
        expect(at(service, 'errors')).toEqual({ lines: [{ text: 'error line', stream: 'STDERR' }] });
        expect(listAt(service, 'last', 'lines')).toHaveLength(1);
        expect(listAt(service, 'tasks', 0, 'logs', 'lines')).toHaveLength(4);
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});

describe('the worked examples of services', () => {
  it('show services, and follow a stack and the lines of a service', async () => {
    const services = listAt(await ask(print(documents.ServicesDocument)), 'services', 'nodes');
    expect(services.find((service) => at(service, 'name') === 'shop_web')).toMatchObject({
      mode: 'REPLICATED',
      desiredTasks: 2,
      runningTasks: 2,
      isConverged: true,
      tasks: [
        { name: 'shop_web.1', state: 'RUNNING' },
        { name: 'shop_web.2', state: 'RUNNING' },
      ],
    });
    const view = follow(gateway.url, print(documents.LiveStackDocument));
    const { data } = await view.until(() => true);
    expect(at(data, 'stack')).toMatchObject({ name: 'shop', state: 'RUNNING', counts: { runningTasks: 3 } });
    await view.leave();
    const lines = await askOnce(gateway.url, print(documents.ServiceLogsDocument), { ref: 'shop_worker' });
    expect(at(lines, 'data', 'serviceLogs')).toMatchObject({ task: { name: 'shop_worker.1' } });
  });
});

describe('an Engine that is in no swarm', () => {
  it('says so by a code, for each of the fields', async () => {
    const lone = await startPrivateEngine();
    try {
      await using other = await startGateway({ host: lone.host });
      for (const field of [
        'services { totalCount }',
        'service(ref: "a") { id }',
        'tasks { totalCount }',
        'task(ref: "a") { id }',
        'stacks { totalCount }',
        'stack(name: "a") { id }',
      ]) {
        const { data, errors } = await other.query(`{ ${field} }`);
        expect(errors).toMatchObject([{ code: 'SWARM_INACTIVE' }]);
        expect(Object.values(Object(data))).toEqual([null]);
      }
      for (const field of ['serviceLogs', 'taskLogs']) {
        const answer = await askOnce(other.url, `subscription { ${field}(ref: "a") { text } }`, {});
        expect(refusalsOf(answer)).toMatchObject([{ code: 'SWARM_INACTIVE' }]);
      }
      const { data, errors } = await other.query('{ networks { nodes { name services { name } } } }');
      expect(errors).toEqual([]);
      expect(listAt(data, 'networks', 'nodes').map((network) => at(network, 'services'))).toEqual([
        [],
        [],
        [],
      ]);
    } finally {
      await lone.stop();
    }
  });
});
