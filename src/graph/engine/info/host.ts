/** The machine, and what of it containers may be limited to. */
import type { SystemInfo } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import { computed, flag, int, long, record, text, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

export type HostInfo = Pick<
  SystemInfo,
  'Name' | 'OperatingSystem' | 'OSVersion' | 'OSType' | 'Architecture' | 'KernelVersion' | 'NCPU' | 'MemTotal'
>;

export const EngineHost = record<HostInfo>('EngineHost', 'The machine that the Engine runs on.', {
  [of]: 'SystemInfo',
  Name: text('Its host name.', { name: 'hostname' }),
  OperatingSystem: text('Its operating system as people call it, such as `Debian GNU/Linux 12 (bookworm)`.'),
  OSVersion: text('The version of the operating system, such as `12`.', { name: 'osVersion' }),
  OSType: text('The kind of operating system: `linux` or `windows`.', { name: 'osType' }),
  Architecture: text('The processor architecture as `uname -m` gives it, such as `x86_64`.'),
  KernelVersion: text('The version of the kernel.'),
  NCPU: int('How many logical CPUs the Engine can use, counted when it started.', { name: 'cpus' }),
  MemTotal: long('The memory of the machine, in bytes.', { name: 'memory' }),
});

export type LimitsInfo = Pick<
  SystemInfo,
  | 'MemoryLimit'
  | 'SwapLimit'
  | 'KernelMemory'
  | 'KernelMemoryTCP'
  | 'CpuCfsPeriod'
  | 'CpuCfsQuota'
  | 'CPUShares'
  | 'CPUSet'
  | 'PidsLimit'
  | 'OomKillDisable'
>;

export const EngineLimits = record<LimitsInfo>(
  'EngineLimits',
  'Which limits the kernel of this host can put on containers. `docker run` ignores the others with a warning.',
  {
    [of]: 'SystemInfo',
    MemoryLimit: flag('Memory (`--memory`).', { name: 'memory' }),
    SwapLimit: flag('Memory and swap together (`--memory-swap`).', { name: 'swap' }),
    KernelMemory: flag('Kernel memory.', { name: 'kernelMemory', gone: '1.42' }),
    KernelMemoryTCP: flag(
      'Kernel memory of TCP buffers. Null where it is not supported, as with cgroup v2.',
      { name: 'kernelMemoryTcp', gone: '1.52' },
    ),
    CpuCfsPeriod: flag('The period of the CPU scheduler (`--cpu-period`).'),
    CpuCfsQuota: flag('CPU time in each period (`--cpu-quota`, `--cpus`).'),
    CPUShares: flag('Relative weight for CPU time (`--cpu-shares`).', { name: 'cpuShares' }),
    CPUSet: flag('Pinning to CPUs and memory nodes (`--cpuset-cpus`, `--cpuset-mems`).', { name: 'cpuset' }),
    PidsLimit: flag('Number of processes (`--pids-limit`).', { name: 'pids' }),
    OomKillDisable: flag('Sparing a container when memory runs out (`--oom-kill-disable`).'),
  },
);

const CgroupDriver = enumOf('CgroupDriver', 'Who manages the control groups of containers.', {
  cgroupfs: 'The Engine itself.',
  systemd: 'systemd of the host.',
  none: 'Nobody: containers cannot be limited, as in a rootless Engine without delegation.',
});

export const CgroupVersion = enumOf('CgroupVersion', 'Which generation of control groups the host has.', {
  '1': { name: 'V1', description: 'The old one, with a hierarchy for each resource.' },
  '2': { name: 'V2', description: 'The unified one.' },
});

export type CgroupInfo = Pick<SystemInfo, 'CgroupDriver' | 'CgroupVersion'>;

export const EngineCgroup = record<CgroupInfo>(
  'EngineCgroup',
  'Control groups: how the kernel limits containers.',
  {
    [of]: 'SystemInfo',
    CgroupDriver: word(CgroupDriver, 'Who manages them.', { name: 'driver' }),
    CgroupVersion: word(CgroupVersion, 'Their generation.', { name: 'version' }),
  },
);

export type DebugInfo = Pick<SystemInfo, 'Debug' | 'NFd' | 'NGoroutines' | 'NEventsListener'>;

export const EngineDebug = record<DebugInfo>('EngineDebug', 'The daemon looking at itself.', {
  [of]: 'SystemInfo',
  Debug: flag('Whether it runs in debug mode.', { name: 'enabled' }),
  NFd: computed('How many file descriptors it has open.', { name: 'fileDescriptors' }),
  NGoroutines: computed('How many goroutines it has: a number that only grows is a leak.', {
    name: 'goroutines',
  }),
  NEventsListener: computed('How many clients follow its events, this gateway among them.', {
    name: 'eventListeners',
  }),
});
