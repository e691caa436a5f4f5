import { describe, expect, it } from 'vitest';
import { watchLiveness } from '../../src/events/liveness.ts';
import { FakeClock, settled } from './fakes.ts';

const idle = 5_000;

/** A stream that is watched, and an Engine that answers a ping when a test says so. */
function watched() {
  const clock = new FakeClock();
  const pings: { answer: () => void; fail: () => void; readonly signal: AbortSignal }[] = [];
  const lost: unknown[] = [];
  const liveness = watchLiveness({
    clock,
    idle,
    ping: (signal) =>
      new Promise((resolve, reject) => {
        pings.push({ answer: () => resolve(true), fail: () => reject(new Error('no answer')), signal });
      }),
    onLost: (reason) => lost.push(reason),
  });
  const last = () => {
    const ping = pings.at(-1);
    if (!ping) throw new Error('there was no ping');
    return ping;
  };
  return { clock, pings, lost, liveness, last };
}

describe('a stream that tells something', () => {
  it('is not asked after', async () => {
    const { clock, pings, liveness } = watched();
    for (let count = 0; count < 20; count++) {
      await clock.advance(idle - 1);
      liveness.beat();
    }
    expect([pings.length, clock.pending]).toEqual([0, 1]);
  });
});

describe('a stream that is silent', () => {
  it('is asked after again and again, for as long as the Engine answers', async () => {
    const { clock, pings, lost, last } = watched();
    for (let count = 1; count <= 3; count++) {
      await clock.advance(idle);
      expect(pings.length).toBe(count);
      last().answer();
      await settled();
    }
    expect(lost).toEqual([]);
  });

  it('is asked after once at a time, however slow the answer is', async () => {
    const { clock, pings } = watched();
    await clock.advance(idle * 10);
    expect(pings.length).toBe(1);
  });

  it('is lost with the first ping that fails, and then nothing is asked any more', async () => {
    const { clock, pings, lost, last } = watched();
    await clock.advance(idle);
    last().fail();
    await settled();
    expect(lost).toEqual([new Error('no answer')]);
    await clock.advance(idle * 10);
    expect([pings.length, lost.length, clock.pending]).toEqual([1, 1, 0]);
  });

  it('is kept when something came while a ping failed: a daemon under load is late, not dead', async () => {
    const { clock, lost, liveness, last, pings } = watched();
    await clock.advance(idle);
    liveness.beat();
    last().fail();
    await clock.advance(idle);
    expect([lost, pings.length]).toEqual([[], 2]);
  });
});

describe('a doubt', () => {
  it('asks at once', async () => {
    const { pings, liveness, lost, last } = watched();
    liveness.doubt();
    expect(pings.length).toBe(1);
    last().fail();
    await settled();
    expect(lost.length).toBe(1);
  });

  it('asks at most once a second, as a ping itself may be what a proxy cuts', async () => {
    const { clock, pings, liveness, last } = watched();
    for (let count = 0; count < 10; count++) {
      liveness.doubt();
      last().answer();
      await clock.advance(100);
    }
    expect(pings.length).toBe(1);
    liveness.doubt();
    expect(pings.length).toBe(2);
  });
});

describe('the end', () => {
  it('aborts the ping under way, and leaves no timer', async () => {
    const { clock, lost, liveness, last } = watched();
    await clock.advance(idle);
    liveness.stop();
    last().fail();
    await clock.advance(idle * 3);
    expect([last().signal.aborted, lost, clock.pending]).toEqual([true, [], 0]);
    liveness.doubt();
    expect(clock.pending).toBe(0);
  });
});
