import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { importBusybox } from '../support/busybox.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** The daemon is restarted here, so it is nobody else's. */
let engine: PrivateEngine;
let proxy: Awaited<ReturnType<typeof startCountingProxy>>;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

type Results = AsyncIterableIterator<unknown>;
interface Watcher {
  readonly results: Results;
  readonly end: () => Promise<void>;
}

const document = (filter: string) => `subscription {
  events${filter} { __typename cursor time type action ... on ContainerEvent { containerName exitCode container { name } } ... on EventGap { reason } }
}`;

const transports: Record<string, (filter: string) => Watcher> = {
  'graphql-ws': (filter) => {
    const client = createWsClient({
      url: gateway.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      lazy: true,
    });
    const results = client.iterate({ query: document(filter) });
    return {
      results,
      end: async () => {
        await results.return?.();
        await client.dispose();
      },
    };
  },
  SSE: (filter) => {
    const client = createSseClient({ url: gateway.url });
    const results = client.iterate({ query: document(filter) });
    return {
      results,
      end: async () => {
        await results.return?.();
        client.dispose();
      },
    };
  },
};

/** What one watcher sees of one container, up to the last of these actions. */
async function sees(results: Results, name: string, last: string): Promise<string[]> {
  const actions: string[] = [];
  for (;;) {
    const { value, done } = await results.next();
    if (done) throw new Error(`the stream ended after ${actions.join(', ')}`);
    const event = at(value, 'data', 'events');
    if (textAt(event, 'containerName') !== name) continue;
    const action = textAt(event, 'action');
    actions.push(action);
    if (action === last) return actions;
  }
}

/** Subscriptions over a WebSocket are not acknowledged: they stand once the first event of a probe arrives. */
async function stands(watcher: Watcher, probe: string): Promise<void> {
  let seen = false;
  const first = sees(watcher.results, probe, 'DESTROY').finally(() => {
    seen = true;
  });
  for (let attempt = 0; !seen && attempt < 50; attempt++) {
    await engine.cli('run', '--rm', '--name', probe, '--network', 'none', 'busybox', 'true');
  }
  await first;
}

const life = ['CREATE', 'ATTACH', 'START', 'DIE', 'DESTROY'];

describe.each(Object.keys(transports))('a client over %s', (transport) => {
  const watch = (filter = '') => {
    const open = transports[transport];
    if (!open) throw new Error(`no such transport: ${transport}`);
    return open(filter);
  };

  it('sees a whole `docker run --rm`, in order, nothing missing', async () => {
    const watcher = watch('(filter: { types: [CONTAINER] })');
    await stands(watcher, `probe-${transport}`);
    const events = sees(watcher.results, `run-${transport}`, 'DESTROY');
    await engine.cli('run', '--rm', '--name', `run-${transport}`, '--network', 'none', 'busybox', 'true');
    expect(await events).toEqual(life);
    await watcher.end();
  });

  it('goes on seeing after the daemon was restarted', async () => {
    const watcher = watch();
    await stands(watcher, `before-${transport}`);
    await engine.restart();
    await stands(watcher, `after-${transport}`);
    const events = sees(watcher.results, `again-${transport}`, 'DESTROY');
    await engine.cli('run', '--rm', '--name', `again-${transport}`, '--network', 'none', 'busybox', 'true');
    expect(await events).toEqual(life);
    await watcher.end();
  });
});

describe('a cursor from before a restart of the daemon', () => {
  it('leads to a gap and on from there, whether the gateway has watched the restart or not', async () => {
    const watcher = transports['SSE']?.('');
    if (!watcher) throw new Error('no SSE');
    await stands(watcher, 'cursor-before');
    await engine.cli('create', '--name', 'cursor', '--network', 'none', 'busybox');
    let event: unknown;
    while (textAt(event, 'containerName') !== 'cursor') {
      event = at((await watcher.results.next()).value, 'data', 'events');
    }
    const after = `(after: ${JSON.stringify(textAt(event, 'cursor'))})`;
    await engine.restart();
    const gap = at((await watcher.results.next()).value, 'data', 'events');
    expect(gap).toMatchObject({ __typename: 'EventGap', reason: 'RECONNECTED' });
    const behind = `(after: ${JSON.stringify(textAt(gap, 'cursor'))})`;
    await engine.cli('rm', 'cursor');
    const next = { __typename: 'ContainerEvent', action: 'DESTROY', containerName: 'cursor' };
    const firstOf = async (args: string, count: number): Promise<unknown[]> => {
      const resumed = transports['SSE']?.(args);
      const events: unknown[] = [];
      while (resumed && events.length < count) {
        events.push(at((await resumed.results.next()).value, 'data', 'events'));
      }
      await resumed?.end();
      return events;
    };
    expect(await firstOf(after, 2)).toMatchObject([{ reason: 'RECONNECTED' }, next]);
    expect(await firstOf(behind, 1)).toMatchObject([next]);
    await watcher.end();
    const listeners = async () => at((await engine.mustRest('GET', '/info')).json(), 'NEventsListener');
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { timeout: 10_000 });
    // Nothing is kept any more, and the daemon that remembered is gone.
    expect(await firstOf(after, 2)).toMatchObject([{ reason: 'CURSOR_TOO_OLD' }, next]);
  });
});

describe('many clients', () => {
  it('share one stream of the Engine, which ends with the last of them', async () => {
    const listeners = async () => at((await engine.mustRest('GET', '/info')).json(), 'NEventsListener');
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { timeout: 10_000 });
    proxy.reset();
    const watchers = [transports['graphql-ws'], transports['SSE'], transports['SSE']].flatMap(
      (open) => open?.('') ?? [],
    );
    await Promise.all(watchers.map((watcher, index) => stands(watcher, `shared-${index}`)));
    expect(proxy.requests.filter(({ path }) => path.includes('/events'))).toHaveLength(1);
    expect(await listeners()).toBe(1);
    await Promise.all(watchers.map(({ end }) => end()));
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { timeout: 10_000 });
  });
});

describe('a filter', () => {
  it('lets through only what it names', async () => {
    const watcher = transports['SSE']?.('(filter: { actions: [DIE], containers: ["chosen"] })');
    if (!watcher) throw new Error('no SSE');
    const next = watcher.results.next();
    // The head of an SSE answer comes when the subscription stands; its first event only after that.
    for (const name of ['other', 'chosen']) {
      await engine.cli(
        'run',
        '--detach',
        '--name',
        name,
        '--network',
        'none',
        'busybox',
        'sh',
        '-c',
        'exit 7',
      );
    }
    let { value } = await next;
    if (textAt(value, 'data', 'events', 'containerName') === '') ({ value } = await watcher.results.next());
    expect(at(value, 'data', 'events')).toMatchObject({
      __typename: 'ContainerEvent',
      action: 'DIE',
      containerName: 'chosen',
      exitCode: 7,
      container: { name: 'chosen' },
    });
    await watcher.end();
    await engine.cli('rm', 'other', 'chosen');
  });
});
