import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { follow, type LiveTransport, type LiveView } from './support/live-view.ts';

/** Its own: what is counted here must be caused here, and the daemon is restarted. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
const views: LiveView[] = [];

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host, flags: ['--max-subscriptions=1000'] });
});
afterEach(async () => {
  await Promise.all(views.splice(0).map((view) => view.leave()));
  const ids = await engine.cli('ps', '--all', '--quiet');
  if (ids !== '') await engine.cli('rm', '--force', ...ids.split('\n'));
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const watch = (query: string, options?: Parameters<typeof follow>[2]): LiveView => {
  const view = follow(gateway.url, query, options);
  views.push(view);
  return view;
};

const create = async (name: string, more: object = {}): Promise<string> => {
  const body = { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { NetworkMode: 'none' }, ...more };
  const answer = await engine.mustRest('POST', `/containers/create?name=${name}`, { body });
  return textAt(answer.json(), 'Id');
};
const start = (ref: string) => engine.mustRest('POST', `/containers/${ref}/start`);
const rename = (ref: string, name: string) =>
  engine.mustRest('POST', `/containers/${ref}/rename?name=${name}`);

const all = 'query @live { containers { nodes { name state } } }';
const namesIn = (data: unknown): unknown[] =>
  listAt(data, 'containers', 'nodes').map((node) => at(node, 'name'));
const has =
  (...names: readonly string[]) =>
  ({ data }: { readonly data: unknown }) =>
    names.every((name) => namesIn(data).includes(name));

/** Calls that were made since the counting began anew, but for the stream of events. */
const calls = () => proxy.requests.filter(({ path }) => !path.includes('/events')).map(({ path }) => path);

/** Resolves when the gateway has heard of everything that has happened until now. */
async function heard(): Promise<void> {
  const probe = follow(
    gateway.url,
    'subscription { events(filter: { types: [NETWORK], actions: [CREATE] }) { actorId } }',
  );
  for (let attempt = 0; probe.answers.length === 0 && attempt < 100; attempt++) {
    const name = `probe-${attempt}`;
    await engine.mustRest('POST', '/networks/create', { body: { Name: name } });
    await engine.mustRest('DELETE', `/networks/${name}`);
    await wait(20);
  }
  expect(probe.answers.length).toBeGreaterThan(0);
  await probe.leave();
}

describe.each<LiveTransport>(['ws', 'sse'])('a live query over %s', (transport) => {
  it('is answered at once, and again for each change of what it reads', async () => {
    const id = await create(`a-${transport}`);
    const view = watch(all, { transport });
    expect((await view.until(() => true)).data).toEqual({
      containers: { nodes: [{ name: `a-${transport}`, state: 'CREATED' }] },
    });
    await start(id);
    await view.until(({ data }) => textAt(data, 'containers', 'nodes', 0, 'state') === 'RUNNING');
    await rename(id, `b-${transport}`);
    await view.until(has(`b-${transport}`));
    await engine.mustRest('DELETE', `/containers/${id}?force=1`);
    await view.until(({ data }) => namesIn(data).length === 0);
    expect(view.answers.map(({ revision }) => revision)).toEqual(view.answers.map((_, index) => index + 1));
  });
});
