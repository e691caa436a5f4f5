/** What a container may do on its host. */
import type { HostConfig } from '../../../engine/types.ts';
import { flag, record, texts } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

export type SecurityShape = Pick<
  HostConfig,
  | 'Privileged'
  | 'CapAdd'
  | 'CapDrop'
  | 'SecurityOpt'
  | 'ReadonlyRootfs'
  | 'MaskedPaths'
  | 'ReadonlyPaths'
  | 'GroupAdd'
>;

export const ContainerSecurity = record<SecurityShape>(
  'ContainerSecurity',
  'What a container may do on its host, beyond or below what any container may.',
  {
    [of]: 'HostConfig',
    Privileged: flag('Whether it has all rights on the host: every capability, every device.'),
    CapAdd: texts('Kernel capabilities beyond the default ones, such as `CAP_NET_ADMIN`; `ALL` is all.'),
    CapDrop: texts('Kernel capabilities that are taken away; `ALL` is all.'),
    SecurityOpt: texts('Options of SELinux, AppArmor, seccomp and others, such as `no-new-privileges`.'),
    ReadonlyRootfs: flag('Whether its own files cannot be written; volumes and other mounts can.'),
    MaskedPaths: texts('Paths of the kernel that are hidden from it.'),
    ReadonlyPaths: texts('Paths of the kernel that it can only read.'),
    GroupAdd: texts('Groups its processes are in beside that of their user, by name or number.'),
  },
);
