import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeLog, startFakeLog, textsOf } from './fake-log.ts';

const opened: FakeLog[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
});
async function fakeLog(...parameters: Parameters<typeof startFakeLog>): Promise<FakeLog> {
  const log = await startFakeLog(...parameters);
  opened.push(log);
  return log;
}
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

describe('a log that is cut while its container runs', () => {
  it('goes on where it was, without a loss, a repeat, or a word, as often as it is cut', async () => {
    const log = await fakeLog();
    log.write(...numbers(0, 10));
    const reader = await log.follow();
    const seen = await textsOf(reader, 10);
    for (let cut = 1; cut <= 20; cut++) {
      log.cut();
      log.write(...numbers(cut * 10, cut * 10 + 10));
      seen.push(...(await textsOf(reader, 10)));
    }
    expect(seen).toEqual(numbers(0, 210));
    const [first, ...others] = log.asked();
    expect(first?.get('since')).toBeNull();
    expect(others).toHaveLength(20);
    for (const query of others) expect(query.get('since')).toMatch(/^\d+\.\d{9}$/);
  });

  it('goes on likewise where a proxy ends it as if that were the end', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    expect(await textsOf(reader, 1)).toEqual(['one']);
    log.end();
    log.write('two');
    expect(await textsOf(reader, 1)).toEqual(['two']);
  });

  it('goes on once the Engine, which was away, is back', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.away = true;
    log.cut();
    log.write('two');
    const next = textsOf(reader, 1);
    await vi.waitFor(() => expect(log.asked().length).toBeGreaterThan(3));
    log.away = false;
    expect(await next).toEqual(['two']);
  });

  it('is an error that says why when the Engine stays away', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.away = true;
    log.cut();
    await expect(textsOf(reader)).rejects.toMatchObject({ kind: 'response', status: 503, message: 'away' });
  });

  it('is an error when the container was removed meanwhile, as its last lines may be missing', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.state = undefined;
    log.cut();
    await expect(textsOf(reader)).rejects.toMatchObject({
      status: 404,
      message: expect.stringMatching(/was removed while its log could not be read/),
    });
  });

  it('begins when it began, where nothing had come yet', async () => {
    const log = await fakeLog();
    log.write('old');
    const reader = await log.follow({ from: { tail: 0 } });
    const next = textsOf(reader, 1);
    await vi.waitFor(() => expect(log.open()).toBe(1));
    log.cut();
    await vi.waitFor(() => expect(log.asked()).toHaveLength(2));
    const [first, second] = log.asked();
    expect(first?.get('tail')).toBe('0');
    expect(Number(second?.get('since'))).toBeCloseTo(Date.now() / 1000, -1);
    reader.leave();
    await next;
  });

  it('does not wait for anything once it has been left', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.away = true;
    log.cut();
    const next = reader.next();
    await vi.waitFor(() => expect(log.asked().length).toBeGreaterThan(1));
    reader.leave();
    expect(await next).toBeUndefined();
  });
});

describe('a log that ends', () => {
  it('is at its end when its container has ended, with what the Engine had not sent before it ended the stream', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.state = { Status: 'exited', Running: false };
    log.end();
    log.write('last words');
    expect(await textsOf(reader)).toEqual(['last words']);
    expect(log.asked().map((query) => /^(?:1|true)$/.test(query.get('follow') ?? ''))).toEqual([true, false]);
  });

  it('is at its end when its container has ended and was started again since', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.state = { Status: 'running', Running: true, StartedAt: new Date(Date.now() + 5_000).toISOString() };
    log.end();
    expect(await textsOf(reader)).toEqual([]);
  });

  it('is at its end when its container is gone', async () => {
    const log = await fakeLog();
    log.write('one');
    const reader = await log.follow();
    await textsOf(reader, 1);
    log.state = undefined;
    log.end();
    expect(await textsOf(reader)).toEqual([]);
  });

  it('is not asked for again where nobody follows', async () => {
    const log = await fakeLog();
    log.write(...numbers(0, 3));
    expect(await textsOf(await log.follow({ follow: false }))).toEqual(numbers(0, 3));
    expect(log.engine.requests.map(({ path }) => path)).toEqual(['/_ping', expect.stringMatching(/logs$/)]);
  });
});
