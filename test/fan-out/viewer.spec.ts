import { describe, expect, it } from 'vitest';
import { Group, type GroupOptions } from '../../src/fan-out/group.ts';
import { type Entry, resultsOf, Viewer } from '../../src/fan-out/viewer.ts';
import { settled } from '../events/fakes.ts';

const entry = (number: number, bytes = 1): Entry<number, string> => ({
  number,
  item: number,
  result: `r${number}`,
  bytes,
});

/** A way out that takes only as much as it is let. */
function gate() {
  const taken: string[] = [];
  let room = 0;
  let waiting: (() => void) | undefined;
  let ended: unknown = 'open';
  return {
    taken,
    ended: () => ended,
    let: (count: number) => {
      room += count;
      const run = waiting;
      waiting = undefined;
      run?.();
    },
    sink: {
      isFree: () => room > 0,
      whenFree: (run: () => void) => {
        waiting = run;
      },
      take: (result: string) => {
        room -= 1;
        taken.push(result);
      },
      end: (failure: { readonly error: unknown } | undefined) => {
        ended = failure;
      },
    },
  };
}

interface Options {
  readonly mostEntries?: number;
  readonly mostBytes?: number;
  readonly missed?: (
    last: Entry<number, string>,
    count: number,
  ) => Promise<Entry<number, string>> | Entry<number, string>;
}

function viewerOf({ mostEntries = 3, mostBytes = 1_000, ...rest }: Options = {}) {
  let ends = 0;
  const viewer = new Viewer<number, string>({
    from: 0,
    mostEntries,
    mostBytes,
    missed: (last, count) => ({ ...last, result: `missed ${count} to ${last.result}` }),
    onEnd: () => {
      ends += 1;
    },
    ...rest,
  });
  return { viewer, ends: () => ends };
}

describe('a viewer whose way out is full', () => {
  it('keeps so many entries, loses the oldest, and tells first how many those were', () => {
    const { viewer } = viewerOf();
    const { sink, taken, let: allow } = gate();
    viewer.attach(sink);
    viewer.offer([0, 1, 2, 3, 4].map((number) => entry(number)));
    allow(1);
    expect(taken).toEqual(['missed 2 to r1']);
    viewer.offer([entry(5)]);
    allow(10);
    expect(taken).toEqual(['missed 2 to r1', 'missed 1 to r2', 'r3', 'r4', 'r5']);
  });

  it('keeps so many bytes, and always the newest entry, however large', () => {
    const { viewer } = viewerOf({ mostBytes: 10, mostEntries: 100 });
    const { sink, taken, let: allow } = gate();
    viewer.attach(sink);
    viewer.offer([entry(0, 6), entry(1, 6), entry(2, 4), entry(3, 50)]);
    allow(10);
    expect(taken).toEqual(['missed 3 to r2', 'r3']);
  });

  it('tells of what it missed before what came after, also when that has to be asked for', async () => {
    let make = (): void => {};
    const { viewer } = viewerOf({
      missed: (last, count) =>
        new Promise((resolve) => {
          make = () => resolve({ ...last, result: `missed ${count}` });
        }),
    });
    const { sink, taken, let: allow } = gate();
    viewer.attach(sink);
    viewer.offer([0, 1, 2, 3].map((number) => entry(number)));
    allow(10);
    expect(taken).toEqual([]);
    make();
    await settled();
    viewer.offer([entry(4)]);
    expect(taken).toEqual(['missed 1', 'r1', 'r2', 'r3', 'r4']);
  });

  it('ends with the error where what it missed cannot be told', async () => {
    const error = new Error('no');
    const { viewer, ends } = viewerOf({ missed: () => Promise.reject(error) });
    const { sink, ended, let: allow } = gate();
    viewer.attach(sink);
    viewer.offer([0, 1, 2, 3].map((number) => entry(number)));
    allow(10);
    await settled();
    expect([ended(), ends()]).toEqual([{ error }, 1]);
  });

  it('gets what waits before the end, and nothing once it has left', () => {
    const finishing = viewerOf();
    const way = gate();
    finishing.viewer.attach(way.sink);
    finishing.viewer.offer([entry(0)]);
    finishing.viewer.finish(undefined);
    expect(way.ended()).toBe('open');
    way.let(5);
    expect([way.taken, way.ended(), finishing.ends()]).toEqual([['r0'], undefined, 1]);

    const leaving = viewerOf();
    const other = gate();
    leaving.viewer.attach(other.sink);
    leaving.viewer.offer([entry(0)]);
    leaving.viewer.leave();
    leaving.viewer.leave();
    other.let(5);
    leaving.viewer.offer([entry(1)]);
    expect([other.taken, other.ended(), leaving.ends()]).toEqual([[], undefined, 1]);
  });

  it('has what came before it was attached, and the end if that came too', () => {
    const { viewer } = viewerOf();
    viewer.offer([entry(0)]);
    viewer.finish({ error: 'broken' });
    const { sink, taken, ended, let: allow } = gate();
    allow(5);
    viewer.attach(sink);
    expect([taken, ended()]).toEqual([['r0'], { error: 'broken' }]);
  });
});

describe('the results of a viewer, one after the other', () => {
  it('come in order, reject once where the stream broke, and then end', async () => {
    const { viewer } = viewerOf();
    const results = resultsOf(viewer);
    const first = results.next();
    viewer.offer([entry(0), entry(1)]);
    viewer.finish({ error: new Error('broken') });
    expect([await first, await results.next()]).toEqual([
      { done: false, value: 'r0' },
      { done: false, value: 'r1' },
    ]);
    await expect(results.next()).rejects.toThrow('broken');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('end at once when they are left, also while one is waited for', async () => {
    const { viewer, ends } = viewerOf();
    const results = resultsOf(viewer);
    const waiting = results.next();
    await results.return?.();
    expect([await waiting, ends()]).toEqual([{ done: true, value: undefined }, 1]);
  });
});

/** A source that can be fed and seen to be closed. */
function sourceOf() {
  const waiting: ((step: IteratorResult<number>) => void)[] = [];
  const items: number[] = [];
  let returned = 0;
  return {
    returned: () => returned,
    push: (...given: number[]) => {
      for (const value of given) {
        const take = waiting.shift();
        if (take) take({ done: false, value });
        else items.push(value);
      }
    },
    iterator: {
      next: () => {
        const value = items.shift();
        return value === undefined
          ? new Promise<IteratorResult<number>>((resolve) => waiting.push(resolve))
          : Promise.resolve({ done: false as const, value });
      },
      return: () => {
        returned += 1;
        return Promise.resolve({ done: true as const, value: undefined });
      },
    },
  };
}

function groupOf(options: Partial<GroupOptions<number, string>> = {}) {
  const source = sourceOf();
  const told: string[] = [];
  const group = new Group<number, string>({
    open: async () => source.iterator,
    execute: (item) => `r${item}`,
    sizeOf: () => 1,
    missed: (last, count) => last + count / 1_000,
    onOver: () => told.push('over'),
    onEnd: () => told.push('end'),
    ...options,
  });
  return { source, told, group };
}

function open(group: Group<number, string>) {
  const way = gate();
  const viewer = group.join();
  viewer.attach(way.sink);
  way.let(1_000);
  return { ...way, viewer };
}

/** Lets a group read, execute and give. */
async function turns(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await settled();
}

describe('a group', () => {
  it('gives each what was read since it joined, though it is executed later', async () => {
    const { group, source } = groupOf();
    const first = open(group);
    await group.opened;
    source.push(1);
    await Promise.resolve();
    await Promise.resolve();
    const second = open(group);
    await turns();
    source.push(2);
    await turns();
    expect([first.taken, second.taken]).toEqual([['r1', 'r2'], ['r2']]);
  });

  it('keeps the order when some items take longer to execute than others', async () => {
    const { group, source } = groupOf({
      execute: async (item) => {
        for (let count = 0; count < (item % 2) * 3; count += 1) await settled();
        return `r${item}`;
      },
    });
    const { taken } = open(group);
    await group.opened;
    source.push(1, 2, 3, 4, 5);
    await expect.poll(() => taken).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it('goes on reading while an execution takes its time, and tells all what it could not execute', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { group, source } = groupOf({
      mostEntries: 3,
      execute: async (item) => {
        if (item === 1) await held;
        return `r${item}`;
      },
    });
    const { taken } = open(group);
    await group.opened;
    source.push(1);
    await turns();
    source.push(2, 3, 4, 5, 6);
    await turns();
    release();
    // Two and three had to make room.
    await expect.poll(() => taken).toEqual(['r1', 'r3.002', 'r4', 'r5', 'r6']);
  });

  it('closes its source once, when the last has left, also one that is still being opened', async () => {
    const { group, source, told } = groupOf();
    const [first, second] = [open(group), open(group)];
    first.viewer.leave();
    expect(told).toEqual([]);
    second.viewer.leave();
    expect(told).toEqual(['over', 'end']);
    await group.opened;
    expect(source.returned()).toBe(1);

    const opened = groupOf();
    const only = open(opened.group);
    await opened.group.opened;
    only.viewer.leave();
    expect([opened.source.returned(), opened.told]).toEqual([1, ['over', 'end']]);
  });
});
