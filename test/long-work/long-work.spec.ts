import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Reporter } from '../../src/long-work/live-work.ts';
import { createLongWork, type LongWorkOptions } from '../../src/long-work/long-work.ts';
import { type Work, WorkCanceled, WorkRefused, type WorkResult } from '../../src/long-work/work.ts';

afterEach(() => vi.useRealTimers());

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** A piece of work that does what the test tells it, when the test does. */
function workshop(options: LongWorkOptions = {}) {
  const registry = createLongWork(options);
  const begin = async (spec: { readonly engine?: string; readonly waitsForUpload?: boolean } = {}) => {
    const done = deferred<WorkResult>();
    const called = deferred<{ reporter: Reporter; signal: AbortSignal }>();
    const started = registry.start({
      engine: 'default',
      kind: 'IMAGE_PULL',
      subject: 'nginx:1.27',
      ...spec,
      run: (reporter, signal) => {
        called.resolve({ reporter, signal });
        return done.promise;
      },
    });
    started.outcome.catch(() => {});
    const { key } = started.work;
    const see = (): Work => {
      const work = registry.find(key);
      if (!work) throw new Error('it is forgotten');
      return work;
    };
    return { ...(await called.promise), ...started, key, see, finish: done.resolve, fail: done.reject };
  };
  return { registry, begin };
}

/** All that a follower gets until the end. */
async function seen(follower: AsyncIterable<Work> | undefined): Promise<Work[]> {
  const all: Work[] = [];
  for await (const work of follower ?? []) all.push(work);
  return all;
}

const next = async (follower: AsyncIterator<Work> | undefined): Promise<Work> => {
  const result = await follower?.next();
  if (!result || result.done) throw new Error('the follower has ended');
  return result.value;
};

describe('a piece of work', () => {
  it('runs from the start, and succeeds with what it resolves with', async () => {
    const { begin } = workshop();
    const { work, see, finish, outcome } = await begin();
    expect(work).toMatchObject({
      kind: 'IMAGE_PULL',
      engine: 'default',
      subject: 'nginx:1.27',
      state: 'RUNNING',
      startedAt: work.createdAt,
      finishedAt: null,
      progress: { current: 0, total: null, percent: null },
      error: null,
    });
    finish({ image: 'sha256:1', digest: 'sha256:2' });
    await expect(outcome).resolves.toEqual({ image: 'sha256:1', digest: 'sha256:2' });
    expect(see()).toMatchObject({
      state: 'SUCCEEDED',
      finishedAt: expect.any(Number),
      progress: { percent: 100 },
      result: { image: 'sha256:1', digest: 'sha256:2' },
    });
  });

  it('fails with what it throws, also where it does so at once', async () => {
    const { begin, registry } = workshop();
    const { see, fail, outcome } = await begin();
    const error = new Error('no space left on device');
    fail(error);
    await expect(outcome).rejects.toBe(error);
    expect(see()).toMatchObject({ state: 'FAILED', error, finishedAt: expect.any(Number) });
    const thrower = registry.start({
      engine: 'default',
      kind: 'IMAGE_PUSH',
      run: () => {
        throw error;
      },
    });
    await expect(thrower.outcome).rejects.toBe(error);
    expect(registry.find(thrower.work.key)).toMatchObject({ state: 'FAILED', subject: null });
  });

  it('waits for its upload without a start, until it says that it comes', async () => {
    const times = [1_000, 2_000, 3_000];
    const { begin } = workshop({ now: () => times.shift() ?? 4_000 });
    const { work, see, reporter } = await begin({ waitsForUpload: true });
    expect(work).toMatchObject({ state: 'WAITING_FOR_UPLOAD', createdAt: 1_000, startedAt: null });
    reporter.began();
    expect(see()).toMatchObject({ state: 'RUNNING' });
    expect(see().startedAt).toBeGreaterThan(1_000);
    reporter.began();
    expect(see().startedAt).toBeLessThan(4_000);
  });

  it('is not heard any more once it has ended', async () => {
    const { begin } = workshop();
    const { see, finish, outcome, reporter } = await begin();
    finish({});
    await outcome;
    const before = see();
    reporter.step({ id: 'late' });
    reporter.progress(5, 10);
    reporter.output('late\n');
    reporter.result({ digest: 'late' });
    reporter.began();
    expect(see()).toBe(before);
  });
});

describe('progress', () => {
  it('never falls, and is not whole before the end', async () => {
    const { begin } = workshop();
    const { see, reporter, finish, outcome } = await begin();
    const reports: Parameters<Reporter['progress']>[] = [
      [10, 100],
      [5, 100],
      [30, 1000],
      [20, null],
      [40, 1000, 2],
      [2000, 1000],
    ];
    const told = reports.map((report) => {
      reporter.progress(...report);
      return see().progress;
    });
    expect(told).toEqual([
      { current: 10, total: 100, percent: 10 },
      { current: 10, total: 100, percent: 10 },
      { current: 30, total: 1000, percent: 10 },
      { current: 30, total: 1000, percent: 10 },
      { current: 40, total: 1000, percent: 10 },
      { current: 1000, total: 1000, percent: 99.9 },
    ]);
    finish({});
    await outcome;
    expect(see().progress).toEqual({ current: 1000, total: 1000, percent: 100 });
  });

  it('stays where it was when the work fails', async () => {
    const { begin } = workshop();
    const { see, reporter, fail, outcome } = await begin();
    reporter.progress(10, 100);
    fail(new Error('x'));
    await expect(outcome).rejects.toThrow('x');
    expect(see().progress).toEqual({ current: 10, total: 100, percent: 10 });
  });

  it('of a step keeps what is not told anew, and forgets its numbers with its status', async () => {
    const { begin } = workshop();
    const { see, reporter } = await begin();
    reporter.step({ id: 'a', status: 'Downloading', state: 'RUNNING', current: 1, total: 9 });
    reporter.step({ id: 'b' });
    reporter.step({ id: 'a', current: 4 });
    const untimed = { startedAt: null, finishedAt: null };
    expect(see().steps).toEqual([
      { id: 'a', name: null, status: 'Downloading', state: 'RUNNING', current: 4, total: 9, ...untimed },
      { id: 'b', name: null, status: '', state: 'WAITING', current: null, total: null, ...untimed },
    ]);
    const startedAt = '2026-01-01T00:00:00Z';
    reporter.step({ id: 'a', status: 'Extracting', name: 'layer', startedAt });
    reporter.step({ id: 'a', finishedAt: '2026-01-01T00:00:01Z' });
    expect(see().steps[0]).toEqual({
      startedAt,
      finishedAt: '2026-01-01T00:00:01Z',
      id: 'a',
      name: 'layer',
      status: 'Extracting',
      state: 'RUNNING',
      current: null,
      total: null,
    });
  });

  it('is bounded, however much is told', async () => {
    const { begin } = workshop();
    const { see, reporter } = await begin();
    const long = 'x'.repeat(10_000);
    for (let index = 0; index < 2_000; index++)
      reporter.step({ id: `${index}${long}`, status: long, name: long });
    const { steps } = see();
    expect(steps).toHaveLength(1_000);
    expect(
      Math.max(...steps.flatMap((step) => [step.id.length, step.status.length, step.name?.length ?? 0])),
    ).toBe(512);
    for (let index = 0; index < 2_000; index++) reporter.output(`${index}${long}\n`);
    const { output, outputCount } = see();
    expect(output.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(65_536);
    expect(output.at(-1)?.number).toBe(outputCount);
    expect(outputCount).toBe(6_000);
    for (let index = 0; index < 2_000; index++) reporter.output('a\n');
    expect(see().output).toHaveLength(500);
  });
});

describe('output', () => {
  it('is cut into lines, wherever its text is cut', async () => {
    const { begin } = workshop();
    const { see, reporter, finish, outcome } = await begin();
    const text = 'one\r\ntwo\n\nfo';
    for (const character of text) reporter.output(character);
    expect(see().output.map((line) => line.text)).toEqual(['one', 'two', '']);
    reporter.output('ur');
    finish({});
    await outcome;
    expect(see().output).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: 'two' },
      { number: 3, text: '' },
      { number: 4, text: 'four' },
    ]);
  });

  it('holds no more of a line that never ends than of others', async () => {
    const { begin } = workshop();
    const { see, reporter } = await begin();
    for (let index = 0; index < 100; index++) reporter.output('y'.repeat(10_000));
    const { output } = see();
    expect(Math.max(...output.map(({ text }) => text.length))).toBe(4_096);
    expect(output.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(65_536);
  });
});

describe('a follower', () => {
  it('gets the state at once, later ones not too often, and the end always', async () => {
    const { begin, registry } = workshop();
    const { key, reporter, finish, work } = await begin();
    const all = seen(registry.follow(key));
    const began = performance.now();
    for (let index = 1; index <= 50; index++) {
      reporter.progress(index, 100);
      // The work itself takes time: half a second, for the states that are told of it to be counted.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    finish({});
    const works = await all;
    const most = Math.ceil((performance.now() - began) / 100) + 2;
    expect(works[0]).toEqual(work);
    expect(works.length).toBeGreaterThan(3);
    expect(works.length).toBeLessThanOrEqual(most);
    expect(works.at(-1)).toMatchObject({ state: 'SUCCEEDED', progress: { percent: 100 } });
    const percents = works.map(({ progress }) => progress.percent ?? 0);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it('that is slow gets the latest state, and misses those between', async () => {
    const { begin, registry } = workshop();
    const { key, reporter, finish, outcome } = await begin();
    const follower = registry.follow(key);
    await next(follower);
    for (let index = 1; index <= 100; index++) {
      reporter.step({ id: `${index}`, status: 'x' });
      reporter.began();
    }
    finish({ image: 'i' });
    await outcome;
    const { steps, state } = await next(follower);
    expect({ steps: steps.length, state }).toEqual({ steps: 100, state: 'SUCCEEDED' });
    await expect(follower?.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('shares what it gets with all others', async () => {
    const { begin, registry } = workshop();
    const { key, finish } = await begin();
    const all = [seen(registry.follow(key)), seen(registry.follow(key))];
    finish({});
    const [first = [], second = []] = await Promise.all(all);
    expect(first.length).toBe(2);
    for (const [index, work] of first.entries()) expect(second[index]).toBe(work);
  });

  it('of what has ended gets that, and the end', async () => {
    const { begin, registry } = workshop();
    const { key, finish, outcome } = await begin();
    finish({});
    await outcome;
    expect(await seen(registry.follow(key))).toMatchObject([{ state: 'SUCCEEDED' }]);
  });

  it('can leave while it waits, which changes nothing', async () => {
    const { begin, registry } = workshop();
    const { key, see, signal, reporter } = await begin();
    const follower = registry.follow(key);
    await next(follower);
    const waiting = follower?.next();
    await follower?.return();
    await expect(waiting).resolves.toEqual({ done: true, value: undefined });
    reporter.progress(1, 2);
    await expect(follower?.next()).resolves.toEqual({ done: true, value: undefined });
    expect(signal.aborted).toBe(false);
    expect(see().state).toBe('RUNNING');
  });

  it('that nobody has leaves no timer behind', async () => {
    vi.useFakeTimers();
    const { begin, registry } = workshop();
    const { key, reporter, finish, outcome } = await begin();
    reporter.progress(1, 2);
    expect(vi.getTimerCount()).toBe(0);
    const follower = registry.follow(key);
    reporter.progress(2, 3);
    reporter.output('x\n');
    expect(vi.getTimerCount()).toBe(1);
    finish({});
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
    await follower?.return();
  });
});

describe('whoever wants to know of all changes on an engine', () => {
  it('is told of a beginning, of changes now and then, and of the end', async () => {
    vi.useFakeTimers();
    const { begin, registry } = workshop();
    const seenStates: (string | undefined)[] = [];
    const stop = registry.onChange('default', () => seenStates.push(registry.list('default')[0]?.state));
    const { reporter, finish, outcome } = await begin();
    await begin({ engine: 'other' });
    expect(seenStates).toEqual(['RUNNING']);
    reporter.progress(1, 10);
    reporter.progress(2, 10);
    await vi.advanceTimersByTimeAsync(100);
    expect(seenStates).toEqual(['RUNNING', 'RUNNING']);
    finish({});
    await outcome;
    expect(seenStates).toEqual(['RUNNING', 'RUNNING', 'SUCCEEDED']);
    stop();
    await begin();
    expect(seenStates).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a cancel', () => {
  it('aborts the work, and waits until it has stopped', async () => {
    const { begin, registry } = workshop();
    const { key, signal, fail, see, outcome } = await begin();
    const canceled = registry.cancel(key);
    expect(signal.aborted).toBe(true);
    expect(see()).toMatchObject({ state: 'RUNNING', isStopping: true });
    fail(new Error('whatever it says then'));
    await expect(canceled).resolves.toMatchObject({
      canceled: true,
      work: { state: 'CANCELED', isStopping: false },
    });
    await expect(outcome).rejects.toBeInstanceOf(WorkCanceled);
    expect(see().error).toBeInstanceOf(WorkCanceled);
  });

  it('that comes too late says so, and the work has succeeded', async () => {
    const { begin, registry } = workshop();
    const { key, finish, outcome } = await begin();
    const canceled = registry.cancel(key);
    finish({ image: 'i' });
    await expect(canceled).resolves.toMatchObject({ canceled: false, work: { state: 'SUCCEEDED' } });
    await expect(outcome).resolves.toEqual({ image: 'i' });
    await expect(registry.cancel(key)).resolves.toMatchObject({ canceled: false });
  });

  it('is one for two that want it', async () => {
    const { begin, registry } = workshop();
    const { key, fail } = await begin();
    const both = [registry.cancel(key), registry.cancel(key)];
    fail(new Error('stopped'));
    const answers = await Promise.all(both);
    expect(answers.map((answer) => answer?.canceled)).toEqual([true, false]);
    expect(answers.map((answer) => answer?.work.state)).toEqual(['CANCELED', 'CANCELED']);
  });

  it('gives up on work that does not stop', async () => {
    const { begin, registry } = workshop({ patience: 20 });
    const { key } = await begin();
    await expect(registry.cancel(key)).resolves.toMatchObject({
      canceled: true,
      work: { state: 'CANCELED' },
    });
  });

  it('of what nobody knows is nothing', async () => {
    await expect(workshop().registry.cancel('x')).resolves.toBeUndefined();
  });
});

describe('the list', () => {
  it('has the newest first, of one engine', async () => {
    const { begin, registry } = workshop();
    const first = await begin();
    const second = await begin();
    await begin({ engine: 'other' });
    second.finish({});
    await second.outcome;
    const third = await begin();
    expect(registry.list('default').map(({ key }) => key)).toEqual([third.key, second.key, first.key]);
    expect(registry.list('other')).toHaveLength(1);
    expect(registry.list('none')).toEqual([]);
  });

  it('forgets the oldest that ended, and never what is under way', async () => {
    const { begin, registry } = workshop({ mostEnded: 2 });
    const lasting = await begin();
    const keys: string[] = [];
    for (let index = 0; index < 4; index++) {
      const one = await begin();
      keys.push(one.key);
      one.finish({});
      await one.outcome;
    }
    expect(registry.list('default').map(({ key }) => key)).toEqual([keys[3], keys[2], lasting.key]);
    expect(registry.find(keys[0] ?? '')).toBeUndefined();
    expect(registry.follow(keys[0] ?? '')).toBeUndefined();
  });

  it('forgets what ended long ago', async () => {
    let time = 0;
    const { begin, registry } = workshop({ memory: 1_000, now: () => time });
    const { finish, outcome, key } = await begin();
    const other = await begin();
    finish({});
    await outcome;
    time = 999;
    expect(registry.find(key)).toBeDefined();
    time = 1_000;
    expect(registry.find(key)).toBeUndefined();
    expect(other.see().state).toBe('RUNNING');
  });

  it('is bounded for what is under way, and says so', async () => {
    const { begin, registry } = workshop({ mostUnderWay: 2 });
    const { finish, outcome } = await begin();
    await begin();
    await expect(begin()).rejects.toThrow(/^2 operations are under way, the most at once: .*cancel one/);
    finish({});
    await outcome;
    await expect(begin()).resolves.toBeDefined();
    expect(registry.list('default')).toHaveLength(3);
  });
});

describe('the end of the gateway', () => {
  it('stops all that is under way, lets followers see that, and takes nothing new', async () => {
    vi.useFakeTimers();
    const { begin, registry } = workshop();
    const running = await begin();
    const waiting = await begin({ waitsForUpload: true });
    for (const { signal, fail } of [running, waiting])
      signal.addEventListener('abort', () => fail(new Error('x')));
    const followed = seen(registry.follow(running.key));
    await registry.close();
    expect(running.see().state).toBe('CANCELED');
    expect(waiting.see().state).toBe('CANCELED');
    expect((await followed).at(-1)).toMatchObject({ state: 'CANCELED' });
    await expect(begin()).rejects.toBeInstanceOf(WorkRefused);
    expect(vi.getTimerCount()).toBe(0);
    await registry.close();
  });
});
