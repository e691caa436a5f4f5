/** `containerCreate`: what `docker create` can do, typed. */
import { builder } from '../../builder.ts';
import { authInput } from '../../image/registry-auth.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import {
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  payloadType,
} from '../../mutation/payload.ts';
import { containerFields } from '../input/create.ts';
import { findContainer } from '../model.ts';
import { ImagePullPolicy, make, prepare } from './make.ts';

export interface CreateOutcome extends ContainerOutcome {
  readonly warnings: readonly string[];
}

export const warningsField = <Shape extends { readonly warnings: readonly string[] }>(
  t: FieldBuilder<Shape>,
) =>
  t.field({
    type: ['String'],
    ...wire('ContainerCreateResponse.Warnings', 'ContainerUpdateResponse.Warnings'),
    nullable: false,
    description: 'What the Engine wants to be known though it did it, such as limits that its kernel lacks.',
    resolve: ({ warnings }) => warnings,
  });

const ContainerCreateInput = builder.inputType('ContainerCreateInput', {
  ...mirrors(['POST /containers/create', 'ContainerCreateBody', 'HostConfig'], {
    command: 'ContainerCreateBody.Cmd',
    ports: 'HostConfig.PortBindings',
    publish: 'HostConfig.PortBindings',
    networks: ['ContainerCreateBody.NetworkingConfig', 'NetworkingConfig.EndpointsConfig'],
    macAddress: 'EndpointSettings.MacAddress',
    volumes: 'ContainerCreateBody.Volumes',
    resources: 'ContainerCreateBody.HostConfig',
    security: 'ContainerCreateBody.HostConfig',
    namespaces: 'ContainerCreateBody.HostConfig',
  }),
  description:
    'What a new container is to be. Everything that `docker create` can be told, under the names that `config` and ' +
    '`hostConfig` of a container have. What is left out comes from the image, else from the Engine.',
  fields: (t) => ({
    ...containerFields(t),
    pull: t.field({
      type: ImagePullPolicy,
      defaultValue: 'NEVER',
      description: 'When to pull the image first. `MISSING` is what `docker create` does.',
    }),
    auth: authInput(t),
  }),
});

builder.mutationField('containerCreate', (t) =>
  t.field({
    type: payloadType<CreateOutcome>(
      'ContainerCreatePayload',
      'What `containerCreate` answers.',
      (fields) => ({
        container: containerField(fields),
        warnings: warningsField(fields),
      }),
    ),
    nullable: true,
    description:
      'Makes a container without starting it. A reference in the input that is not there, such as a network, is an error ' +
      'before anything is made. `POST /containers/create`.',
    args: {
      input: t.arg({ type: ContainerCreateInput, required: true, description: 'The container to make.' }),
    },
    resolve: async (_root, { input }, context): Promise<CreateOutcome> => {
      const nothing = { container: noContainer, warnings: [] };
      const prepared = await prepare(context, input, true);
      if ('error' in prepared) return { ...failed(prepared.error), ...nothing };
      const made = await make(prepared, input.pull ?? 'NEVER', input.auth);
      if ('error' in made) return { ...failed(made.error), ...nothing };
      const { id, warnings } = made;
      const container = () => findContainer(context, id, prepared.scope.name);
      return { changed: true, userErrors: [], container, warnings };
    },
  }),
);
