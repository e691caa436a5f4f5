/** What of the host or of other containers a container sees. */
import type { HostConfig } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import { record, text, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

export type NamespacesShape = Pick<
  HostConfig,
  'NetworkMode' | 'PidMode' | 'IpcMode' | 'UTSMode' | 'UsernsMode' | 'CgroupnsMode' | 'Cgroup'
>;

export const CgroupNamespaceMode = enumOf('CgroupNamespaceMode', 'Which control groups a container sees.', {
  private: 'Only its own.',
  host: 'Those of the host.',
});

export const ContainerNamespaces = record<NamespacesShape>(
  'ContainerNamespaces',
  'Which name spaces a container shares, and with whom. Null is one of its own, or the default of the Engine.',
  {
    [of]: 'HostConfig',
    NetworkMode: text(
      'Its network: `bridge`, `host`, `none`, `container:<id>` for that of another container, or the name of a network.',
    ),
    PidMode: text(
      'Which processes it sees: `host` for all, `container:<id>` for those of another container too.',
    ),
    IpcMode: text('Its shared memory: `none`, `private`, `shareable`, `container:<id>` or `host`.'),
    UTSMode: text('Its host name: `host` for that of the host.'),
    UsernsMode: text('Its users: `host` where they are not remapped although the Engine does so by default.'),
    CgroupnsMode: word(CgroupNamespaceMode, 'Its view of control groups; null is the default of the Engine.'),
    Cgroup: text('Whose control group it is in, as `container:<id>`; null is its own.'),
  },
);
