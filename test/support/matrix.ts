/**
 * What `npm run test:matrix` runs: the specs that depend on the Engine, on one release after the other, and a table of
 * it all. Its arguments are those of vitest: `npm run test:matrix -- zoo`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { choice, type EngineRelease, engineReleases } from './engine-releases.ts';
import { isGreen, type MatrixRun, matrixTable } from './matrix-report.ts';

/** What is asked of a real Engine, and what is answered to an Engine of any version. */
const byDefault = ['test/live/', 'test/graph/', 'test/wire/'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs vitest on a release, and shows what it prints as it comes. */
function runOn(release: EngineRelease, args: readonly string[]): Promise<MatrixRun> {
  const began = performance.now();
  // In a process group of its own, so that each signal reaches it once, through us; it is told to end when we are killed.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, vitest, 'run', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, [choice]: release },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, pass);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM'] as const) process.off(each, pass);
      const seconds = (performance.now() - began) / 1000;
      resolve({ release, code: code ?? 128 + (signal ? constants.signals[signal] : 0), seconds, output });
    });
  });
}

const given = process.argv.slice(2);
const args = given.length > 0 ? given : byDefault;
const runs: MatrixRun[] = [];
for (const release of engineReleases) {
  say(`\n=== Engine ${release}: vitest run ${args.join(' ')}`);
  const run = await runOn(release, args);
  runs.push(run);
  // 128 and above: somebody wants it to end.
  if (run.code >= 128) break;
}
say(`\n${matrixTable(runs)}`);
process.exitCode = runs.length === engineReleases.length && runs.every(isGreen) ? 0 : 1;
