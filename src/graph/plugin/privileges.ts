/** What a plugin wants to be allowed on the host, and who allows it. */

import { EngineError } from '../../engine/errors.ts';
import { parseImageReference } from '../../engine/image-reference.ts';
import { distribution } from '../../engine/operations/distribution.ts';
import { plugins } from '../../engine/operations/plugins.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import type { PluginPrivilege } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { RegistryAuthInput, registryAuthOf } from '../image/registry-auth.ts';
import { engineArg } from '../kit/list.ts';
import { record, text, texts } from '../kit/record.ts';
import { mirrors, of, wire } from '../kit/wire.ts';
import type { InputFields } from '../mutation/fields.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';

export const PluginPrivilegeType = record<PluginPrivilege>(
  'PluginPrivilege',
  'Something that a plugin wants to be allowed on the host.',
  {
    [of]: 'PluginPrivilege',
    Name: text(
      'What it is: `network`, `mount`, `device`, `capabilities`, `allow-all-devices`, `host ipc namespace` or `host pid namespace`.',
    ),
    Description: text('What that means.'),
    Value: texts(
      'Which of it: the paths of a mount or a device, the capabilities, the kind of network; `true` for what is one thing only.',
    ),
  },
);

const PluginPrivilegeInput = builder.inputType('PluginPrivilegeInput', {
  ...mirrors('PluginPrivilege'),
  description: 'Something that a plugin is to be allowed on the host, as `pluginPrivileges` shows it.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is, such as `network`.' }),
    description: t.string({ description: 'What that means, for people: it is not compared.' }),
    value: t.stringList({
      required: true,
      description: 'Which of it, such as `host`; all of the values, in any order.',
    }),
  }),
});

/** `grant` and `grantAll`. */
export const grantInputs = (t: InputFields) => ({
  grant: t.field({
    type: [PluginPrivilegeInput],
    description:
      'What the plugin is allowed: all that it wants, and nothing else, as `pluginPrivileges` shows it. Left out, only a plugin ' +
      'that wants nothing is taken.',
  }),
  grantAll: t.boolean({
    defaultValue: false,
    description: 'Allow whatever it wants, unseen. Not together with `grant`.',
  }),
});

interface Grant {
  readonly grant?: readonly (typeof PluginPrivilegeInput.$inferInput)[] | null | undefined;
  readonly grantAll?: boolean | null | undefined;
}

/**
 * The reference of a plugin in a registry.
 *
 * @throws BadUserInput for what is none
 */
export function remoteOf(reference: string): string {
  if (parseImageReference(reference)) return reference;
  throw new BadUserInput(
    `"${reference}" cannot be the reference of a plugin: give a name with its registry and tag, such as "vieux/sshfs:latest".`,
  );
}

/**
 * What the plugin wants to be allowed, by its registry (`GET /plugins/privileges`). An Engine that cannot reach it says that
 * it wants nothing; so that answer is only believed where the registry has the plugin (`GET /distribution/{name}/json`).
 *
 * @throws EngineError, CredentialError
 */
export async function wantedPrivileges(
  scope: EngineScope,
  remote: string,
  auth: RegistryAuth | undefined,
): Promise<readonly PluginPrivilege[]> {
  const registryAuth = await scope.registryAuth(remote, auth);
  const wanted = (await scope.call(plugins.privileges, { remote, registryAuth })) ?? [];
  if (wanted.length === 0) await scope.call(distribution.inspect, { name: remote, registryAuth });
  return wanted;
}

/**
 * {@link wantedPrivileges} for a mutation.
 *
 * @throws TypedFailure NotFoundError where the registry has no such plugin; the rest as it is
 */
export async function privilegesFor(
  scope: EngineScope,
  remote: string,
  auth: RegistryAuth | undefined,
): Promise<readonly PluginPrivilege[]> {
  try {
    return await wantedPrivileges(scope, remote, auth);
  } catch (error) {
    if (!(error instanceof EngineError && error.kind === 'response' && error.status === 404)) throw error;
    const message = `Its registry has no plugin "${remote}", or does not show it to you: ${error.message}`;
    throw new TypedFailure({ kind: 'NotFoundError', message }, error);
  }
}

/** Privileges are compared by what they are and allow, not by their words. */
const keyOf = (name: string | null | undefined, value: readonly string[] | null | undefined): string =>
  JSON.stringify([name, [...(value ?? [])].toSorted()]);

const shown = ({ Name, Value }: PluginPrivilege): string => `${Name} [${(Value ?? []).join(', ')}]`;

/**
 * What is granted of what the plugin wants: all of it.
 *
 * @throws TypedFailure PluginPrivilegesError where that is not what it wants, InputError for both ways of granting at once
 */
export function granted(
  wanted: readonly PluginPrivilege[],
  { grant, grantAll }: Grant,
): readonly PluginPrivilege[] {
  if (grantAll) return wanted;
  const given = new Set((grant ?? []).map(({ name, value }) => keyOf(name, value)));
  const missing = wanted.filter(({ Name, Value }) => !given.has(keyOf(Name, Value)));
  const known = new Set(wanted.map(({ Name, Value }) => keyOf(Name, Value)));
  const surplus = (grant ?? []).filter(({ name, value }) => !known.has(keyOf(name, value)));
  if (missing.length === 0 && surplus.length === 0) return wanted;
  const sentences = [
    missing.length > 0 &&
      `The plugin wants to be allowed what was not granted: ${missing.map(shown).join('; ')}.`,
    surplus.length > 0 &&
      `It does not want ${surplus.map(({ name, value }) => `${name} [${value.join(', ')}]`).join('; ')}.`,
    'Grant what it wants by `grant`, or all by `grantAll`.',
  ];
  throw new TypedFailure({
    kind: 'PluginPrivilegesError',
    message: sentences.filter(Boolean).join(' '),
    path: ['input', 'grant'],
    privileges: wanted,
    missing,
  });
}

/** @throws BadUserInput for both ways of granting at once */
export function checkGrant({ grant, grantAll }: Grant): void {
  if (grantAll && grant) throw new BadUserInput('Give `grant` or `grantAll`, not both.');
}

builder.queryField('pluginPrivileges', (t) =>
  t.field({
    type: [PluginPrivilegeType],
    nullable: true,
    description:
      'What a plugin in a registry wants to be allowed on the host, to be seen before `pluginInstall` and `pluginUpgrade`; ' +
      'nothing for one that wants nothing. `GET /plugins/privileges`, and `GET /distribution/{name}/json` where that says ' +
      'nothing, as an Engine says so too when it cannot reach the plugin.',
    args: {
      remote: t.arg.string({
        required: true,
        ...wire('GET /plugins/privileges?remote'),
        description:
          'Its reference, with its registry, such as `vieux/sshfs:latest`. The tag is `latest` if left out.',
      }),
      auth: t.arg({
        type: RegistryAuthInput,
        description:
          'Credentials for its registry. Those that the Docker configuration of the gateway has for it if left out.',
      }),
      engine: engineArg(t.arg),
    },
    resolve: (_root, { remote, auth, engine }, context) => {
      const given = registryAuthOf(auth, { api: '', path: ['', 'auth'] });
      return wantedPrivileges(context.scope(engine), remoteOf(remote), given);
    },
  }),
);
