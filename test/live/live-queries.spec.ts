import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
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

/** Streams of events that the Engine has open. */
const listeners = async () => at((await engine.mustRest('GET', '/info')).json(), 'NEventsListener');

interface ManyViews {
  /** The name that each of them shows. */
  readonly names: readonly string[];
  readonly leave: () => void;
}

/** Many live queries on one bare socket. */
async function manyViews(count: number): Promise<ManyViews> {
  const names: string[] = [];
  const socket = new WebSocket(gateway.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.on('message', (message: Buffer) => {
    const { id, payload }: { readonly id?: string; readonly payload?: unknown } = JSON.parse(
      message.toString(),
    );
    if (id !== undefined) names[Number(id)] = textAt(payload, 'data', 'containers', 'nodes', 0, 'name');
  });
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  for (let id = 0; id < count; id++) {
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: all } }));
  }
  return { names, leave: () => socket.close() };
}

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
    // The next probe, if this one was not seen.
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

describe('what changes nothing that was read', () => {
  it('causes neither an answer nor a call to the Engine', async () => {
    const id = await create('still');
    await start(id);
    const view = watch(all);
    await view.until(({ data }) => textAt(data, 'containers', 'nodes', 0, 'state') === 'RUNNING');
    // Late looks of the start are over: for this, and for silence below, there is no event.
    await wait(400);
    const before = view.answers.length;
    proxy.reset();
    for (let round = 0; round < 5; round++) {
      await engine.cli('volume', 'create', `noise-${round}`);
      await engine.cli('exec', id, 'true');
      await engine.cli('network', 'create', `noise-${round}`);
      await engine.cli('kill', '--signal', 'CONT', id);
      await engine.cli('top', id);
    }
    await engine.cli('volume', 'prune', '--force');
    await engine.cli('network', 'prune', '--force');
    await heard();
    await wait(400);
    expect(calls()).toEqual([]);
    expect(view.answers).toHaveLength(before);
    // It is alive all the same: one change, one call, one answer.
    await rename(id, 'moved');
    await view.until(has('moved'));
    await wait(400);
    expect(calls()).toEqual([expect.stringMatching(/\/containers\/json\?all=1$/)]);
    expect(view.answers).toHaveLength(before + 1);
  });

  it('does not matter to one container when it happens to another, nor to a list that could not have it', async () => {
    const [one, other] = [
      await create('one', { Labels: { team: 'a' } }),
      await create('other', { Labels: { team: 'b' } }),
    ];
    const single = watch('query @live { container(ref: "one") { name state } }');
    const labelled = watch(
      'query @live { containers(filter: { labels: ["team=a"] }) { nodes { name state } } }',
    );
    await Promise.all([single.until(() => true), labelled.until(() => true)]);
    proxy.reset();
    await rename(other, 'another');
    await engine.mustRest('DELETE', `/containers/${other}`);
    await heard();
    await wait(400);
    // What "one" stands for might be another now, so that is looked at; the list cannot have had it.
    expect(calls().filter((path) => path.includes('/json?'))).toEqual([]);
    await start(one);
    await single.until(({ data }) => textAt(data, 'container', 'state') === 'RUNNING');
    await labelled.until(({ data }) => textAt(data, 'containers', 'nodes', 0, 'state') === 'RUNNING');
    expect(single.answers).toHaveLength(2);
    expect(labelled.answers).toHaveLength(2);
  });

  it('includes the probes of a health check, unless they were asked for', async () => {
    const second = 1_000_000_000;
    const probe = { Healthcheck: { Test: ['CMD', 'true'], Interval: second } };
    const id = await create('probed', probe);
    await start(id);
    const plain = watch('query @live { container(ref: "probed") { state health { status } exitCode } }');
    const curious = watch('query @live { container(ref: "probed") { health { log { start exitCode } } } }');
    await plain.until(({ data }) => textAt(data, 'container', 'health', 'status') === 'HEALTHY');
    const runs = ({ data }: { readonly data: unknown }) => listAt(data, 'container', 'health', 'log').length;
    const [before, first] = [plain.answers.length, runs(await curious.until(() => true))];
    await curious.until((answer) => runs(answer) >= Math.min(5, first + 2));
    expect(plain.answers).toHaveLength(before);
  });

  it('is not an age that has grown meanwhile', async () => {
    const id = await create('aging');
    await start(id);
    const view = watch('query @live { containers { nodes { name state statusText uptime uptimeSeconds } } }');
    await view.until(({ data }) => textAt(data, 'containers', 'nodes', 0, 'state') === 'RUNNING');
    // For the ages to differ.
    await wait(1_500);
    const before = view.answers.length;
    proxy.reset();
    // Reason enough to look, as an image's name is shown; and the ages differ by now.
    await engine.cli('tag', 'busybox', 'elsewhere');
    await heard();
    await wait(400);
    expect(calls().length).toBeGreaterThan(0);
    expect(view.answers).toHaveLength(before);
    await engine.cli('restart', '--time', '0', id);
    await view.until(({ data }) => Number(at(data, 'containers', 'nodes', 0, 'uptimeSeconds')) <= 1);
  });
});

describe('what no event announces', () => {
  it('is asked for again after the poll interval, and sent if it differs', async () => {
    const id = await create('polled');
    await start(id);
    const view = watch('query @live(pollInterval: "1s") { container(ref: "polled") { uptimeSeconds } }');
    await view.until(({ data }) => Number(at(data, 'container', 'uptimeSeconds')) >= 3);
    const gaps = view.answers.slice(2).map((answer, index) => answer.at - (view.answers[index + 1]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(900);
  });
});

describe('a container that ends by itself', () => {
  it('is shown as ended at once, though the list of the Engine is late', async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => create(`brief-${n}`, { Cmd: ['sleep', '0.5'] })),
    );
    const view = watch(all);
    await view.until(() => true);
    await Promise.all(ids.map(start));
    await view.until(({ data }) =>
      listAt(data, 'containers', 'nodes').every((node) => at(node, 'state') === 'EXITED'),
    );
  });
});

describe('the throttle', () => {
  it('is the least time between two answers, and the last state is not lost', async () => {
    const id = await create('fast');
    const view = watch(
      'query ($pause: Duration! = "700ms") @live(throttle: $pause) { containers { nodes { name } } }',
    );
    await view.until(() => true);
    for (let number = 0; number < 30; number++) {
      await rename(id, `fast-${number}`);
      // Faster than the throttle, slower than a burst.
      await wait(50);
    }
    await rename(id, 'last');
    await view.until(has('last'));
    const gaps = view.answers.slice(1).map((answer, index) => answer.at - (view.answers[index]?.at ?? 0));
    expect(view.answers.length).toBeLessThan(7);
    expect(Math.min(...gaps)).toBeGreaterThan(600);
  });
});

describe('a thousand identical live queries', () => {
  it('cost one execution for each change, and get the same; with the last of them goes the stream of events', async () => {
    const id = await create('many');
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { timeout: 10_000 });
    proxy.reset();
    const thousand = Array.from({ length: 40 }, () => manyViews(25));
    const counters = await Promise.all(thousand);
    const seen = async (name: string) =>
      vi.waitFor(
        () =>
          expect(counters.flatMap(({ names }) => names).filter((each) => each === name)).toHaveLength(1_000),
        { timeout: 20_000, interval: 20 },
      );
    await seen('many');
    const begun = calls().filter((path) => path.includes('/containers/json'));
    expect(begun.length).toBeLessThanOrEqual(2);
    proxy.reset();
    for (const name of ['first', 'second', 'third']) {
      await rename(id, name);
      await seen(name);
    }
    expect(calls()).toHaveLength(3);
    // A newcomer gets what is known.
    const view = watch(all);
    expect(namesIn((await view.until(() => true)).data)).toEqual(['third']);
    expect(calls()).toHaveLength(3);
    expect(await listeners()).toBe(1);
    await view.leave();
    for (const { leave } of counters) leave();
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { timeout: 10_000 });
    proxy.reset();
    await rename(id, 'nobody');
    await wait(400);
    expect(proxy.requests).toEqual([]);
  });
});

describe('a change that is made through the gateway', () => {
  it('is in the first answer of whoever comes after it', async () => {
    const id = await create('written-0');
    const view = watch(all);
    await view.until(() => true);
    for (let number = 1; number <= 20; number++) {
      const name = `written-${number}`;
      await gateway.data(
        `mutation { containerRename(input: { ref: "${id}", name: "${name}" }) { changed userErrors { message } } }`,
      );
      const after = watch(all);
      expect(namesIn((await after.until(() => true)).data)).toEqual([name]);
      expect(after.answers).toHaveLength(1);
      await after.leave();
    }
    await view.until(has('written-20'));
  });
});

describe('a live query where it cannot be', () => {
  const ask = async (query: string, init: RequestInit & { readonly variables?: object } = {}) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      ...init,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables: init.variables }),
    });
    const answer: unknown = await response.json();
    return {
      status: response.status,
      data: at(answer, 'data'),
      code: textAt(answer, 'errors', 0, 'extensions', 'code'),
      message: textAt(answer, 'errors', 0, 'message'),
    };
  };

  it('is refused with the remedy, over POST and GET, and costs the Engine nothing', async () => {
    proxy.reset();
    const refused = {
      code: 'LIVE_TRANSPORT_REQUIRED',
      status: 406,
      message: expect.stringContaining('WebSocket'),
    };
    expect(await ask(all)).toMatchObject(refused);
    const response = await fetch(`${gateway.url}?query=${encodeURIComponent(all)}`, {
      headers: { accept: 'application/json', 'content-type': 'application/json' },
    });
    expect([response.status, textAt(await response.json(), 'errors', 0, 'extensions', 'code')]).toEqual([
      406,
      'LIVE_TRANSPORT_REQUIRED',
    ]);
    expect(proxy.requests).toEqual([]);
  });

  it('is an ordinary query where `if` says so', async () => {
    const query = 'query ($live: Boolean!) @live(if: $live) { containers { totalCount } }';
    expect(await ask(query, { variables: { live: false } })).toMatchObject({
      status: 200,
      data: { containers: { totalCount: 0 } },
    });
    expect(await ask(query, { variables: { live: true } })).toMatchObject({
      code: 'LIVE_TRANSPORT_REQUIRED',
    });
  });

  it.each([
    ['on a field', '{ containers @live { totalCount } }'],
    ['on a fragment', 'query { ...F } fragment F on Query @live { containers { totalCount } }'],
    ['on a spread', 'query { ...F @live } fragment F on Query { containers { totalCount } }'],
    ['on a mutation', 'mutation @live { containerStart(input: { ref: "x" }) { changed } }'],
    ['on a subscription', 'subscription @live { events { type } }'],
  ])('is refused before anything is done: %s', async (_where, query) => {
    proxy.reset();
    expect(await ask(query)).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: expect.stringContaining('"@live"'),
    });
    expect(proxy.requests).toEqual([]);
  });

  it.each([
    ['throttle: "2h"', 'throttle'],
    ['throttle: "-1s"', 'throttle'],
    ['pollInterval: "10ms"', 'pollInterval'],
  ])('is refused with %s', async (args, name) => {
    proxy.reset();
    const view = watch(`query @live(${args}) { containers { totalCount } }`, { transport: 'sse' });
    await view.until(() => true);
    expect(view.latest).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    expect(proxy.requests, name).toEqual([]);
  });

  it('is refused where it would give out addresses, new ones with each answer', async () => {
    proxy.reset();
    const view = watch('query @live { imagesSave(refs: ["busybox"]) { url } }');
    await view.until(() => true);
    expect(view.latest).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    expect(proxy.requests).toEqual([]);
  });

  it('is answered once and ended where it reads nothing of the Engine', async () => {
    proxy.reset();
    const view = watch('query @live { __typename container(ref: "no/container") { name } }');
    expect((await view.until(() => true)).codes).toEqual(['BAD_USER_INPUT']);
    await view.ended;
    expect(proxy.requests).toEqual([]);
  });
});
