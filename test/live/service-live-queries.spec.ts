import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { follow, type LiveAnswer, type LiveView } from './support/live-view.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
const views: LiveView[] = [];

const watch = (query: string): LiveView => {
  const view = follow(gateway.url, query);
  views.push(view);
  return view;
};

const create = (name: string, ...args: readonly string[]) => {
  const common = ['--detach', '--quiet', '--no-resolve-image', '--endpoint-mode', 'dnsrr', '--name', name];
  return engine.cli('service', 'create', ...common, ...args);
};

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host, flags: ['--tasks-poll=2s', '--events-linger=0s'] });
  await create('web', '--replicas', '1', '--stop-grace-period', '0s', 'busybox', 'sleep', '600');
});
afterEach(async () => {
  await Promise.all(views.splice(0).map((view) => view.leave()));
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const counts = 'query @live { service(ref: "web") { desiredTasks runningTasks isConverged } }';
const tasks = 'query @live { tasks { nodes { name state desiredState age container { state } } } }';
const asksForTasks = ({ path }: { readonly path: string }) => /\/tasks(\?|$)/.test(path);

const runs =
  (count: number) =>
  ({ data }: LiveAnswer): boolean =>
    at(data, 'service', 'runningTasks') === count && at(data, 'service', 'isConverged') === true;

describe('a live query over the tasks of a swarm, of which the Engine tells nothing', () => {
  it('sees how many run, from their beginning to their end', async () => {
    const view = watch(counts);
    await view.until(runs(1), 20_000);
    await engine.cli('service', 'scale', '--detach', 'web=3');
    await view.until(({ data }) => at(data, 'service', 'desiredTasks') === 3, 2_000);
    await view.until(runs(3), 20_000);
    await engine.cli('service', 'scale', '--detach', 'web=1');
    await view.until(runs(1), 20_000);
    // An answer is only sent where it says something else than the one before.
    const texts = view.answers.map(({ data }) => JSON.stringify(data));
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
  }, 60_000);

  it('sees a task that fails, and the one that takes its place', async () => {
    const view = watch(tasks);
    const states = ({ data }: LiveAnswer) =>
      listAt(data, 'tasks', 'nodes').map((task) => `${textAt(task, 'name')} ${textAt(task, 'state')}`);
    await view.until((answer) => states(answer).includes('web.1 RUNNING'), 10_000);
    const [container = ''] = (await engine.cli('ps', '--quiet', '--filter', 'name=web.1')).split('\n');
    await engine.cli('kill', container);
    await view.until((answer) => {
      const found = states(answer);
      return found.includes('web.1 FAILED') && found.includes('web.1 RUNNING');
    }, 20_000);
  }, 40_000);

  it('sees what no event of this Engine tells: a task that waits for a node, and then gets one', async () => {
    const view = watch(
      'query @live { service(ref: "picky") { tasks { state error } runningTasks isConverged } }',
    );
    await view.until(({ data }) => at(data, 'service') === null, 5_000);
    await create(
      'picky',
      '--constraint',
      'node.labels.fast==1',
      '--stop-grace-period',
      '0s',
      'busybox',
      'sleep',
      '600',
    );
    await view.until(
      ({ data }) =>
        textAt(data, 'service', 'tasks', 0, 'state') === 'PENDING' &&
        /no suitable node/.test(textAt(data, 'service', 'tasks', 0, 'error')),
      20_000,
    );
    const node = await engine.cli('info', '--format', '{{.Swarm.NodeID}}');
    await engine.cli('node', 'update', '--label-add', 'fast=1', node);
    await view.until(({ data }) => at(data, 'service', 'isConverged') === true, 20_000);
    await engine.cli('service', 'rm', 'picky');
    await view.until(({ data }) => at(data, 'service') === null, 5_000);
  }, 60_000);

  it('is one of many that cost one look for all, and is sent nothing while nothing changes', async () => {
    const viewers = ['name', 'slot', 'error', 'serviceId'].map((field) =>
      watch(`query @live { tasks { nodes { dockerId age ${field} } } }`),
    );
    await Promise.all(viewers.map((view) => view.until(() => true)));
    // What happened before has been looked at, ever less often: for silence there is no event.
    await wait(4_000);
    const before = viewers.map(({ answers }) => answers.length);
    proxy.reset();
    // The same for silence: more than two of those pauses.
    await wait(5_000);
    expect(proxy.requests.filter(asksForTasks).length).toBeGreaterThanOrEqual(2);
    expect(proxy.requests.filter(asksForTasks).length).toBeLessThanOrEqual(4);
    expect(proxy.requests.filter(({ path }) => path.includes('/services'))).toEqual([]);
    expect(viewers.map(({ answers }) => answers.length)).toEqual(before);
  }, 40_000);

  it('leaves nothing that asks the Engine once nobody watches', async () => {
    const view = watch(tasks);
    await view.until(() => true);
    await view.leave();
    const isStream = ({ path }: { readonly path: string }) => path.includes('/events');
    await proxy.until((requests) => requests.filter(isStream).every(({ ended }) => ended));
    proxy.reset();
    // For what does not come there is no event.
    await wait(3_000);
    expect(proxy.requests.map(({ path }) => path)).toEqual([]);
  }, 20_000);

  it('is no reason to look at tasks where it has read none', async () => {
    const view = watch('query @live { containers { nodes { name } } networks { nodes { name } } }');
    await view.until(() => true);
    proxy.reset();
    // That nothing is asked has no event: longer than the longest pause between two looks.
    await wait(2_100);
    expect(proxy.requests.filter(asksForTasks)).toEqual([]);
  }, 20_000);
});
