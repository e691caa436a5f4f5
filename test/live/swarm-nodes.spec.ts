import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type SwarmMember, startSwarm, type TestSwarm } from '../support/swarm.ts';
import { connectEvents } from './support/event-viewer.ts';
import { fullSelection } from './support/selection.ts';
import { readBeside } from './support/steady.ts';
import { inspectedServiceRules } from './support/swarm-paths.ts';
import { mutationOf } from './support/swarm-questions.ts';
import { expectAsTheCli } from './support/swarm-view.ts';
import { findMissing, reportOf } from './support/walk.ts';

/** One manager and two workers. */
let swarm: TestSwarm;
let manager: SwarmMember;
let gateway: RunningGateway;

const script =
  'echo "started with $(cat /run/secrets/password) $ROUND"; trap "exit 0" TERM; while :; do sleep 1000 & wait; done';
const converged = { waitFor: 'CONVERGED', stableFor: '200ms', timeout: '60s' };
const fine = { changed: true, userErrors: [] };

async function mutate(name: string, input: object, selection = ''): Promise<unknown> {
  return at(await gateway.data(mutationOf(name, selection), { input }), name);
}

/** What of the swarm the docker CLI and the graph show, at a moment in which nothing moves. */
async function compare(): Promise<void> {
  await expectAsTheCli(manager, gateway, 'web');
  const selection = fullSelection(schema, 'Service', { without: new Set(['Service.logs']) });
  const [both] = await readBeside(['web'], {
    docker: async () => listAt(JSON.parse(await manager.cli('service', 'inspect', 'web'))),
    graph: async () => [at(await gateway.data(`{ service(ref: "web") ${selection} }`), 'service')],
  });
  const { missing, looked } = findMissing('web', both?.docker, both?.graph, inspectedServiceRules);
  expect(reportOf(missing)).toBe('');
  expect(looked).toBeGreaterThan(40);
}

interface Place {
  readonly node: string;
  readonly container: string;
}

/** Where the tasks of `web` run now, by the Engines themselves. */
async function places(): Promise<readonly Place[]> {
  const found = await Promise.all(
    swarm.nodes.map(async (node) => {
      const filter = ['--filter', 'label=com.docker.swarm.service.name=web', '--filter', 'status=running'];
      const ids = await node.cli('ps', '--quiet', '--no-trunc', ...filter).catch(() => '');
      return ids
        .split('\n')
        .filter(Boolean)
        .map((container) => ({ node: node.hostname, container }));
    }),
  );
  return found.flat();
}

/** What a command prints in each container of `web`. */
async function inEach(...command: readonly string[]): Promise<ReadonlySet<string>> {
  const all = await places();
  return new Set(
    await Promise.all(
      all.map(({ node, container }) => swarm.member(node).cli('exec', container, ...command)),
    ),
  );
}

const countsOf = async (): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const { node } of await places()) counts[node] = (counts[node] ?? 0) + 1;
  return counts;
};

beforeAll(async () => {
  swarm = await startSwarm({ managers: 1, workers: 2, images: ['busybox:latest', 'busybox:two'] });
  manager = swarm.first;
  gateway = await startGateway({
    host: manager.host,
    flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40'],
  });
});
afterAll(async () => {
  await gateway?.close();
  await swarm?.stop();
});

describe('a service on a swarm of three nodes', () => {
  it('is created, with a secret and a config, and runs on all of them', async () => {
    const file = { labels: [{ key: 'round', value: '1' }] };
    const secret = { name: 'password-1', data: 'one', ...file };
    expect(await mutate('secretCreate', secret, 'secret { name }')).toMatchObject(fine);
    expect(await mutate('configCreate', { ...secret, name: 'settings-1' })).toMatchObject(fine);
    const created = await mutate(
      'serviceCreate',
      {
        name: 'web',
        image: 'busybox:latest',
        resolveImage: false,
        command: ['sh', '-c', script],
        env: [{ name: 'ROUND', value: '1' }],
        replicas: 3,
        endpointMode: 'DNSRR',
        secrets: [{ secret: 'password-1', target: 'password', mode: '0400' }],
        configs: [{ config: 'settings-1', target: '/etc/settings' }],
        updateConfig: { parallelism: 0, monitor: '200ms', order: 'STOP_FIRST' },
        rollbackConfig: { parallelism: 0, monitor: '200ms' },
        ...converged,
      },
      'service { name runningTasks isConverged } warnings',
    );
    expect(created).toMatchObject({ ...fine, service: { name: 'web', runningTasks: 3, isConverged: true } });
    expect(await countsOf()).toEqual({ manager1: 1, worker1: 1, worker2: 1 });
    expect(await inEach('cat', '/run/secrets/password', '/etc/settings')).toEqual(new Set(['oneone']));
    await compare();
  }, 90_000);

  it('shows the container of a task on its own node, and null for those of others', async () => {
    const document =
      '{ service(ref: "web") { tasks(filter: { isCurrent: true }) { node { hostname } container { dockerId } status { containerStatus { containerId } } } } }';
    const shown = listAt(await gateway.data(document), 'service', 'tasks');
    const own = (await places()).find(({ node }) => node === 'manager1');
    const containers = shown.map((task) => [textAt(task, 'node', 'hostname'), at(task, 'container')]);
    expect(Object.fromEntries(containers)).toEqual({
      manager1: { dockerId: own?.container },
      worker1: null,
      worker2: null,
    });
    const told = shown.map((task) => textAt(task, 'status', 'containerStatus', 'containerId')).toSorted();
    expect(told).toEqual((await places()).map(({ container }) => container).toSorted());
  });

  it('is scaled up and down', async () => {
    expect(await mutate('serviceScale', { ref: 'web', replicas: 6, ...converged })).toMatchObject(fine);
    expect(await countsOf()).toEqual({ manager1: 2, worker1: 2, worker2: 2 });
    await compare();
    expect(await mutate('serviceScale', { ref: 'web', replicas: 3, ...converged })).toMatchObject(fine);
    await expect.poll(async () => (await places()).length, { timeout: 20_000 }).toBe(3);
    await compare();
  }, 90_000);

  it('is updated to another image and other variables', async () => {
    const input = {
      ref: 'web',
      image: 'busybox:two',
      resolveImage: false,
      addEnv: [{ name: 'ROUND', value: '2' }],
      ...converged,
    };
    const updated = await mutate('serviceUpdate', input, 'service { updateStatus { state } imageRef }');
    expect(updated).toMatchObject({
      ...fine,
      service: { imageRef: 'busybox:two', updateStatus: { state: 'COMPLETED' } },
    });
    expect(await inEach('sh', '-c', 'echo $ROUND')).toEqual(new Set(['2']));
    await compare();
  }, 90_000);

  it('is rolled back', async () => {
    const back = await mutate('serviceRollback', { ref: 'web', ...converged }, 'service { imageRef }');
    expect(back).toMatchObject({ ...fine, service: { imageRef: 'busybox:latest' } });
    expect(await inEach('sh', '-c', 'echo $ROUND')).toEqual(new Set(['1']));
    expect(textAt(await serviceOf('updateStatus { state }'), 'updateStatus', 'state')).toBe(
      'ROLLBACK_COMPLETED',
    );
    await compare();
  }, 90_000);
});

const serviceOf = async (selection: string): Promise<unknown> =>
  at(await gateway.data(`{ service(ref: "web") { ${selection} } }`), 'service');

describe('the logs of a service', () => {
  it('come from all nodes', async () => {
    // One task a node, each of which has written one line.
    expect(await mutate('serviceRestart', { ref: 'web', ...converged })).toMatchObject(fine);
    const nodes = async (): Promise<readonly unknown[]> => {
      const { lines } = Object(at(await serviceOf('logs(tail: 50) { lines { nodeId text } }'), 'logs'));
      const current = listAt(lines).filter((line) => textAt(line, 'text').includes('started with one 1'));
      return [...new Set(current.map((line) => textAt(line, 'nodeId')))].toSorted();
    };
    const ids = swarm.nodes.map(({ nodeId }) => nodeId).toSorted();
    await expect.poll(nodes, { timeout: 20_000, interval: 500 }).toEqual(ids);
  }, 90_000);
});

describe('a node of a swarm', () => {
  it('is drained: its tasks go to the others, and none comes while it is', async () => {
    expect(await mutate('swarmNodeDrain', { ref: 'worker2' }, 'node { availability }')).toMatchObject({
      ...fine,
      node: { availability: 'DRAIN' },
    });
    const all = async (): Promise<readonly string[]> => (await places()).map(({ node }) => node);
    await expect
      .poll(async () => (await all()).filter((node) => node !== 'worker2').length, { timeout: 30_000 })
      .toBe(3);
    await expect.poll(all, { timeout: 30_000 }).not.toContain('worker2');
    await expect.poll(() => serviceOf('isConverged'), { timeout: 20_000 }).toEqual({ isConverged: true });
    await compare();
  }, 90_000);

  it('is active again, and takes the next tasks', async () => {
    expect(await mutate('swarmNodeActivate', { ref: 'worker2' })).toMatchObject(fine);
    const input = { ref: 'web', replicas: 5, ...converged };
    expect(await mutate('serviceScale', input)).toMatchObject(fine);
    expect((await countsOf())['worker2']).toBe(2);
    await compare();
  }, 90_000);

  it('is killed: it is down, and others take over what it ran', async () => {
    const statusOf = async (hostname: string): Promise<unknown> => {
      const { nodes } = Object(
        at(await gateway.data('{ swarmNodes { nodes { hostname isReady } } }'), 'swarmNodes'),
      );
      return listAt(nodes).find((node) => textAt(node, 'hostname') === hostname);
    };
    await swarm.member('worker1').kill();
    await expect
      .poll(() => statusOf('worker1'), { timeout: 30_000, interval: 300 })
      .toMatchObject({ isReady: false });
    const filter = '(filter: { states: [RUNNING], desiredStates: [RUNNING] })';
    const working = async (): Promise<readonly string[]> =>
      listAt(await serviceOf(`tasks${filter} { node { hostname } }`), 'tasks').map((task) =>
        textAt(task, 'node', 'hostname'),
      );
    await expect.poll(working, { timeout: 30_000, interval: 300 }).toHaveLength(5);
    expect(new Set(await working())).toEqual(new Set(['manager1', 'worker2']));
    await compare();
    await swarm.member('worker1').start();
    await expect
      .poll(() => statusOf('worker1'), { timeout: 30_000, interval: 300 })
      .toMatchObject({ isReady: true });
    await compare();
  }, 120_000);
});

describe('what a service is given', () => {
  it('is rotated: a new secret and a new config are made, the service gets them, and the old ones go', async () => {
    expect(await mutate('secretCreate', { name: 'password-2', data: 'two' })).toMatchObject(fine);
    expect(await mutate('configCreate', { name: 'settings-2', data: 'TWO' })).toMatchObject(fine);
    expect(await mutate('secretRemove', { ref: 'password-1' })).toMatchObject({
      changed: false,
      userErrors: [{ code: 'SECRET_IN_USE' }],
    });
    const rotated = await mutate(
      'serviceUpdate',
      {
        ref: 'web',
        removeSecrets: ['password-1'],
        addSecrets: [{ secret: 'password-2', target: 'password', mode: '0400' }],
        removeConfigs: ['settings-1'],
        addConfigs: [{ config: 'settings-2', target: '/etc/settings' }],
        ...converged,
      },
      'service { secrets { name } configs { name } }',
    );
    expect(rotated).toMatchObject({
      ...fine,
      service: { secrets: [{ name: 'password-2' }], configs: [{ name: 'settings-2' }] },
    });
    expect(await inEach('cat', '/run/secrets/password', '/etc/settings')).toEqual(new Set(['twoTWO']));
    expect(await mutate('secretRemove', { ref: 'password-1' })).toMatchObject(fine);
    expect(await mutate('configRemove', { ref: 'settings-1' })).toMatchObject(fine);
    expect(await manager.cli('secret', 'ls', '--format', '{{.Name}}')).toBe('password-2');
    expect(await manager.cli('config', 'ls', '--format', '{{.Name}}')).toBe('settings-2');
    expect(at(await gateway.data('{ secret(ref: "password-2") { usedBy { name } } }'), 'secret')).toEqual({
      usedBy: [{ name: 'web' }],
    });
    await compare();
  }, 90_000);
});

describe('a subscriber at a manager', () => {
  it('hears of all that happens to services, nodes, secrets and configs, as `docker events` does', async () => {
    const types = ['SERVICE', 'NODE', 'SECRET', 'CONFIG'];
    const connection = connectEvents(gateway.url, 'graphql-ws', { filter: { types } });
    const heard: string[] = [];
    const listening = (async () => {
      for (let event = await connection.next(); event !== undefined; event = await connection.next()) {
        heard.push(['typeRaw', 'actionRaw', 'actorId'].map((name) => textAt(event, name)).join(' '));
      }
    })();
    const label = (key: string) =>
      mutate('swarmNodeUpdate', { ref: 'worker1', addLabels: [{ key, value: 'x' }] });
    // Nobody tells when a subscription is open: from the first event on it is.
    for (let count = 0; heard.length === 0; count += 1) await label(`first-${count}`);
    const since = Date.now() / 1000;
    await mutate('configCreate', { name: 'heard', data: 'x' });
    await mutate('secretCreate', { name: 'heard', data: 'x' });
    await mutate('secretRemove', { ref: 'heard' });
    await mutate('serviceScale', { ref: 'web', replicas: 4, ...converged });
    await label('last');
    const told = async (): Promise<readonly string[]> => {
      const range = ['--since', since.toFixed(3), '--until', (Date.now() / 1000).toFixed(3)];
      const format = ['--filter', 'scope=swarm', '--format', '{{.Type}} {{.Action}} {{.Actor.ID}}'];
      return (await manager.cli('events', ...range, ...format)).split('\n').filter(Boolean);
    };
    await expect
      .poll(told, { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining([
          expect.stringContaining('config create'),
          expect.stringContaining('secret remove'),
          expect.stringContaining('service update'),
          `node update ${swarm.member('worker1').nodeId}`,
        ]),
      );
    const all = await told();
    await expect.poll(() => heard.toSorted()).toEqual(expect.arrayContaining(all.toSorted()));
    await connection.leave();
    await listening;
  }, 60_000);
});
