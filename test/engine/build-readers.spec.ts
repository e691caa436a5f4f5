import { describe, expect, it } from 'vitest';
import { createClassicReader } from '../../src/engine/build/classic.ts';
import type { BuildNews } from '../../src/engine/build/news.ts';
import { createOutputLines } from '../../src/engine/build/output.ts';
import type { JsonMessage } from '../../src/engine/types.ts';

const clock = () => {
  let second = 0;
  return () => `2026-01-01T00:00:${String(second++).padStart(2, '0')}Z`;
};
const texts = (...streams: string[]): JsonMessage[] => streams.map((stream) => ({ stream }));

function readClassic(messages: readonly JsonMessage[], isDone = true): readonly BuildNews[] {
  const reader = createClassicReader(clock());
  return [...messages.flatMap((message) => [...reader.read(message)]), ...reader.end(isDone)];
}
const statesOf = (news: readonly BuildNews[]) =>
  news.flatMap((each) => (each.type === 'step' ? [`${each.step.id} ${each.step.state}`] : []));
const linesOf = (news: readonly BuildNews[]) =>
  news.flatMap((each) => (each.type === 'output' ? [`${each.output.stream}: ${each.output.text}`] : []));

describe('the classic builder', () => {
  const passing = texts(
    'Step 1/3 : FROM busybox',
    '\n',
    ' ---> 0123456789ab\n',
    'Step 2/3 : RUN echo hi',
    '\n',
    ' ---> Using cache\n',
    ' ---> 1123456789ab\n',
    'Step 3/3 : RUN make',
    '\n',
    ' ---> Running in 2123456789ab\n',
    'no newline',
    '\u001b[91moops\n\u001b[0m',
    ' yet\n',
    ' ---> 3123456789ab\n',
  );

  it('tells its steps one after the other, and how many there are', () => {
    const news = readClassic([...passing, { aux: { ID: 'sha256:early' } }, { aux: { ID: 'sha256:it' } }]);
    expect(news.filter(({ type }) => type === 'total')).toEqual([{ type: 'total', steps: 3 }]);
    expect(statesOf(news)).toEqual(['1 RUNNING', '1 DONE', '2 RUNNING', '2 CACHED', '3 RUNNING', '3 DONE']);
    expect(news.findLast(({ type }) => type === 'image')).toEqual({ type: 'image', id: 'sha256:it' });
    const last = news.findLast((each) => each.type === 'step');
    expect(last).toMatchObject({ step: { name: '[3/3] RUN make', startedAt: expect.any(String) } });
  });

  it('writes lines that are put together, each stream for itself', () => {
    expect(linesOf(readClassic(passing)).slice(-4)).toEqual([
      'stdout:  ---> Running in 2123456789ab',
      'stderr: oops',
      'stdout: no newline yet',
      'stdout:  ---> 3123456789ab',
    ]);
  });

  it('ends with the step that failed', () => {
    expect(statesOf(readClassic(passing, false)).at(-1)).toBe('3 FAILED');
    expect(statesOf(readClassic([], false))).toEqual([]);
  });

  it('is not taken in by output that looks like its own words', () => {
    const forged = [
      ...passing.slice(0, 10),
      ...texts('Step 9/9 : RUN rm', '\n', 'Step 1/3 : FROM x', ' ---> Using cache\n', 'Step 4/4 : x'),
    ];
    expect(statesOf(readClassic(forged))).toEqual([
      '1 RUNNING',
      '1 DONE',
      '2 RUNNING',
      '2 CACHED',
      '3 RUNNING',
      '3 DONE',
    ]);
  });

  it('tells of a base image that it fetches, without the flood of its bytes', () => {
    const news = readClassic([
      ...texts('Step 1/1 : FROM far/away', '\n'),
      { status: 'Pulling from far/away', id: 'latest' },
      { status: 'Downloading', id: 'abc', progressDetail: { current: 1, total: 10 } },
      { status: 'Pull complete', id: 'abc', progressDetail: {} },
    ]);
    expect(linesOf(news).slice(1)).toEqual([
      'stdout: latest: Pulling from far/away',
      'stdout: abc: Pull complete',
    ]);
  });
});

describe('output of a step', () => {
  const source = { step: '1', stream: 'stdout' } as const;

  it('is whole lines of whole characters, wherever it was cut', () => {
    const bytes = Buffer.from('grüße ☃\r\nzwei\n\ndrei');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const lines = createOutputLines();
      const made = [
        ...lines.add(source, bytes.subarray(0, cut)),
        ...lines.add({ step: '2', stream: 'stdout' }, 'other'),
        ...lines.add(source, bytes.subarray(cut)),
        ...lines.end('1'),
      ];
      expect(made.map(({ text }) => text)).toEqual(['grüße ☃', 'zwei', '', 'drei']);
      expect(lines.end()).toEqual([{ step: '2', stream: 'stdout', text: 'other' }]);
    }
  });

  it('never holds more than a bounded piece of a line', () => {
    const lines = createOutputLines();
    const made = lines.add(source, 'x'.repeat(100_000));
    expect(made.length).toBe(6);
    expect([...made, ...lines.end()].map(({ text }) => text).join('')).toBe('x'.repeat(100_000));
  });
});
