/** What a container is to be allowed on its host. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given } from '../../mutation/input-error.ts';

export const ContainerSecurityInput = builder.inputType('ContainerSecurityInput', {
  ...mirrors('HostConfig'),
  description: 'What a container is to be allowed on its host, beyond or below what any container may.',
  fields: (t) => ({
    privileged: t.boolean({
      description: 'Give it all rights on the host: every capability, every device. False if left out.',
    }),
    capAdd: t.stringList({
      description: 'Kernel capabilities beyond the default ones, such as `NET_ADMIN`; `ALL` is all.',
    }),
    capDrop: t.stringList({ description: 'Kernel capabilities to take away; `ALL` is all.' }),
    securityOpt: t.stringList({
      description:
        'Options such as `no-new-privileges`, `apparmor=<profile>`, `label=<option>`, `seccomp=unconfined`, `seccomp=` and ' +
        'the JSON of a profile (its text, not a file), or `systempaths=unconfined`.',
    }),
    readonlyRootfs: t.boolean({
      description:
        'Forbid writing to its own files; volumes and other mounts stay writable. False if left out.',
    }),
    maskedPaths: t.stringList({
      description:
        'Paths of the kernel to hide from it; those of the Engine if left out, none for an empty list.',
    }),
    readonlyPaths: t.stringList({
      description:
        'Paths of the kernel it may only read; those of the Engine if left out, none for an empty list.',
    }),
    groupAdd: t.stringList({
      description: 'Groups its processes are in beside that of their user, by name or number.',
    }),
  }),
});

const everything = 'ALL';

/** As the kernel spells it: `net_admin` is `CAP_NET_ADMIN`. */
function capability(name: string): string {
  const upper = name.trim().toUpperCase();
  return upper === everything || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

type Names = readonly string[] | null | undefined;

const capabilities = (names: Names): readonly string[] => {
  const spelled = new Set((names ?? []).map(capability));
  return spelled.has(everything) ? [everything] : [...spelled].sort();
};

/** One spelling, one order, and what is both given and taken is given: as newer docker CLIs send it. */
function capabilitiesBody(added: Names, dropped: Names) {
  const add = capabilities(added);
  return {
    CapAdd: added ? add : undefined,
    CapDrop: dropped ? capabilities(dropped).filter((name) => !add.includes(name)) : undefined,
  };
}

/** Said to the client, not to the daemon: it stands for empty lists of paths. */
const openSystemPaths = 'systempaths=unconfined';

export function securityBody(input: typeof ContainerSecurityInput.$inferInput | null | undefined) {
  const options = input?.securityOpt;
  const noPaths = options?.includes(openSystemPaths) ? [] : undefined;
  return {
    Privileged: given(input?.privileged),
    ...capabilitiesBody(input?.capAdd, input?.capDrop),
    SecurityOpt: options?.filter((option) => option !== openSystemPaths),
    ReadonlyRootfs: given(input?.readonlyRootfs),
    MaskedPaths: given(input?.maskedPaths) ?? noPaths,
    ReadonlyPaths: given(input?.readonlyPaths) ?? noPaths,
    GroupAdd: given(input?.groupAdd),
  } satisfies HostConfigBody;
}
