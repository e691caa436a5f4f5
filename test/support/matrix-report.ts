import type { EngineRelease } from './engine-releases.ts';

/** How a run of the tests on one release ended. */
export interface MatrixRun {
  readonly release: EngineRelease;
  /** Exit code of the run. */
  readonly code: number;
  readonly seconds: number;
  /** All that it printed. */
  readonly output: string;
}

const columns = ['engine', 'API', 'passed', 'failed', 'skipped', 'seconds'] as const;

/** The line that a run begins with, and the one that it ends with. */
const started = /^Started a private Docker Engine (\S+) \(API ([\d.]+)\)/m;
const counted = /^tests: (\d+) passed, (\d+) failed, (\d+) skipped$/m;

function cells({ release, output, seconds }: MatrixRun): readonly string[] {
  const [, version = `${release} (not started)`, api = '-'] = started.exec(output) ?? [];
  const [, passed = '-', failed = '-', skipped = '-'] = counted.exec(output) ?? [];
  const store = release.endsWith('-containerd') ? `${version} containerd` : version;
  return [store, api, passed, failed, skipped, seconds.toFixed(0)];
}

/** Whether all went well: the run said so, and it had tests. */
export const isGreen = ({ code, output }: MatrixRun): boolean =>
  code === 0 && Number(counted.exec(output)?.[1] ?? 0) > 0;

/** A line for each run, in columns under their names; what did not go well is marked. */
export function matrixTable(runs: readonly MatrixRun[]): string {
  const rows = [columns, ...runs.map(cells)];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row, index) => {
      const run = runs[index - 1];
      const line = row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      );
      return `${line.join('  ')}${run === undefined || isGreen(run) ? '' : `  failed (exit code ${run.code})`}`;
    })
    .join('\n');
}
