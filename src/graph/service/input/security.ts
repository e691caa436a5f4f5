/** What the tasks of a service are to be allowed on their nodes. */
import { builder } from '../../builder.ts';
import { word } from '../../container/input/words.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import { AppArmorMode, SeccompMode } from '../../task/enums.ts';
import { effectiveCapabilities, retold } from './capabilities.ts';
import { changedTexts } from './change.ts';
import { type ContainerSpecBody, defined, type PrivilegesBody } from './spec-types.ts';

const CredentialSpecInput = builder.inputType('ServiceCredentialSpecInput', {
  ...mirrors('TaskSpec.ContainerSpec.Privileges.CredentialSpec', {
    config: [
      'TaskSpec.ContainerSpec.Privileges.CredentialSpec.Config',
      'TaskSpec.ContainerSpec.Configs[].Runtime',
    ],
  }),
  description:
    'The credential spec of a group managed service account (Windows; `docker service create --credential-spec`): one of ' +
    'the three.',
  fields: (t) => ({
    config: t.id({
      description: 'A config that has it: global ID, ID, unique prefix of one, or name (`config://`).',
    }),
    file: t.string({
      description: 'A file in `CredentialSpecs` of the data directory of the Engine on the node (`file://`).',
    }),
    registry: t.string({ description: 'A value in the registry of the node (`registry://`).' }),
  }),
});

const SeLinuxContextInput = builder.inputType('ServiceSeLinuxContextInput', {
  ...mirrors('TaskSpec.ContainerSpec.Privileges.SELinuxContext'),
  description: 'The SELinux label of the processes.',
  fields: (t) => ({
    disable: t.boolean({ description: 'Give them none. False if left out.' }),
    user: t.string({ description: 'The user of the label.' }),
    role: t.string({ description: 'The role of the label.' }),
    type: t.string({ description: 'The type of the label.' }),
    level: t.string({ description: 'The level of the label.' }),
  }),
});

const SeccompInput = builder.inputType('ServiceSeccompInput', {
  ...mirrors('TaskSpec.ContainerSpec.Privileges.Seccomp'),
  description: 'Which system calls the processes may make.',
  fields: (t) => ({
    mode: t.field({
      type: SeccompMode.ref,
      required: true,
      description: 'Whose profile holds: `CUSTOM` needs `profile`.',
    }),
    profile: t.string({ description: 'The profile, as the text of its JSON.' }),
  }),
});

const securityFields = (t: InputFields) => ({
  readonlyRootfs: t.boolean({
    description: 'Forbid writing to their own files; mounts stay writable (`--read-only`).',
  }),
  noNewPrivileges: t.boolean({
    description: 'Forbid processes to gain rights, by setuid programs for example.',
    since: '1.44',
  }),
  seccomp: t.field({
    type: SeccompInput,
    description: 'Which system calls the processes may make.',
    since: '1.44',
  }),
  apparmor: t.field({
    type: AppArmorMode.ref,
    description: 'Whether AppArmor confines the processes.',
    since: '1.44',
  }),
  selinuxContext: t.field({ type: SeLinuxContextInput, description: 'The SELinux label of the processes.' }),
  credentialSpec: t.field({
    type: CredentialSpecInput,
    description: 'The credential spec of a group managed service account (Windows).',
  }),
});

export const ServiceSecurityInput = builder.inputType('ServiceSecurityInput', {
  ...mirrors('TaskSpec.ContainerSpec.Privileges', {
    apparmor: [
      'TaskSpec.ContainerSpec.Privileges.AppArmor',
      'TaskSpec.ContainerSpec.Privileges.AppArmor.Mode',
    ],
    capAdd: 'TaskSpec.ContainerSpec.CapabilityAdd',
    capDrop: 'TaskSpec.ContainerSpec.CapabilityDrop',
    groupAdd: 'TaskSpec.ContainerSpec.Groups',
    readonlyRootfs: 'TaskSpec.ContainerSpec.ReadOnly',
  }),
  description:
    'What the tasks of a service are to be allowed on their nodes, beyond or below what any container may.',
  fields: (t) => ({
    capAdd: t.stringList({
      description: 'Kernel capabilities beyond the default ones, such as `NET_ADMIN`; `ALL` is all.',
    }),
    capDrop: t.stringList({ description: 'Kernel capabilities to take away; `ALL` is all.' }),
    groupAdd: t.stringList({
      description: 'Groups the processes are in beside that of their user, by name or number (`--group`).',
    }),
    ...securityFields(t),
  }),
});

export const ServiceSecurityUpdateInput = builder.inputType('ServiceSecurityUpdateInput', {
  ...mirrors('TaskSpec.ContainerSpec.Privileges', {
    apparmor: [
      'TaskSpec.ContainerSpec.Privileges.AppArmor',
      'TaskSpec.ContainerSpec.Privileges.AppArmor.Mode',
    ],
    capAdd: 'TaskSpec.ContainerSpec.CapabilityAdd',
    capDrop: 'TaskSpec.ContainerSpec.CapabilityDrop',
    groupAdd: 'TaskSpec.ContainerSpec.Groups',
    readonlyRootfs: 'TaskSpec.ContainerSpec.ReadOnly',
  }),
  description:
    'What the tasks of a service are to be allowed on their nodes. What is left out stays as it is.',
  fields: (t) => ({
    capAdd: t.stringList({
      description: 'All kernel capabilities there are to be beyond the default ones; `ALL` is all.',
    }),
    capDrop: t.stringList({ description: 'All kernel capabilities there are to be taken away.' }),
    allow: t.stringList({
      description:
        'Kernel capabilities to give, as `docker service update --cap-add` does: one that was taken away by `capDrop` is no ' +
        'longer; any other is added to `capAdd`. `RESET` forgets `capAdd` first.',
    }),
    forbid: t.stringList({
      description:
        'Kernel capabilities to take, as `docker service update --cap-drop` does: one that was given by `capAdd` is no ' +
        'longer; any other is added to `capDrop`. `RESET` forgets `capDrop` first.',
    }),
    groupAdd: t.stringList({
      description: 'All groups there are to be beside that of the user, by name or number.',
    }),
    addGroups: t.stringList({ description: 'Groups to add to them.' }),
    removeGroups: t.stringList({ description: 'Groups to take away from them.' }),
    ...securityFields(t),
  }),
});

export type SecurityWish = Partial<typeof ServiceSecurityUpdateInput.$inferInput>;

const kindsOfSpec = ['config', 'file', 'registry'] as const;

/** @throws InputError unless it is said in exactly one way */
function credentialSpecBody(
  wish: SecurityWish['credentialSpec'],
  place: Place,
  configId: string | undefined,
): PrivilegesBody['CredentialSpec'] | undefined {
  if (!wish) return undefined;
  if (kindsOfSpec.filter((kind) => wish[kind]).length !== 1) {
    refuse(place, 'takes exactly one of `config`, `file` and `registry`.');
  }
  return {
    Config: wish.config ? configId : undefined,
    File: given(wish.file),
    Registry: given(wish.registry),
  };
}

function seccompBody(wish: SecurityWish['seccomp'], place: Place): PrivilegesBody['Seccomp'] | undefined {
  if (!wish) return undefined;
  const Mode = word<'default' | 'unconfined' | 'custom'>(inside(place, 'mode'), SeccompMode, wish.mode);
  if ((Mode === 'custom') !== Boolean(wish.profile)) {
    refuse(inside(place, 'profile'), 'goes with the mode CUSTOM, and only with that.');
  }
  // The daemon takes the bytes of the file.
  return { Mode, Profile: wish.profile ? Buffer.from(wish.profile).toString('base64') : undefined };
}

function privilegesBody(
  current: ContainerSpecBody['Privileges'],
  wish: SecurityWish,
  place: Place,
  configId: string | undefined,
): PrivilegesBody | undefined {
  const { selinuxContext } = wish;
  const appArmor = word<'default' | 'disabled'>(inside(place, 'apparmor'), AppArmorMode, wish.apparmor);
  const changes: PrivilegesBody = defined({
    CredentialSpec: credentialSpecBody(wish.credentialSpec, inside(place, 'credentialSpec'), configId),
    SELinuxContext: selinuxContext
      ? {
          Disable: given(selinuxContext.disable),
          User: given(selinuxContext.user),
          Role: given(selinuxContext.role),
          Type: given(selinuxContext.type),
          Level: given(selinuxContext.level),
        }
      : undefined,
    Seccomp: since(inside(place, 'seccomp'), '1.44', seccompBody(wish.seccomp, inside(place, 'seccomp'))),
    AppArmor: since(inside(place, 'apparmor'), '1.44', appArmor && { Mode: appArmor }),
    NoNewPrivileges: since(inside(place, 'noNewPrivileges'), '1.44', wish.noNewPrivileges),
  });
  return Object.keys(changes).length > 0 ? { ...current, ...changes } : undefined;
}

/** @throws InputError for both ways to change the capabilities at once */
function capabilitiesBody(current: ContainerSpecBody, wish: SecurityWish, place: Place) {
  const { capAdd, capDrop, allow, forbid } = wish;
  if (allow || forbid) {
    if (capAdd || capDrop) {
      refuse(
        inside(place, capAdd ? 'capAdd' : 'capDrop'),
        'says all there is to be: give it alone, or `allow` and `forbid` instead.',
      );
    }
    return retold(current.CapabilityAdd ?? [], current.CapabilityDrop ?? [], allow ?? [], forbid ?? []);
  }
  if (!capAdd && !capDrop) return {};
  return effectiveCapabilities(
    capAdd ?? current.CapabilityAdd ?? [],
    capDrop ?? current.CapabilityDrop ?? [],
  );
}

/**
 * @param configId the ID of the config that `credentialSpec` names
 * @throws InputError for wishes that contradict each other, and for what the API of the Engine does not have yet
 */
export function securityBody(
  current: ContainerSpecBody,
  wish: SecurityWish | null | undefined,
  place: Place,
  configId: string | undefined,
): ContainerSpecBody {
  if (!wish) return {};
  const groups = { all: wish.groupAdd, add: wish.addGroups, remove: wish.removeGroups };
  if (wish.groupAdd && (wish.addGroups || wish.removeGroups)) {
    refuse(
      inside(place, 'groupAdd'),
      'says all there is to be: give it alone, or `addGroups` and `removeGroups` instead.',
    );
  }
  return defined({
    ReadOnly: given(wish.readonlyRootfs),
    Groups: changedTexts(current.Groups, groups),
    Privileges: privilegesBody(current.Privileges, wish, place, configId),
    ...capabilitiesBody(current, wish, place),
  });
}
