import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { documented } from '../../src/coverage/documented.ts';
import { engineRoutes } from './engine-routes.ts';

export interface Exercised {
  /** Operations by route: whether a real Engine was asked. */
  readonly operations: ReadonlyMap<string, boolean>;
  /** Query parameters that were sent: `POST /build?nocache`. */
  readonly parameters: ReadonlySet<string>;
}

/** Reads what the workers have noted: the kind of Engine, the operation and names of query parameters in a line. */
export function exercisedIn(text: string): Exercised {
  const operations = new Map<string, boolean>();
  const parameters = new Set<string>();
  for (const line of new Set(text.split('\n').filter(Boolean))) {
    const [engine = '', route = '', ...names] = line.split('\t');
    operations.set(route, operations.get(route) === true || engine === 'real');
    for (const name of names) parameters.add(`${route}?${name}`);
  }
  return { operations, parameters };
}

/** What is said at the end, and the operations that are missing. */
export function summary({ operations, parameters }: Exercised): {
  readonly lines: readonly string[];
  readonly missing: readonly string[];
} {
  const missing = engineRoutes.filter((route) => !operations.has(route));
  const faked = [...operations].filter(([, isReal]) => !isReal).map(([route]) => route);
  const named = documented.filter(({ kind }) => kind === 'parameter').map(({ name }) => name);
  const unsent = named.filter((name) => !parameters.has(name));
  const real = operations.size - faked.length;
  return {
    missing,
    lines: [
      `operations exercised: ${operations.size} of ${engineRoutes.length} (${real} on a real Engine)`,
      ...faked.map((route) => `  by a wire fixture: ${route}`),
      ...missing.map((route) => `  never: ${route}`),
      `query parameters sent: ${named.length - unsent.length} of ${named.length}`,
      ...unsent.map((name) => `  never: ${name}`),
    ],
  };
}

/** Where the workers of a run append what they have seen go to an Engine; gone when the run is. */
export function exercisedFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dockgraph-exercised-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'seen.txt');
  writeFileSync(file, '');
  return file;
}

/** Ends a whole run with the operations of the Engine that its specs have exercised, and fails it where one lacks. */
export class ExercisedReporter implements Reporter {
  readonly #file: string;
  #vitest: Vitest | undefined;

  /** @param file that of {@link exercisedFile} */
  constructor(file: string) {
    this.#file = file;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    _errors: readonly unknown[],
    reason: TestRunEndReason,
  ): Promise<void> {
    if (reason === 'interrupted' || !(await this.#isWhole(modules))) return;
    const { lines, missing } = summary(exercisedIn(readFileSync(this.#file, 'utf8')));
    process.stdout.write(`\n${lines.join('\n')}\n`);
    if (missing.length > 0) process.exitCode = 1;
  }

  /** Whether all there is was to be run: nobody expects of a part that it asks the Engine for everything. */
  async #isWhole(modules: readonly TestModule[]): Promise<boolean> {
    if (!this.#vitest || this.#vitest.config.testNamePattern || this.#vitest.config.shard) return false;
    const all = await this.#vitest.globTestSpecifications();
    return modules.length >= all.length;
  }
}
