/** What a task may do on its node. */
import { flag, mapped, object, record, text, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { AppArmorMode, SeccompMode } from '../enums.ts';
import type { ContainerPart } from './columns.ts';

type Privileges = ContainerPart<'Privileges'>;
type Part<Key extends keyof Privileges> = NonNullable<Privileges[Key]>;

const CredentialSpec = record<Part<'CredentialSpec'>>(
  'TaskCredentialSpec',
  'Where the credential spec of a managed service account comes from (Windows): one of these.',
  {
    [of]: 'TaskSpec.ContainerSpec.Privileges.CredentialSpec',
    Config: text('The ID of the config of the swarm that holds it.', { name: 'configId' }),
    File: text('The file in the directory `CredentialSpecs` of the node.'),
    Registry: text('The value in the Windows registry of the node.'),
  },
);

const SeLinuxContext = record<Part<'SELinuxContext'>>(
  'TaskSeLinuxContext',
  'The SELinux labels of a container.',
  {
    [of]: 'TaskSpec.ContainerSpec.Privileges.SELinuxContext',
    Disable: flag('Whether SELinux is switched off for it.', { name: 'isDisabled' }),
    User: text('The user of the label.'),
    Role: text('The role of the label.'),
    Type: text('The type of the label.'),
    Level: text('The level of the label.'),
  },
);

/** The API carries the profile as base64, as Go does with bytes. */
const decoded = (profile: string): string | null =>
  profile === '' ? null : Buffer.from(profile, 'base64').toString('utf8');

const Seccomp = record<Part<'Seccomp'>>('TaskSeccomp', 'Which system calls a container may make.', {
  [of]: 'TaskSpec.ContainerSpec.Privileges.Seccomp',
  Mode: word(SeccompMode, 'By which profile.'),
  Profile: mapped<string, string>('String', decoded, 'The profile, as JSON, where it is a custom one.'),
});

const AppArmor = record<Part<'AppArmor'>>('TaskAppArmor', 'Whether AppArmor confines a container.', {
  [of]: 'TaskSpec.ContainerSpec.Privileges.AppArmor',
  Mode: word(AppArmorMode, 'By which profile.'),
});

export const TaskPrivileges = record<Privileges>(
  'TaskPrivileges',
  'What a container of a task may do on its node, beyond or below what any container may.',
  {
    [of]: 'TaskSpec.ContainerSpec.Privileges',
    CredentialSpec: object(CredentialSpec, 'Its credential spec (Windows); null for none.'),
    SELinuxContext: object(SeLinuxContext, 'Its SELinux labels; null for those of the Engine.'),
    Seccomp: object(Seccomp, 'Which system calls it may make; null for the default.', { since: '1.44' }),
    AppArmor: object(AppArmor, 'Whether AppArmor confines it; null for the default.', { since: '1.44' }),
    NoNewPrivileges: flag('Whether its processes can never gain privileges.', { since: '1.44' }),
  },
);
