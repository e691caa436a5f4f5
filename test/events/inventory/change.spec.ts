import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../../../src/events/event.ts';
import { blursImages, type Change, changed, changeOf, folded } from '../../../src/events/inventory/change.ts';
import type { Thing } from '../../../src/events/inventory/thing.ts';

const event = (Type: string, Action: string, ID = 'c1', Attributes: object = { name: 'web' }) => {
  const decoded = decodeEvent({ Type, Action, Actor: { ID, Attributes }, time: 1 });
  if (!decoded) throw new Error('no event');
  return decoded;
};
const container = (state: string | undefined, name = 'web'): Thing => ({
  noun: 'container',
  dockerId: 'c1',
  name,
  state,
});
const about = { noun: 'container', dockerId: 'c1' } as const;

describe('what an event changes', () => {
  it.each([
    ['create', 'created'],
    ['start', 'running'],
    ['restart', 'running'],
    ['pause', 'paused'],
    ['unpause', 'running'],
    ['die', 'exited'],
  ])('is the state of a container, with %s: %s', (action, state) => {
    expect(changeOf(event('container', action))).toMatchObject({ ...about, state });
  });

  it.each([
    'kill',
    'stop',
    'oom',
    'attach',
    'resize',
    'exec_create: true',
    'health_status: healthy',
    'constructor',
  ])('is nothing with %s, which changes no state or is followed by what does', (action) => {
    expect(changeOf(event('container', action))).toBeUndefined();
  });

  it('is the name with a rename, and the end with a removal in either word for it', () => {
    expect(changeOf(event('container', 'rename', 'c1', { name: 'new', oldName: '/web' }))).toEqual({
      ...about,
      kind: 'changed',
      name: 'new',
    });
    for (const action of ['destroy', 'remove']) {
      expect(changeOf(event('container', action))).toEqual({ ...about, kind: 'gone' });
    }
  });

  it('is a network by its ID and a volume by its name', () => {
    expect(changeOf(event('network', 'create', 'n1', { name: 'front' }))).toMatchObject({
      dockerId: 'n1',
      name: 'front',
    });
    expect(changeOf(event('volume', 'create', 'data', { driver: 'local' }))).toMatchObject({
      dockerId: 'data',
      name: 'data',
    });
    expect(changeOf(event('volume', 'destroy', 'data'))).toMatchObject({ kind: 'gone' });
    expect(changeOf(event('network', 'connect', 'n1'))).toBeUndefined();
  });

  it('is nothing for a prune, which is of no object, and for what there is no list of', () => {
    expect(changeOf(event('volume', 'prune', '', { reclaimed: '0' }))).toBeUndefined();
    expect(changeOf(event('volume', 'destroy', '', {}))).toBeUndefined();
    expect(changeOf(event('service', 'create'))).toBeUndefined();
  });

  it('is the end of a volume that Podman tells the name of, and no ID', () => {
    expect(changeOf(event('volume', 'remove', '', { name: 'data' }))).toEqual({
      noun: 'volume',
      dockerId: 'data',
      kind: 'gone',
    });
  });

  it('is not told of images, but that they are others than before', () => {
    for (const action of ['pull', 'tag', 'untag', 'load', 'import', 'prune']) {
      expect(changeOf(event('image', action))).toBeUndefined();
      expect(blursImages(event('image', action))).toBe(true);
    }
    expect(blursImages(event('container', 'commit'))).toBe(true);
    expect(blursImages(event('image', 'delete'))).toBe(false);
    expect(changeOf(event('image', 'delete', 'sha256:1'))).toMatchObject({ kind: 'gone' });
  });
});

describe('a change', () => {
  it('of what is not there makes nothing: only its creation does', () => {
    expect(changed(undefined, { ...about, kind: 'changed', state: 'running' })).toBeUndefined();
  });

  it('to an end keeps the finer word of the list for it', () => {
    const restarting = container('restarting');
    expect(changed(restarting, { ...about, kind: 'changed', state: 'exited' })).toBe(restarting);
    expect(changed(container('running'), { ...about, kind: 'changed', state: 'exited' })?.state).toBe(
      'exited',
    );
  });

  it('after another is as if both were made one by one, whichever they are', () => {
    const changes: readonly Change[] = [
      { ...about, kind: 'made', name: 'web', state: 'created' },
      { ...about, kind: 'gone' },
      { ...about, kind: 'changed', state: 'running' },
      { ...about, kind: 'changed', name: 'other' },
    ];
    for (const first of changes) {
      for (const second of changes) {
        for (const thing of [undefined, container('paused', 'old')]) {
          const oneByOne = changed(changed(thing, first), second);
          expect(changed(thing, folded(first, second))).toEqual(oneByOne);
        }
      }
    }
  });
});
