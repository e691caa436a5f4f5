import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerStats } from '../../src/engine/types.ts';
import {
  cpuPercentOf,
  memoryLimitOf,
  memoryPercentOf,
  memoryUsageOf,
  pidsLimitOf,
  rateOf,
  transferredOf,
} from '../../src/graph/container/stats-math.ts';
import { cliEnvironment } from '../support/engine-access.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { textAt } from '../support/json.ts';

const run = promisify(execFile);
const mebibyte = 1024 ** 2;

const linux = {
  id: 'c'.repeat(64),
  name: '/web',
  read: '2026-11-20T17:30:01.5Z',
  preread: '2026-11-20T17:30:00.25Z',
  num_procs: 0,
  storage_stats: {},
  pids_stats: { current: 7, limit: 100 },
  precpu_stats: {
    cpu_usage: { total_usage: 5_000_000_000 },
    system_cpu_usage: 800_000_000_000,
    online_cpus: 4,
  },
  cpu_stats: { cpu_usage: { total_usage: 6_234_567_890 }, system_cpu_usage: 805_000_000_000, online_cpus: 4 },
  networks: {
    eth0: { rx_bytes: 3_000_000, tx_bytes: 1000 },
    eth1: { rx_bytes: 2_000_000, tx_bytes: 500 },
  },
};

const cgroupV2 = {
  ...linux,
  memory_stats: {
    usage: 60 * mebibyte,
    stats: { inactive_file: 18 * mebibyte, file: 30 * mebibyte },
    limit: 512 * mebibyte,
  },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'read', value: 4_000_000 },
      { major: 8, minor: 16, op: 'read', value: 2_000_000 },
      { major: 8, minor: 0, op: 'write', value: 9000 },
    ],
    io_serviced_recursive: null,
  },
} satisfies ContainerStats;

const cgroupV1 = {
  ...linux,
  precpu_stats: { cpu_usage: { total_usage: 5_000_000_000 }, system_cpu_usage: 800_000_000_000 },
  cpu_stats: {
    cpu_usage: { total_usage: 6_000_000_000, percpu_usage: [3_000_000_000, 3_000_000_000] },
    system_cpu_usage: 803_000_000_000,
  },
  memory_stats: {
    usage: 100 * mebibyte,
    // Both are there: `inactive_file` leaves out what is below this control group.
    stats: { total_inactive_file: 36 * mebibyte, inactive_file: mebibyte },
    limit: 256 * mebibyte,
  },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'Read', value: 1_000_000 },
      { major: 8, minor: 0, op: 'Write', value: 3_000_000 },
      { major: 8, minor: 0, op: 'Sync', value: 4_000_000 },
      { major: 8, minor: 0, op: 'Total', value: 4_000_000 },
    ],
  },
} satisfies ContainerStats;

const windows = {
  ...linux,
  num_procs: 2,
  precpu_stats: { cpu_usage: { total_usage: 10_000_000 } },
  cpu_stats: { cpu_usage: { total_usage: 20_000_000 } },
  memory_stats: { commitbytes: 90 * mebibyte, privateworkingset: 64 * mebibyte },
  storage_stats: { read_size_bytes: 5_000_000, write_size_bytes: 7000 },
  blkio_stats: {},
} satisfies ContainerStats;

describe('a sample, against what `docker stats` makes of it', () => {
  let fake: FakeEngine;
  let served: { readonly sample: ContainerStats; readonly os: string };

  beforeAll(async () => {
    fake = await startFakeEngine({
      apiVersion: '1.47',
      handlers: {
        'GET /containers/{id}/stats': (_, { response, json }) => {
          response.setHeader('ostype', served.os);
          response.setHeader('server', `Docker/27.0.0 (${served.os})`);
          json(served.sample);
        },
      },
    });
  });
  afterAll(() => fake.close());

  async function shownByCli(sample: ContainerStats, os = 'linux'): Promise<unknown> {
    served = { sample, os };
    const args = ['stats', '--no-stream', '--format', '{{json .}}', 'web'];
    const { stdout } = await run('docker', args, { env: cliEnvironment(fake) });
    return JSON.parse(stdout);
  }

  const shown = (percent: number | null) => `${percent?.toFixed(2)}%`;

  it('agrees for cgroup v2', async () => {
    const cli = await shownByCli(cgroupV2);
    expect(textAt(cli, 'CPUPerc')).toBe(shown(cpuPercentOf(cgroupV2)));
    expect(cpuPercentOf(cgroupV2)).toBeCloseTo(98.765, 3);
    expect([memoryUsageOf(cgroupV2), memoryLimitOf(cgroupV2)]).toEqual([42 * mebibyte, 512 * mebibyte]);
    expect(textAt(cli, 'MemUsage')).toBe('42MiB / 512MiB');
    expect(textAt(cli, 'MemPerc')).toBe(shown(memoryPercentOf(cgroupV2)));
    expect(transferredOf(cgroupV2)).toEqual({
      networkReceived: 5_000_000,
      networkSent: 1500,
      blockRead: 6_000_000,
      blockWritten: 9000,
    });
    expect([textAt(cli, 'NetIO'), textAt(cli, 'BlockIO')]).toEqual(['5MB / 1.5kB', '6MB / 9kB']);
  });

  it('agrees for cgroup v1, where the daemon may not count the CPUs and file pages are counted twice', async () => {
    const cli = await shownByCli(cgroupV1);
    expect(textAt(cli, 'CPUPerc')).toBe(shown(cpuPercentOf(cgroupV1)));
    expect(cpuPercentOf(cgroupV1)).toBeCloseTo(66.667, 3);
    expect(memoryUsageOf(cgroupV1)).toBe(64 * mebibyte);
    expect(textAt(cli, 'MemUsage')).toBe('64MiB / 256MiB');
    expect(textAt(cli, 'MemPerc')).toBe(shown(memoryPercentOf(cgroupV1)));
    expect(transferredOf(cgroupV1)).toMatchObject({ blockRead: 1_000_000, blockWritten: 3_000_000 });
    expect(textAt(cli, 'BlockIO')).toBe('1MB / 3MB');
  });

  it('agrees for Windows', async () => {
    const cli = await shownByCli(windows, 'windows');
    expect(textAt(cli, 'CPUPerc')).toBe(shown(cpuPercentOf(windows)));
    expect(cpuPercentOf(windows)).toBe(40);
    expect(memoryUsageOf(windows)).toBe(64 * mebibyte);
    expect(textAt(cli, 'MemUsage')).toBe('64MiB');
    expect([memoryLimitOf(windows), memoryPercentOf(windows)]).toEqual([null, null]);
    expect(transferredOf(windows)).toMatchObject({ blockRead: 5_000_000, blockWritten: 7000 });
    expect(textAt(cli, 'BlockIO')).toBe('5MB / 7kB');
  });

  it('agrees where less is in use than the kernel would give back', async () => {
    const sample = {
      ...cgroupV2,
      memory_stats: { usage: mebibyte, stats: { inactive_file: 2 * mebibyte }, limit: 0 },
    };
    expect(memoryUsageOf(sample)).toBe(mebibyte);
    expect(textAt(await shownByCli(sample), 'MemUsage')).toBe('1MiB / 0B');
  });
});

describe('a sample with nothing to compare with', () => {
  it('has no CPU per cent rather than one since the start of the host', () => {
    expect(cpuPercentOf({ ...cgroupV2, precpu_stats: { cpu_usage: { total_usage: 0 } } })).toBeNull();
    expect(cpuPercentOf({ ...windows, preread: '0001-01-01T00:00:00Z' })).toBeNull();
  });

  it('has no network numbers without networking, and none of memory where the daemon sends none', () => {
    const { networks: _, ...rest } = cgroupV2;
    expect(transferredOf(rest)).toMatchObject({ networkReceived: null, networkSent: null });
    expect(memoryUsageOf({ ...rest, memory_stats: {} })).toBeNull();
    expect(memoryPercentOf({ ...rest, memory_stats: {} })).toBeNull();
  });

  it('counts 0 per cent for a container that was started anew in between', () => {
    const restarted = { ...cgroupV2, cpu_stats: { ...linux.cpu_stats, cpu_usage: { total_usage: 1 } } };
    expect(cpuPercentOf(restarted)).toBe(0);
  });
});

describe('counters beyond what a double holds', () => {
  const huge = 9_223_372_036_854_771_712n;

  it('are subtracted exactly before anything is rounded', () => {
    const sample = {
      ...cgroupV2,
      precpu_stats: { cpu_usage: { total_usage: huge }, system_cpu_usage: huge },
      cpu_stats: { cpu_usage: { total_usage: huge + 250n }, system_cpu_usage: huge + 1000n, online_cpus: 2 },
    };
    expect(cpuPercentOf(sample)).toBe(50);
  });

  it('are summed exactly', () => {
    const networks = {
      a: { rx_bytes: huge, tx_bytes: Number.MAX_SAFE_INTEGER },
      b: { rx_bytes: 1, tx_bytes: 2 },
    };
    expect(transferredOf({ ...cgroupV2, networks })).toMatchObject({
      networkReceived: huge + 1n,
      networkSent: BigInt(Number.MAX_SAFE_INTEGER) + 2n,
    });
  });

  it('mean that there is no limit of processes', () => {
    expect(
      pidsLimitOf({ ...linux, pids_stats: { current: 1, limit: 18_446_744_073_709_551_615n } }),
    ).toBeNull();
    expect(pidsLimitOf({ ...linux, pids_stats: { current: 1, limit: 0 } })).toBeNull();
    expect(pidsLimitOf(linux)).toBe(100);
  });
});

describe('the rate between two samples', () => {
  const later = {
    ...cgroupV2,
    read: '2026-11-20T17:30:03.5Z',
    networks: { eth0: { rx_bytes: 6_000_000, tx_bytes: 500 } },
  };

  it('is bytes per second by the clock of the Engine', () => {
    expect(rateOf(later, cgroupV2, 'networkReceived')).toBe(500_000);
  });

  it('is null without an earlier sample, for a counter that went back, and for the same sample twice', () => {
    expect(rateOf(later, undefined, 'networkReceived')).toBeNull();
    expect(rateOf(later, cgroupV2, 'networkSent')).toBeNull();
    expect(rateOf(later, later, 'networkReceived')).toBeNull();
  });
});
