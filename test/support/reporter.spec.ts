import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const reporter = fileURLToPath(new URL('./reporter.ts', import.meta.url));

/** Runs these files as a suite of their own; resolves with its exit code and what it said. */
function run(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const root = mkdtempSync(join(tmpdir(), 'dockgraph-reporter-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const config = `import { CountsReporter } from ${JSON.stringify(reporter)};
    export default { test: { globals: true, reporters: ['default', new CountsReporter()] } };`;
  for (const [name, text] of Object.entries({ 'vitest.config.mjs': config, ...files })) {
    writeFileSync(join(root, name), text);
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, 'run', '--root', root], (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), lines: stdout.split('\n') });
    });
  });
}

describe('the last line of a run', () => {
  it('counts what passed, failed and was skipped, wherever it failed', async () => {
    const { code, lines } = await run({
      'mixed.spec.js': `
        describe('outer', () => { it('one', () => {}); describe('inner', () => { it('two', () => {}); }); });
        it('fails', () => { throw new Error('as meant'); });
        it.skip('is skipped', () => {});
        it.todo('is to be written');`,
      'hook.spec.js': `
        describe('with a failing hook', () => {
          beforeAll(() => { throw new Error('as meant'); });
          it('never comes to its turn', () => {});
        });`,
      'unloadable.spec.js': `throw new Error('as meant');`,
    });
    expect(code).toBe(1);
    // The one behind the hook did not run; the hook itself and the file that cannot be loaded failed.
    expect(lines).toContain('tests: 2 passed, 3 failed, 3 skipped');
  });

  it('has no failures where the run has none', async () => {
    const { code, lines } = await run({ 'good.spec.js': `it('passes', () => {});` });
    expect(code).toBe(0);
    expect(lines).toContain('tests: 1 passed, 0 failed, 0 skipped');
  });
});
