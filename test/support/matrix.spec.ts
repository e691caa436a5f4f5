import { describe, expect, it } from 'vitest';
import { isGreen, type MatrixRun, matrixTable } from './matrix-report.ts';

const good: MatrixRun = {
  release: '20.10',
  code: 0,
  seconds: 91.4,
  output:
    'Started a private Docker Engine 20.10.24 (API 1.41) in 0.91 s: why\n…\n\ntests: 40 passed, 0 failed, 1 skipped\n',
};
const bad: MatrixRun = {
  release: '28.5-containerd',
  code: 1,
  seconds: 104,
  output:
    'Started a private Docker Engine 28.5.2 (API 1.51) in 1 s: why\ntests: 39 passed, 2 failed, 0 skipped\n',
};
const absent: MatrixRun = { release: '26.1', code: 1, seconds: 3, output: 'Error: it cannot be had\n' };

describe('the table of a matrix', () => {
  it('has a line for each Engine, and marks what failed', () => {
    expect(matrixTable([good, absent, bad])).toBe(
      [
        'engine               API  passed  failed  skipped  seconds',
        '20.10.24            1.41      40       0        1       91',
        '26.1 (not started)     -       -       -        -        3  failed (exit code 1)',
        '28.5.2 containerd   1.51      39       2        0      104  failed (exit code 1)',
      ].join('\n'),
    );
  });

  it('takes for success only what ran something and ended well', () => {
    expect(isGreen(good)).toBe(true);
    expect(isGreen(bad)).toBe(false);
    expect(isGreen({ ...good, code: 1 })).toBe(false);
    expect(isGreen({ ...good, output: 'tests: 0 passed, 0 failed, 0 skipped\n' })).toBe(false);
    expect(isGreen({ ...good, output: '' })).toBe(false);
  });
});
