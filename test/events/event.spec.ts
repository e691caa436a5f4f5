import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/engine/json.ts';
import { decodeEvent, eventTimeParameter } from '../../src/events/event.ts';

const message = (more: object = {}) => ({
  Type: 'container',
  Action: 'start',
  Actor: { ID: 'abc', Attributes: { image: 'nginx', name: 'web' } },
  scope: 'local',
  time: 1_700_000_000,
  timeNano: 1_700_000_000_123_456_789n,
  ...more,
});

describe('an event of Docker', () => {
  it('is read from its JSON with all its nanoseconds', () => {
    const line =
      '{"status":"start","id":"abc","from":"nginx","Type":"container","Action":"start",' +
      '"Actor":{"ID":"abc","Attributes":{"image":"nginx","name":"web"}},' +
      '"scope":"local","time":1700000000,"timeNano":1700000000123456789}';
    const raw = parseJson(line);
    expect(decodeEvent(raw)).toEqual({
      type: 'container',
      action: 'start',
      actorId: 'abc',
      attributes: new Map([
        ['image', 'nginx'],
        ['name', 'web'],
      ]),
      scope: 'local',
      time: 1_700_000_000,
      timeNano: 1_700_000_000_123_456_789n,
      cursor: expect.stringMatching(/^1700000000123456789:[0-9a-f]{12}$/),
    });
  });

  it.each([
    ['exec_create: sh -c echo a: b', 'exec_create', 'sh -c echo a: b'],
    ['health_status: healthy', 'health_status', 'healthy'],
    ['exec_start: ', 'exec_start', undefined],
    ['die', 'die', undefined],
  ])('has its action split at the first colon: %s', (Action, action, detail) => {
    const event = decodeEvent(message({ Action }));
    expect([event?.action, event?.detail]).toEqual([action, detail]);
  });

  it('has no actor for a prune', () => {
    const Actor = { ID: '', Attributes: { reclaimed: '0' } };
    expect(decodeEvent(message({ Action: 'prune', Actor }))).toMatchObject({ actorId: '', action: 'prune' });
  });

  it('keeps labels called like properties of objects as labels', () => {
    const raw = parseJson(
      '{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"__proto__":"x","constructor":"y"}}}',
    );
    const attributes = decodeEvent(raw)?.attributes;
    expect([...(attributes ?? [])]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('the cursor of an event', () => {
  const cursorOf = (more: object) => decodeEvent(message(more))?.cursor;
  const cursor = cursorOf({});

  it('is the same for the same event, in whatever order its attributes come', () => {
    expect(cursorOf({ Actor: { Attributes: { name: 'web', image: 'nginx' }, ID: 'abc' } })).toBe(cursor);
    expect(cursorOf({ status: 'start', id: 'abc' })).toBe(cursor);
  });

  it.each([
    ['type', { Type: 'image' }],
    ['action', { Action: 'stop' }],
    ['detail', { Action: 'start: x' }],
    ['actor', { Actor: { ID: 'abd', Attributes: { image: 'nginx', name: 'web' } } }],
    ['attributes', { Actor: { ID: 'abc', Attributes: { image: 'nginx', name: 'web2' } } }],
    ['time', { timeNano: 1_700_000_000_123_456_790n }],
  ])('differs for another %s', (_, more) => {
    expect(cursorOf(more)).not.toBe(cursor);
  });
});

describe('an event of another daemon', () => {
  it('may name only status and id, as before API 1.22', () => {
    expect(decodeEvent({ status: 'die', id: 'abc', from: 'nginx', time: 5 })).toMatchObject({
      type: 'container',
      action: 'die',
      actorId: 'abc',
      scope: 'local',
      time: 5,
      timeNano: 5_000_000_000n,
    });
  });

  it('may tell health beside the action, as Podman does', () => {
    expect(decodeEvent(message({ Action: 'health_status', HealthStatus: 'unhealthy' }))).toMatchObject({
      action: 'health_status',
      detail: 'unhealthy',
    });
  });

  it.each([
    ['container', 'died', 'die'],
    ['image', 'remove', 'delete'],
    ['network', 'remove', 'destroy'],
    ['container', 'cleanup', 'cleanup'],
  ])('has Podman words for actions: %s %s is %s', (Type, Action, action) => {
    expect(decodeEvent(message({ Type, Action }))?.action).toBe(action);
  });

  it('is told in its own words of a network of a swarm, which Docker itself says is removed', () => {
    expect(decodeEvent(message({ Type: 'network', Action: 'remove', scope: 'swarm' }))?.action).toBe(
      'remove',
    );
  });

  it('may lack the seconds', () => {
    expect(decodeEvent(message({ time: undefined }))?.time).toBe(1_700_000_000);
  });

  it('may write times as numbers or texts', () => {
    expect(decodeEvent(message({ timeNano: 5, time: '6' }))).toMatchObject({ timeNano: 5n, time: 6 });
  });

  it('may have attributes that are no texts', () => {
    const Attributes = { code: 137, big: 2n ** 60n, ok: true, none: null, list: [1], text: 't' };
    expect([...(decodeEvent(message({ Actor: { ID: 'a', Attributes } }))?.attributes ?? [])]).toEqual([
      ['code', '137'],
      ['big', '1152921504606846976'],
      ['ok', 'true'],
      ['text', 't'],
    ]);
  });

  it.each([
    ['no actor', { Actor: null }],
    ['an actor that is a text', { Actor: 'abc' }],
    ['attributes that are null', { Actor: { ID: 7, Attributes: null } }],
  ])('may have %s', (_, more) => {
    expect(decodeEvent(message(more))).toMatchObject({ type: 'container', action: 'start', actorId: '' });
  });
});

describe('an event without a usable time', () => {
  it('has the zero time', () => {
    expect(decodeEvent(message({ time: 'soon', timeNano: Number.NaN }))).toMatchObject({
      time: 0,
      timeNano: 0n,
    });
  });
});

describe('a message that is no event', () => {
  it.each([
    null,
    undefined,
    7,
    'start',
    [],
    {},
    { Type: 'container' },
    { Action: 'start' },
    { Type: 1, Action: 2 },
  ])('is undefined: %j', (raw) => {
    expect(decodeEvent(raw)).toBeUndefined();
  });
});

describe('eventTimeParameter', () => {
  it.each([
    [1_700_000_000_123_456_789n, '1700000000.123456789'],
    [1_700_000_000_000_000_005n, '1700000000.000000005'],
    [0n, '0.000000000'],
    [-5n, '0.000000000'],
  ])('writes %d as %s', (timeNano, parameter) => {
    expect(eventTimeParameter(timeNano)).toBe(parameter);
  });
});
