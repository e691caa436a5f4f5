import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEngineClient, type EngineClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect.ts';
import { resolveEndpoint } from '../../src/engine/endpoint.ts';
import { createEngineEvents, type EventSettings } from '../../src/events/engine-events.ts';
import { nouns } from '../../src/events/inventory/thing.ts';
import type { HubItem } from '../../src/events/item.ts';
import type { HubState } from '../../src/events/state.ts';
import { fakeLogger } from '../events/fakes.ts';
import { importBusybox } from '../support/busybox.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { startProducers } from './support/event-producers.ts';

/** It is stopped and frozen here, so it is nobody else's. */
let engine: PrivateEngine;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
});
afterAll(async () => {
  await engine?.stop();
});

const settings: EventSettings = {
  kept: 10_000,
  linger: 2_000,
  queue: 1_000,
  retryMax: 1_000,
  idle: 1_000,
  resync: 0,
};

const open: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(open.map((close) => close())));

/** The events of the Engine as the gateway has them, with a subscriber that reads all the time. */
async function watch(own: Partial<EventSettings> = {}, host = engine.host) {
  const endpoint = resolveEndpoint({ configDir: '/nowhere', home: '/nowhere', host });
  const connection = connect(endpoint);
  const client: EngineClient = createEngineClient({ name: 'test', endpoint, connection });
  const logger = fakeLogger();
  const hub = createEngineEvents(client, logger, { ...settings, ...own });
  connection.onDaemonHungUp(hub.doubt);
  const states: { readonly state: HubState; readonly at: number }[] = [];
  hub.onState((state) => states.push({ state, at: performance.now() }));
  const items: HubItem[] = [];
  const subscription = hub.subscribe(undefined, { resync: nouns });
  void (async () => {
    for await (const item of subscription) items.push(item);
  })();
  await hub.ready(AbortSignal.timeout(10_000));
  open.push(async () => {
    hub.close();
    await client.close();
  });
  const becomes = async (wanted: HubState, timeout: number): Promise<number> => {
    const since = states.length;
    await vi.waitFor(() => expect(states.slice(since).map(({ state }) => state)).toContain(wanted), {
      timeout,
      interval: 10,
    });
    return states.findLast(({ state }) => state === wanted)?.at ?? 0;
  };
  const kinds = () => items.map((item) => (item.kind === 'event' ? item.event.actorId : item.kind));
  return { hub, items, kinds, states, becomes, logger, client };
}

const createVolume = (name: string) => engine.mustRest('POST', '/volumes/create', { body: { Name: name } });

describe('a daemon that is frozen', () => {
  it('is found out by a ping within seconds, and gone on with when it thaws: nothing is missed', async () => {
    const { hub, kinds, becomes, items } = await watch();
    await createVolume('before-frost');
    await vi.waitFor(() => expect(kinds()).toContain('before-frost'));
    const lost = becomes('reconnecting', 10_000);
    await engine.pause();
    const frozenAt = performance.now();
    // Silence for a second, and a ping that is not answered for three.
    expect((await lost) - frozenAt).toBeLessThan(settings.idle + 3_000 + 1_500);
    const made = createVolume('in-frost');
    const live = becomes('live', 30_000);
    await engine.resume();
    await Promise.all([live, made]);
    await createVolume('after-frost');
    await vi.waitFor(() => expect(kinds()).toContain('after-frost'));
    const events = kinds().filter((kind) => kind.endsWith('-frost'));
    expect(events).toEqual(['before-frost', 'in-frost', 'after-frost']);
    expect(items.some(({ kind }) => kind === 'gap')).toBe(false);
    expect(hub.counts).toMatchObject({ lost: 1, gaps: 0, drift: 0 });
  }, 60_000);
});

describe('a daemon that is stopped in order', () => {
  it('is not taken for live until it ends its stream, seconds after it has stopped; a gap and a resync follow', async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    open.push(() => proxy.close());
    const { becomes, items, kinds, hub } = await watch({}, proxy.host);
    await createVolume('before-stop');
    await vi.waitFor(() => expect(kinds()).toContain('before-stop'));
    await engine.cli('create', '--name', 'left', '--network', 'none', 'busybox');
    await vi.waitFor(() => expect(hub.counts.lists).toBeGreaterThanOrEqual(nouns.length));
    // Nothing outside tells that the list just read has been taken in.
    await delay(500);
    const lost = becomes('reconnecting', 20_000);
    const live = becomes('live', 60_000);
    const stoppedAt = performance.now();
    await engine.restart();
    const staleAfter = (await lost) - stoppedAt;
    await live;
    expect(staleAfter).toBeLessThan(settings.idle + 3_000 + 1_500);
    await vi.waitFor(() => expect(items.at(-1)).toMatchObject({ kind: 'resync', reason: 'GAP' }), 10_000);
    const gap = items.find(({ kind }) => kind === 'gap');
    expect(gap).toMatchObject({ reason: 'RECONNECTED', from: expect.any(BigInt), to: expect.any(BigInt) });
    const resync = items.at(-1);
    const things = resync?.kind === 'resync' ? resync.findings.get('container')?.things : [];
    expect(things).toContainEqual(expect.objectContaining({ name: 'left', state: 'created' }));
    await engine.cli('rm', 'left');
  }, 90_000);

  it('that was killed, with its containers going on and coming to an end meanwhile, is told what became of them', async () => {
    const { items, becomes } = await watch();
    await engine.cli('run', '-d', '--name', 'brief', '--network', 'none', 'busybox', 'sleep', '3');
    await engine.cli('create', '--name', 'other', '--network', 'none', 'busybox');
    await vi.waitFor(() => expect(items).toContainEqual(expect.objectContaining({ reason: 'START' })));
    await vi.waitFor(() =>
      expect(
        items.some((item) => item.kind === 'event' && item.event.attributes.get('name') === 'other'),
      ).toBe(true),
    );
    const live = becomes('live', 60_000);
    await engine.kill();
    await engine.start();
    await live;
    await vi.waitFor(() => expect(items.at(-1)).toMatchObject({ kind: 'resync', reason: 'GAP' }), 10_000);
    const resync = items.at(-1);
    const found = resync?.kind === 'resync' ? resync.findings.get('container') : undefined;
    const told = found?.differences?.changed.map(({ after }) => `${after.name} ${after.state}`) ?? [];
    const gap = items.findIndex(({ kind }) => kind === 'gap');
    for (const item of items.slice(gap)) {
      if (item.kind !== 'event' || item.event.action !== 'die') continue;
      told.push(`${item.event.attributes.get('name')} exited`);
    }
    const listed = await engine.cli('ps', '-a', '--format', '{{.Names}} {{.State}}');
    expect(found?.things.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
      listed.split('\n').sort(),
    );
    // Its end is told once: by an event where the new daemon tells one, else by the resync.
    expect(told).toEqual(listed.includes('brief running') ? [] : ['brief exited']);
    await engine.cli('rm', '-f', 'brief', 'other');
  }, 90_000);
});

describe('a proxy that cuts the stream', () => {
  it('costs one debug line, and nothing that happened meanwhile', async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    open.push(() => proxy.close());
    const { kinds, becomes, logger } = await watch({}, proxy.host);
    await createVolume('cut-0');
    await vi.waitFor(() => expect(kinds()).toContain('cut-0'));
    const lines = logger.entries.length;
    for (let cut = 1; cut <= 5; cut++) {
      const live = becomes('live', 10_000);
      expect(proxy.cut(({ path, ended }) => path.includes('/events') && !ended)).toBe(1);
      await createVolume(`cut-${cut}`);
      await live;
    }
    await vi.waitFor(() => expect(kinds()).toContain('cut-5'));
    expect(kinds().filter((kind) => kind.startsWith('cut-') || kind === 'gap')).toEqual(
      [0, 1, 2, 3, 4, 5].map((cut) => `cut-${cut}`),
    );
    expect(logger.entries.slice(lines).map(({ level }) => level)).toEqual(Array(5).fill('debug'));
  });
});

describe('an Engine that is compared again and again while things come and go', () => {
  it('shows no drift: what its lists lag behind is not taken for what events forgot', async () => {
    const { hub, items } = await watch({ resync: 400 });
    const producers = startProducers(engine, 'drift-');
    await vi.waitFor(() => expect(hub.counts.lists).toBeGreaterThanOrEqual(12 * nouns.length), 30_000);
    await producers.stop();
    const events = items.filter(({ kind }) => kind === 'event').length;
    expect(items.filter(({ kind }) => kind !== 'event').map((item) => item.kind)).toEqual(['resync']);
    expect(hub.counts).toMatchObject({ drift: 0, failures: 0, gaps: 0 });
    expect(events).toBeGreaterThan(200);
  }, 60_000);
});
