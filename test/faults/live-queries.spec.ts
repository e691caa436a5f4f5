import { type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow, type LiveView } from '../live/support/live-view.ts';
import { openClient, terminateClients } from '../server/ws-client.ts';
import { startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers, FakeReply } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
const views: LiveView[] = [];
afterEach(async () => {
  terminateClients();
  await Promise.all(views.splice(0).map((view) => view.leave()));
  for (const each of opened.splice(0)) await each.close();
});

const id = 'a'.repeat(64);
let number = 0;
const message = (Action: string, Type = 'container', ID = id) => {
  number += 1;
  const seconds = Math.floor(Date.now() / 1_000);
  const event = { Type, Action, Actor: { ID, Attributes: {} }, scope: 'local', time: seconds };
  // More digits than a number holds, and no two alike: those would be one event.
  const timeNano = BigInt(seconds) * 1_000_000_000n + BigInt(number) * 1_000n;
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${timeNano}}\n`;
};

/** A daemon with one container, which does what it is told, and a gateway before it. */
async function behind(handlers: FakeHandlers = {}, flags: readonly string[] = []) {
  const streams = new Set<FakeReply>();
  let state = 'running';
  let labels: Readonly<Record<string, string>> = {};
  const engine = await startFakeEngine({
    handlers: {
      'GET /events': async (_request, reply) => {
        reply.response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        streams.add(reply);
        await reply.clientGone;
        streams.delete(reply);
      },
      'GET /containers/json': () => [{ Id: id, Names: ['/web'], State: state, Labels: labels }],
      ...handlers,
    },
  });
  const gateway = await startGateway({ host: engine.host, flags });
  opened.push(gateway, engine);
  return {
    engine,
    gateway,
    streams,
    set: (next: string, more: Readonly<Record<string, string>> = {}) => {
      state = next;
      labels = more;
    },
    tell: (...messages: readonly string[]) => {
      for (const { response } of streams) response.write(messages.join(''));
    },
    lists: () => engine.requests.filter(({ path }) => path === '/containers/json').length,
  };
}

const query = 'query @live { containers { nodes { name state } } }';
const watch = (gateway: RunningGateway, text = query, options?: Parameters<typeof follow>[2]): LiveView => {
  const view = follow(gateway.url, text, options);
  views.push(view);
  return view;
};
const is =
  (state: string) =>
  ({ data }: { readonly data: unknown }) =>
    textAt(data, 'containers', 'nodes', 0, 'state') === state;

describe('a daemon whose list is behind its events', () => {
  it.each([
    [30, 'die', 'exited'],
    [200, 'die', 'exited'],
    [200, 'pause', 'paused'],
  ])('by %i ms shows the state after `%s` all the same', async (late, action, after) => {
    const all = await behind();
    const view = watch(all.gateway);
    await view.until(is('RUNNING'));
    all.tell(message(action));
    // The list of this Engine is late by so much: that is the fault.
    await wait(late);
    all.set(after);
    await view.until(is(after.toUpperCase()), 1_000);
    // That no wrong state follows has no event: twice the time after which a late list is read again.
    await wait(600);
    expect(view.answers.map(({ data }) => textAt(data, 'containers', 'nodes', 0, 'state'))).toEqual([
      'RUNNING',
      after.toUpperCase(),
    ]);
  });
});

describe('a daemon that refuses its events', () => {
  it('is asked every few seconds instead, and an answer comes when it differs', async () => {
    const all = await behind({ 'GET /events': (_request, { fail }) => fail(403, 'forbidden by the proxy') });
    const view = watch(all.gateway);
    await view.until(is('RUNNING'));
    all.set('exited');
    await view.until(is('EXITED'), 8_000);
    expect(view.answers).toHaveLength(2);
  });
});

describe('a stream of events that is cut again and again', () => {
  it('loses no change, whenever it happens, and tells nothing twice', async () => {
    const all = await behind();
    const view = watch(all.gateway);
    await view.until(is('RUNNING'));
    for (let round = 1; round <= 10; round++) {
      for (const { cut } of all.streams) cut();
      // So that the change falls into another moment of the reconnecting each time.
      await wait(round * 3);
      // While nobody listens.
      const state = round % 2 ? 'exited' : 'running';
      all.set(state);
      await view.until(is(state.toUpperCase()));
    }
    expect(view.answers).toHaveLength(11);
    expect(view.answers.flatMap(({ codes }) => codes)).toEqual([]);
  });
});

describe('a daemon that hangs', () => {
  it('does not keep a viewer from leaving, and nothing stays open for it', async () => {
    const all = await behind({ 'GET /containers/json': async (_request, { clientGone }) => clientGone });
    const view = watch(all.gateway);
    await all.engine.received('GET /containers/json');
    await view.leave();
    const calls = () => all.engine.requests.length;
    await vi.waitFor(() => expect(all.streams.size).toBe(0), { timeout: 5_000 });
    const before = calls();
    // That nothing is asked has no event.
    await wait(500);
    expect(calls()).toBe(before);
  });
});

describe('a flood of events', () => {
  it('becomes a few executions, and the last state is right', async () => {
    const all = await behind();
    const view = watch(all.gateway);
    await view.until(is('RUNNING'));
    const before = all.lists();
    for (let burst = 0; burst < 20; burst++) {
      all.tell(...Array.from({ length: 1_000 }, () => message('start')));
      // A flood over time, not one chunk.
      await wait(10);
    }
    all.set('paused');
    all.tell(message('pause'));
    await view.until(is('PAUSED'));
    expect(all.lists() - before).toBeLessThan(20);
    expect(view.answers).toHaveLength(2);
  });
});

describe('a client that does not read', () => {
  it('gets the last state in the end, and few of those before', async () => {
    const all = await behind();
    const fast = watch(
      all.gateway,
      'query @live(throttle: "0s") { containers { nodes { name labels { key value } } } }',
    );
    await fast.until(() => true);
    // Large enough to fill whatever there is between the two.
    const large = 'x'.repeat(1_000_000);
    const body = JSON.stringify({
      query: 'query @live(throttle: "0s") { containers { nodes { labels { key value } } } }',
    });
    const slow = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(all.gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      });
      call.on('response', resolve).on('error', reject).end(body);
    });
    slow.pause();
    const labelOf = (data: unknown) => textAt(data, 'containers', 'nodes', 0, 'labels', 0, 'value');
    for (let round = 1; round <= 60; round++) {
      all.set('running', { text: `${round}:${large}` });
      all.tell(message('start'));
      await fast.until(({ data }) => labelOf(data).startsWith(`${round}:`));
    }
    let text = '';
    slow.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    slow.resume();
    await vi.waitFor(() => expect(text.includes('"60:')).toBe(true), { timeout: 10_000 });
    const rounds = [...text.matchAll(/"value":"(\d+):/g)].map(([, round]) => Number(round));
    expect(rounds.at(-1)).toBe(60);
    expect(rounds.length).toBeLessThan(30);
    expect(rounds).toEqual(rounds.toSorted((one, other) => one - other));
    slow.destroy();
  });
});

describe('a socket', () => {
  it('has live queries counted as subscriptions', async () => {
    const { gateway } = await behind({}, ['--max-subscriptions=2']);
    const client = await openClient(gateway.url.replace('http', 'ws'));
    for (const name of ['1', '2', '3']) client.send({ type: 'subscribe', id: name, payload: { query } });
    const [error] = (await client.until('error')).slice(-1);
    expect(error).toMatchObject({ id: '3', payload: [{ extensions: { code: 'LIMIT_SUBSCRIPTIONS' } }] });
    // One that has ended makes room.
    client.send({ type: 'complete', id: '1' });
    client.send({ type: 'subscribe', id: '4', payload: { query } });
    await vi.waitFor(async () => expect((await client.next()).id).toBe('4'));
  });

  it('that goes takes its live queries with it', async () => {
    const all = await behind();
    const client = await openClient(all.gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    await client.until('next');
    expect(all.streams.size).toBe(1);
    client.socket.terminate();
    await vi.waitFor(() => expect(all.streams.size).toBe(0), { timeout: 5_000 });
  });
});

describe('a shutdown', () => {
  it('completes live queries, over WebSocket and SSE', async () => {
    const all = await behind();
    const [ws, sse] = [watch(all.gateway), watch(all.gateway, query, { transport: 'sse' })];
    await Promise.all([ws, sse].map((view) => view.until(is('RUNNING'))));
    await all.gateway.close();
    await Promise.all([ws.ended, sse.ended]);
    await vi.waitFor(() => expect(all.engine.connections).toBe(0));
  });
});

describe('a field that fails', () => {
  it('costs the live query that field, and comes back when the daemon answers again', async () => {
    let fails = true;
    const all = await behind({
      'GET /containers/{id}/json': (_request, { fail }) =>
        fails ? fail(500, 'broken') : { Id: id, State: { ExitCode: 7 } },
    });
    const view = watch(all.gateway, 'query @live { containers { nodes { name exitCode } } }');
    expect((await view.until(() => true)).codes).toEqual(['ENGINE_ERROR']);
    fails = false;
    await view.until(({ data }) => at(data, 'containers', 'nodes', 0, 'exitCode') === 7, 5_000);
    expect(view.answers).toHaveLength(2);
    expect(listAt(view.latest?.codes)).toEqual([]);
  });
});
