import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonMessage } from '../../src/engine/types.ts';
import { layerProgress } from '../../src/graph/image/progress-layers.ts';
import type { Reporter } from '../../src/long-work/live-work.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';
import type { Work } from '../../src/long-work/work.ts';

/** What an operation shows after each message. */
async function shown(
  messages: readonly JsonMessage[],
  phases: Parameters<typeof layerProgress>[1] = 'fetch-and-unpack',
): Promise<readonly Work[]> {
  const registry = createLongWork();
  const reporter = await new Promise<Reporter>((resolve) => {
    const { outcome } = registry.start({
      engine: 'default',
      kind: 'IMAGE_PULL',
      run: (given) => {
        resolve(given);
        return new Promise<never>(() => {});
      },
    });
    outcome.catch(() => {});
  });
  const tell = layerProgress(reporter, phases);
  return messages.flatMap((message) => {
    tell(message);
    return registry.list('default');
  });
}

const message = (id: string, status: string, current?: number, total?: number): JsonMessage => ({
  id,
  status,
  progressDetail: {
    ...(current !== undefined && { current }),
    ...(total !== undefined && { total }),
  },
});
const percents = (works: readonly Work[]) =>
  works.map(({ progress }) => progress.percent && Math.round(progress.percent));

describe('the progress of a pull', () => {
  it('counts each byte twice: fetched, and unpacked', async () => {
    const works = await shown([
      message('a', 'Pulling fs layer'),
      message('b', 'Pulling fs layer'),
      message('a', 'Downloading', 30, 60),
      message('b', 'Downloading', 40, 40),
      message('b', 'Download complete'),
      message('a', 'Verifying Checksum'),
      message('a', 'Extracting', 30, 60),
      message('a', 'Pull complete'),
      message('b', 'Extracting', 20, 40),
      message('b', 'Pull complete'),
    ]);
    expect(works.map(({ progress }) => [progress.current, progress.total])).toEqual([
      [0, null],
      [0, null],
      [30, null],
      [70, 200],
      [70, 200],
      [100, 200],
      [130, 200],
      [160, 200],
      [180, 200],
      [200, 200],
    ]);
    // Until its size is known, a layer is taken to be like the others.
    expect(percents(works)).toEqual([0, 0, 13, 35, 35, 50, 65, 80, 90, 100]);
    expect(works.at(-1)?.progress.percent).toBe(99.9);
  });

  it('leaves out what is there already', async () => {
    const works = await shown([
      message('a', 'Already exists'),
      message('b', 'Pulling fs layer'),
      message('b', 'Downloading', 5, 10),
    ]);
    expect(percents(works)).toEqual([null, 0, 25]);
    expect(works.at(-1)?.progress.total).toBe(20);
    expect(works.at(-1)?.steps.map(({ state }) => state)).toEqual(['SKIPPED', 'RUNNING']);
  });

  it('is not moved by a layer so small that no size was told of it', async () => {
    const works = await shown([
      message('tiny', 'Pulling fs layer'),
      message('big', 'Pulling fs layer'),
      message('tiny', 'Download complete'),
      message('big', 'Downloading', 0, 1_000),
      message('big', 'Downloading', 1_000, 1_000),
      message('tiny', 'Pull complete'),
    ]);
    expect(percents(works)).toEqual([0, 0, 0, 0, 50, 50]);
  });

  it('does not take the seconds of containerd for bytes', async () => {
    const seconds: JsonMessage = {
      id: 'a',
      status: 'Extracting',
      progressDetail: { current: 3, units: 's' },
    };
    const works = await shown([message('a', 'Downloading', 10, 10), seconds, message('a', 'Pull complete')]);
    expect(percents(works)).toEqual([50, 50, 100]);
    expect(works[1]?.steps).toMatchObject([
      { id: 'a', name: null, status: 'Extracting', state: 'RUNNING', current: null, total: null },
    ]);
  });

  it('stays where it was when a layer has to be fetched anew', async () => {
    const works = await shown([
      message('a', 'Downloading', 80, 100),
      message('a', 'Retrying in 5 seconds'),
      message('a', 'Downloading', 10, 100),
    ]);
    expect(percents(works)).toEqual([40, 40, 40]);
    expect(works.at(-1)?.steps).toMatchObject([{ status: 'Downloading', current: 10, total: 100 }]);
  });

  it('shows what is said of the whole as output, not as a layer', async () => {
    const works = await shown([
      message('1.27', 'Pulling from library/nginx'),
      { status: 'Digest: sha256:0123' },
      { status: 'Status: Image is up to date for nginx:1.27' },
    ]);
    expect(works.at(-1)).toMatchObject({
      steps: [],
      progress: { percent: null },
      output: [
        { text: 'Pulling from library/nginx' },
        { text: 'Digest: sha256:0123' },
        { text: 'Status: Image is up to date for nginx:1.27' },
      ],
    });
  });
});

describe('the progress of a push', () => {
  it('counts each byte once, and no more than there are', async () => {
    const works = await shown(
      [
        message('a', 'Preparing'),
        message('b', 'Waiting'),
        message('a', 'Pushing', 512, 1_000),
        // A layer with its headers is larger than its files, whose size the Engine tells.
        message('a', 'Pushing', 1_536, 1_000),
        message('b', 'Layer already exists'),
        message('a', 'Pushed'),
      ],
      'move',
    );
    expect(works.map(({ progress }) => progress.current)).toEqual([0, 0, 512, 1_000, 1_000, 1_000]);
    expect(percents(works)).toEqual([0, 0, 26, 50, 100, 100]);
    expect(works.at(-1)?.steps.map(({ state }) => state)).toEqual(['DONE', 'SKIPPED']);
  });
});

describe('whatever an Engine says', () => {
  const status = fc.oneof(
    fc.constantFrom(
      'Pulling fs layer',
      'Waiting',
      'Downloading',
      'Download complete',
      'Verifying Checksum',
      'Extracting',
      'Pull complete',
      'Already exists',
      'Retrying in 3 seconds',
      'Pushing',
      'Pushed',
      'Mounted from a/b',
    ),
    fc.string(),
  );
  const number = fc.option(fc.oneof(fc.integer(), fc.bigInt({ min: 0n, max: 2n ** 63n })), { nil: null });
  const messages = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', ''),
      status,
      progressDetail: fc.option(
        fc.record({ current: number, total: number, units: fc.constantFrom('', 's', null) }),
        { nil: null },
      ),
    }),
    { maxLength: 30 },
  );

  it('keeps the progress between 0 and 100, without a fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        messages,
        fc.constantFrom('move' as const, 'fetch-and-unpack' as const),
        async (all, phases) => {
          const works = await shown(all, phases);
          let before = { current: 0, percent: 0 };
          for (const { progress } of works) {
            const { current, total } = progress;
            const percent = progress.percent ?? before.percent;
            expect(Number.isFinite(current) && Number.isFinite(percent)).toBe(true);
            expect(percent).toBeGreaterThanOrEqual(before.percent);
            expect(percent).toBeLessThan(100);
            expect(current).toBeGreaterThanOrEqual(before.current);
            expect(current).toBeLessThanOrEqual(total ?? Number.POSITIVE_INFINITY);
            before = { current, percent };
          }
        },
      ),
    );
  });
});
