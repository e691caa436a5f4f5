import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Input, InputClosed, InputFull } from '../../src/sessions/input.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const made = (most = 100) => {
  const target = new PassThrough({ highWaterMark: 10 });
  return { target, input: new Input(target, { most, patience: 1_000 }) };
};
const bytes = (count: number) => Buffer.alloc(count, 'x');

describe('the input of a session', () => {
  it('is passed on in order, and ends where it is said to', async () => {
    const { target, input } = made();
    await Promise.all([
      input.write(Buffer.from('a')),
      input.write(Buffer.from('b')),
      input.write(Buffer.from('c'), true),
    ]);
    expect(input.isOpen).toBe(false);
    const chunks: Buffer[] = [];
    for await (const chunk of target) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe('abc');
    await expect(input.write(bytes(1))).rejects.toThrow(InputClosed);
  });

  it('waits until what was written before has been read', async () => {
    const { target, input } = made();
    await input.write(bytes(20));
    let isTaken = false;
    const waiting = input.write(bytes(20)).then(() => {
      isTaken = true;
    });
    await Promise.resolve();
    expect(isTaken).toBe(false);
    target.read();
    await once(target, 'drain');
    await waiting;
    expect(isTaken).toBe(true);
  });

  it('gives up what waits too long, and all that came after it', async () => {
    const { input } = made();
    await input.write(bytes(20));
    const first = input.write(bytes(20));
    const results = Promise.allSettled([first, input.write(bytes(1))]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await results).toMatchObject([
      { status: 'rejected', reason: expect.any(InputFull) },
      { status: 'rejected', reason: expect.any(InputFull) },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has room for so much, but always for one', async () => {
    const { input } = made(30);
    await input.write(bytes(20));
    const large = input.write(bytes(500));
    await expect(input.write(bytes(31))).rejects.toThrow(InputFull);
    input.close('over');
    await expect(large).rejects.toThrow('over');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with its target', async () => {
    const { target, input } = made();
    await input.write(bytes(20));
    const waiting = expect(input.write(bytes(20))).rejects.toThrow(InputClosed);
    target.destroy();
    await waiting;
    await expect(input.write(bytes(1))).rejects.toThrow(InputClosed);
  });
});
