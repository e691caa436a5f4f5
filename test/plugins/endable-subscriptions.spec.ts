import { describe, expect, it } from 'vitest';
import { endable } from '../../src/plugins/use-endable-subscriptions.ts';

/** A generator that waits for something that never comes, as many resolvers do. */
async function* stuck(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => {});
}

describe('a stream that can be ended', () => {
  it('passes events on and ends with its source', async () => {
    let ends = 0;
    async function* three() {
      yield* [1, 2, 3];
    }
    const seen: unknown[] = [];
    for await (const event of endable(three(), () => {
      ends += 1;
    }))
      seen.push(event);

    expect([seen, ends]).toEqual([[1, 2, 3], 1]);
  });

  it('lets its consumer go at once, though its source waits for ever', async () => {
    let ends = 0;
    const stream = endable(stuck(), () => {
      ends += 1;
    });
    await stream.next();
    const waiting = stream.next();
    await stream.return(undefined);

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await stream.return(undefined);
    expect(ends).toBe(1);
  });

  it('tells its source, once', async () => {
    let returns = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<number>>(() => {}),
        return: () => {
          returns += 1;
          return Promise.reject(new Error('cannot stop'));
        },
      }),
    };
    const stream = endable(source, () => {});
    void stream.next();
    await stream.return(undefined);
    await stream.return(undefined);

    expect(returns).toBe(1);
  });

  it('passes on the failure of its source and ends', async () => {
    let ends = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    };
    const stream = endable(source, () => {
      ends += 1;
    });

    await expect(stream.next()).rejects.toThrow('broken');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ends).toBe(1);
  });

  it('drops an event that comes after it was ended', async () => {
    let give: (result: IteratorResult<number>) => void = () => {};
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise<IteratorResult<number>>((resolve) => {
            give = resolve;
          }),
      }),
    };
    const stream = endable(source, () => {});
    const waiting = stream.next();
    await stream.return(undefined);
    give({ done: false, value: 1 });

    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
