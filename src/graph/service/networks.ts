/** The networks of a service, with its addresses there. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { type KeyValue, KeyValueType, keyValues } from '../kit/key-value.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { networkFromSummary } from '../network/model.ts';
import { Network } from '../nouns.ts';
import { networkIdsOf, type ServiceModel, templateOf } from './model.ts';

interface ServiceNetworkModel {
  readonly scope: EngineScope;
  readonly networkId: string;
  readonly virtualIp: string | null;
  readonly aliases: readonly string[];
  readonly driverOptions: readonly KeyValue[];
}

const ServiceNetwork = builder.objectRef<ServiceNetworkModel>('ServiceNetwork').implement({
  description:
    'A network that the tasks of a service are connected to, with the address of the service there.',
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The network; null when this Engine does not know it. Joined from one `GET /networks`.',
      resolve: async ({ scope, networkId }) => {
        const summary = await scope.loaders.networks.summary.load(networkId);
        return summary && networkFromSummary(scope, summary);
      },
    }),
    networkId: t.exposeString('networkId', { nullable: false, description: 'The ID of the network.' }),
    virtualIp: t.exposeString('virtualIp', {
      nullable: true,
      description:
        'The virtual address of the service there, in CIDR notation, behind which its tasks share the load; null where it has ' +
        'none (mode `DNSRR`).',
    }),
    aliases: t.exposeStringList('aliases', {
      nullable: false,
      description: 'Other names of the service there.',
    }),
    driverOptions: t.field({
      type: [KeyValueType],
      nullable: false,
      description: 'Options given to the driver of the network.',
      resolve: ({ driverOptions }) => driverOptions,
    }),
  }),
});

function networksOf(service: ServiceModel): readonly ServiceNetworkModel[] {
  const { scope, data } = service;
  const asked = templateOf(service).Networks ?? data.Spec?.Networks ?? [];
  return networkIdsOf(service).map((networkId) => {
    const config = asked.find(({ Target }) => Target === networkId);
    return {
      scope,
      networkId,
      virtualIp: data.Endpoint?.VirtualIPs?.find(({ NetworkID }) => NetworkID === networkId)?.Addr || null,
      aliases: config?.Aliases ?? [],
      driverOptions: keyValues(config?.DriverOpts),
    };
  });
}

export const networksField = (t: FieldBuilder<ServiceModel>) =>
  t.field({
    type: [ServiceNetwork],
    nullable: false,
    description:
      'The networks that its tasks are connected to; with ports published on all nodes also `ingress`.',
    resolve: networksOf,
  });
