import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { MergedLogs, type MergeOptions, type Timed } from '../../src/graph/container/logs/merge.ts';

const timed = (item: string, nanos: number, size = 1): Timed<string> => ({
  item,
  nanos: BigInt(nanos),
  size,
});

async function* logOf(...items: readonly Timed<string>[]): AsyncGenerator<Timed<string>, void, undefined> {
  yield* items;
}

/** Gives these, and then nothing until it is left. */
function quietLog(...items: readonly Timed<string>[]) {
  let given = 0;
  const log: AsyncIterable<Timed<string>> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const value = items[given++];
        return value ? Promise.resolve({ done: false, value }) : new Promise(() => {});
      },
    }),
  };
  return { log, given: () => given };
}

function merged(
  logs: readonly AsyncIterable<Timed<string>>[],
  options: Partial<MergeOptions<string, string>> = {},
) {
  const onEnd = vi.fn<() => void>();
  const stream = new MergedLogs(logs, { window: undefined, give: (item) => item, onEnd, ...options });
  return { stream, onEnd };
}

async function texts(stream: MergedLogs<string, string>): Promise<string[]> {
  const given: string[] = [];
  for await (const result of stream) given.push(result.ok ? result.item : `error: ${String(result.error)}`);
  return given;
}

describe('logs that end', () => {
  it('are one in the order of time, each in its own order', async () => {
    const { stream, onEnd } = merged([
      logOf(timed('a1', 1), timed('a5', 5), timed('late', 2)),
      logOf(timed('b2', 2), timed('b5', 5), timed('b9', 9)),
      logOf(),
    ]);
    expect(await texts(stream)).toEqual(['a1', 'b2', 'a5', 'late', 'b5', 'b9']);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('end the stream with a failure of one of them, after what it had brought', async () => {
    const failing = async function* () {
      yield timed('a1', 1);
      throw new Error('broken');
    };
    const { stream, onEnd } = merged([failing(), quietLog(timed('b0', 0)).log], { window: 0 });
    expect(await texts(stream)).toEqual(['b0', 'a1', 'error: Error: broken']);
    expect(onEnd).toHaveBeenCalledOnce();
  });
});

describe('logs that go on', () => {
  it('hold an item back until the others have had their time', async () => {
    const { stream } = merged([quietLog(timed('a1', 1)).log, quietLog().log], { window: 30 });
    const before = performance.now();
    expect(await stream.next()).toEqual({ done: false, value: { ok: true, item: 'a1' } });
    expect(performance.now() - before).toBeGreaterThanOrEqual(25);
    await stream.return();
  });

  it('are left at once, also while an item is awaited', async () => {
    const { stream, onEnd } = merged([quietLog().log], { window: 10 });
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('are read no further ahead than told', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => timed(`${index}`, index, 1000));
    const { log, given } = quietLog(...items);
    const { stream } = merged([log], { window: 10, readAhead: 10_000 });
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(given()).toBeLessThan(12);
    for (let index = 0; index < 5; index++) await stream.next();
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(given()).toBeLessThan(17);
    await stream.return();
  });

  it('let others run while items are always there', async () => {
    const endless = async function* () {
      for (let index = 0; ; index++) yield timed(`${index}`, index);
    };
    const { stream } = merged([endless()], { window: 10 });
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    for (let index = 0; index < 20_000; index++) await stream.next();
    clearInterval(count);
    expect(turns).toBeGreaterThan(1);
    await stream.return();
  });
});
