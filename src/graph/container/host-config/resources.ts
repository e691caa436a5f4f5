/** What a container may use of its host. */
import type { HostConfig, Int64 } from '../../../engine/types.ts';
import { computed, flag, int, objects, record, text, texts } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { DeviceMapping, DeviceRequest, ThrottleDevice, Ulimit, WeightDevice } from './devices.ts';
import { limit } from './limit.ts';

export type ResourcesShape = Pick<
  HostConfig,
  | 'CpuShares'
  | 'NanoCpus'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpuRealtimePeriod'
  | 'CpuRealtimeRuntime'
  | 'CpusetCpus'
  | 'CpusetMems'
  | 'CpuCount'
  | 'CpuPercent'
  | 'Memory'
  | 'MemoryReservation'
  | 'MemorySwap'
  | 'MemorySwappiness'
  | 'KernelMemory'
  | 'KernelMemoryTCP'
  | 'OomKillDisable'
  | 'OomScoreAdj'
  | 'PidsLimit'
  | 'Ulimits'
  | 'BlkioWeight'
  | 'BlkioWeightDevice'
  | 'BlkioDeviceReadBps'
  | 'BlkioDeviceWriteBps'
  | 'BlkioDeviceReadIOps'
  | 'BlkioDeviceWriteIOps'
  | 'IOMaximumIOps'
  | 'IOMaximumBandwidth'
  | 'Devices'
  | 'DeviceCgroupRules'
  | 'DeviceRequests'
  | 'CgroupParent'
>;

/** The kernel's period, in microseconds, where none is set. */
const defaultPeriod = 100_000;

const set = (value: Int64 | null | undefined): number | null => Number(value ?? 0) || null;

/** How many CPUs' time the limits come to, whichever way they are written; null for no limit. */
export function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: ResourcesShape): number | null {
  const nanos = set(NanoCpus);
  if (nanos !== null) return nanos / 1e9;
  const quota = set(CpuQuota);
  return quota !== null && quota > 0 ? quota / (set(CpuPeriod) ?? defaultPeriod) : null;
}

export const ContainerResources = record<ResourcesShape>(
  'ContainerResources',
  'What a container may use of its host. A limit that is null is not set: Docker writes 0 for that.',
  {
    [of]: 'HostConfig',
    CpuShares: limit(
      'Its share of CPU time against other containers when time is short; null counts as 1024.',
    ),
    NanoCpus: limit('Limit of CPU time in billionths of a CPU (`docker run --cpus`); see `cpus`.'),
    CpuPeriod: limit('The span that `cpuQuota` counts in, in microseconds; null counts as 100000.'),
    CpuQuota: limit('Limit of CPU time in microseconds per `cpuPeriod`; -1 is no limit.'),
    CpuRealtimePeriod: limit('The span that `cpuRealtimeRuntime` counts in, in microseconds.'),
    CpuRealtimeRuntime: limit('CPU time for real-time processes in microseconds per `cpuRealtimePeriod`.'),
    CpusetCpus: text('The CPUs it may run on, such as `0-3` or `0,2`; null is all.'),
    CpusetMems: text('The memory nodes it may use, such as `0-1`; null is all.'),
    CpuCount: limit('How many CPUs it may use (Windows).'),
    CpuPercent: limit('How many per cent of all CPU time it may use (Windows).'),
    Memory: limit('Limit of memory in bytes.'),
    MemoryReservation: limit('Bytes of memory it is pushed back to when memory is short on the host.'),
    MemorySwap: limit(
      'Limit of memory and swap together in bytes; -1 is unlimited swap, null leaves it to `memory`.',
    ),
    MemorySwappiness: computed(
      'How readily its memory is swapped out, 0 to 100; null is the default of the host.',
    ),
    KernelMemory: limit('Limit of kernel memory in bytes.', { gone: '1.42' }),
    KernelMemoryTCP: limit('Limit of kernel memory for TCP buffers in bytes.', { gone: '1.52' }),
    OomKillDisable: flag('Whether its processes wait rather than be killed when its memory is used up.'),
    OomScoreAdj: int(
      'How early it is killed when memory runs out on the host: -1000 (never) to 1000 (first).',
    ),
    PidsLimit: limit('Limit of processes and threads; -1 is an explicit "no limit".'),
    Ulimits: objects(Ulimit, 'Limits of each process, beside the defaults of the Engine.'),
    BlkioWeight: limit('Its share of block devices against other containers, 10 to 1000.'),
    BlkioWeightDevice: objects(WeightDevice, 'Its shares of single block devices.', {
      name: 'blkioWeightDevices',
    }),
    BlkioDeviceReadBps: objects(ThrottleDevice, 'Limits of reading from devices, in bytes per second.'),
    BlkioDeviceWriteBps: objects(ThrottleDevice, 'Limits of writing to devices, in bytes per second.'),
    BlkioDeviceReadIOps: objects(ThrottleDevice, 'Limits of reading from devices, in operations per second.'),
    BlkioDeviceWriteIOps: objects(ThrottleDevice, 'Limits of writing to devices, in operations per second.'),
    IOMaximumIOps: limit('Limit of the system drive in operations per second (Windows).'),
    IOMaximumBandwidth: limit('Limit of the system drive in bytes per second (Windows).'),
    Devices: objects(DeviceMapping, 'Devices of the host that it may use.'),
    DeviceCgroupRules: texts('Rules for devices by their numbers, such as `c 13:* rwm`.'),
    DeviceRequests: objects(DeviceRequest, 'Devices that drivers are asked for, such as GPUs.'),
    CgroupParent: text('The cgroup that its own is made in; null is the default of the Engine.'),
  },
  (t) => ({
    cpus: t.float({
      nullable: true,
      description:
        "How many CPUs' time it may use, such as 1.5, from `nanoCpus` or `cpuQuota`; null is no limit.",
      resolve: cpusOf,
    }),
  }),
);
