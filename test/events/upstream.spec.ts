import { describe, expect, it } from 'vitest';
import type { EventHubOptions } from '../../src/events/hub.ts';
import { message, settled } from './fakes.ts';
import { firstWait, hubOf, listen, live, openingTime, replayTime, settleTime } from './listening.ts';

const idle = 5_000;

/** A hub whose Engine answers pings until a test says otherwise. */
async function pinged(options: Partial<EventHubOptions> = {}) {
  const pings: AbortSignal[] = [];
  const answers = { well: true };
  const parts = await live({
    idle,
    ping: (signal) => {
      pings.push(signal);
      return answers.well ? Promise.resolve() : Promise.reject(new Error('The Engine does not answer.'));
    },
    ...options,
  });
  return { ...parts, pings, answers };
}

describe('an Engine that is frozen, or gone without a word', () => {
  it('is pinged while its stream is silent, and its stream is lost with the first ping that fails', async () => {
    const { hub, clock, pings, answers, engine } = await pinged();
    await clock.advance(idle * 3);
    expect([pings.length, hub.state]).toEqual([3, 'live']);
    answers.well = false;
    await clock.advance(idle);
    expect([hub.state, engine.streams[0]?.signal.aborted, hub.counts.lost]).toEqual([
      'reconnecting',
      true,
      1,
    ]);
  });

  it('is pinged at once when there is reason to doubt it', async () => {
    const { hub, pings, answers } = await pinged();
    answers.well = false;
    hub.doubt();
    await settled();
    expect([pings.length, hub.state]).toEqual([1, 'reconnecting']);
    hub.doubt();
    expect(pings.length).toBe(1);
  });

  it('is gone on with where it was when it thaws, and nothing is missed', async () => {
    const { clock, answers, engine, seen, hub } = await pinged();
    await engine.stream.send(message(10));
    answers.well = false;
    await clock.advance(idle);
    answers.well = true;
    await clock.advance(firstWait);
    await engine.stream.send(message(10), message(11));
    expect([seen, hub.state]).toEqual([['c10', 'c11'], 'live']);
  });

  it('is given up when it does not even open a stream, and tried again', async () => {
    let attempts = 0;
    const frozen = hubOf({
      open: ({ signal }) => {
        attempts++;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    });
    listen(frozen.hub);
    await frozen.clock.advance(openingTime - 1);
    expect(attempts).toBe(1);
    await frozen.clock.advance(1 + firstWait);
    expect(attempts).toBe(2);
    expect(frozen.logger.entries[0]).toMatchObject({
      level: 'warn',
      fields: { err: new Error('The Engine did not open its event stream within 10 s.') },
    });
    frozen.hub.close();
    await settled();
    expect(frozen.clock.pending).toBe(0);
  });

  it('is not asked for any more when nobody listens', async () => {
    const { hub, clock, pings, iterator } = await pinged();
    await iterator.return?.();
    await clock.advance(2_000);
    await clock.advance(idle * 10);
    expect([hub.state, pings.length, clock.pending]).toEqual(['idle', 0, 0]);
  });
});

describe('a proxy that cuts streams every ten minutes', () => {
  it('costs one debug line a cut, no gap, and nothing that happened: also during the cut', async () => {
    const { clock, engine, seen, logger, hub } = await pinged();
    const expected: string[] = [];
    for (let cut = 1; cut <= 144; cut++) {
      const last = message(cut * 600);
      await engine.stream.send(last);
      await clock.advance(600_000 - firstWait);
      const before = logger.entries.length;
      await engine.stream.end();
      await clock.advance(firstWait);
      await engine.stream.send(last, message(cut * 600 + 1));
      await clock.advance(replayTime);
      expect(logger.entries.slice(before).map(({ level }) => level)).toEqual(['debug']);
      expected.push(`c${cut * 600}`, `c${cut * 600 + 1}`);
    }
    expect([seen, hub.counts.gaps, hub.counts.lost]).toEqual([expected, 0, 144]);
  });
});

describe('a cut before any event was seen', () => {
  /** Live since 100 by the Engine's clock, with nothing seen; cut, and opened again at 130. */
  async function quiet() {
    const parts = hubOf();
    parts.engine.time = 100;
    const subscriber = listen(parts.hub);
    await parts.clock.advance(settleTime);
    await parts.engine.stream.end();
    parts.engine.time = 130;
    await parts.clock.advance(firstWait);
    return { ...parts, ...subscriber };
  }

  it('asks for what came before the beginning too, as that shows whether anything was forgotten', async () => {
    const { engine, clock, seen } = await quiet();
    expect(engine.stream.since).toBe('0.000000000');
    await engine.stream.send(message(80), message(90), message(105), message(120));
    await clock.advance(replayTime);
    expect(seen).toEqual(['c105', 'c120']);
  });

  it('is a gap from the beginning to the first event that is remembered, when none from before it is', async () => {
    const { engine, seen } = await quiet();
    await engine.stream.send(message(120), message(121));
    expect(seen).toEqual(['gap 100..120', 'c120', 'c121']);
  });

  it('is a gap from the beginning to the return when nothing is remembered', async () => {
    const { clock, seen } = await quiet();
    await clock.advance(replayTime);
    expect(seen).toEqual(['gap 100..130']);
  });

  it('loses nothing to a second cut', async () => {
    const { engine, clock, seen } = await quiet();
    await engine.stream.end();
    await clock.advance(firstWait * 2);
    await engine.stream.send(message(80), message(105), message(131));
    await clock.advance(replayTime * 2);
    expect(seen).toEqual(['c105', 'c131']);
  });
});

describe('clocks that jump', () => {
  it('do not matter on our side: places are times of the Engine alone', async () => {
    const { engine, clock } = await live();
    await engine.stream.send(message(10));
    // An hour passes here, and none there.
    await clock.advance(3_600_000);
    await engine.stream.end();
    await clock.advance(firstWait);
    expect(engine.stream.since).toBe('8.000000000');
  });

  it('an hour ahead on the side of the Engine lose and repeat nothing', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(message(5_000), message(8_600), message(8_601));
    await engine.stream.end();
    await clock.advance(firstWait);
    expect(engine.stream.since).toBe('8599.000000000');
    await engine.stream.send(message(8_600), message(8_601), message(8_602));
    await clock.advance(replayTime);
    expect(seen).toEqual(['c5000', 'c8600', 'c8601', 'c8602']);
  });

  it('an hour back while we are away are a gap, and what comes then is told', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(message(5_000));
    await engine.stream.end();
    await clock.advance(firstWait);
    // The Engine takes what came since for older than what was asked for, and does not replay it.
    await clock.advance(replayTime);
    await engine.stream.send(message(1_402), message(1_403));
    expect(seen).toEqual(['c5000', 'gap 5000..?', 'c1402', 'c1403']);
    await engine.stream.end();
    await clock.advance(firstWait * 2);
    expect(engine.stream.since).toBe('1401.000000000');
  });
});

describe('an opening that comes late', () => {
  it('is not read when everybody has left', async () => {
    let give = (): void => {};
    const { hub, clock, engine } = hubOf({
      open: (options) =>
        new Promise((resolve) => {
          give = () => resolve(engine.open(options));
        }),
    });
    const { iterator, seen } = listen(hub);
    await iterator.return?.();
    await clock.advance(2_000);
    give();
    await settled();
    await engine.stream.send(message(1));
    expect([seen, hub.state, clock.pending]).toEqual([[], 'idle', 0]);
  });
});
