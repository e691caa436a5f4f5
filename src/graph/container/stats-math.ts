/** What everybody computes out of the counters of a container, by the formulas of `docker stats`. */
import type { ContainerStats, Int64 } from '../../engine/types.ts';
import { nanosOf } from '../kit/time.ts';
import { shrink } from '../kit/units.ts';

type Memory = ContainerStats['memory_stats'];
type BlockEntries = NonNullable<ContainerStats['blkio_stats']>['io_service_bytes_recursive'];

/** Windows counts CPUs here and Linux never does; the word itself came with API 1.52. */
const isWindows = ({ os_type, num_procs }: ContainerStats): boolean =>
  os_type ? os_type === 'windows' : Number(num_procs ?? 0) > 0;

const big = (value: Int64): bigint => (typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));

/** `a - b`, exact before it is rounded to a double. */
const difference = (a: Int64, b: Int64): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : Number(big(a) - big(b));

const sum = (values: readonly (Int64 | null | undefined)[]): Int64 =>
  values.reduce<Int64>((total, value) => {
    const next = value ?? 0;
    if (typeof total === 'number' && typeof next === 'number' && Number.isSafeInteger(total + next))
      return total + next;
    return shrink(big(total) + big(next));
  }, 0);

const nanosBetween = (later: string | null | undefined, earlier: string | null | undefined): number => {
  const [end, begin] = [nanosOf(later ?? ''), nanosOf(earlier ?? '')];
  return end === undefined || begin === undefined ? 0 : Number(end - begin);
};

/** Nobody ran between the samples, or the container was started anew. */
const atLeastZero = (value: number): number => Math.max(value, 0);

const cpuTimeSpent = ({ cpu_stats, precpu_stats }: ContainerStats): number =>
  difference(cpu_stats?.cpu_usage?.total_usage ?? 0, precpu_stats?.cpu_usage?.total_usage ?? 0);

function linuxCpuPercent(sample: ContainerStats): number | null {
  const { cpu_stats: now, precpu_stats: before } = sample;
  if (!now?.system_cpu_usage || !before?.system_cpu_usage) return null;
  const systemSpent = difference(now.system_cpu_usage, before.system_cpu_usage);
  if (systemSpent <= 0) return null;
  const cpus = Number(now.online_cpus ?? 0) || (now.cpu_usage?.percpu_usage?.length ?? 0);
  return atLeastZero((cpuTimeSpent(sample) / systemSpent) * cpus * 100);
}

function windowsCpuPercent(sample: ContainerStats): number | null {
  const { read, preread, num_procs } = sample;
  const nanos = nanosBetween(read, preread);
  // The zero time of a first sample is two thousand years ago.
  if (nanos <= 0 || preread?.startsWith('0001-')) return null;
  const hundredsOfNanos = (nanos / 100) * Number(num_procs ?? 0);
  return hundredsOfNanos > 0 ? atLeastZero((cpuTimeSpent(sample) / hundredsOfNanos) * 100) : null;
}

/** Per cent of one CPU, so 200 is two of them wholly; null where the sample has nothing to compare with. */
export const cpuPercentOf = (sample: ContainerStats): number | null =>
  isWindows(sample) ? windowsCpuPercent(sample) : linuxCpuPercent(sample);

/**
 * Bytes in use without what the kernel would give back at once: on Linux file pages that have not been touched for a
 * while (`total_inactive_file` with cgroup v1, `inactive_file` with v2), as `docker stats` does.
 */
export function memoryUsageOf(sample: ContainerStats): Int64 | null {
  const memory: Memory = sample.memory_stats;
  if (isWindows(sample)) return memory?.privateworkingset ?? null;
  const usage = memory?.usage;
  if (usage === null || usage === undefined) return null;
  const inactive = [memory?.stats?.['total_inactive_file'], memory?.stats?.['inactive_file']].find(
    (value) => value !== null && value !== undefined && value < usage,
  );
  return shrink(big(usage) - big(inactive ?? 0));
}

/** Bytes it may use: its own limit, or the memory of the host. */
export const memoryLimitOf = (sample: ContainerStats): Int64 | null => sample.memory_stats?.limit || null;

export function memoryPercentOf(sample: ContainerStats): number | null {
  const [usage, limit] = [memoryUsageOf(sample), memoryLimitOf(sample)];
  return usage === null || limit === null ? null : (Number(usage) / Number(limit)) * 100;
}

/** What the daemon writes for "no limit" is 0, or the largest number of the kernel. */
export function pidsLimitOf({ pids_stats }: ContainerStats): Int64 | null {
  const limit = pids_stats?.limit;
  return limit && Number.isSafeInteger(Number(limit)) ? limit : null;
}

export interface Transferred {
  readonly networkReceived: Int64 | null;
  readonly networkSent: Int64 | null;
  readonly blockRead: Int64 | null;
  readonly blockWritten: Int64 | null;
}

const bytesOf = (entries: BlockEntries, initial: 'r' | 'w'): Int64 =>
  sum((entries ?? []).flatMap(({ op, value }) => (op?.charAt(0).toLowerCase() === initial ? [value] : [])));

/** Bytes since its start over all interfaces and block devices; null where nothing counts them. */
export function transferredOf(sample: ContainerStats): Transferred {
  const interfaces = sample.networks ? Object.values(sample.networks) : null;
  const { storage_stats: storage, blkio_stats: blkio } = sample;
  const windows = isWindows(sample);
  return {
    networkReceived: interfaces && sum(interfaces.map(({ rx_bytes }) => rx_bytes)),
    networkSent: interfaces && sum(interfaces.map(({ tx_bytes }) => tx_bytes)),
    blockRead: windows ? (storage?.read_size_bytes ?? null) : bytesOf(blkio?.io_service_bytes_recursive, 'r'),
    blockWritten: windows
      ? (storage?.write_size_bytes ?? null)
      : bytesOf(blkio?.io_service_bytes_recursive, 'w'),
  };
}

/**
 * Bytes per second between two samples. Null without an earlier one, and where the counter went back, as it does when
 * the container was started anew.
 */
export function rateOf(
  sample: ContainerStats,
  previous: ContainerStats | undefined,
  counter: keyof Transferred,
): number | null {
  if (!previous) return null;
  const nanos = nanosBetween(sample.read, previous.read);
  const [now, before] = [transferredOf(sample)[counter], transferredOf(previous)[counter]];
  if (nanos <= 0 || now === null || before === null) return null;
  const bytes = difference(now, before);
  return bytes < 0 ? null : bytes / (nanos / 1e9);
}
