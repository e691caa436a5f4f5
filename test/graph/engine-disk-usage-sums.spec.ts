import { describe, expect, it } from 'vitest';
import {
  buildCacheSums,
  containerSums,
  imageSums,
  parentsOf,
  uniqueSizeOf,
  volumeSums,
} from '../../src/graph/engine/disk-usage/sums.ts';

describe('the sums of images', () => {
  const used = { Containers: 2, Size: 100, SharedSize: 60 };
  const unused = { Containers: 0, Size: 90, SharedSize: 60 };

  it('count everything but the unique layers of used images as reclaimable', () => {
    expect(imageSums([used, unused], 130)).toEqual({ count: 2, activeCount: 1, size: 130, reclaimable: 90 });
  });

  it('do not trust sizes that were not computed', () => {
    const uncounted = { Containers: 1, Size: 100, SharedSize: -1 };
    expect(imageSums([uncounted], 100)).toEqual({ count: 1, activeCount: 1, size: 100, reclaimable: 100 });
    expect(uniqueSizeOf(uncounted)).toBeNull();
  });

  it('treat an image whose containers were not counted as used, yet not as active', () => {
    const uncounted = { Containers: -1, Size: 100, SharedSize: 0 };
    expect(imageSums([uncounted], 100)).toEqual({ count: 1, activeCount: 0, size: 100, reclaimable: 0 });
  });

  it('are 0 without any', () => {
    expect(imageSums([], undefined)).toEqual({ count: 0, activeCount: 0, size: 0, reclaimable: 0 });
  });

  it('stay exact beyond 2^53', () => {
    const huge = { Containers: 0, Size: 2n ** 60n + 1n, SharedSize: 0 };
    expect(imageSums([huge], 2n ** 60n + 1n).size).toBe(2n ** 60n + 1n);
    expect(uniqueSizeOf(huge)).toBe(2n ** 60n + 1n);
  });
});

describe('the sums of containers', () => {
  it('call running, paused and restarting ones active and the rest reclaimable', () => {
    const states = ['running', 'paused', 'restarting', 'created', 'exited', 'dead', 'removing'];
    const containers = states.map((State, index) => ({ State, SizeRw: 10 ** index }));
    expect(containerSums(containers)).toEqual({
      count: 7,
      activeCount: 3,
      size: 1_111_111,
      reclaimable: 1_111_000,
    });
  });

  it('read a size that is left out as 0', () => {
    expect(containerSums([{ State: 'exited' }])).toMatchObject({ size: 0, reclaimable: 0 });
  });
});

describe('the sums of volumes', () => {
  it('leave out sizes that the driver does not tell', () => {
    const volumes = [
      { UsageData: { RefCount: 2, Size: 100 } },
      { UsageData: { RefCount: 0, Size: 30 } },
      { UsageData: { RefCount: 0, Size: -1 } },
      { UsageData: { RefCount: -1, Size: 5 } },
      {},
    ];
    expect(volumeSums(volumes)).toEqual({ count: 5, activeCount: 1, size: 135, reclaimable: 30 });
  });
});

describe('the sums of the build cache', () => {
  it('leave out records that are shared, and keep those in use', () => {
    const records = [
      { InUse: false, Shared: false, Size: 100 },
      { InUse: true, Shared: false, Size: 20 },
      { InUse: true, Shared: true, Size: 3 },
      { InUse: false, Shared: true, Size: 4 },
    ];
    expect(buildCacheSums(records)).toEqual({ count: 4, activeCount: 2, size: 120, reclaimable: 100 });
  });

  it('know the parents of a record by each name they ever had', () => {
    expect(parentsOf({ Parent: 'a' })).toEqual(['a']);
    expect(parentsOf({ Parent: '' })).toEqual([]);
    expect(parentsOf({ ' Parents': ['a', 'b'] })).toEqual(['a', 'b']);
    expect(parentsOf({ Parents: ['c'] })).toEqual(['c']);
    expect(parentsOf({})).toEqual([]);
  });
});
