/** `networkCreate`. */
import { networks } from '../../../engine/operations/networks.ts';
import type { NetworkCreateBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { word } from '../../container/input/words.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import { engineInput, labelsInput } from '../../mutation/fields.ts';
import { checkRef, inside, type Place, since } from '../../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import { NetworkScope } from '../enums.ts';
import { findNetwork } from '../model.ts';
import { type NetworkOutcome, networkField, noNetwork } from './outcome.ts';

const IpamPoolInput = builder.inputType('IpamPoolInput', {
  ...mirrors('IPAMConfig'),
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
  ...mirrors('IPAM', { pools: 'IPAM.Config' }),
  description: 'How a network hands out addresses.',
  fields: (t) => ({
    driver: t.string({ description: 'The driver; `default` if left out.' }),
    pools: t.field({ type: [IpamPoolInput], description: 'The ranges; the Engine picks one if left out.' }),
    options: t.field({ type: [KeyValueInput], description: 'Options of that driver.' }),
  }),
});

const NetworkCreateInput = builder.inputType('NetworkCreateInput', {
  ...mirrors('NetworkCreateBody', {
    configFrom: ['NetworkCreateBody.ConfigFrom', 'ConfigReference.Network'],
  }),
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
    enableIpv4: t.boolean({
      description: 'Hand out IPv4 addresses; true if left out. Below API 1.48 they always are.',
    }),
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
      ...wire('NetworkCreateResponse.Warning'),
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
