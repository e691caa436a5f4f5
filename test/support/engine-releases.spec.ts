import { describe, expect, it } from 'vitest';
import { chosenRelease, configOf, pathWith } from './engine-releases.ts';
import { systemPath } from './install-engine.ts';

const choose = (DOCKGRAPH_TEST_ENGINE?: string) =>
  chosenRelease(DOCKGRAPH_TEST_ENGINE === undefined ? {} : { DOCKGRAPH_TEST_ENGINE });

describe('the release of private Engines', () => {
  it('is that of PATH unless the environment chooses another', () => {
    expect(choose()).toBeUndefined();
    expect(choose('')).toBeUndefined();
    expect(choose('installed')).toBeUndefined();
    expect(choose('20.10')).toBe('20.10');
    expect(choose('26.1')).toBe('26.1');
    expect(choose('28.5-containerd')).toBe('28.5-containerd');
  });

  it('is refused where there is no such, with those that there are', () => {
    expect(() => choose('27')).toThrow(
      'DOCKGRAPH_TEST_ENGINE is 27: use installed, 20.10, 26.1, 28.5, 28.5-containerd, or leave it out',
    );
    expect(() => choose('toString')).toThrow('DOCKGRAPH_TEST_ENGINE is toString');
  });

  it('comes with the configuration that makes it what it is', () => {
    expect(configOf(undefined)).toEqual({});
    expect(configOf('28.5')).toEqual({});
    expect(configOf('28.5-containerd')).toEqual({ features: { 'containerd-snapshotter': true } });
  });

  it('runs its own commands before those of the machine', () => {
    expect(pathWith(undefined)).toBe(systemPath);
    expect(pathWith('/cache/28.5')).toBe(`/cache/28.5:${systemPath}`);
  });
});
