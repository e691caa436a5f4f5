import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/samples/sample.ts';
import { SampleViewer, type Seen } from '../../src/samples/viewer.ts';

const frame = (at: number): Frame => ({ sample: { read: `${at}` }, at });
function viewerOf(ids: readonly string[], interval = 0, grows = false) {
  const followed = new Set<string>();
  const viewer = new SampleViewer({
    interval,
    grows,
    onAdd: (id) => followed.add(id),
    onRemove: (id) => followed.delete(id),
  });
  viewer.update(ids);
  return Object.assign(viewer, { followed });
}

describe('a viewer that reads slowly', () => {
  it('gets the latest sample of each container, and then the end', async () => {
    const viewer = viewerOf(['a', 'b']);
    for (const at of [1000, 2000, 3000]) {
      viewer.offer('a', frame(at));
      viewer.offer('b', frame(at + 1));
    }
    viewer.end('a');
    viewer.end('b');
    const seen: Seen[] = [];
    for await (const item of viewer) seen.push(item);
    expect(seen).toEqual([
      { ok: true, id: 'a', frame: frame(3000) },
      { ok: true, id: 'b', frame: frame(3001) },
    ]);
  });
});

describe('an interval', () => {
  it('lets through a sample that comes a little early, and none between', async () => {
    const viewer = viewerOf(['a'], 2000);
    const given: number[] = [];
    for (const at of [1000, 2010, 2990, 4020, 5005]) {
      viewer.offer('a', frame(at));
      if (at === 2010 || at === 4020) continue;
      const { value } = await viewer.next();
      if (value?.ok) given.push(value.frame.at);
    }
    viewer.end('a');
    expect(given).toEqual([1000, 2990, 5005]);
    expect(await viewer.next()).toMatchObject({ done: true });
  });
});

describe('a viewer that leaves', () => {
  it('ends at once while it waits, and says so', async () => {
    const viewer = viewerOf(['a']);
    expect([...viewer.followed]).toEqual(['a']);
    const waiting = viewer.next();
    await viewer.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    viewer.offer('a', frame(1));
    expect(await viewer.next()).toEqual({ done: true, value: undefined });
    expect([...viewer.followed]).toEqual([]);
  });
});

describe('a container that cannot be followed', () => {
  it('is told with its reason, and the others go on', async () => {
    const viewer = viewerOf(['a', 'b']);
    const error = new Error('broken');
    viewer.fail('a', error);
    viewer.offer('b', frame(1));
    expect(await viewer.next()).toEqual({ done: false, value: { ok: false, id: 'a', error } });
    expect(await viewer.next()).toMatchObject({ value: { id: 'b' } });
  });
});

describe('a viewer of whatever fits', () => {
  it('follows what joins, forgets what leaves, and has no end while nothing fits', async () => {
    const viewer = viewerOf(['a'], 0, true);
    viewer.offer('a', frame(1));
    viewer.update(['b']);
    expect([...viewer.followed]).toEqual(['b']);
    const next = viewer.next();
    viewer.offer('a', frame(2));
    viewer.offer('b', frame(3));
    expect(await next).toMatchObject({ value: { id: 'b', frame: { at: 3 } } });
    viewer.end('b');
    const more = viewer.next();
    viewer.update(['c']);
    viewer.offer('c', frame(4));
    expect(await more).toMatchObject({ value: { id: 'c' } });
    viewer.failAll(new Error('no more'));
    expect(await viewer.next()).toMatchObject({ value: { ok: false } });
    expect(await viewer.next()).toMatchObject({ done: true });
    // Of what has ended there is nothing left to be told.
    expect([...viewer.followed]).toEqual(['b']);
  });
});
