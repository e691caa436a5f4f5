import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../../src/events/event.ts';
import type { HubItem } from '../../src/events/item.ts';
import { Subscription } from '../../src/events/subscription.ts';
import { message } from './fakes.ts';

function item(seconds: number): HubItem {
  const event = decodeEvent(message(seconds));
  if (!event) throw new Error('no event');
  return { kind: 'event', event };
}
const gap: HubItem = { kind: 'gap', reason: 'RECONNECTED', cursor: 'x', from: 1n, to: undefined };
const shown = (found: HubItem | undefined) => {
  if (!found) return 'end';
  if (found.kind === 'event') return found.event.actorId;
  return found.reason === 'SLOW_SUBSCRIBER' ? `dropped ${found.dropped}` : 'reconnected';
};

function subscription(options: { readonly maxQueue?: number; readonly filter?: () => boolean } = {}) {
  const left = { times: 0 };
  const made = new Subscription({
    maxQueue: options.maxQueue ?? 10,
    filter: options.filter ?? (() => true),
    onLeave: () => left.times++,
  });
  const next = async () => shown((await made.next()).value);
  return { made, left, next };
}

describe('a queue', () => {
  it('gives what was offered before, and then what comes', async () => {
    const { made, next } = subscription();
    made.offer(item(1));
    made.offer(item(2));
    expect([await next(), await next()]).toEqual(['c1', 'c2']);
    const waiting = next();
    made.offer(item(3));
    expect(await waiting).toBe('c3');
  });

  it('answers several readers in the order they asked', async () => {
    const { made, next } = subscription();
    const waiting = Promise.all([next(), next(), next()]);
    for (const seconds of [1, 2, 3]) made.offer(item(seconds));
    expect(await waiting).toEqual(['c1', 'c2', 'c3']);
  });

  it('drops its oldest items when it is full, and says how many in their place', async () => {
    const { made, next } = subscription({ maxQueue: 3 });
    for (const seconds of [1, 2, 3, 4, 5]) made.offer(item(seconds));
    expect(await next()).toBe('dropped 2');
    made.offer(item(6));
    expect([await next(), await next(), await next()]).toEqual(['dropped 1', 'c4', 'c5']);
    expect(await next()).toBe('c6');
  });

  it('counts anew after each gap', async () => {
    const { made, next } = subscription({ maxQueue: 1 });
    for (const seconds of [1, 2]) made.offer(item(seconds));
    expect([await next(), await next()]).toEqual(['dropped 1', 'c2']);
    for (const seconds of [3, 4, 5]) made.offer(item(seconds));
    expect([await next(), await next()]).toEqual(['dropped 2', 'c5']);
  });

  it('has room for one item at least', async () => {
    const { made, next } = subscription({ maxQueue: 0 });
    made.offer(item(1));
    expect(await next()).toBe('c1');
  });
});

describe('a filter', () => {
  it('keeps events out of the queue, and lets gaps through', async () => {
    const { made, next } = subscription({ filter: () => false });
    made.offer(item(1));
    made.offer(gap);
    expect(await next()).toBe('reconnected');
  });

  it('that throws ends its subscription with the error, after what was queued', async () => {
    const failure = new Error('bad filter');
    let bad = false;
    const { made, left, next } = subscription({
      filter() {
        if (bad) throw failure;
        return true;
      },
    });
    made.offer(item(1));
    bad = true;
    made.offer(item(2));
    made.offer(item(3));
    expect(left.times).toBe(1);
    expect(await next()).toBe('c1');
    await expect(made.next()).rejects.toBe(failure);
    expect(await next()).toBe('end');
    await made.return();
    expect(left.times).toBe(1);
  });
});

describe('leaving', () => {
  it('ends at once, also for readers that wait', async () => {
    const { made, left, next } = subscription();
    const waiting = Promise.all([next(), next()]);
    expect(await made.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual(['end', 'end']);
    expect(left.times).toBe(1);
  });

  it('forgets what is queued, and takes no more', async () => {
    const { made, next } = subscription({ maxQueue: 1 });
    made.offer(item(1));
    made.offer(item(2));
    await made.return();
    made.offer(item(3));
    expect(await next()).toBe('end');
  });

  it('is told of once', async () => {
    const { made, left } = subscription();
    await made.return();
    await made.return();
    await expect(made.throw(new Error('mine'))).rejects.toThrow('mine');
    expect(left.times).toBe(1);
  });

  it('is what break does', async () => {
    const { made, left } = subscription();
    made.offer(item(1));
    for await (const found of made) {
      expect(shown(found)).toBe('c1');
      break;
    }
    expect(left.times).toBe(1);
  });

  it('by throw() rejects with its error and ends readers that wait', async () => {
    const { made, next } = subscription();
    const waiting = next();
    await expect(made.throw(new Error('mine'))).rejects.toThrow('mine');
    expect(await waiting).toBe('end');
  });
});

describe('the end of the hub', () => {
  it('comes after what is queued, and is no leaving', async () => {
    const { made, left, next } = subscription();
    made.offer(item(1));
    made.finish();
    made.offer(item(2));
    expect([await next(), await next(), await next()]).toEqual(['c1', 'end', 'end']);
    expect(left.times).toBe(0);
  });

  it('ends readers that wait', async () => {
    const { made, next } = subscription();
    const waiting = next();
    made.finish();
    expect(await waiting).toBe('end');
  });
});

describe('a reader of a flood', () => {
  it('lets the event loop turn every 256 items', async () => {
    const { made } = subscription({ maxQueue: 10_000 });
    for (let count = 0; count < 1_000; count++) made.offer(item(count));
    made.finish();
    let turns = 0;
    let reading = true;
    const watch = () => {
      turns++;
      if (reading) setImmediate(watch);
    };
    setImmediate(watch);
    const turnsAt: number[] = [];
    for await (const _ of made) turnsAt.push(turns);
    reading = false;
    expect(turnsAt.length).toBe(1_000);
    expect(new Set(turnsAt.slice(0, 256))).toEqual(new Set([0]));
    expect(new Set(turnsAt).size).toBe(4);
  });

  it('can leave at once while it rests', async () => {
    const { made } = subscription({ maxQueue: 10_000 });
    for (let count = 0; count < 300; count++) made.offer(item(count));
    for (let count = 0; count < 256; count++) await made.next();
    const order: string[] = [];
    setImmediate(() => order.push('turn'));
    const waiting = made.next().then(({ done }) => order.push(done ? 'end' : 'item'));
    await made.return();
    await waiting;
    expect(order).toEqual(['end']);
  });
});
