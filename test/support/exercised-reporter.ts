import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { documented } from '../../src/coverage/documented.ts';
import { waivers } from '../../src/coverage/waivers.ts';
import { engineRoutes } from './engine-routes.ts';

export interface Exercised {
  /** Operations by route: whether a real Engine was asked. */
  readonly operations: ReadonlyMap<string, boolean>;
  /** Query parameters that were sent: `POST /build?nocache`. */
  readonly parameters: ReadonlySet<string>;
}

/** What the schema has and the Engine is not asked for, as the gateway does it by itself: one answer serves all clients. */
const byTheGateway: ReadonlyMap<string, string> = new Map([
  [
    'GET /events?filters',
    'it listens to all events once, and each client gets those that fit its own filter',
  ],
  ['GET /images/json?digests', 'Engines take no notice of it: every list has the digests'],
  ['POST /build?q', 'it reads all of the progress, and shows a client what that selects'],
]);

const waived: ReadonlySet<string> = new Set(
  waivers.flatMap(({ items }) => items).map((item) => item.replace(/^parameter /, '')),
);

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

/** What is said at the end, and the operations and parameters that are missing. */
export function summary({ operations, parameters }: Exercised): {
  readonly lines: readonly string[];
  readonly missing: readonly string[];
} {
  const never = engineRoutes.filter((route) => !operations.has(route));
  const faked = [...operations].filter(([, isReal]) => !isReal).map(([route]) => route);
  const named = documented.filter(({ kind }) => kind === 'parameter').map(({ name }) => name);
  const unsent = named.filter((name) => !parameters.has(name));
  const excused = unsent.filter((name) => waived.has(name) || byTheGateway.has(name));
  const unproven = unsent.filter((name) => !excused.includes(name));
  const real = operations.size - faked.length;
  return {
    missing: [...never, ...unproven],
    lines: [
      `operations exercised: ${operations.size} of ${engineRoutes.length} (${real} on a real Engine)`,
      ...faked.map((route) => `  by a wire fixture: ${route}`),
      ...never.map((route) => `  never: ${route}`),
      `query parameters sent: ${named.length - unsent.length} of ${named.length}`,
      ...excused.map((name) => `  not sent: ${name} (${byTheGateway.get(name) ?? 'waived'})`),
      ...unproven.map((name) => `  never: ${name}`),
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

/** Ends a whole run with the operations and parameters of the Engine that its specs have exercised, and fails it where one lacks. */
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
