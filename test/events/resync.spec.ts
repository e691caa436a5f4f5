import { describe, expect, it } from 'vitest';
import type { EventHub, EventHubOptions } from '../../src/events/hub.ts';
import { type Noun, nouns, type Thing } from '../../src/events/inventory/thing.ts';
import type { HubItem, Resync } from '../../src/events/item.ts';
import { message, settled } from './fakes.ts';
import { firstWait, hubOf, longestWait, replayTime, settleTime, shown } from './listening.ts';

/** Milliseconds from the moment a list is due until it is told: before it is read, and after. */
const [listLag, eventLag] = [250, 100];
const listTime = listLag + eventLag;
const period = 300_000;
/** Milliseconds until a list that was believed is looked at again, at most. */
const secondLook = 12_000;

const container = (dockerId: string, state: string): Thing => ({
  noun: 'container',
  dockerId,
  name: dockerId,
  state,
});
const volume = (name: string): Thing => ({ noun: 'volume', dockerId: name, name, state: undefined });

/** What happens to a container: its ID stands for its name, too. */
const happens = (seconds: number, Action: string, id: string) =>
  message(seconds, { Action, Actor: { ID: id, Attributes: { name: id } } });

/** A hub of an Engine that lists what a test puts there, as soon as it is asked or when the test lets it. */
function hubWithLists(options: Partial<EventHubOptions> = {}) {
  const there: Record<Noun, Thing[]> = { container: [], image: [], network: [], volume: [] };
  const asked: Noun[] = [];
  const broken = new Map<Noun, Error>();
  let gate: Promise<void> | undefined;
  let open = (): void => {};
  const parts = hubOf({
    list: async (noun) => {
      asked.push(noun);
      const failure = broken.get(noun);
      if (failure) throw failure;
      const answer = [...there[noun]];
      await gate;
      return answer;
    },
    ...options,
  });
  /** Answers wait from now on, with what is there when they are asked for, until they are let go. */
  const hold = () => {
    gate = new Promise((resolve) => {
      open = resolve;
    });
  };
  const letGo = () => {
    gate = undefined;
    open();
    return settled();
  };
  return { ...parts, there, asked, broken, hold, letGo };
}

const words = (things: readonly Thing[] | undefined) =>
  things?.map(({ dockerId, state }) => (state === undefined ? dockerId : `${dockerId} ${state}`)).join(', ');

/** `GAP [a running] +b created -c exited ~d` in short. */
function told(item: HubItem): string {
  if (item.kind !== 'resync') return shown(item);
  const parts = [...item.findings.values()].map(({ things, differences }) => {
    const found = differences && [
      ...differences.appeared.map((thing) => `+${words([thing])}`),
      ...differences.vanished.map((thing) => `-${words([thing])}`),
      ...differences.changed.map(({ before, after }) => `~${words([before])}>${after.state}`),
    ];
    return `[${words(things)}]${found ? found.map((text) => ` ${text}`).join('') : ' new'}`;
  });
  return `${item.reason} ${parts.join(' ')}`;
}

function watch(hub: EventHub, resync: readonly Noun[], options: Parameters<EventHub['subscribe']>[1] = {}) {
  const iterator = hub.subscribe(undefined, { ...options, resync });
  const seen: string[] = [];
  const items: Resync[] = [];
  void (async () => {
    for await (const item of iterator) {
      seen.push(told(item));
      if (item.kind === 'resync') items.push(item);
    }
  })();
  return { iterator, seen, items };
}

/** Live, with one subscriber that has been told what there is. */
async function started(things: readonly Thing[], options: Partial<EventHubOptions> = {}) {
  const parts = hubWithLists(options);
  for (const thing of things) parts.there[thing.noun].push(thing);
  const subscriber = watch(parts.hub, ['container']);
  await parts.clock.advance(settleTime + listTime);
  subscriber.seen.length = 0;
  return { ...parts, ...subscriber };
}

/** The stream ends, and the Engine comes back with no memory. */
async function forgets({ engine, clock }: ReturnType<typeof hubWithLists>, event?: object) {
  await engine.stream.end();
  await clock.advance(firstWait);
  if (event) await engine.stream.send(event);
  else await clock.advance(replayTime);
}

describe('an inventory that nobody wants', () => {
  it('costs nothing', async () => {
    const parts = hubWithLists();
    const { seen } = watch(parts.hub, []);
    await parts.clock.advance(settleTime);
    await parts.engine.stream.send(message(1));
    await forgets(parts, message(20));
    await parts.clock.advance(period * 10);
    expect(parts.asked).toEqual([]);
    expect(seen).toEqual(['c1', 'gap 1..20', 'c20']);
  });

  it('is let go of a moment after the last who wanted it has left, though others listen', async () => {
    const { hub, clock, iterator, asked } = await started([container('a', 'running')], { linger: 2_000 });
    watch(hub, []);
    await iterator.return?.();
    await clock.advance(1_999);
    const back = watch(hub, ['container']);
    await settled();
    expect([back.seen, asked.length]).toEqual([['START [a running] new'], 1]);
    await back.iterator.return?.();
    await clock.advance(2_000);
    const late = watch(hub, ['container']);
    await clock.advance(listTime);
    expect([late.seen, asked.length]).toEqual([['START [a running] new'], 2]);
  });

  it('leaves no timer and no list behind when the hub is closed', async () => {
    const { hub, clock, asked, broken } = await started([]);
    broken.set('volume', new Error('no driver'));
    watch(hub, ['volume', 'network']);
    await clock.advance(listTime);
    const lists = asked.length;
    hub.close();
    expect(clock.pending).toBe(0);
    await clock.advance(period * 2);
    expect(asked.length).toBe(lists);
  });
});

describe('the start', () => {
  it('is told as soon as the stream is live and the lists are there: a list for each noun that is wanted, once for all', async () => {
    const { hub, clock, there, asked } = hubWithLists();
    there.container.push(container('a', 'running'));
    there.volume.push(volume('data'));
    const [one, both, all] = [
      watch(hub, ['container']),
      watch(hub, ['container', 'volume']),
      watch(hub, nouns),
    ];
    await clock.advance(settleTime + listTime);
    expect(asked).toEqual(['container', 'volume', 'image', 'network']);
    expect(one.seen).toEqual(['START [a running] new']);
    expect(both.seen).toEqual(['START [a running] new [data] new']);
    expect(all.seen).toEqual(['START [a running] new [] new [] new [data] new']);
    const late = watch(hub, ['container']);
    await settled();
    expect([late.seen, asked.length]).toEqual([['START [a running] new'], 4]);
  });

  it('has in it what events told meanwhile, and none is missed or told twice (events first, then the list)', async () => {
    const parts = hubWithLists();
    parts.there.container.push(container('a', 'running'), container('b', 'running'));
    const { seen } = watch(parts.hub, ['container']);
    parts.hold();
    await parts.clock.advance(settleTime + listLag);
    await parts.engine.stream.send(
      happens(1, 'die', 'a'),
      happens(2, 'create', 'c'),
      happens(3, 'destroy', 'b'),
    );
    await parts.letGo();
    await parts.clock.advance(eventLag);
    await parts.engine.stream.send(happens(4, 'start', 'c'));
    expect(seen).toEqual(['a', 'c', 'b', 'START [a exited, c created] new', 'c']);
  });

  it('believes a `die` from just before the list, which still shows the state before it', async () => {
    const parts = hubWithLists();
    parts.there.container.push(container('a', 'running'));
    const { seen } = watch(parts.hub, ['container']);
    await parts.clock.advance(settleTime + listLag - 50);
    await parts.engine.stream.send(happens(1, 'die', 'a'));
    await parts.clock.advance(listTime);
    expect(seen).toEqual(['a', 'START [a exited] new']);
  });

  it('is not told to who goes on from a cursor that is known, and has missed nothing', async () => {
    const { hub, engine } = await started([]);
    await engine.stream.send(message(1), message(2));
    const { seen } = watch(hub, ['container'], { after: await placeOfLast(hub, engine) });
    await settled();
    expect(seen).toEqual([]);
  });
});

/** The place after an event that is sent for it. */
async function placeOfLast(hub: EventHub, engine: ReturnType<typeof hubOf>['engine']) {
  const iterator = hub.subscribe();
  await engine.stream.send(message(99));
  const { value } = await iterator.next();
  await iterator.return?.();
  if (value?.kind !== 'event') throw new Error('no event');
  return { cursor: value.event.cursor, timeNano: value.event.timeNano, isBefore: false };
}

describe('a gap', () => {
  it('is followed by what appeared, vanished and changed, and by what there is', async () => {
    const parts = await started([
      container('a', 'running'),
      container('b', 'running'),
      container('c', 'paused'),
    ]);
    await parts.engine.stream.send(message(1));
    parts.there.container = [container('a', 'exited'), container('c', 'paused'), container('d', 'created')];
    await forgets(parts);
    await parts.clock.advance(listTime);
    expect(parts.seen).toEqual([
      'c1',
      'gap 1..?',
      'GAP [a exited, c paused, d created] +d created -b running ~a running>exited',
    ]);
  });

  it('is followed by a resync also when nothing differs: that is worth knowing', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    await forgets(parts);
    await parts.clock.advance(listTime);
    expect(parts.seen).toEqual(['c1', 'gap 1..?', 'GAP [a running]']);
  });

  it('is not listed for before a quarter of a second is over: what was missed may not show in a list yet', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    const before = parts.asked.length;
    await forgets(parts);
    await parts.clock.advance(listLag - 1);
    expect(parts.asked.length).toBe(before);
    await parts.clock.advance(1);
    expect(parts.asked.length).toBe(before + 1);
  });

  it('does not count events after it as missed', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    await forgets(parts, happens(20, 'create', 'n'));
    parts.there.container.push(container('n', 'running'));
    await parts.engine.stream.send(happens(21, 'start', 'n'));
    await parts.clock.advance(listTime);
    expect(parts.seen).toEqual(['c1', 'gap 1..20', 'n', 'n', 'GAP [a running, n running]']);
  });

  it('that comes while the last one is being listed for is listed for anew, and told once', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    parts.hold();
    await forgets(parts);
    await parts.clock.advance(listLag);
    parts.there.container = [];
    await parts.engine.stream.end();
    await parts.clock.advance(firstWait * 2);
    await parts.engine.stream.send(message(20));
    await parts.letGo();
    await parts.clock.advance(listTime);
    expect(parts.seen).toEqual(['c1', 'gap 1..?', 'gap 1..20', 'c20', 'GAP [] -a running']);
    await parts.clock.advance(period / 2);
    expect(parts.seen.length).toBe(5);
  });

  it('is resynced after a cut that came before its lists, though that missed nothing itself', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    await forgets(parts, message(20));
    await parts.engine.stream.end();
    await parts.clock.advance(firstWait * 2);
    await parts.engine.stream.send(message(20), message(21));
    await parts.clock.advance(listTime);
    expect(parts.seen).toEqual(['c1', 'gap 1..20', 'c20', 'c21', 'GAP [a running]']);
  });

  it('of its own, as its cursor is too old, is followed by all there is, for that subscriber alone', async () => {
    const parts = await started([container('a', 'running')]);
    const place = { cursor: '5000000000:0123456789ab', timeNano: 5_000_000_000n, isBefore: false };
    const { seen } = watch(parts.hub, ['container'], { after: place });
    await parts.clock.advance(1);
    expect(seen).toEqual(['CURSOR_TOO_OLD 5..?', 'GAP [a running] new']);
    expect(parts.seen).toEqual([]);
  });

  it('that nobody wanted a resync of is made up for when who does comes back over it', async () => {
    const parts = hubWithLists();
    watch(parts.hub, []);
    parts.there.container.push(container('a', 'running'));
    await parts.clock.advance(settleTime);
    const place = await placeOfLast(parts.hub, parts.engine);
    await forgets(parts);
    const { seen } = watch(parts.hub, ['container'], { after: place });
    await parts.clock.advance(listTime);
    expect(seen).toEqual(['gap 99..?', 'GAP [a running] new']);
  });

  it('is told once to who comes back over it before its lists', async () => {
    const parts = await started([container('a', 'running')]);
    const place = await placeOfLast(parts.hub, parts.engine);
    await forgets(parts);
    const { seen } = watch(parts.hub, ['container'], { after: place });
    await parts.clock.advance(listTime);
    expect(seen).toEqual(['gap 99..?', 'GAP [a running]']);
  });

  it('brings its resync back in its place for whoever comes back later', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    const place = await placeOfLast(parts.hub, parts.engine);
    await forgets(parts);
    await parts.clock.advance(listTime);
    await parts.engine.stream.send(message(200));
    const { seen } = watch(parts.hub, ['container'], { after: place });
    await settled();
    expect(seen).toEqual(['gap 99..?', 'GAP [a running]', 'c200']);
  });
});

describe('a list that fails', () => {
  it('is asked for again with growing waits until it succeeds, and the others do not wait for it', async () => {
    const parts = hubWithLists();
    parts.broken.set('volume', new Error('no driver'));
    const [one, both] = [watch(parts.hub, ['container']), watch(parts.hub, ['container', 'volume'])];
    await parts.clock.advance(settleTime + listTime);
    expect([one.seen, both.seen]).toEqual([['START [] new'], []]);
    await parts.clock.advance(600_000);
    const attempts = parts.asked.filter((noun) => noun === 'volume').length;
    expect(attempts).toBeGreaterThan(600 / (longestWait / 1000));
    expect(attempts).toBeLessThan(30);
    parts.broken.clear();
    await parts.clock.advance(longestWait + listTime);
    expect(both.seen).toEqual(['START [] new [] new']);
    expect(parts.hub.counts.failures).toBe(attempts);
  });

  it('makes the stream be doubted: the Engine is pinged, and the stream opened anew if it does not answer', async () => {
    let pings = 0;
    const parts = await started([container('a', 'running')], {
      ping: () => {
        pings++;
        return Promise.reject(new Error('no answer'));
      },
      idle: 1_000_000,
    });
    await parts.engine.stream.send(message(1));
    parts.broken.set('container', new Error('other side closed'));
    await parts.clock.advance(secondLook + listTime);
    expect([pings, parts.hub.state]).toEqual([1, 'reconnecting']);
    expect(parts.engine.attempts).toBe(1);
    await parts.clock.advance(firstWait);
    expect(parts.engine.attempts).toBe(2);
  });

  it('loses no gap: what was missed is told when it succeeds', async () => {
    const parts = await started([container('a', 'running')]);
    await parts.engine.stream.send(message(1));
    parts.broken.set('container', new Error('500'));
    parts.there.container = [];
    await forgets(parts);
    await parts.clock.advance(60_000);
    expect(parts.seen).toEqual(['c1', 'gap 1..?']);
    parts.broken.clear();
    await parts.clock.advance(longestWait + listTime);
    expect(parts.seen.slice(2)).toEqual(['GAP [] -a running']);
  });
});

describe('the comparison that nothing asks for', () => {
  it('takes place every five minutes, give or take a fifth', async () => {
    for (const [chance, due] of [
      [0, period * 0.8],
      [0.5, period],
      [1, period * 1.2],
    ] as const) {
      const parts = hubWithLists();
      parts.clock.chance = chance;
      watch(parts.hub, ['container']);
      await parts.clock.advance(settleTime + listTime);
      // What was believed is looked at again soon, and then from time to time.
      await parts.clock.advance((10_000 * due) / period + listTime);
      expect(parts.asked.length).toBe(2);
      await parts.clock.advance(due + listLag - 1);
      expect(parts.asked.length).toBe(2);
      await parts.clock.advance(1);
      expect(parts.asked.length).toBe(3);
    }
  });

  it('tells nothing where nothing differs, and counts nothing', async () => {
    const { clock, seen, hub, asked } = await started([container('a', 'running')]);
    await clock.advance(period * 6);
    expect([seen, asked.length > 4, hub.counts.drift]).toEqual([[], true, 0]);
  });

  it('tells and counts what no event told, repairs it, and logs one line', async () => {
    const { clock, seen, hub, there, logger } = await started([container('a', 'running')]);
    there.container = [container('b', 'created')];
    await clock.advance(period * 6);
    expect(seen).toEqual(['DRIFT [b created] +b created -a running']);
    expect(hub.counts.drift).toBe(2);
    expect(logger.entries.filter(({ message: text }) => text.includes('than its events told')).length).toBe(
      1,
    );
  });

  it('believes no difference that only one list shows: lists lag, and under load for long', async () => {
    const { clock, seen, hub, there } = await started([container('a', 'running')]);
    await clock.advance(secondLook * 2);
    there.container = [container('a', 'paused')];
    const { lists } = hub.counts;
    for (let tries = 0; tries < 5_000 && hub.counts.lists === lists; tries++) await clock.advance(100);
    there.container = [container('a', 'running')];
    await clock.advance(period * 4);
    expect([seen, hub.counts.drift]).toEqual([[], 0]);
    const late = watch(hub, ['container']);
    await settled();
    expect(late.seen).toEqual(['START [a running] new']);
  });

  it('corrects soon what the first list had wrong', async () => {
    const parts = hubWithLists();
    parts.there.container.push(container('a', 'running'));
    const { seen } = watch(parts.hub, ['container']);
    await parts.clock.advance(settleTime + listTime);
    parts.there.container = [container('a', 'exited')];
    await parts.clock.advance(secondLook + listTime * 2);
    expect(seen).toEqual(['START [a running] new', 'DRIFT [a exited] ~a running>exited']);
  });

  it('takes images for told that a pull may have brought', async () => {
    const { clock, hub, engine, there } = await started([]);
    const images = watch(hub, ['image']);
    await clock.advance(listTime);
    there.image.push({ noun: 'image', dockerId: 'sha256:1', name: 'busybox:latest', state: undefined });
    await engine.stream.send(message(1, { Type: 'image', Action: 'pull', Actor: { ID: 'busybox:latest' } }));
    await clock.advance(period * 3);
    expect([images.seen, hub.counts.drift]).toEqual([['START [] new', 'busybox:latest'], 0]);
    there.image.pop();
    await clock.advance(period * 3);
    expect(hub.counts.drift).toBe(1);
  });

  it('tells those whom it concerns', async () => {
    const { clock, hub, there, seen } = await started([]);
    const volumes = watch(hub, ['volume']);
    await clock.advance(listTime);
    there.volume.push(volume('data'));
    await clock.advance(period * 2);
    expect([seen, volumes.seen]).toEqual([[], ['START [] new', 'DRIFT [data] +data']]);
  });

  it('does not take place when it is switched off', async () => {
    const { clock, asked } = await started([], { resyncPeriod: 0 });
    await clock.advance(period * 10);
    expect(asked.length).toBe(1);
  });
});
