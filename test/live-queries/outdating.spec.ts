import { describe, expect, it } from 'vitest';
import { isShown, outdated } from '../../src/live-queries/outdating.ts';
import type { Read, Subject } from '../../src/live-queries/read.ts';
import { event, idOf, plain, read } from './fakes.ts';

const [a, b] = [idOf('a'), idOf('b')];

/** Everything that can be read, each with container, image, network or volume A where there is one to be named. */
const everything: Readonly<Record<Subject, Read>> = {
  'container.list': read('container.list'),
  'container.one': read('container.one', { ref: a, id: a }),
  'container.measure': read('container.measure', { ref: a }),
  'exec.one': read('exec.one', { ref: idOf('e'), id: a }),
  'image.list': read('image.list'),
  'image.one': read('image.one', { ref: 'busybox', id: `sha256:${a}` }),
  'network.list': read('network.list'),
  'network.one': read('network.one', { ref: a, id: a }),
  'volume.list': read('volume.list'),
  'volume.one': read('volume.one', { ref: 'data', id: 'data' }),
  service: read('service'),
  task: read('task'),
  node: read('node'),
  secret: read('secret'),
  config: read('config'),
  swarm: read('swarm'),
  plugin: read('plugin'),
  registry: read('registry'),
  info: read('info'),
  disk: read('disk'),
  operations: read('operations'),
  contact: read('contact'),
  unknown: read('unknown'),
};

/** All that an event nobody knows may be about. Of the gateway's own work, and of a registry's, no event tells. */
const whatever = Object.keys(everything).filter(
  (subject) => !['contact', 'operations', 'registry'].includes(subject),
);

/** What an event outdates, late ones marked. */
const outdatedBy = (given: ReturnType<typeof event>, interests = plain): string[] =>
  Object.entries(everything).flatMap(([subject, each]) => {
    const effect = outdated(given, [each], interests);
    return effect === 'no' ? [] : [effect === 'late' ? `${subject} (late)` : subject];
  });

describe('an event', () => {
  const inspected = ['container.one', 'container.measure', 'exec.one'];
  it.each([
    ['container', 'create', ['container.list', ...inspected, 'info', 'disk', 'unknown']],
    ['container', 'destroy', ['container.list', ...inspected, 'info', 'disk', 'unknown']],
    ['container', 'start', ['container.list', ...inspected, 'info', 'unknown']],
    ['container', 'die', ['container.list (late)', ...inspected, 'info (late)', 'unknown']],
    ['container', 'pause', ['container.list (late)', ...inspected, 'info (late)', 'unknown']],
    ['container', 'unpause', ['container.list (late)', ...inspected, 'info (late)', 'unknown']],
    ['container', 'rename', ['container.list', 'container.one', 'unknown']],
    ['container', 'update', ['container.one', 'unknown']],
    ['container', 'oom', ['container.one', 'unknown']],
    ['container', 'health_status', ['container.list', 'container.one', 'unknown']],
    ['container', 'exec_create', ['exec.one', 'unknown']],
    ['container', 'exec_die', ['exec.one', 'unknown']],
    ['container', 'commit', ['container.list', 'image.list', 'image.one', 'info', 'disk', 'unknown']],
    ['container', 'extract-to-dir', ['container.measure', 'unknown']],
    ...['kill', 'attach', 'detach', 'resize', 'top', 'export', 'archive-path'].map(
      (action) => ['container', action, []] as const,
    ),
    ...['pull', 'tag', 'untag', 'delete', 'load', 'import', 'create', 'prune', 'somethingNew'].map(
      (action) =>
        ['image', action, ['container.list', 'image.list', 'image.one', 'info', 'disk', 'unknown']] as const,
    ),
    ['image', 'push', []],
    ['image', 'save', []],
    ['network', 'create', ['network.list', 'network.one', 'unknown']],
    ['network', 'destroy', ['network.list', 'network.one', 'unknown']],
    ['network', 'connect', ['container.list (late)', 'container.one', 'network.one', 'unknown']],
    ['network', 'disconnect', ['container.list (late)', 'container.one', 'network.one', 'unknown']],
    ['volume', 'create', ['volume.list', 'disk', 'unknown']],
    ['builder', 'prune', ['disk', 'unknown']],
    ['daemon', 'reload', ['info', 'unknown']],
    ['plugin', 'enable', ['volume.list', 'volume.one', 'plugin', 'info', 'unknown']],
    ['service', 'update', ['network.one', 'service', 'task', 'info', 'unknown']],
    ['node', 'update', ['network.one', 'service', 'task', 'node', 'swarm', 'info', 'unknown']],
    ['secret', 'create', ['secret', 'unknown']],
    ['config', 'update', ['config', 'unknown']],
    ['container', 'levitate', whatever],
    ['moon', 'rise', whatever],
  ] as const)('%s %s outdates what it is about', (type, action, subjects) => {
    expect(outdatedBy(event(type, action)).sort()).toEqual([...subjects].sort());
  });

  it('of a volume outdates that volume, and not one of another name', () => {
    expect(outdatedBy(event('volume', 'destroy', 'data'))).toContain('volume.one');
    expect(outdatedBy(event('volume', 'destroy', 'other'))).not.toContain('volume.one');
  });

  it('of a mount matters only where the driver tells more of a mounted volume', () => {
    const driver = (name: string) =>
      outdatedBy(event('volume', 'mount', 'data', { driver: name, container: b }));
    expect(driver('local')).toEqual(['unknown']);
    expect(driver('nfs')).toEqual(['volume.list', 'volume.one', 'unknown']);
  });
});

describe('a container that was asked for', () => {
  const start = (actor: string) => event('container', 'start', actor);
  it('by its full ID is outdated by its own events only', () => {
    const byId = [read('container.one', { ref: a, id: a })];
    expect(outdated(start(a), byId, plain)).toBe('now');
    for (const action of ['create', 'rename', 'start', 'destroy']) {
      expect(outdated(event('container', action, b), byId, plain)).toBe('no');
    }
  });

  it('by name may be another one after one was made, renamed or removed', () => {
    const byName = [read('container.one', { ref: 'web', id: a })];
    expect(outdated(start(b), byName, plain)).toBe('no');
    for (const action of ['create', 'rename', 'destroy']) {
      expect(outdated(event('container', action, b), byName, plain)).toBe('now');
    }
  });

  it('and did not exist can come to be, whatever its labels say of its name', () => {
    const missing = [read('container.one', { ref: 'web' })];
    expect(outdated(event('container', 'create', b, { name: 'spoofed' }), missing, plain)).toBe('now');
    expect(outdated(start(b), missing, plain)).toBe('no');
  });
});

describe('a list of containers', () => {
  const listWith = (filters: Read['filters']) => [read('container.list', { filters })];
  it('of some IDs is outdated by those', () => {
    const some = listWith({ id: [a] });
    expect(outdated(event('container', 'start', a), some, plain)).toBe('now');
    expect(outdated(event('container', 'start', b), some, plain)).toBe('no');
    expect(outdated(event('network', 'connect', idOf('c'), { container: b }), some, plain)).toBe('no');
    // A prefix may stand for any.
    expect(outdated(event('container', 'start', b), listWith({ id: ['aaaa'] }), plain)).toBe('now');
  });

  it('with a label is outdated by containers that bear it', () => {
    const labelled = listWith({ label: ['team=a', 'tier'] });
    const start = (labels: Record<string, string>) =>
      outdated(event('container', 'start', b, { name: 'x', ...labels }), labelled, plain);
    expect(start({ team: 'a', tier: '1' })).toBe('now');
    expect(start({ team: 'b', tier: '1' })).toBe('no');
    expect(start({ team: 'a' })).toBe('no');
  });

  it('with a label that is called as an attribute is outdated by all, as nobody can tell them apart', () => {
    const labelled = listWith({ label: ['name=web'] });
    expect(outdated(event('container', 'start', b, { name: 'other' }), labelled, plain)).toBe('now');
  });
});

describe('a command that ends in a container', () => {
  const ended = event('container', 'exec_die', a, { execID: idOf('e') });
  it('matters to whoever selects commands or results of health checks, and is written down late', () => {
    expect(outdatedBy(ended, { ...plain, execs: true })).toContain('container.one (late)');
    expect(outdatedBy(ended, { ...plain, probes: true })).toEqual([
      'container.list (late)',
      'container.one (late)',
      'exec.one',
      'unknown',
    ]);
  });

  it('does not matter to an exec of another container', () => {
    expect(outdated(ended, [read('exec.one', { ref: idOf('f'), id: b })], plain)).toBe('no');
  });
});

describe('a late event', () => {
  const listOf = (state?: string, networks: readonly string[] = []) => [
    read('container.list', { rows: new Map(state === undefined ? [] : [[a, { state, networks }]]) }),
  ];
  it.each([
    ['die', 'exited', true],
    ['die', 'dead', true],
    ['die', 'restarting', true],
    ['die', 'running', false],
    ['die', 'paused', false],
    ['pause', 'paused', true],
    ['pause', 'running', false],
    ['unpause', 'running', true],
    ['unpause', 'exited', true],
    ['unpause', 'paused', false],
  ])('%s is shown by a list that says %s: %s', (action, state, isIt) => {
    expect(isShown(event('container', action, a), listOf(state), plain)).toBe(isIt);
  });

  it('is not shown by a list without its container, nor by what has no states', () => {
    const die = event('container', 'die', a);
    expect(isShown(die, listOf(), plain)).toBe(false);
    expect(isShown(die, [...listOf('exited'), read('info')], plain)).toBe(false);
  });

  it('of a network is shown by a list that has the container in it, or not any more', () => {
    const attached = (action: string, ...networks: readonly string[]) =>
      isShown(event('network', action, b, { container: a }), listOf('running', networks), plain);
    expect([attached('connect'), attached('connect', a), attached('connect', a, b)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([attached('disconnect', b), attached('disconnect', a), attached('disconnect')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is shown where only inspect was asked, which is right at once', () => {
    expect(isShown(event('container', 'die', a), [read('container.one', { ref: a, id: a })], plain)).toBe(
      true,
    );
  });
});
