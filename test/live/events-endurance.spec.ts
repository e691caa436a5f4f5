import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Producers, startProducers } from './support/event-producers.ts';
import { type RecordedEvent, type Recording, recordEvents } from './support/event-recording.ts';
import {
  connectEvents,
  type EventViewer,
  linesOf,
  readSeen,
  type SeenEvent,
  viewEvents,
} from './support/event-viewer.ts';

const cuts = 20;
const restarts = 3;
const wanted = 10_000;
/** Events that happen at the same moment may be told in another order to another listener. */
const concurrency = 100_000_000n;

/** It is flooded and restarted here, so it is nobody else's. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
let recording: Recording;
let producers: Producers;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  // Twenty cuts in a minute would otherwise make for waits of half a minute.
  gateway = await startGateway({ host: proxy.host, flags: ['--events-retry-max=1s'] });
  recording = await recordEvents(engine);
});
afterAll(async () => {
  await producers?.stop();
  recording?.stop();
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const isEvents = ({ path }: { readonly path: string }) => /\/events(?:\?since=[^&]*)?$/.test(path);

/** What the docker CLI lists, as viewers keep it. */
async function listed(nouns: readonly string[]): Promise<string> {
  const lines = async (noun: string, ...args: readonly string[]) => {
    const text = await engine.cli(...args);
    return text.split('\n').flatMap((line): [string, string][] => {
      const [id = '', ...words] = line.split(' ');
      return id === '' ? [] : [[`${noun} ${id}`, words.join(' ').trim()]];
    });
  };
  const all: Readonly<Record<string, () => Promise<[string, string][]>>> = {
    container: () =>
      lines('container', 'ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
    image: () => lines('image', 'images', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}'),
    network: () => lines('network', 'network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}'),
    volume: () => lines('volume', 'volume', 'ls', '--format', '{{.Name}} {{.Name}}'),
  };
  const found = await Promise.all(nouns.map(async (noun) => (await all[noun]?.()) ?? []));
  return linesOf(found.flat());
}

/** A client that leaves after some events, and comes back with the last cursor, again and again. */
function startRevenant(url: string) {
  const seen: SeenEvent[] = [];
  let isStopped = false;
  let connections = 0;
  let connection = connectEvents(url, 'SSE', {});
  let after: string | undefined;
  const living = (async () => {
    while (!isStopped) {
      connections++;
      for (let count = 0; count < 150; count++) {
        const event = await connection.next();
        if (event === undefined) break;
        seen.push(readSeen(event));
        after = (event as { readonly cursor: string }).cursor;
      }
      await connection.leave();
      if (!isStopped) connection = connectEvents(url, 'SSE', { after });
    }
  })();
  return {
    seen,
    get connections() {
      return connections;
    },
    async leave() {
      isStopped = true;
      await connection.leave();
      await living;
    },
  };
}

const nanosOf = (text: string): bigint =>
  BigInt(Date.parse(text)) * 1_000_000n + BigInt((/\.(\d{9})/.exec(text)?.[1] ?? '0').slice(3));

/** The spans of time that the gaps of a sequence declare: by their own words, or else by what stands around them. */
function declaredSpans(seen: readonly SeenEvent[]): readonly (readonly [from: bigint, to: bigint])[] {
  return seen.flatMap((item, index) => {
    if (item.kind !== 'gap') return [];
    const before = seen.slice(0, index).findLast(({ kind }) => kind === 'event')?.nanos ?? 0n;
    const after = seen.slice(index).find(({ kind }) => kind === 'event')?.nanos ?? 2n ** 62n;
    const from = item.from === '' ? before : nanosOf(item.from);
    const to = item.to === '' ? after : nanosOf(item.to);
    return [[from - concurrency, to + concurrency] as const];
  });
}

/** Events that the daemon itself tells long after they happened: it takes the time first, and may be kept from telling. */
function toldLate(recorded: readonly RecordedEvent[]): ReadonlySet<string> {
  const late = new Set<string>();
  let latest = 0n;
  for (const { nanos, text } of recorded) {
    if (nanos < latest - concurrency / 2n) late.add(text);
    if (nanos > latest) latest = nanos;
  }
  return late;
}

/** What is wrong with a sequence, in words; empty when it is the recording minus what its gaps declare. */
function faults(seen: readonly SeenEvent[], recorded: readonly RecordedEvent[]): readonly string[] {
  const events = seen.filter(({ kind }) => kind === 'event');
  const first = events[0]?.nanos ?? 0n;
  const texts = new Map<string, number>();
  for (const { text } of events) texts.set(text, (texts.get(text) ?? 0) + 1);
  const found: string[] = [];
  const spans = declaredSpans(seen);
  for (const { text, nanos } of recorded) {
    const times = texts.get(text) ?? 0;
    if (times > 0) texts.set(text, times - 1);
    else if (nanos >= first && !spans.some(([from, to]) => nanos >= from && nanos <= to))
      found.push(`lost: ${text}`);
  }
  for (const [text, times] of texts) if (times > 0) found.push(`${times} more than happened: ${text}`);
  const late = toldLate(recorded);
  let latest = 0n;
  for (const { nanos, text } of events) {
    if (nanos < latest - concurrency && !late.has(text)) found.push(`out of order: ${text}`);
    if (nanos > latest) latest = nanos;
  }
  return found;
}

const gapsOf = (seen: readonly SeenEvent[]) => seen.filter(({ kind }) => kind === 'gap');

describe('ten thousand events, with twenty cuts and three restarts of the daemon', () => {
  it('reach every subscriber but for what its gaps declare, and after each gap its view is that of the CLI', async () => {
    const all = viewEvents(gateway.url, 'graphql-ws', { resync: true });
    const containers = viewEvents(gateway.url, 'SSE', { filter: { types: ['CONTAINER'] }, resync: true });
    const made = viewEvents(gateway.url, 'graphql-ws', {
      filter: { types: ['VOLUME'], actions: ['CREATE'] },
    });
    const plain = viewEvents(gateway.url, 'SSE');
    const revenant = startRevenant(gateway.url);
    await vi.waitFor(() => expect(all.view).toBeDefined(), { timeout: 10_000 });
    await vi.waitFor(() => expect(containers.view).toBeDefined(), { timeout: 10_000 });
    producers = startProducers(engine, 'mill-');

    let markers = 0;
    let late = 0;
    /** Stands still, until all have seen the same last event; then what they have must be what the CLI lists. */
    const compare = async () => {
      await producers.pause();
      const marker = `marker-${++markers}`;
      await engine.mustRest('POST', '/volumes/create', { body: { Name: marker } });
      const others: readonly EventViewer[] = [made, plain];
      await vi.waitFor(
        () => {
          expect(all.view?.has(`volume ${marker}`)).toBe(true);
          expect(containers.view).toBeDefined();
          for (const { seen } of others) expect(gapsOf(seen).length).toBe(gapsOf(all.seen).length);
        },
        { timeout: 15_000, interval: 20 },
      );
      const there = await listed(['container', 'image', 'network', 'volume']);
      if (linesOf(all.view ?? []) !== there) late++;
      // Under load the Engine's list may lag behind for longer than anybody waits: the second look corrects that.
      await vi.waitFor(() => expect(linesOf(all.view ?? [])).toBe(there), { timeout: 20_000, interval: 100 });
      expect(linesOf(containers.view ?? [])).toBe(await listed(['container']));
      await engine.mustRest('DELETE', `/volumes/${marker}`);
      producers.resume();
    };
    const reopened = async (act: () => unknown) => {
      const before = proxy.requests.filter(isEvents).length;
      await act();
      await proxy.until(
        (requests) => requests.filter((each) => isEvents(each) && each.bytes > 0).length > before,
        60_000,
      );
    };

    const silent: number[] = [];
    for (let cut = 1; cut <= cuts; cut++) {
      const goal = recording.events.length + (cut % 4 === 0 ? 400 : 150);
      await vi.waitFor(() => expect(recording.events.length).toBeGreaterThan(goal), { timeout: 30_000 });
      const gaps = gapsOf(plain.seen).length;
      await reopened(() => expect(proxy.cut((request) => isEvents(request) && !request.ended)).toBe(1));
      // Now and then the next cut comes while everything is still being listed.
      if (cut % 5 === 4) continue;
      await compare();
      if (gapsOf(plain.seen).length === gaps) silent.push(cut);
      if (cut % Math.floor(cuts / restarts) === 0) {
        await reopened(() => engine.restart());
        await compare();
      }
    }
    await vi.waitFor(() => expect(recording.events.length).toBeGreaterThan(wanted), { timeout: 60_000 });
    await compare();
    await producers.stop();
    const isMade = ({ type, action }: RecordedEvent) => type === 'volume' && action === 'create';
    // The last events reach the recording and the subscribers one after the other, and not always in one order.
    await vi.waitFor(
      () => {
        const { events } = recording;
        const ofContainers = events.filter(({ type }) => type === 'container');
        expect(faults(all.seen, events)).toEqual([]);
        expect(faults(plain.seen, events)).toEqual([]);
        expect(faults(revenant.seen, events)).toEqual([]);
        expect(faults(containers.seen, ofContainers)).toEqual([]);
        expect(faults(made.seen, events.filter(isMade))).toEqual([]);
      },
      { timeout: 15_000, interval: 500 },
    );
    expect([...all.contradictions, ...containers.contradictions]).toEqual([]);
    expect(late).toBeLessThanOrEqual(1);
    // It was worth the trouble: there were both, cuts that cost nothing and gaps.
    expect(silent.length).toBeGreaterThan(0);
    expect(gapsOf(plain.seen).length).toBeGreaterThanOrEqual(restarts);
    expect(revenant.connections).toBeGreaterThan(20);
    for (const viewer of [all, containers, made, plain, revenant]) await viewer.leave();
  }, 240_000);
});
