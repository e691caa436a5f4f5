import { afterEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/engine/types.ts';
import { createEventHub, type EventHub } from '../../src/events/hub.ts';
import { createTaskWatch } from '../../src/events/task-watch.ts';
import { FakeClock, FakeEngine, fakeLogger, settled } from './fakes.ts';

const hubs: EventHub[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

let number = 0;
const happened = (Type: string, Action: string, Attributes: object = {}) => {
  number += 1;
  return {
    Type,
    Action,
    Actor: { ID: 'a', Attributes },
    scope: 'local',
    time: number,
    timeNano: number * 1e9,
  };
};
const ofTask = { 'com.docker.swarm.task.id': 't1' };

/** A watch over a list that a test changes, looked at each 5 seconds at least. */
function setUp(list?: (signal: AbortSignal) => Promise<readonly Task[]>) {
  const clock = new FakeClock();
  const upstream = new FakeEngine();
  const events = createEventHub({ open: upstream.open, logger: fakeLogger(), clock });
  hubs.push(events);
  let version = 1;
  const looks: number[] = [];
  const signals: AbortSignal[] = [];
  const watch = createTaskWatch({
    list: (signal) => {
      looks.push(clock.now());
      signals.push(signal);
      return list ? list(signal) : Promise.resolve([{ ID: 't1', Version: { Index: version } }]);
    },
    events,
    interval: 5_000,
    clock,
  });
  const told: number[] = [];
  return {
    clock,
    upstream,
    watch,
    looks,
    signals,
    told,
    listener: () => void told.push(clock.now()),
    change: () => {
      version += 1;
    },
  };
}

describe('a watch over tasks', () => {
  it('looks once before it stands, and then less and less often', async () => {
    const { clock, watch, looks, told, listener } = setUp();
    const { stands } = watch.watch(listener);
    await stands;
    expect(looks).toEqual([0]);
    await clock.advance(20_000);
    expect(looks).toEqual([0, 500, 1_500, 3_500, 7_500, 12_500, 17_500]);
    expect(told).toEqual([]);
  });

  it('tells each who watches of a change, with one look for all', async () => {
    const { clock, watch, looks, told, listener, change } = setUp();
    watch.watch(listener);
    await watch.watch(listener).stands;
    await clock.advance(13_000);
    const before = looks.length;
    change();
    await clock.advance(5_000);
    expect(told).toEqual([17_500, 17_500]);
    expect(looks.slice(before)).toEqual([17_500, 17_750]);
  });

  it.each([
    ['a container of a task', happened('container', 'die', ofTask)],
    ['a service', happened('service', 'update')],
    ['a node', happened('node', 'update')],
  ])('looks soon after an event of %s', async (_what, event) => {
    const { clock, upstream, watch, looks, told, listener, change } = setUp();
    await watch.watch(listener).stands;
    await clock.advance(13_000);
    change();
    await upstream.stream.send(event);
    await clock.advance(300);
    expect(looks.at(-1)).toBe(13_250);
    expect(told).toEqual([13_250]);
  });

  it('does not care for events of other containers, or for health checks', async () => {
    const { clock, upstream, watch, looks, listener } = setUp();
    await watch.watch(listener).stands;
    await clock.advance(13_000);
    const before = looks.length;
    await upstream.stream.send(happened('container', 'die'), happened('container', 'exec_die', ofTask));
    await clock.advance(4_000);
    expect(looks).toHaveLength(before);
  });

  it('is not put off by events that do not end', async () => {
    const { clock, upstream, watch, looks, listener } = setUp();
    await watch.watch(listener).stands;
    await clock.advance(13_000);
    const before = looks.length;
    for (let round = 0; round < 20; round++) {
      await upstream.stream.send(happened('container', 'start', ofTask));
      await clock.advance(100);
    }
    expect(looks.length - before).toBeGreaterThan(3);
    expect(looks.length - before).toBeLessThan(12);
  });

  it('takes an Engine that refuses for one in another state', async () => {
    let isAway = true;
    const { clock, watch, told, listener } = setUp(() =>
      isAway ? Promise.reject(new Error('This node is not a swarm manager.')) : Promise.resolve([]),
    );
    await watch.watch(listener).stands;
    await clock.advance(1_000);
    expect(told).toEqual([]);
    isAway = false;
    await clock.advance(5_000);
    expect(told).toHaveLength(1);
  });

  it('tells of the first look those who could not wait for it', async () => {
    let answer = (_list: readonly Task[]): void => {};
    const first = new Promise<readonly Task[]>((resolve) => {
      answer = resolve;
    });
    const { clock, watch, told, listener } = setUp(() => first);
    let stood = false;
    const { stands } = watch.watch(listener);
    void stands.then(() => {
      stood = true;
    });
    await clock.advance(1_900);
    expect(stood).toBe(false);
    await clock.advance(200);
    expect(stood).toBe(true);
    answer([]);
    await settled();
    expect(told).toEqual([2_100]);
  });

  it('leaves nothing once nobody watches, and begins anew after that', async () => {
    const { clock, upstream, watch, looks, signals, told, listener, change } = setUp();
    const one = watch.watch(listener);
    const other = watch.watch(listener);
    await one.stands;
    one.leave();
    one.leave();
    await clock.advance(600);
    expect(looks).toHaveLength(2);
    other.leave();
    expect(signals.at(-1)?.aborted).toBe(true);
    // The stream of events lingers for a moment of its own.
    await clock.advance(10_000);
    expect(looks).toHaveLength(2);
    expect(clock.pending).toBe(0);
    expect(upstream.stream.signal.aborted).toBe(true);
    change();
    await watch.watch(listener).stands;
    expect(looks).toHaveLength(3);
    expect(told).toEqual([]);
    watch.close();
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
    expect(looks).toHaveLength(3);
  });
});
