import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documented } from '../../src/coverage/documented.ts';
import { engineRouteOf, engineRoutes } from './engine-routes.ts';
import { exercisedIn, summary } from './exercised-reporter.ts';

const own = ['GET /events?filters', 'GET /images/json?digests', 'POST /build?q'];

/** A line for each operation with all its parameters, but those that the gateway does not send. */
function everything(): readonly string[] {
  const parameters = documented.filter(({ kind, name }) => kind === 'parameter' && !own.includes(name));
  return engineRoutes.map((route) =>
    ['real', route, ...parameters.filter(({ of }) => of === route).map((item) => item.own)].join('\t'),
  );
}

describe('what the workers of a run have noted', () => {
  const noted = [
    'fake\tGET /version',
    'real\tGET /containers/json\tall\tfilters',
    'fake\tGET /containers/json\tsize',
    'fake\tGET /containers/json\tsize',
    '',
  ].join('\n');

  it('counts an operation as asked of a real Engine if it was once', () => {
    const { operations } = exercisedIn(noted);
    expect([...operations]).toEqual([
      ['GET /version', false],
      ['GET /containers/json', true],
    ]);
  });

  it('counts query parameters whoever was asked', () => {
    expect([...exercisedIn(noted).parameters]).toEqual([
      'GET /containers/json?all',
      'GET /containers/json?filters',
      'GET /containers/json?size',
    ]);
  });

  it('names every operation that is missing', () => {
    const { lines, missing } = summary(exercisedIn(noted));
    expect(lines[0]).toBe('operations exercised: 2 of 108 (1 on a real Engine)');
    expect(missing.filter((name) => !name.includes('?'))).toHaveLength(106);
    expect(lines).toContain('  by a wire fixture: GET /version');
    expect(lines).toContain('  never: POST /swarm/init');
  });

  it('misses nothing where all was asked, and says what the gateway does itself', () => {
    const { lines, missing } = summary(exercisedIn(everything().join('\n')));
    expect(missing).toEqual([]);
    expect(lines.filter((line) => line.includes('not sent'))).toContainEqual(
      expect.stringMatching(/GET \/events\?filters \(it listens/),
    );
  });
});

describe('the operation of a request', () => {
  it('is found by its path, with a version before it or without', () => {
    expect(engineRouteOf('GET', '/v1.51/containers/json')).toBe('GET /containers/json');
    expect(engineRouteOf('GET', '/containers/abc/json')).toBe('GET /containers/{id}/json');
    expect(engineRouteOf('HEAD', '/_ping')).toBe('HEAD /_ping');
  });

  it('may have slashes in the name of an image', () => {
    expect(engineRouteOf('GET', '/v1.51/images/registry.example:5000/team/app/json')).toBe(
      'GET /images/{name}/json',
    );
    expect(engineRouteOf('GET', '/v1.51/images/get')).toBe('GET /images/get');
  });

  it('is none where the documents have none', () => {
    expect(engineRouteOf('POST', '/build/cancel')).toBeUndefined();
  });
});

// Each is a run of its own, which takes a while where others keep the machine busy.
describe('how a run ends', { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dockgraph-runs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const packageFolder = resolve('node_modules/vitest');
  const reporter = resolve('test/support/exercised-reporter.ts');

  /** A run of two specs that has noted this, in a folder that has nothing else. */
  function run(noted: string, ...args: readonly string[]) {
    const config = `
      import { ExercisedReporter } from ${JSON.stringify(reporter)};
      export default { test: { include: ['*.spec.mjs'], reporters: [new ExercisedReporter('noted.txt')] } };`;
    const spec = `
      import { expect, it } from ${JSON.stringify(`${packageFolder}/dist/index.js`)};
      it('passes', () => expect(1).toBe(1));`;
    writeFileSync(join(folder, 'vitest.config.ts'), config);
    writeFileSync(join(folder, 'noted.txt'), noted);
    for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.spec.mjs`), spec);
    const command = [join(packageFolder, 'vitest.mjs'), 'run', ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  }
  const all = everything();

  it('well where all was asked', () => {
    const { status, said } = run(all.join('\n'));
    expect([status, said]).toEqual([0, expect.stringContaining('operations exercised: 108 of 108')]);
  });

  it('badly where one operation lacks, though every spec passes', () => {
    const { status, said } = run(all.slice(1).join('\n'));
    expect([status, said]).toEqual([1, expect.stringContaining(`never: ${engineRoutes[0]}`)]);
  });

  it('badly where one parameter lacks', () => {
    const { status, said } = run(all.map((line) => line.replace('\tforcerm', '')).join('\n'));
    expect([status, said]).toEqual([1, expect.stringContaining('never: POST /build?forcerm')]);
  });

  it.each([['one.spec.mjs'], ['--testNamePattern=passes'], ['--shard=1/2']])(
    'well where only a part was run, which is not asked what it has exercised: %s',
    (part) => {
      const { status, said } = run('', part);
      expect([status, said]).toEqual([0, expect.not.stringContaining('operations exercised')]);
    },
  );
});
