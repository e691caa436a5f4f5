import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { type Log, LogMerge, type MergeOptions } from '../../src/graph/container/logs/merge.ts';

interface Item {
  readonly text: string;
  readonly time: string;
  readonly size: number;
}

const item = (text: string, time: number, size = 1): Item => ({
  text,
  time: String(time).padStart(9, '0'),
  size,
});

/** Gives these batches, and then what `then` says: the end, a failure, or nothing until it is left. */
function logOf(batches: readonly (readonly Item[])[], then: 'end' | 'wait' | Error = 'end') {
  let given = 0;
  const leave = vi.fn<() => void>();
  const log: Log<Item> = {
    next: async () => {
      const batch = batches[given++];
      if (batch || then === 'end') return batch;
      if (then === 'wait') return new Promise(() => {});
      throw then;
    },
    leave,
  };
  return { log, leave, given: () => given };
}

function merged(logs: readonly { readonly log: Log<Item> }[], options: Partial<MergeOptions> = {}) {
  const merge = new LogMerge<Item, number>({ window: undefined, whenSlow: 'wait', ...options });
  for (const [index, { log }] of logs.entries()) merge.add(index, log);
  return merge;
}

const one = { items: 1, bytes: 1 };
const many = { items: 500, bytes: 1_000_000 };

async function texts(merge: LogMerge<Item, number>, portion = one): Promise<string[]> {
  const given: string[] = [];
  for (let taken = await merge.take(portion); taken; taken = await merge.take(portion)) {
    if (taken.ok) given.push(...taken.items.map((each) => each.item.text));
    else given.push(String(taken.error));
  }
  return given;
}

describe('logs that end', () => {
  it.each([one, many])(
    'are one in the order of time, each in its own order, taken as %o',
    async (portion) => {
      const logs = [
        logOf([[item('a1', 1), item('a5', 5)], [item('late', 2)]]),
        logOf([[item('b2', 2)], [item('b5', 5), item('b9', 9)]]),
        logOf([]),
      ];
      expect(await texts(merged(logs), portion)).toEqual(['a1', 'b2', 'a5', 'late', 'b5', 'b9']);
      for (const { leave } of logs.slice(0, 2)) expect(leave).toHaveBeenCalledTimes(0);
    },
  );

  it('end the stream with a failure of one of them, after what it had brought, and are all left', async () => {
    const quiet = logOf([[item('b0', 0)]], 'wait');
    const merge = merged([logOf([[item('a1', 1)]], new Error('broken')), quiet], { window: 20 });
    expect(await texts(merge)).toEqual(['b0', 'a1', 'Error: broken']);
    expect(quiet.leave).toHaveBeenCalledOnce();
  });
});

describe('logs that go on', () => {
  it('hold an item back until the others have had their time', async () => {
    const merge = merged([logOf([[item('a1', 1)]], 'wait'), logOf([], 'wait')], { window: 30 });
    const before = performance.now();
    expect(await merge.take(one)).toMatchObject({ ok: true, items: [{ item: { text: 'a1' } }] });
    expect(performance.now() - before).toBeGreaterThanOrEqual(25);
    merge.leave();
  });

  it('are left at once, also while an item is awaited', async () => {
    const log = logOf([], 'wait');
    const merge = merged([log], { window: 10 });
    const waiting = merge.take(one);
    merge.leave();
    expect(await waiting).toBeUndefined();
    expect(await merge.take(one)).toBeUndefined();
    expect(log.leave).toHaveBeenCalledOnce();
  });

  it('are read no further ahead than told', async () => {
    const log = logOf(Array.from({ length: 1000 }, (_, index) => [item(`${index}`, index, 1000)]));
    const merge = merged([log], { window: 10, readAhead: 10_000 });
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(log.given()).toBeLessThan(12);
    for (let index = 0; index < 5; index++) await merge.take(one);
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(log.given()).toBeLessThan(17);
    merge.leave();
  });

  it('let others run while items are always there', async () => {
    let index = 0;
    const endless: Log<Item> = { next: async () => [item(`${index}`, index++)], leave: () => {} };
    const merge = merged([{ log: endless }], { window: 10 });
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    for (let taken = 0; taken < 20_000; taken++) await merge.take(one);
    clearInterval(count);
    expect(turns).toBeGreaterThan(1);
    merge.leave();
  });

  it('may become more, and have no end as long as they may', async () => {
    const merge = merged([logOf([[item('a', 1)]])], { window: 0, grows: true });
    expect(await merge.take(one)).toMatchObject({ items: [{ item: { text: 'a' } }] });
    const waiting = merge.take(one);
    merge.add(7, logOf([[item('b', 2)]]).log);
    expect(await waiting).toMatchObject({ items: [{ owner: 7, item: { text: 'b' } }] });
    const more = merge.take(one);
    await nextTurn();
    merge.fail(new Error('no more'));
    expect(await more).toMatchObject({ ok: false });
    expect(await merge.take(one)).toBeUndefined();
  });
});

describe('a reader who is too slow and would rather miss something', () => {
  it('never holds a log up, and learns how much it has missed, and of when', async () => {
    const log = logOf(
      Array.from({ length: 1000 }, (_, index) => [item(`${index}`, index, 744)]),
      'wait',
    );
    const merge = merged([log], { window: 0, whenSlow: 'drop-oldest', readAhead: 10_000 });
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(log.given()).toBe(1001);
    const taken = await merge.take(many);
    expect(taken).toMatchObject({
      ok: true,
      dropped: { count: 990, from: '000000000', to: '000000989' },
    });
    expect(taken?.ok && taken.items.map((each) => each.item.text)).toEqual(
      Array.from({ length: 10 }, (_, index) => `${990 + index}`),
    );
    merge.leave();
  });
});
