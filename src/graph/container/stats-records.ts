/** The counters of a container as the Engine sends them. */
import type { ContainerNetworkStats, ContainerStats, Int64 } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { int, long, longs, mappedList, object, objects, record, text } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type Cpu = NonNullable<ContainerStats['cpu_stats']>;
type Blkio = NonNullable<ContainerStats['blkio_stats']>;
type BlkioEntryShape = NonNullable<Blkio['io_service_bytes_recursive']>[number];
type Memory = NonNullable<ContainerStats['memory_stats']>;

const linux = 'Linux only.';
const windows = 'Windows only.';
const cgroupV1 = 'With cgroup v1 only.';

const CpuUsage = record<NonNullable<Cpu['cpu_usage']>>(
  'CpuUsage',
  'CPU time since the start of the container, in nanoseconds (Windows: in units of 100 nanoseconds).',
  {
    [of]: 'ContainerCPUUsage',
    total_usage: long('All of it.'),
    percpu_usage: longs(`For each CPU. ${cgroupV1}`),
    usage_in_kernelmode: long('Spent in the kernel.'),
    usage_in_usermode: long('Spent in its programs.'),
  },
);

const CpuThrottling = record<NonNullable<Cpu['throttling_data']>>(
  'CpuThrottling',
  'How often a container was held back by its limit of CPU time.',
  {
    [of]: 'ContainerThrottlingData',
    periods: long('Periods in which it wanted time while there was a limit.'),
    throttled_periods: long('Periods in which it hit the limit.'),
    throttled_time: long('Nanoseconds it was held back in all.'),
  },
);

export const CpuStats = record<Cpu>('CpuStats', 'CPU time at one moment.', {
  [of]: 'ContainerCPUStats',
  cpu_usage: object(CpuUsage, 'The time of the container.'),
  system_cpu_usage: long(`The time of the whole host, over all its CPUs, in nanoseconds. ${linux}`),
  online_cpus: int(`How many CPUs there are. ${linux}`),
  throttling_data: object(CpuThrottling, 'How often it was held back by its limit.'),
});

interface MemoryCounterModel {
  readonly name: string;
  readonly value: Int64;
}

const MemoryCounter = builder.objectRef<MemoryCounterModel>('MemoryCounter').implement({
  description: "One of the kernel's counters of the memory of a container.",
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name, such as `inactive_file`.' }),
    value: t.field({
      type: 'Long',
      nullable: false,
      description: 'Its value: bytes mostly; counts of events for names such as `pgfault`.',
      resolve: ({ value }) => value,
    }),
  }),
});

type MemoryCounters = Readonly<Record<string, Int64 | null | undefined>>;

const countersOf = (counters: MemoryCounters): MemoryCounterModel[] =>
  Object.entries(counters)
    .flatMap(([name, value]) => (value === null || value === undefined ? [] : [{ name, value }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

export const MemoryStats = record<Memory>('MemoryStats', 'Memory at one moment, in bytes.', {
  [of]: 'ContainerMemoryStats',
  usage: long(`In use, files that the kernel keeps in memory included; see \`memoryUsage\`. ${linux}`),
  max_usage: long(`The most that was ever in use. ${cgroupV1}`),
  limit: long(`What may be used: its own limit, or the memory of the host. ${linux}`),
  failcnt: long(`How often the limit was hit. ${cgroupV1}`),
  stats: mappedList(
    MemoryCounter,
    countersOf,
    `The kernel's counters (\`memory.stat\`), sorted by name. ${linux}`,
  ),
  commitbytes: long(`Committed. ${windows}`, { name: 'commitBytes' }),
  commitpeakbytes: long(`The most that was ever committed. ${windows}`, { name: 'commitPeakBytes' }),
  privateworkingset: long(`The private working set, which is \`memoryUsage\` there. ${windows}`, {
    name: 'privateWorkingSet',
  }),
});

type NetworkInterfaceShape = ContainerNetworkStats & { readonly name: string };

export const NetworkInterfaceStats = record<NetworkInterfaceShape>(
  'NetworkInterfaceStats',
  'What went through one network interface of a container since its start.',
  {
    [of]: 'ContainerNetworkStats',
    name: text('The interface inside the container, such as `eth0`.'),
    rx_bytes: long('Bytes received.', { name: 'receivedBytes' }),
    rx_packets: long('Packets received.', { name: 'receivedPackets' }),
    rx_errors: long(`Errors of receiving. ${linux}`, { name: 'receiveErrors' }),
    rx_dropped: long('Packets that came and were dropped.', { name: 'receivedDropped' }),
    tx_bytes: long('Bytes sent.', { name: 'sentBytes' }),
    tx_packets: long('Packets sent.', { name: 'sentPackets' }),
    tx_errors: long(`Errors of sending. ${linux}`, { name: 'sendErrors' }),
    tx_dropped: long('Packets to be sent that were dropped.', { name: 'sentDropped' }),
    endpoint_id: text(`The endpoint by its ID. ${windows}`),
    instance_id: text(`The instance by its ID. ${windows}`),
  },
);

const BlkioEntry = record<BlkioEntryShape>(
  'BlkioEntry',
  'A counter of one block device and one kind of operation.',
  {
    [of]: 'ContainerBlkioStatEntry',
    major: long('The first number of the device.'),
    minor: long('The second number of the device.'),
    op: text('The operation, such as `read` or `Write`; which words there are depends on the kernel.', {
      name: 'operation',
    }),
    value: long('The counter.'),
  },
);

export const BlkioStats = record<Blkio>(
  'BlkioStats',
  'What went to and from block devices since the start of the container.',
  {
    [of]: 'ContainerBlkioStats',
    io_service_bytes_recursive: objects(BlkioEntry, 'Bytes.'),
    io_serviced_recursive: objects(BlkioEntry, `Operations. ${cgroupV1}`),
    io_queue_recursive: objects(BlkioEntry, `Operations that wait now. ${cgroupV1}`),
    io_service_time_recursive: objects(BlkioEntry, `Nanoseconds from dispatch to completion. ${cgroupV1}`),
    io_wait_time_recursive: objects(BlkioEntry, `Nanoseconds spent waiting in queues. ${cgroupV1}`),
    io_merged_recursive: objects(BlkioEntry, `Operations that were merged with others. ${cgroupV1}`),
    io_time_recursive: objects(BlkioEntry, `Milliseconds of the device. ${cgroupV1}`),
    sectors_recursive: objects(BlkioEntry, `Sectors. ${cgroupV1}`),
  },
);

export const StorageStats = record<NonNullable<ContainerStats['storage_stats']>>(
  'WindowsStorageStats',
  'What went to and from disks since the start of a Windows container.',
  {
    [of]: 'ContainerStorageStats',
    read_count_normalized: long('Operations of reading, in units of 8 KiB.'),
    read_size_bytes: long('Bytes read.'),
    write_count_normalized: long('Operations of writing, in units of 8 KiB.'),
    write_size_bytes: long('Bytes written.'),
  },
);
