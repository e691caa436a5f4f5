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
import { taskRules } from './support/swarm-paths.ts';
import { deployServices } from './support/swarm-services.ts';
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

describe('a task', () => {
  it('has every value that `docker inspect` prints of it, found by itself or in the list', async () => {
    const selection = fullSelection(schema, 'Task', { without: new Set(['Task.logs']) });
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
