import { describe, expect, it } from 'vitest';
import { responseError } from '../../../src/engine/errors.ts';
import { TypedFailure } from '../../../src/graph/mutation/typed-failure.ts';
import { changeVersioned } from '../../../src/graph/mutation/versioned.ts';

const refusal = () =>
  responseError('POST /services/{id}/update', 500, '{"message":"rpc error: update out of sequence"}');

/** An object as a swarm keeps it: a write of another version than the one it has is refused. */
class Kept {
  index = 7n;
  texts: readonly string[] = [];
  reads = 0;
  /** What others write between our read and our write, so many times. */
  others = 0;

  read = async () => {
    this.reads += 1;
    const current = { Version: { Index: Number(this.index) }, texts: this.texts };
    if (this.others > 0) {
      this.others -= 1;
      this.set([...this.texts, 'theirs']);
    }
    return current;
  };

  write = async (texts: readonly string[], version: string) => {
    if (version !== String(this.index)) throw refusal();
    this.set(texts);
    return 'written';
  };

  private set(texts: readonly string[]) {
    this.texts = texts;
    this.index += 1n;
  }
}

const append =
  (text: string) =>
  ({ texts }: { readonly texts: readonly string[] }) => [...texts, text];

const change = (kept: Kept, more: { readonly version?: number | bigint } = {}) =>
  changeVersioned({ what: 'It', read: kept.read, write: kept.write, apply: append('ours'), ...more });

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TypedFailure)) throw new Error(`no typed failure: ${String(error)}`);
  return error.userError;
};

describe('a change of an object with a version', () => {
  it('is written with the version that was read, and answers what the write did', async () => {
    const kept = new Kept();
    expect(await change(kept)).toBe('written');
    expect(kept).toMatchObject({ texts: ['ours'], index: 8n, reads: 1 });
  });

  it('is applied anew to what others wrote meanwhile', async () => {
    const kept = new Kept();
    kept.others = 3;
    await change(kept);
    expect(kept.texts).toEqual(['theirs', 'theirs', 'theirs', 'ours']);
    expect(kept.reads).toBe(4);
  });

  it('loses nothing of five that are made at once', async () => {
    const kept = new Kept();
    const work = Array.from({ length: 5 }, () => change(kept));
    await Promise.all(work);
    expect(kept.texts).toHaveLength(5);
  });

  it('is given up as a conflict after ten attempts', async () => {
    const kept = new Kept();
    kept.others = 100;
    expect(await failureOf(change(kept))).toMatchObject({
      kind: 'VersionConflictError',
      message: expect.stringContaining('10 times in a row'),
      currentVersion: 17,
    });
    expect(kept.texts).not.toContain('ours');
  });

  it('writes nothing where there is nothing to change', async () => {
    const kept = new Kept();
    const nothing = { what: 'It', read: kept.read, apply: () => undefined };
    expect(
      await changeVersioned({ ...nothing, write: () => Promise.reject(new Error('written')) }),
    ).toBeUndefined();
  });

  it('passes on what else the Engine refuses', async () => {
    const kept = new Kept();
    const write = () => Promise.reject(responseError('POST /services/{id}/update', 400, 'no'));
    await expect(changeVersioned({ what: 'It', read: kept.read, apply: append('x'), write })).rejects.toThrow(
      'no',
    );
    expect(kept.reads).toBe(1);
  });
});

describe('a change that is meant for one version', () => {
  it.each([7, 7n])('is made where it is that one: %s', async (version) => {
    const kept = new Kept();
    expect(await change(kept, { version })).toBe('written');
  });

  it('is refused with the version there is, before anything is written', async () => {
    const kept = new Kept();
    expect(await failureOf(change(kept, { version: 6 }))).toEqual({
      kind: 'VersionConflictError',
      message:
        'It is at version 7 by now, and the change was made for version 6. Read it again and decide anew.',
      path: ['input', 'version'],
      currentVersion: 7,
    });
    expect(kept.texts).toEqual([]);
  });

  it('is refused, and not tried again, where somebody is quicker', async () => {
    const kept = new Kept();
    kept.others = 1;
    expect(await failureOf(change(kept, { version: 7 }))).toMatchObject({ currentVersion: 8 });
    expect(kept.texts).toEqual(['theirs']);
  });
});
