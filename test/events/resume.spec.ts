import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/events/cursor.ts';
import { decodeEvent } from '../../src/events/event.ts';
import type { EventHub } from '../../src/events/hub.ts';
import { message } from './fakes.ts';
import { firstWait, hubOf, listen, live, longestWait, replayTime, settleTime } from './listening.ts';

/** The place of that event, or of whatever has that cursor. */
function placeAt(event: number | string | undefined) {
  const cursor = typeof event === 'number' ? decodeEvent(message(event))?.cursor : event;
  const place = placeOf(cursor ?? '');
  if (!place) throw new Error(`no place: ${cursor}`);
  return place;
}

const resume = (hub: EventHub, event: number | string | undefined) =>
  listen(hub, undefined, { after: placeAt(event) });

/** A hub that nobody listens to yet, of an Engine that was started long ago and remembers these events. */
function idle(remembered: readonly number[]) {
  const parts = hubOf();
  parts.engine.time = 100;
  parts.engine.memory = remembered.map((seconds) => message(seconds));
  return parts;
}

describe('a place that the hub knows', () => {
  it('is gone on from at once, and then live, with no question to the Engine', async () => {
    const { hub, engine } = await live();
    await engine.stream.send(message(1), message(2), message(3));
    const { seen } = resume(hub, 1);
    await engine.stream.send(message(4));
    expect([seen, engine.attempts, engine.questions]).toEqual([['c2', 'c3', 'c4'], 1, []]);
  });

  it('is gone on from through the filter, whatever the filter says of the place itself', async () => {
    const { hub, engine } = await live();
    await engine.stream.send(message(1), message(2), message(3, { Type: 'image' }));
    const { seen } = listen(hub, ({ type }) => type === 'image', { after: placeAt(1) });
    await engine.stream.send(message(4), message(5, { Type: 'image' }));
    expect(seen).toEqual(['c3', 'c5']);
  });

  it('gives all that was missed, also more than a slow reader may have queued', async () => {
    const { hub, engine } = await live({ maxQueue: 5 });
    for (let seconds = 1; seconds <= 50; seconds++) await engine.stream.send(message(seconds));
    const { seen } = resume(hub, 1);
    await engine.stream.send(message(51));
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `c${index + 2}`));
  });

  it('is known while the stream lingers after the last subscriber', async () => {
    const { hub, engine, clock, iterator } = await live();
    await engine.stream.send(message(1));
    await iterator.return?.();
    await clock.advance(1_000);
    await engine.stream.send(message(2));
    const { seen } = resume(hub, 1);
    await engine.stream.send(message(3));
    expect([seen, engine.questions]).toEqual([['c2', 'c3'], []]);
  });

  it('gives the gap of a restart of the Engine in its place, whose cursor is a place too', async () => {
    const { hub, engine, clock, cursors } = await live();
    await engine.stream.send(message(1));
    await engine.stream.end();
    await clock.advance(firstWait);
    await engine.stream.send(message(20), message(21));
    expect(resume(hub, 1)).toMatchObject({ seen: [] });
    const [before, behind] = [resume(hub, 1), resume(hub, cursors[1])];
    await engine.stream.send(message(22));
    expect(before.seen).toEqual(['gap 1..20', 'c20', 'c21', 'c22']);
    expect(behind.seen).toEqual(['c20', 'c21', 'c22']);
  });

  it('is what the gap of a slow reader tells: the cursor before it brings back what was dropped', async () => {
    const { hub, engine } = await live({ maxQueue: 2 });
    const slow = hub.subscribe();
    for (let seconds = 1; seconds <= 5; seconds++) await engine.stream.send(message(seconds));
    const { value: gap } = await slow.next();
    expect(gap).toMatchObject({
      reason: 'SLOW_SUBSCRIBER',
      dropped: 3,
      cursor: placeAt(3).cursor,
    });
    const { seen } = resume(hub, 1);
    await engine.stream.send(message(6));
    expect(seen).toEqual(['c2', 'c3', 'c4', 'c5', 'c6']);
  });
});

describe('a place from before the hub began to watch', () => {
  it('is asked of the Engine, from two seconds before it up to the opening of the stream', async () => {
    const { hub, engine, clock } = idle([49, 50, 51, 52]);
    const { seen } = resume(hub, 50);
    await clock.advance(settleTime);
    expect(engine.questions).toEqual([['48.000000000', '101.250000000']]);
    await engine.stream.send(message(101));
    expect(seen).toEqual(['c51', 'c52', 'c101']);
  });

  it('is not asked of the Engine before its stream is live: nothing may happen in between', async () => {
    const { hub, engine, clock } = idle([50, 51]);
    engine.away = new Error('ENOENT');
    const { seen } = resume(hub, 50);
    await clock.advance(60_000);
    expect(engine.questions).toEqual([]);
    engine.away = undefined;
    await clock.advance(longestWait + settleTime);
    expect([seen, engine.questions.length]).toEqual([['c51'], 1]);
  });

  it('brings each event once that the Engine both remembers and sends', async () => {
    const { hub, engine, clock } = idle([50, 51, 100.5, 101, 102]);
    listen(hub);
    await clock.advance(settleTime);
    await engine.stream.send(message(101));
    const { seen } = resume(hub, 50);
    await clock.advance(0);
    await engine.stream.send(message(102), message(103));
    expect(seen).toEqual(['c51', 'c100.5', 'c101', 'c102', 'c103']);
  });

  it('brings an event once that the Engine has told before it sends it', async () => {
    const { hub, engine, clock } = idle([50, 100.5]);
    const fresh = listen(hub);
    const { seen } = resume(hub, 50);
    await clock.advance(settleTime);
    expect(seen).toEqual(['c100.5']);
    await engine.stream.send(message(100.5), message(101));
    expect([seen, fresh.seen]).toEqual([
      ['c100.5', 'c101'],
      ['c100.5', 'c101'],
    ]);
  });

  it('comes before what happens while the Engine is still telling', async () => {
    const { hub, engine, clock } = idle([50, 51, 101]);
    engine.isPrompt = false;
    const { seen } = resume(hub, 50);
    await clock.advance(settleTime);
    await engine.stream.send(message(101), message(102));
    expect(seen).toEqual([]);
    await engine.answers[0]?.end();
    await engine.stream.send(message(103));
    expect(seen).toEqual(['c51', 'c101', 'c102', 'c103']);
  });

  it('costs the same question for many subscribers at once', async () => {
    const { hub, engine, clock } = idle([50, 51, 52]);
    const many = [52, 51, 50, 51, 50, 50].map((seconds) => resume(hub, seconds));
    await clock.advance(settleTime);
    expect(many.map(({ seen }) => seen.length)).toEqual([0, 1, 2, 1, 2, 2]);
    expect(engine.questions.map(([since]) => since)).toEqual(['50.000000000', '48.000000000']);
  });

  it('is asked for again when the Engine breaks off, and lost only after the third time', async () => {
    const { hub, engine, clock } = idle([50, 51]);
    listen(hub);
    await clock.advance(settleTime);
    engine.away = new Error('ECONNRESET');
    const { seen } = resume(hub, 50);
    await clock.advance(firstWait);
    engine.away = undefined;
    await clock.advance(firstWait);
    expect([seen, engine.questions.length]).toEqual([['c51'], 3]);
    engine.away = new Error('ECONNRESET');
    const lost = resume(hub, 50);
    await clock.advance(firstWait * 3);
    expect(lost.seen).toEqual(['CURSOR_TOO_OLD 50..?']);
  });

  it('is let go of by a subscriber that leaves while the Engine is away', async () => {
    const { hub, engine, clock } = idle([50]);
    engine.away = new Error('ENOENT');
    const { iterator, done } = resume(hub, 50);
    await iterator.return?.();
    await done;
    await clock.advance(60_000);
    expect([hub.state, clock.pending, engine.questions]).toEqual(['idle', 0, []]);
  });
});

describe('a place that nobody remembers', () => {
  it('is a gap first, and then what is known since', async () => {
    const { hub, engine, clock } = idle([80, 81]);
    const { seen } = resume(hub, 50);
    await clock.advance(settleTime);
    await engine.stream.send(message(101));
    expect(seen).toEqual(['CURSOR_TOO_OLD 50..80', 'c80', 'c81', 'c101']);
  });

  it('is a gap also when nothing is known since, and its cursor goes on from there', async () => {
    const { hub, engine, clock } = idle([]);
    const { seen, cursors } = resume(hub, 50);
    await clock.advance(settleTime);
    expect(seen).toEqual(['CURSOR_TOO_OLD 50..?']);
    await engine.stream.send(message(101), message(102));
    expect(resume(hub, cursors[0])).toMatchObject({ seen: [] });
    const again = resume(hub, cursors[0]);
    await engine.stream.send(message(103));
    expect(again.seen).toEqual(['c101', 'c102', 'c103']);
  });

  it('has a gap whose cursor brings what followed it, without the gap', async () => {
    const { hub, engine, clock } = idle([80, 81]);
    const { cursors } = resume(hub, 50);
    await clock.advance(settleTime);
    const { seen } = resume(hub, cursors[0]);
    await clock.advance(0);
    await engine.stream.send(message(101));
    expect(seen).toEqual(['c80', 'c81', 'c101']);
  });

  it('is unknown when its time is remembered, and it is not', async () => {
    const { hub, engine, clock } = idle([49, 50, 51]);
    const { seen } = resume(hub, '50500000000:000000000000');
    await clock.advance(settleTime);
    await engine.stream.send(message(101));
    expect(seen).toEqual(['UNKNOWN_CURSOR 50.5..51', 'c51', 'c101']);
  });

  it('is unknown without a question when the hub itself has seen that time', async () => {
    const { hub, engine, clock } = idle([]);
    listen(hub);
    await clock.advance(settleTime);
    await engine.stream.send(message(101), message(200));
    const { seen } = resume(hub, '150000000000:000000000000');
    await engine.stream.send(message(201));
    expect([seen, engine.questions]).toEqual([['UNKNOWN_CURSOR 150..200', 'c200', 'c201'], []]);
  });

  it('is asked of the Engine when it fell out of the hub, which may remember more', async () => {
    const { hub, engine, clock } = await live({ kept: 3 });
    for (let seconds = 1; seconds <= 6; seconds++) await engine.stream.send(message(seconds));
    engine.memory = [1, 2, 3, 4].map((seconds) => message(seconds));
    const { seen } = resume(hub, 2);
    await clock.advance(0);
    expect([seen, engine.questions]).toEqual([['c3', 'c4', 'c5', 'c6'], [['0.000000000', '4.000000000']]]);
    engine.memory = [3].map((seconds) => message(seconds));
    const [lost, torn] = [resume(hub, 1), resume(hub, 3)];
    await clock.advance(0);
    expect(lost.seen).toEqual(['CURSOR_TOO_OLD 1..3', 'c3', 'c4', 'c5', 'c6']);
    expect(torn.seen).toEqual(['CURSOR_TOO_OLD 3..4', 'c4', 'c5', 'c6']);
  });

  it('is a gap when the stream was let go and the Engine restarted meanwhile', async () => {
    const { hub, engine, clock, iterator } = await live();
    await engine.stream.send(message(1), message(2));
    await iterator.return?.();
    await clock.advance(2_000);
    expect(hub.state).toBe('idle');
    engine.time = 100;
    const { seen } = resume(hub, 1);
    await clock.advance(settleTime + replayTime);
    await engine.stream.send(message(101));
    expect(seen).toEqual(['CURSOR_TOO_OLD 1..?', 'c101']);
  });
});
