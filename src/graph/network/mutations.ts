/** Networks: made, connected, disconnected, removed. */
import { networks } from '../../engine/operations/networks.ts';
import type { NetworkCreateBody } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { checkLinks, EndpointInput, endpointBody } from '../container/input/networks.ts';
import { word } from '../container/input/words.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { locate } from '../kit/reference.ts';
import { engineInput, labelsInput, refInputs } from '../mutation/fields.ts';
import { checkRef, inside, type Place, since } from '../mutation/input-error.ts';
import {
  attempt,
  attemptOn,
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  type Outcome,
  objection,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  reread,
  resolveContainer,
  resolveRef,
} from '../mutation/payload.ts';
import { Network } from '../nouns.ts';
import { NetworkScope } from './enums.ts';
import { findNetwork, type NetworkModel } from './model.ts';

interface NetworkOutcome extends Outcome {
  readonly network: () => Promise<NetworkModel | null>;
}

const noNetwork = async (): Promise<null> => null;

const networkField = <Shape extends NetworkOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Network,
    nullable: true,
    description: 'The network as it is after the change; null when there is none.',
    resolve: ({ network }) => network(),
  });

const IpamPoolInput = builder.inputType('IpamPoolInput', {
  description: 'A range of addresses that a network hands out.',
  fields: (t) => ({
    subnet: t.string({ description: 'The subnet as CIDR, such as `172.28.0.0/16`.' }),
    ipRange: t.string({
      description:
        'The part of the subnet that containers get addresses from, as CIDR; all of it if left out.',
    }),
    gateway: t.string({ description: 'The address of the gateway; the first of the subnet if left out.' }),
    auxiliaryAddresses: t.field({
      type: [KeyValueInput],
      description: 'Addresses that are in use by others: a host name each with its address.',
    }),
  }),
});

const IpamInput = builder.inputType('IpamInput', {
  description: 'How a network hands out addresses.',
  fields: (t) => ({
    driver: t.string({ description: 'The driver; `default` if left out.' }),
    pools: t.field({ type: [IpamPoolInput], description: 'The ranges; the Engine picks one if left out.' }),
    options: t.field({ type: [KeyValueInput], description: 'Options of that driver.' }),
  }),
});

const NetworkCreateInput = builder.inputType('NetworkCreateInput', {
  description: 'What `networkCreate` takes.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name of the network.' }),
    driver: t.string({ description: 'The driver; `bridge` if left out.' }),
    scope: t.field({
      type: NetworkScope.ref,
      description: 'Where it exists: `LOCAL` or `SWARM`; as the driver has it if left out.',
    }),
    internal: t.boolean({ description: 'Without a way out of the host.' }),
    attachable: t.boolean({
      description: 'For an overlay network: let single containers connect, not only services.',
    }),
    ingress: t.boolean({ description: 'For a swarm: make it the network of published ports.' }),
    configOnly: t.boolean({
      description: 'Only keep these settings for other networks to be made from; connects nothing.',
    }),
    configFrom: t.string({ description: 'Make it with the settings of this `configOnly` network.' }),
    enableIpv4: t.boolean({ description: 'Hand out IPv4 addresses; true if left out. Since API 1.48.' }),
    enableIpv6: t.boolean({ description: 'Hand out IPv6 addresses; false if left out.' }),
    ipam: t.field({ type: IpamInput, description: 'Subnets, gateways and ranges.' }),
    options: t.field({
      type: [KeyValueInput],
      description: 'Options of the driver, such as `com.docker.network.driver.mtu`.',
    }),
    labels: labelsInput(t),
    engine: engineInput(t),
  }),
});

/** `POST /networks/create`, of what was given and nothing else. */
function networkBody(input: typeof NetworkCreateInput.$inferInput, place: Place): NetworkCreateBody {
  const { name } = input;
  // The Engine takes almost any name, and then nobody could ask for the network by it.
  checkRef(inside(place, 'name'), 'object', name);
  checkRef(inside(place, 'configFrom'), 'object', input.configFrom);
  // An older API hands out IPv4 addresses whatever it is told; being told to is no harm.
  since(inside(place, 'enableIpv4'), '1.48', input.enableIpv4 === false);
  const { ipam } = input;
  return {
    Name: name,
    Driver: input.driver ?? undefined,
    Scope: word(inside(place, 'scope'), NetworkScope, input.scope),
    Internal: input.internal ?? undefined,
    Attachable: input.attachable ?? undefined,
    Ingress: input.ingress ?? undefined,
    ConfigOnly: input.configOnly ?? undefined,
    ConfigFrom: input.configFrom ? { Network: input.configFrom } : undefined,
    EnableIPv4: input.enableIpv4 ?? undefined,
    EnableIPv6: input.enableIpv6 ?? undefined,
    IPAM: ipam
      ? {
          Driver: ipam.driver ?? undefined,
          Options: mapOf(ipam.options),
          Config: (ipam.pools ?? []).map((pool) => ({
            Subnet: pool.subnet ?? undefined,
            IPRange: pool.ipRange ?? undefined,
            Gateway: pool.gateway ?? undefined,
            AuxiliaryAddresses: mapOf(pool.auxiliaryAddresses),
          })),
        }
      : undefined,
    Options: mapOf(input.options),
    Labels: mapOf(input.labels),
    // Ignored from Engine 25.0 on, where a second network of the name is never made; asked for below it.
    CheckDuplicate: true,
  };
}

interface NetworkCreateOutcome extends NetworkOutcome {
  readonly warnings: readonly string[];
}

const NetworkCreatePayload = payloadType<NetworkCreateOutcome>(
  'NetworkCreatePayload',
  'What `networkCreate` answers.',
  (t) => ({
    network: networkField(t),
    warnings: t.field({
      type: ['String'],
      nullable: false,
      description: 'What the Engine wants to be known though it made the network.',
      resolve: ({ warnings }) => warnings,
    }),
  }),
);

builder.mutationField('networkCreate', (t) =>
  t.field({
    type: NetworkCreatePayload,
    nullable: true,
    description: 'Makes a network. `POST /networks/create`.',
    args: { input: t.arg({ type: NetworkCreateInput, required: true, description: 'The network to make.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<NetworkCreateOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const place = { api: await scope.apiVersion(), path: ['input'] };
          const { Id, Warning } = await scope.call(networks.create, { body: networkBody(input, place) });
          return {
            changed: true,
            userErrors: [],
            warnings: Warning ? [Warning] : [],
            network: () => (Id ? findNetwork(context, Id, scope.name) : noNetwork()),
          };
        },
        (error) => ({ ...failed(error), warnings: [], network: noNetwork }),
      ),
  }),
);

interface AttachmentOutcome extends NetworkOutcome, ContainerOutcome {}

const nobody = { network: noNetwork, container: noContainer };

const attachmentFields = (t: FieldBuilder<AttachmentOutcome>) => ({
  network: networkField(t),
  container: containerField(t),
});

/** Both ends of an attachment, or why one of them is not there. */
async function ends(
  context: Parameters<typeof findNetwork>[0],
  input: {
    readonly network: string;
    readonly container: string;
    readonly engine?: string | null | undefined;
  },
) {
  const path = ['input', 'container'];
  const error = objection(context, path, () => locate(context, 'Container', 'object', input.container));
  if (error) return { error };
  const network = await resolveRef(
    context,
    { ref: input.network, engine: input.engine, what: 'network', path: ['input', 'network'] },
    findNetwork,
  );
  if ('error' in network) return network;
  const container = await resolveContainer(
    context,
    { ref: input.container, engine: network.model.scope.name },
    path,
  );
  return 'error' in container ? container : { network: network.model, container: container.model };
}

const NetworkConnectInput = builder.inputType('NetworkConnectInput', {
  description: 'What `networkConnect` takes.',
  fields: (t) => ({
    network: t.id({
      required: true,
      description: 'The network: global ID, ID, unique prefix of one, or name.',
    }),
    container: t.id({
      required: true,
      description: 'The container: global ID, ID, unique prefix of one, or name.',
    }),
    endpoint: t.field({
      type: EndpointInput,
      description: 'Addresses and names of the container in that network.',
    }),
    engine: engineInput(t),
  }),
});

builder.mutationField('networkConnect', (t) =>
  t.field({
    type: payloadType<AttachmentOutcome>(
      'NetworkConnectPayload',
      'What `networkConnect` answers.',
      attachmentFields,
    ),
    nullable: true,
    description: 'Connects a container to a network. `POST /networks/{id}/connect`.',
    args: {
      input: t.arg({ type: NetworkConnectInput, required: true, description: 'What to connect, and how.' }),
    },
    resolve: async (_root, { input }, context) => {
      const path = ['input', 'endpoint'];
      const wrong = objection(context, path, () => checkLinks(input.endpoint?.links, { api: '', path }));
      if (wrong) return { ...failed(wrong), ...nobody };
      const found = await ends(context, input);
      if ('error' in found) return { ...failed(found.error), ...nobody };
      const { network, container } = found;
      const { scope } = network;
      const after = {
        network: () => findNetwork(context, network.key, scope.name),
        container: reread(container),
      };
      return attempt<AttachmentOutcome>(
        { scope, container, network: network.key },
        async () => {
          const body = {
            Container: container.key,
            ...(input.endpoint && {
              EndpointConfig: endpointBody(input.endpoint, {
                api: await scope.apiVersion(),
                path: ['input', 'endpoint'],
              }),
            }),
          };
          return {
            changed: await scope.call(networks.connect, { id: network.key, body }),
            userErrors: [],
            ...after,
          };
        },
        (error) => ({ ...failed(error), ...after }),
      );
    },
  }),
);

const NetworkDisconnectInput = builder.inputType('NetworkDisconnectInput', {
  description: 'What `networkDisconnect` takes.',
  fields: (t) => ({
    network: t.id({
      required: true,
      description: 'The network: global ID, ID, unique prefix of one, or name.',
    }),
    container: t.id({
      required: true,
      description: 'The container: global ID, ID, unique prefix of one, or name.',
    }),
    force: t.boolean({ defaultValue: false, description: 'Even if the container cannot be told.' }),
    engine: engineInput(t),
  }),
});

builder.mutationField('networkDisconnect', (t) =>
  t.field({
    type: payloadType<AttachmentOutcome>(
      'NetworkDisconnectPayload',
      'What `networkDisconnect` answers.',
      attachmentFields,
    ),
    nullable: true,
    description: 'Disconnects a container from a network. `POST /networks/{id}/disconnect`.',
    args: {
      input: t.arg({ type: NetworkDisconnectInput, required: true, description: 'What to disconnect.' }),
    },
    resolve: async (_root, { input }, context) => {
      const found = await ends(context, input);
      if ('error' in found) return { ...failed(found.error), ...nobody };
      const { network, container } = found;
      const { scope } = network;
      const after = {
        network: () => findNetwork(context, network.key, scope.name),
        container: reread(container),
      };
      return attempt<AttachmentOutcome>(
        { scope, container, network: network.key },
        async () => {
          const body = { Container: container.key, Force: input.force ?? false };
          return {
            changed: await scope.call(networks.disconnect, { id: network.key, body }),
            userErrors: [],
            ...after,
          };
        },
        (error) => ({ ...failed(error), ...after }),
      );
    },
  }),
);

const NetworkRemoveInput = builder.inputType('NetworkRemoveInput', {
  description: 'What `networkRemove` takes.',
  fields: (t) => refInputs(t, 'network', 'ID, unique prefix of one, or name'),
});

builder.mutationField('networkRemove', (t) =>
  t.field({
    type: payloadType<RemovalOutcome>('NetworkRemovePayload', 'What `networkRemove` answers.', (fields) => ({
      removedId: removedIdField(fields),
    })),
    nullable: true,
    description: 'Removes a network that nothing is connected to. `DELETE /networks/{id}`.',
    args: { input: t.arg({ type: NetworkRemoveInput, required: true, description: 'Which network.' }) },
    resolve: async (_root, { input }, context) => {
      const found = await resolveRef(context, { ...input, what: 'network' }, findNetwork);
      if ('error' in found) return { ...failed(found.error), about: null };
      const { model } = found;
      return attempt<RemovalOutcome>(
        { scope: model.scope, network: model.key },
        async () => ({
          changed: await model.scope.call(networks.remove, { id: model.key }),
          userErrors: [],
          about: model,
        }),
        (error) => ({ ...failed(error), about: model }),
      );
    },
  }),
);
