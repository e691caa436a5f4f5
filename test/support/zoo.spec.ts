import { beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from './json.ts';
import { ownPrefix, sharedEngine } from './live.ts';
import { oddLabels } from './zoo/features.ts';
import { buildZoo, type Zoo } from './zoo.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
let zoo: Zoo;
beforeAll(async () => {
  zoo = await buildZoo(engine, { prefix });
});

const inspect = async (short: string): Promise<unknown> =>
  (await engine.mustRest('GET', `/containers/${zoo.n(short)}/json`)).json();
const names = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await engine.cli(...args, '--filter', `name=${prefix}`, '--format', '{{.Name}}')).split('\n').toSorted();

describe('the zoo', () => {
  it('has the containers, networks and volumes that it tells of, and not one more', async () => {
    const format = ['--filter', `name=${prefix}`, '--format', '{{.Names}}'];
    const containers = (await engine.cli('ps', '-a', ...format)).split('\n').toSorted();
    expect(containers).toEqual(zoo.containers.toSorted());
    expect(containers.length).toBeGreaterThanOrEqual(50);
    expect(await names('network', 'ls')).toEqual(zoo.networks.toSorted());
    expect(await names('volume', 'ls')).toEqual(zoo.volumes.toSorted());
    for (const image of zoo.images) await engine.cli('image', 'inspect', image);
  });

  it('shows every state that can be had at will', async () => {
    const list = (await engine.mustRest('GET', '/containers/json?all=1')).json();
    const states = listAt(list)
      .filter((container) => String(listAt(container, 'Names')[0]).startsWith(`/${prefix}`))
      .map((container) => textAt(container, 'State'));
    expect(new Set(states)).toEqual(new Set(['created', 'running', 'paused', 'restarting', 'exited']));
    const health = await Promise.all(['healthy', 'unhealthy', 'starting'].map(inspect));
    expect(health.map((one) => textAt(one, 'State', 'Health', 'Status'))).toEqual([
      'healthy',
      'unhealthy',
      'starting',
    ]);
    const ended = await Promise.all(['exited-0', 'exited-3', 'exited-137', 'broken'].map(inspect));
    expect(ended.map((one) => at(one, 'State', 'ExitCode'))).toEqual([0, 3, 137, 127]);
  });

  it('keeps odd labels as they were given', async () => {
    const labels = Object(at(await inspect('odd-labels'), 'Config', 'Labels'));
    expect(Object.entries(labels)).toEqual(expect.arrayContaining(Object.entries(oddLabels)));
    expect(Object.keys(labels)).toContain('__proto__');
    expect(Object.keys(oddLabels)).toContain('__proto__');
  });

  it('has an image with two digests, one with a digest alone, and one without any name', async () => {
    const image = async (name: string): Promise<unknown> =>
      (await engine.mustRest('GET', `/images/${name}/json`)).json();
    const digests = listAt(await image(zoo.n('app:latest')), 'RepoDigests').map(String);
    // Names without a registry have a digest too where images are kept in containerd.
    expect(digests.filter((digest) => digest.startsWith('127.'))).toHaveLength(2);
    const bare = zoo.images.find((name) => name.includes('@')) ?? '';
    expect(listAt(await image(bare), 'RepoDigests')).toContain(bare);
    expect(listAt(await image(zoo.dangling), 'RepoTags')).toEqual([]);
  });

  it('publishes ports over both families and protocols', async () => {
    const bound = Object(at(await inspect('ports'), 'NetworkSettings', 'Ports'));
    expect(Object.keys(bound).filter((port) => bound[port] !== null)).toHaveLength(12);
    expect(JSON.stringify(bound)).toContain('"::1"');
  });

  it('is quiet, but for the one that restarts', async () => {
    const now = textAt((await engine.mustRest('GET', '/info')).json(), 'SystemTime');
    const since = Date.parse(now) / 1000;
    // Long enough for a probe every quarter of a second to be seen.
    const events = await engine.cli('events', '--since', since.toFixed(3), '--until', (since + 2).toFixed(3));
    const foreign = events
      .split('\n')
      .filter((line) => line.includes(prefix) && !line.includes(zoo.n('restarting')));
    expect(foreign).toEqual([]);
  });
});
