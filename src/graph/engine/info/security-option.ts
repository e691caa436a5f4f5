/** Security features of the daemon, which it writes as `name=seccomp,profile=default`. */
import { builder } from '../../builder.ts';
import { type KeyValue, KeyValueType } from '../../kit/key-value.ts';
import { keyValueOf } from './pairs.ts';

export interface SecurityOptionModel {
  readonly name: string;
  readonly options: readonly KeyValue[];
  readonly raw: string;
}

/** Reads one entry of `SecurityOptions`. An entry without `name=`, as old daemons wrote them, is a name itself. */
export function parseSecurityOption(raw: string): SecurityOptionModel {
  const all = raw.split(',').map((part) => keyValueOf(part.trim()));
  const name = all.find(({ key }) => key === 'name');
  if (!name) return { name: raw, options: [], raw };
  return { name: name.value, options: all.filter((each) => each !== name), raw };
}

/** Whether the daemon lists a security feature. */
export const hasSecurityOption = (options: readonly string[] | null | undefined, name: string): boolean =>
  (options ?? []).some((raw) => parseSecurityOption(raw).name === name);

export const SecurityOption = builder.objectRef<SecurityOptionModel>('EngineSecurityOption').implement({
  description: 'A security feature that the Engine applies to containers.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description:
        'The feature: `apparmor`, `seccomp`, `selinux`, `userns`, `rootless`, `cgroupns`, `no-new-privileges`.',
    }),
    options: t.field({
      type: [KeyValueType],
      nullable: false,
      description: 'Its settings, such as the `profile` of seccomp.',
      resolve: ({ options }) => options,
    }),
    raw: t.exposeString('raw', {
      nullable: false,
      description: "The Engine's own text, such as `name=seccomp,profile=default`.",
    }),
  }),
});
