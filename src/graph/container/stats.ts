/** What a container uses at one moment: the counters of the Engine, and what everybody computes out of them. */
import type { ContainerNetworkStats, ContainerStats } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { columnFields, entries, type FieldBuilder, int, object, omitted, text, time } from '../kit/record.ts';
import { moment } from '../kit/time.ts';
import { of, wire } from '../kit/wire.ts';
import { Container } from '../nouns.ts';
import type { ContainerModel } from './model.ts';
import {
  cpuPercentOf,
  memoryLimitOf,
  memoryPercentOf,
  memoryUsageOf,
  pidsLimitOf,
  rateOf,
  type Transferred,
  transferredOf,
} from './stats-math.ts';
import { BlkioStats, CpuStats, MemoryStats, NetworkInterfaceStats, StorageStats } from './stats-records.ts';
import { isStopped } from './stopped.ts';

interface ContainerStatsModel {
  readonly container: ContainerModel;
  readonly sample: ContainerStats;
  /** The sample before it, where samples are followed: what rates are computed against. */
  readonly previous?: ContainerStats;
}

type Field = FieldBuilder<ContainerStatsModel>;

const total = (t: Field, counter: keyof Transferred, description: string) =>
  t.field({
    type: 'Long',
    nullable: true,
    description,
    resolve: ({ sample }) => transferredOf(sample)[counter],
  });

const rate = (t: Field, counter: keyof Transferred, what: string) =>
  t.float({
    nullable: true,
    description: `${what} per second since the sample before it; null for a single sample.`,
    resolve: ({ sample, previous }) => rateOf(sample, previous, counter),
  });

const computedFields = (t: Field) => ({
  cpuPercent: t.float({
    nullable: true,
    description:
      'CPU time in per cent of one CPU, as `docker stats` shows it: 200 is two CPUs wholly. Over the second or so before ' +
      'the sample; null where there is nothing to compare with.',
    resolve: ({ sample }) => cpuPercentOf(sample),
  }),
  memoryUsage: t.field({
    type: 'Long',
    nullable: true,
    description:
      'Bytes of memory in use, as `docker stats` shows them: without file pages that the kernel would give back at once.',
    resolve: ({ sample }) => memoryUsageOf(sample),
  }),
  memoryLimit: t.field({
    type: 'Long',
    nullable: true,
    description: 'Bytes of memory it may use: its own limit, or the memory of the host. Null on Windows.',
    resolve: ({ sample }) => memoryLimitOf(sample),
  }),
  memoryPercent: t.float({
    nullable: true,
    description: '`memoryUsage` in per cent of `memoryLimit`.',
    resolve: ({ sample }) => memoryPercentOf(sample),
  }),
  pids: t.field({
    ...wire('ContainerPidsStats.current', 'ContainerStatsResponse.pids_stats'),
    type: 'Long',
    nullable: true,
    description: 'How many processes and threads it has. Null on Windows.',
    resolve: ({ sample }) => sample.pids_stats?.current ?? null,
  }),
  pidsLimit: t.field({
    ...wire('ContainerPidsStats.limit'),
    type: 'Long',
    nullable: true,
    description: 'How many processes and threads it may have; null is without limit.',
    resolve: ({ sample }) => pidsLimitOf(sample),
  }),
  networkReceivedBytes: total(
    t,
    'networkReceived',
    'Bytes received since its start, over all interfaces; null without networking of its own.',
  ),
  networkSentBytes: total(
    t,
    'networkSent',
    'Bytes sent since its start, over all interfaces; null without networking of its own.',
  ),
  blockReadBytes: total(t, 'blockRead', 'Bytes read from block devices since its start.'),
  blockWrittenBytes: total(t, 'blockWritten', 'Bytes written to block devices since its start.'),
  networkReceivedRate: rate(t, 'networkReceived', 'Bytes received'),
  networkSentRate: rate(t, 'networkSent', 'Bytes sent'),
  blockReadRate: rate(t, 'blockRead', 'Bytes read from block devices'),
  blockWrittenRate: rate(t, 'blockWritten', 'Bytes written to block devices'),
});

export const ContainerStatsType = builder.objectRef<ContainerStatsModel>('ContainerStats').implement({
  description: 'What a container uses at one moment.',
  fields: (t) => ({
    container: t.field({
      type: Container,
      nullable: false,
      description:
        'The container that was measured. In a subscription it is as it was found when that began, but for what needs a ' +
        'further call, which is made for each sample.',
      resolve: ({ container }) => container,
    }),
    ...computedFields(t),
    ...columnFields<ContainerStats, ContainerStatsModel>(
      t,
      {
        [of]: 'ContainerStatsResponse',
        read: time('When the sample was taken.', { name: 'readAt' }),
        preread: time('When `precpuStats` were taken; null where there are none.', {
          name: 'previousReadAt',
        }),
        cpu_stats: object(CpuStats, 'CPU time when the sample was taken.'),
        precpu_stats: object(
          CpuStats,
          'CPU time a second or so before: what `cpuPercent` is computed against.',
        ),
        memory_stats: object(MemoryStats, 'Memory.'),
        networks: entries(
          NetworkInterfaceStats,
          (name: string, counters: ContainerNetworkStats) => ({ ...counters, name }),
          'Each network interface; none without networking of its own, as with the network `host`.',
        ),
        blkio_stats: object(BlkioStats, 'Block devices. Linux only.'),
        storage_stats: object(StorageStats, 'Disks. Windows only.'),
        pids_stats: omitted('`pids` and `pidsLimit` are all of it.'),
        num_procs: int('How many CPUs there are. Windows only; 0 on Linux.', { name: 'processorCount' }),
        os_type: text('The operating system of the container, such as `linux`.', { since: '1.52' }),
        id: omitted('The container has it.'),
        name: omitted('The container has it.'),
      },
      ({ sample }) => sample,
      { certain: true },
    ),
  }),
});

/** `stats`: the field of a container. */
export const statsField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: ContainerStatsType,
    nullable: true,
    description:
      'What it uses now; null while it is not running. The Engine takes one to two seconds for it, as it measures twice. ' +
      '`GET /containers/{id}/stats?stream=false`; no call while somebody follows `containerStats` of it.',
    args: {
      oneShot: t.arg.boolean({
        ...wire('GET /containers/{id}/stats?one-shot'),
        defaultValue: false,
        description:
          'Measure once, with nothing to compare with: `cpuPercent`, `precpuStats` and rates are null then. It is there at ' +
          'once with Engine 25.0 and newer, and takes a second below.',
      }),
    },
    resolve: async (container, { oneShot }) => {
      if (isStopped(container)) return null;
      const followed = container.scope.samples.latest(container.key);
      // The first sample of a stream has nothing to compare with.
      if (followed?.previous) return { ...followed, container };
      const { stats, statsOnce } = container.scope.loaders.containers;
      const sample = await (oneShot ? statsOnce : stats).load(container.key);
      // For a container that is not running the daemon answers with nothing but zeros, the time too.
      return sample && moment(sample.read) !== null ? { sample, container } : null;
    },
  });
