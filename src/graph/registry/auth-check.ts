/** `registryAuthCheck`. */
import { parseImageReference } from '../../engine/image-reference.ts';
import { system } from '../../engine/operations/system.ts';
import type { RegistryAuth } from '../../engine/registry/auth.ts';
import { keyOfDomain } from '../../engine/registry/credentials.ts';
import { builder } from '../builder.ts';
import { RegistryAuthInput, registryAuthOf } from '../image/registry-auth.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { inside, type Place, refuse } from '../mutation/input-error.ts';
import { attemptOn, failed, type Outcome, payloadType } from '../mutation/payload.ts';

interface CheckOutcome extends Outcome {
  readonly accepted: boolean;
  readonly message: string | null;
  readonly identityToken: string | null;
}

const RegistryAuthCheckInput = builder.inputType('RegistryAuthCheckInput', {
  ...mirrors('AuthConfig', { registry: 'AuthConfig.serveraddress' }),
  description: 'What `registryAuthCheck` takes.',
  fields: (t) => ({
    registry: t.string({
      defaultValue: 'docker.io',
      description:
        'The registry as images name it, with its port, such as `registry.example:5000`; Docker Hub if left out.',
    }),
    auth: t.field({
      type: RegistryAuthInput,
      description:
        'The credentials to check: `username` and `password`, or `identityToken`. Those that the Docker configuration of the ' +
        'gateway has for the registry, if left out.',
    }),
    engine: engineInput(t),
  }),
});

const RegistryAuthCheckPayload = payloadType<CheckOutcome>(
  'RegistryAuthCheckPayload',
  'What `registryAuthCheck` answers.',
  (t) => ({
    accepted: t.boolean({
      nullable: false,
      description: 'Whether the registry takes the credentials.',
      resolve: ({ accepted }) => accepted,
    }),
    message: t.string({
      nullable: true,
      description: "The Engine's word for it, such as `Login Succeeded`; null where they were not taken.",
      resolve: ({ message }) => message,
    }),
    identityToken: t.string({
      nullable: true,
      description:
        'A token to be given in place of the password from now on, as `RegistryAuthInput.identityToken`; null where the ' +
        'registry has none. As secret as a password.',
      resolve: ({ identityToken }) => identityToken,
    }),
  }),
);

/** @throws InputError */
function domainOf(registry: string, place: Place): string {
  const domain = parseImageReference(`${registry}/library/x`)?.domain;
  if (domain !== registry) {
    refuse(
      inside(place, 'registry'),
      `cannot be ${JSON.stringify(registry.slice(0, 100))}: give it as images name it, such as "registry.example:5000" or ` +
        '"docker.io", without a scheme or a path.',
    );
  }
  return registry;
}

/** The body of `POST /auth`. */
function bodyOf(auth: RegistryAuth, domain: string, place: Place) {
  const serveraddress = keyOfDomain(domain);
  if ('registryToken' in auth) {
    refuse(
      inside(place, 'auth', 'registryToken'),
      'is sent to the registry as it is, and cannot be checked: give `username` and `password`, or `identityToken`.',
    );
  }
  return 'identityToken' in auth
    ? { identitytoken: auth.identityToken, serveraddress }
    : { username: auth.username, password: auth.password, serveraddress };
}

const nothing = { accepted: false, message: null, identityToken: null };

builder.mutationField('registryAuthCheck', (t) =>
  t.field({
    type: RegistryAuthCheckPayload,
    nullable: true,
    description:
      'Asks a registry, through the Engine, whether it takes credentials, as `docker login` does; nothing is stored anywhere, ' +
      'and `changed` is always false. A mutation because credentials have no place in the address of a query. A wrong ' +
      'password is a `RegistryUnauthorizedError`, a registry that is out of reach a `RegistryError`. A registry without a ' +
      'login takes any. `POST /auth`.',
    args: {
      input: t.arg({ type: RegistryAuthCheckInput, required: true, description: 'Which ones, and where.' }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<CheckOutcome>(
        context,
        input.engine,
        ['input', input.auth ? 'auth' : 'registry'],
        async (scope) => {
          const place = { api: '', path: ['input'] };
          const domain = domainOf(input.registry ?? 'docker.io', place);
          const given = registryAuthOf(input.auth, inside(place, 'auth'));
          const auth = given ?? (await scope.storedAuth(domain));
          if (!auth) {
            return {
              ...failed({
                kind: 'RegistryUnauthorizedError',
                message: `The Docker configuration of the gateway has no credentials for ${domain}: give \`auth\`.`,
                path: ['input', 'registry'],
              }),
              ...nothing,
            };
          }
          const answer = await scope.call(system.auth, { body: bodyOf(auth, domain, place) });
          return {
            changed: false,
            userErrors: [],
            accepted: true,
            message: answer.Status || null,
            identityToken: answer.IdentityToken || null,
          };
        },
        (error) => ({ ...failed(error), ...nothing }),
      ),
  }),
);
