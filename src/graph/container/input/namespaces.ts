/** What of the host or of other containers a container is to see. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place } from '../../mutation/input-error.ts';
import { CgroupNamespaceMode } from '../host-config/namespaces.ts';
import { type ContainerKey, sharedMode } from './container-refs.ts';
import { word } from './words.ts';

export const ContainerNamespacesInput = builder.inputType('ContainerNamespacesInput', {
  ...mirrors('HostConfig'),
  description:
    'Which name spaces a container is to share, and with whom. `container:` is followed by a name, an ID or a global ID. ' +
    'What is left out is its own, or as the Engine has it by default.',
  fields: (t) => ({
    networkMode: t.string({
      description:
        'Its network: `bridge`, `host`, `none`, or `container:<ref>`. For other networks use `networks`.',
    }),
    pidMode: t.string({ description: 'The processes it sees: `host`, or `container:<ref>`.' }),
    ipcMode: t.string({
      description: 'Its shared memory: `none`, `private`, `shareable`, `host`, or `container:<ref>`.',
    }),
    utsMode: t.string({ description: 'Its host name: `host`.' }),
    usernsMode: t.string({ description: 'Its users: `host`, where the Engine remaps them by default.' }),
    cgroupnsMode: t.field({ type: CgroupNamespaceMode.ref, description: 'Its view of control groups.' }),
    cgroup: t.string({ description: 'Whose control group it is in: `container:<ref>`.' }),
  }),
});

export type NamespacesWish = typeof ContainerNamespacesInput.$inferInput;

/** All but the network, which the networks have a say in. */
export const namespacesBody = (input: NamespacesWish | null | undefined, place: Place, keyOf: ContainerKey) =>
  ({
    PidMode: sharedMode(input?.pidMode, keyOf),
    IpcMode: sharedMode(input?.ipcMode, keyOf),
    UTSMode: given(input?.utsMode),
    UsernsMode: given(input?.usernsMode),
    CgroupnsMode: word<'private' | 'host'>(
      inside(place, 'cgroupnsMode'),
      CgroupNamespaceMode,
      input?.cgroupnsMode,
    ),
    Cgroup: sharedMode(input?.cgroup, keyOf),
  }) satisfies HostConfigBody;
