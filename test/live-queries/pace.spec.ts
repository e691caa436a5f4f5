import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/live-queries/pace.ts';
import { FakeClock, settled } from '../events/fakes.ts';

/** Runs that take so long, and when they began. */
function paced(throttle: number, duration = 0) {
  const clock = new FakeClock();
  const begun: number[] = [];
  const pace = createPace({
    clock,
    throttle,
    run: async () => {
      begun.push(clock.now());
      if (duration > 0) await new Promise<void>((resolve) => void clock.after(duration, resolve));
    },
  });
  return { clock, begun, pace };
}

describe('a wish', () => {
  it('is fulfilled after its delay, once', async () => {
    const { clock, begun, pace } = paced(100);
    pace.want(10);
    await clock.advance(1_000);
    expect(begun).toEqual([10]);
    expect(clock.pending).toBe(0);
  });

  it('is fulfilled together with others by one run', async () => {
    const { clock, begun, pace } = paced(100);
    for (const delay of [10, 8, 6, 9]) pace.want(delay);
    await clock.advance(50);
    pace.want(10);
    await clock.advance(1_000);
    expect(begun).toEqual([10, 110]);
  });

  it('for later is not fulfilled by an earlier run, and not lost behind one for much later', async () => {
    const { clock, begun, pace } = paced(0);
    pace.want(10);
    pace.want(250);
    pace.want(60_000);
    await clock.advance(61_000);
    expect(begun).toEqual([10, 250, 60_000]);
  });

  it('during a run brings another one', async () => {
    const { clock, begun, pace } = paced(0, 30);
    pace.want();
    await clock.advance(5);
    pace.want();
    await clock.advance(1_000);
    expect(begun).toHaveLength(2);
    expect(begun[1]).toBeGreaterThanOrEqual(30);
  });
});

describe('a flood of wishes', () => {
  it('brings a run for each throttle, and one after the last wish', async () => {
    const { clock, begun, pace } = paced(100);
    for (let ms = 0; ms < 1_000; ms++) {
      pace.want(10);
      await clock.advance(1);
    }
    await clock.advance(1_000);
    expect(begun.length).toBeLessThanOrEqual(12);
    expect(begun.at(-1)).toBeGreaterThanOrEqual(1_009);
    const gaps = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it('leaves the Engine as much time as the runs take', async () => {
    const { clock, begun, pace } = paced(0, 200);
    for (let ms = 0; ms < 2_000; ms += 10) {
      pace.want();
      await clock.advance(10);
    }
    const gaps = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400);
  });
});

describe('somebody who waits', () => {
  it('does not wait for the throttle, but for a run that is under way', async () => {
    const { clock, begun, pace } = paced(1_000, 50);
    pace.want();
    await clock.advance(10);
    pace.wantNow();
    await clock.advance(100);
    expect(begun).toEqual([0, 50]);
  });

  it('leaves wishes for later as they are', async () => {
    const { clock, begun, pace } = paced(0);
    pace.want(50);
    pace.wantNow();
    await clock.advance(100);
    expect(begun).toEqual([0, 50]);
  });
});

describe('the end', () => {
  it('leaves no timer and brings no more runs, also where one is under way', async () => {
    const { clock, begun, pace } = paced(0, 50);
    pace.want();
    await settled();
    pace.want(10);
    pace.close();
    await clock.advance(1_000);
    pace.want();
    pace.wantNow();
    await clock.advance(1_000);
    expect(begun).toEqual([0]);
    expect(clock.pending).toBe(0);
  });
});
