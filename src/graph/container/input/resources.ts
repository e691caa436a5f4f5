/** What a container is to use of its host at most. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { below, given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { blockIoBody, blockIoFields } from './block-io.ts';
import { deviceFields, devicesBody } from './devices.ts';

export const UlimitInput = builder.inputType('UlimitInput', {
  ...mirrors(['HostConfig.Ulimits[]', 'TaskSpec.ContainerSpec.Ulimits[]']),
  description: 'A limit of each process in a container (`docker run --ulimit`). -1 is unlimited.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What is limited, such as `nofile` for open files.' }),
    soft: t.field({ type: 'Long', required: true, description: 'The limit that counts.' }),
    hard: t.field({
      type: 'Long',
      description: 'The limit up to which a process may raise the soft one; the same if left out.',
    }),
  }),
});

/** Limits that can also be changed while the container runs. */
const limitFields = (t: InputFields) => ({
  cpus: t.float({
    description: "How many CPUs' time it may use, such as 1.5. Not together with `cpuPeriod` and `cpuQuota`.",
  }),
  cpuShares: t.int({ description: 'Its share of CPU time against other containers when time is short.' }),
  cpuPeriod: t.field({ type: 'Long', description: 'The span that `cpuQuota` counts in, in microseconds.' }),
  cpuQuota: t.field({
    type: 'Long',
    description: 'Limit of CPU time in microseconds per `cpuPeriod`; -1 is no limit.',
  }),
  cpuRealtimePeriod: t.field({
    type: 'Long',
    description: 'The span that `cpuRealtimeRuntime` counts in, in microseconds.',
  }),
  cpuRealtimeRuntime: t.field({
    type: 'Long',
    description: 'CPU time for real-time processes in microseconds per `cpuRealtimePeriod`.',
  }),
  cpusetCpus: t.string({ description: 'The CPUs it may run on, such as `0-3` or `0,2`.' }),
  cpusetMems: t.string({ description: 'The memory nodes it may use, such as `0-1`.' }),
  memory: t.field({ type: 'ByteSize', description: 'Limit of memory, such as `512m`; at least `6m`.' }),
  memoryReservation: t.field({
    type: 'ByteSize',
    description: 'What it is pushed back to when memory is short on the host; less than `memory`.',
  }),
  memorySwap: t.field({
    type: 'ByteSize',
    description: 'Limit of memory and swap together; -1 is unlimited swap. Twice `memory` if left out.',
  }),
  kernelMemory: t.field({
    type: 'ByteSize',
    description: 'Limit of kernel memory.',
    gone: '1.42',
  }),
  pidsLimit: t.field({ type: 'Long', description: 'Limit of processes and threads; -1 is no limit.' }),
  blkioWeight: t.int({
    description: 'Its share of block devices against other containers, 10 to 1000; 0 is none.',
  }),
});

export const ContainerResourcesInput = builder.inputType('ContainerResourcesInput', {
  ...mirrors('HostConfig', {
    cpus: 'HostConfig.NanoCpus',
    blkioWeightDevices: 'HostConfig.BlkioWeightDevice',
    gpus: 'HostConfig.DeviceRequests',
  }),
  description: 'What a container may use of its host. What is left out is not limited.',
  fields: (t) => ({
    ...limitFields(t),
    memorySwappiness: t.int({
      description: 'How readily its memory is swapped out, 0 to 100; as the host has it if left out.',
    }),
    kernelMemoryTcp: t.field({
      type: 'ByteSize',
      description: 'Limit of kernel memory for TCP buffers.',
      gone: '1.52',
    }),
    oomKillDisable: t.boolean({
      description:
        'Let its processes wait rather than be killed when its memory is used up. False if left out.',
    }),
    oomScoreAdj: t.int({
      description: 'How early it is killed when memory runs out on the host: -1000 (never) to 1000 (first).',
    }),
    cpuCount: t.field({ type: 'Long', description: 'How many CPUs it may use (Windows).' }),
    cpuPercent: t.field({
      type: 'Long',
      description: 'How many per cent of all CPU time it may use (Windows).',
    }),
    ulimits: t.field({
      type: [UlimitInput],
      description: 'Limits of each process, beside those of the Engine.',
    }),
    ...blockIoFields(t),
    ...deviceFields(t),
    cgroupParent: t.string({ description: 'The cgroup that its own is made in.' }),
  }),
});

export const ContainerUpdateResourcesInput = builder.inputType('ContainerUpdateResourcesInput', {
  ...mirrors('ContainerUpdateBody', { cpus: 'ContainerUpdateBody.NanoCpus' }),
  description: 'Limits of a container that can be changed later. What is left out, or 0, stays as it is.',
  fields: limitFields,
});

type Limits = typeof ContainerUpdateResourcesInput.$inferInput;
type Resources = typeof ContainerResourcesInput.$inferInput;

const nanosPerCpu = 1e9;

function nanoCpus(cpus: number | null | undefined, place: Place): number | undefined {
  if (cpus === null || cpus === undefined) return undefined;
  if (cpus < 0 || cpus > Number.MAX_SAFE_INTEGER / nanosPerCpu) {
    refuse(place, `cannot be ${cpus}: give how many CPUs' time it may use, such as 1.5.`);
  }
  return Math.round(cpus * nanosPerCpu);
}

/** @throws InputError for what cannot be a number of CPUs, or what the API of the Engine no longer has */
export const limitsBody = (input: Limits | null | undefined, place: Place) =>
  ({
    NanoCpus: nanoCpus(input?.cpus, inside(place, 'cpus')),
    CpuShares: given(input?.cpuShares),
    CpuPeriod: given(input?.cpuPeriod),
    CpuQuota: given(input?.cpuQuota),
    CpuRealtimePeriod: given(input?.cpuRealtimePeriod),
    CpuRealtimeRuntime: given(input?.cpuRealtimeRuntime),
    CpusetCpus: given(input?.cpusetCpus),
    CpusetMems: given(input?.cpusetMems),
    Memory: given(input?.memory),
    MemoryReservation: given(input?.memoryReservation),
    MemorySwap: given(input?.memorySwap),
    KernelMemory: below(inside(place, 'kernelMemory'), '1.42', input?.kernelMemory),
    PidsLimit: given(input?.pidsLimit),
    BlkioWeight: given(input?.blkioWeight),
  }) satisfies HostConfigBody & { readonly KernelMemory?: unknown };

/** @throws InputError for a soft limit above the hard one */
export function ulimitsBody(ulimits: Resources['ulimits'], place: Place): HostConfigBody['Ulimits'] {
  return ulimits?.map(({ name, soft, hard }, index) => {
    const Hard = hard ?? soft;
    if (Hard !== -1 && BigInt(Hard) !== -1n && BigInt(soft) > BigInt(Hard)) {
      refuse(inside(place, index, 'soft'), `cannot be ${soft}, above \`hard\`, which is ${Hard}.`);
    }
    return { Name: name, Soft: soft, Hard };
  });
}

/** @throws InputError for limits that cannot be, and for what the API of the Engine no longer has */
export const resourcesBody = (input: Resources | null | undefined, place: Place) =>
  ({
    ...limitsBody(input, place),
    MemorySwappiness: given(input?.memorySwappiness),
    KernelMemoryTCP: below(inside(place, 'kernelMemoryTcp'), '1.52', input?.kernelMemoryTcp),
    OomKillDisable: given(input?.oomKillDisable),
    OomScoreAdj: given(input?.oomScoreAdj),
    CpuCount: given(input?.cpuCount),
    CpuPercent: given(input?.cpuPercent),
    Ulimits: ulimitsBody(input?.ulimits, inside(place, 'ulimits')),
    ...blockIoBody(input),
    ...devicesBody(input, place),
    CgroupParent: given(input?.cgroupParent),
  }) satisfies HostConfigBody & { readonly KernelMemory?: unknown };
