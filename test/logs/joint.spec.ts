import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeLog, startFakeLog, textsOf } from './fake-log.ts';

const opened: FakeLog[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
});
async function fakeLog(): Promise<FakeLog> {
  const log = await startFakeLog();
  opened.push(log);
  return log;
}
const numbers = (from: number, to: number, more = '') =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}${more}`);
const fromNow = { from: { tail: 0 } } as const;

describe('viewers who want what comes from now on', () => {
  it('are a thousand on one stream of the Engine, which ends with the last of them', async () => {
    const log = await fakeLog();
    log.write('old');
    const readers = await Promise.all(Array.from({ length: 1000 }, () => log.follow(fromNow)));
    expect(log.asked()).toHaveLength(1);
    const seen = readers.map((reader) => textsOf(reader, 300));
    log.write(...numbers(0, 300));
    for (const texts of await Promise.all(seen)) expect(texts).toEqual(numbers(0, 300));
    for (const reader of readers.slice(1)) reader.leave();
    log.write('last');
    const [rest] = await Promise.all(readers.slice(0, 1).map((reader) => textsOf(reader, 1)));
    expect(rest).toEqual(['last']);
    readers[0]?.leave();
    await vi.waitFor(() => expect(log.open()).toBe(0));
    expect(log.asked()).toHaveLength(1);
  });

  it('leave nothing behind when they come and go', async () => {
    const log = await fakeLog();
    for (let round = 0; round < 300; round++) {
      const reader = await log.follow(fromNow);
      const next = reader.next();
      reader.leave();
      expect(await next).toBeUndefined();
    }
    await vi.waitFor(() => expect(log.open()).toBe(0));
    // What is left is kept for other calls.
    expect(log.engine.connections).toBeLessThan(16);
  });

  it('do not share what was cut short by a failure with those who come after', async () => {
    const log = await fakeLog();
    const first = await log.follow(fromNow);
    const failing = textsOf(first);
    failing.catch(() => {});
    log.away = true;
    log.cut();
    await expect(failing).rejects.toMatchObject({ message: 'away' });
    log.away = false;
    const second = await log.follow(fromNow);
    log.write('new');
    expect(await textsOf(second, 1)).toEqual(['new']);
  });
});

describe('viewers who begin in the past', () => {
  it('come together on one stream once each has read up to now, and miss and repeat nothing', async () => {
    const log = await fakeLog();
    log.write(...numbers(0, 50));
    const begins = [{}, { tail: 5 }, { tail: 50 }, { since: '1' }, { tail: 0 }] as const;
    const skipped = [0, 45, 0, 0, 50];
    const readers = await Promise.all(begins.map((from) => log.follow({ from })));
    const seen = readers.map((reader, index) => textsOf(reader, 150 - (skipped[index] ?? 0)));
    log.write(...numbers(50, 60));
    await vi.waitFor(() => expect(log.open()).toBe(1), { timeout: 5_000 });
    log.write(...numbers(60, 150));
    expect(await Promise.all(seen)).toEqual(skipped.map((from) => numbers(from, 150)));
    for (const reader of readers) reader.leave();
    await vi.waitFor(() => expect(log.open()).toBe(0));
  });

  it('come together on a log that has no line yet', async () => {
    const log = await fakeLog();
    const readers = await Promise.all(Array.from({ length: 10 }, () => log.follow({ from: { tail: 20 } })));
    const seen = readers.map((reader) => textsOf(reader, 1));
    await vi.waitFor(() => expect(log.open()).toBe(1), { timeout: 5_000 });
    log.write('first');
    expect(await Promise.all(seen)).toEqual(readers.map(() => ['first']));
  });
});

describe('a viewer who stalls among others', () => {
  it('holds nobody up, costs no stream while it does, and then reads all it has missed', async () => {
    const log = await fakeLog();
    const [fast, stalled] = await Promise.all([log.follow(fromNow), log.follow(fromNow)]);
    const more = 'x'.repeat(10_000);
    const seen: string[] = [];
    for (let from = 0; from < 400; from += 20) {
      log.write(...numbers(from, from + 20, more));
      seen.push(...(await textsOf(fast, 20)));
    }
    expect(seen).toEqual(numbers(0, 400, more));
    expect(log.asked()).toHaveLength(1);
    expect(await textsOf(stalled, 400)).toEqual(numbers(0, 400, more));
    expect(log.asked()).toHaveLength(2);
    const next = [textsOf(fast, 1), textsOf(stalled, 1)];
    await vi.waitFor(() => expect(log.open()).toBe(1), { timeout: 5_000 });
    log.write('both');
    expect(await Promise.all(next)).toEqual([['both'], ['both']]);
  });
});
