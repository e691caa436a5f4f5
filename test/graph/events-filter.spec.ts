import { describe, expect, it } from 'vitest';
import { BadUserInput } from '../../src/errors.ts';
import { decodeEvent, type EngineEvent } from '../../src/events/event.ts';
import { eventTest } from '../../src/graph/events/filter.ts';
import { encodeNodeId } from '../../src/graph/kit/node-id.ts';

type Filter = Parameters<typeof eventTest>[0];

function event(
  Type: string,
  Action: string,
  ID: string,
  Attributes: Record<string, string> = {},
): EngineEvent {
  const decoded = decodeEvent({ Type, Action, Actor: { ID, Attributes }, time: 1, timeNano: 1 });
  if (!decoded) throw new Error('this is no event');
  return decoded;
}

const id = `db${'0'.repeat(62)}`;
const image = `sha256:${'e'.repeat(64)}`;
const start = event('container', 'start', id, {
  name: 'web',
  image: 'nginx',
  'com.docker.compose.project': 'shop',
});
const connect = event('network', 'connect', 'f'.repeat(64), { name: 'front', container: id, type: 'bridge' });
const pull = event('image', 'pull', 'nginx:1.27', { name: 'nginx' });
const tag = event('image', 'tag', image, { name: 'docker.io/library/nginx:latest' });
const mount = event('volume', 'mount', 'data', { container: id, driver: 'local' });

const globalId = (type: string, key: string) => encodeNodeId({ type, engine: 'default', key });
const passes = (filter: Filter, ...events: readonly EngineEvent[]) => events.map(eventTest(filter));

describe('a filter of events', () => {
  it.each<[string, Filter]>([
    ['nothing', {}],
    [
      'lists without anything in them',
      { types: [], actions: [], containers: [], images: [], networks: [], volumes: [] },
    ],
  ])('lets everything through for %s', (_what, filter) => {
    expect(passes(filter, start, connect, pull)).toEqual([true, true, true]);
  });

  it.each([id, id.slice(0, 12), 'web', globalId('Container', id)])(
    'knows a container by %s',
    (containers) => {
      expect(passes({ containers: [containers] }, start)).toEqual([true]);
    },
  );

  it.each([id, id.slice(0, 12), globalId('Container', id)])(
    'knows what was connected to a container or mounted into it by %s',
    (containers) => {
      expect(passes({ containers: [containers] }, connect, mount)).toEqual([true, true]);
    },
  );

  it('does not take a name for the beginning of an ID', () => {
    expect(passes({ containers: ['db'] }, start, connect)).toEqual([false, false]);
  });

  it.each<[string, boolean[]]>([
    ['nginx', [true, true, true]],
    ['docker.io/library/nginx', [true, true, true]],
    ['nginx:1.27', [false, true, false]],
    ['nginx:latest', [true, false, true]],
    ['acme/nginx', [false, false, false]],
    [image, [false, false, true]],
    [globalId('Image', image), [false, false, true]],
  ])('knows an image by %s, and what was made from it', (images, expected) => {
    expect(passes({ images: [images] }, start, pull, tag)).toEqual(expected);
  });

  it('knows networks and volumes by name and global ID', () => {
    expect(passes({ networks: ['front'] }, connect)).toEqual([true]);
    expect(passes({ networks: [globalId('Network', 'f'.repeat(64))] }, connect)).toEqual([true]);
    expect(passes({ volumes: ['data'] }, mount)).toEqual([true]);
    expect(passes({ volumes: [globalId('Volume', 'data')] }, mount)).toEqual([true]);
  });

  it('does not take the name of a volume for the beginning of another', () => {
    const other = event('volume', 'mount', 'application-data-old', {});
    expect(passes({ volumes: ['application-data'] }, other)).toEqual([false]);
  });

  it.each<[string, Filter]>([
    ['an empty text', { containers: [''] }],
    ['the global ID of another type', { containers: [globalId('Image', image)] }],
  ])('refuses %s', (_what, filter) => {
    expect(() => eventTest(filter)).toThrow(BadUserInput);
  });
});
