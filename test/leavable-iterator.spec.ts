import { describe, expect, it } from 'vitest';
import { LeavableIterator } from '../src/leavable-iterator.ts';

/** Gives what it is fed: an error is thrown, and after `last` nothing can come. */
class Fed extends LeavableIterator<string> {
  readonly waiting: (string | Error)[] = [];
  asked = 0;
  leftTimes = 0;
  #isOver = false;

  feed(...items: (string | Error)[]): void {
    this.waiting.push(...items);
    this.deliver();
  }

  finish(): void {
    this.#isOver = true;
    this.deliver();
  }

  protected take(): string | undefined {
    this.asked++;
    const item = this.waiting.shift();
    if (item instanceof Error) throw item;
    return item;
  }

  protected isOver(): boolean {
    return this.#isOver;
  }

  protected override isLast(item: string): boolean {
    return item === 'last';
  }

  protected onLeave(): void {
    this.leftTimes++;
    this.waiting.length = 0;
  }
}

const over = { done: true, value: undefined };
const given = (value: string) => ({ done: false, value });

describe('a reader that waits', () => {
  it('gets what comes, one item for each time it asked, in that order', async () => {
    const fed = new Fed();
    const waiting = Promise.all([fed.next(), fed.next()]);
    fed.feed('a', 'b', 'c');
    expect(await waiting).toEqual([given('a'), given('b')]);
    expect(fed.waiting).toEqual(['c']);
  });

  it('gets the end when it is over', async () => {
    const fed = new Fed();
    const waiting = fed.next();
    fed.finish();
    expect(await waiting).toEqual(over);
  });

  it('gets the end at once when it leaves, which a generator would put off until the next item', async () => {
    const fed = new Fed();
    const waiting = Promise.all([fed.next(), fed.next()]);
    expect(await fed.return()).toEqual(over);
    expect(await waiting).toEqual([over, over]);
  });
});

describe('a reader that does not wait', () => {
  it('costs nothing: nothing is taken for it', () => {
    const fed = new Fed();
    fed.feed('a', 'b');
    expect(fed.asked).toBe(0);
  });

  it('still gets what was there before the end', async () => {
    const fed = new Fed();
    fed.feed('a');
    fed.finish();
    expect([await fed.next(), await fed.next(), await fed.next()]).toEqual([given('a'), over, over]);
    expect(fed.leftTimes).toBe(0);
  });
});

describe('a reader that has left', () => {
  it('gets nothing more, whatever comes', async () => {
    const fed = new Fed();
    fed.feed('a');
    await fed.return();
    fed.feed('b');
    expect(await fed.next()).toEqual(over);
    expect(fed.asked).toBe(0);
  });

  it('is told of once, however often it leaves', async () => {
    const fed = new Fed();
    await fed.return();
    await fed.return();
    await expect(fed.throw(new Error('no more'))).rejects.toThrow('no more');
    expect(fed.leftTimes).toBe(1);
  });

  it('has left by throwing, too', async () => {
    const fed = new Fed();
    const waiting = fed.next();
    await expect(fed.throw(new Error('no more'))).rejects.toThrow('no more');
    expect(await waiting).toEqual(over);
    expect(fed.leftTimes).toBe(1);
  });

  it('has left by breaking off its loop', async () => {
    const fed = new Fed();
    fed.feed('a', 'b');
    for await (const item of fed) {
      expect(item).toBe('a');
      break;
    }
    expect(fed.leftTimes).toBe(1);
    expect(fed.waiting).toEqual([]);
  });
});

describe('a last item', () => {
  it('is given, and then lets go of the source by itself', async () => {
    const fed = new Fed();
    fed.feed('last', 'never');
    expect(await fed.next()).toEqual(given('last'));
    expect(fed.leftTimes).toBe(1);
    expect(await fed.next()).toEqual(over);
  });

  it('ends the others who wait', async () => {
    const fed = new Fed();
    const waiting = Promise.all([fed.next(), fed.next()]);
    fed.feed('last');
    expect(await waiting).toEqual([given('last'), over]);
  });
});

describe('a failure', () => {
  it('rejects the one who waits for it, and nobody else', async () => {
    const fed = new Fed();
    const waiting = Promise.allSettled([fed.next(), fed.next()]);
    const failure = new Error('it broke');
    expect(() => fed.feed(failure, 'a')).not.toThrow();
    expect(await waiting).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: given('a') },
    ]);
  });
});

describe('a reader that always finds an item', () => {
  const full = (itemsPerTurn?: number): Fed => {
    const fed = new Fed(itemsPerTurn);
    fed.feed(...Array.from({ length: 10 }, () => 'a'));
    return fed;
  };

  /** How many items were given before the event loop came to something else. */
  async function givenInOneTurn(fed: Fed): Promise<number> {
    let count = 0;
    let seen: number | undefined;
    setImmediate(() => {
      seen = count;
    });
    while (seen === undefined && count < 10) {
      await fed.next();
      count++;
    }
    return seen ?? count;
  }

  it('lets the others have a turn after so many', async () => {
    expect(await givenInOneTurn(full(4))).toBe(4);
  });

  it('goes on where no number was given', async () => {
    expect(await givenInOneTurn(full())).toBe(10);
  });

  it('can leave at once while it rests', async () => {
    const fed = full(1);
    const turned = new Promise((resolve) => setImmediate(() => resolve('turned')));
    await fed.next();
    const resting = fed.next();
    await fed.return();
    expect(await Promise.race([resting, turned])).toEqual(over);
  });
});
