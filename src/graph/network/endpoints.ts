/** The live connections to a network, as inspect lists them: of containers, and of the Engine itself in a swarm. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { fromSummary } from '../container/model.ts';
import { columnFields, type FieldBuilder, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Container } from '../nouns.ts';
import { type NetworkModel, networkDetailsOf } from './model.ts';
import { type EndpointResource, inspectedOnly } from './wire.ts';

interface EndpointModel {
  readonly scope: EngineScope;
  readonly key: string;
  readonly resource: EndpointResource;
}

const isContainerId = (key: string) => /^[0-9a-f]{64}$/.test(key);

const NetworkEndpoint = builder.objectRef<EndpointModel>('NetworkEndpoint').implement({
  description: 'A live connection to a network: of a running container, or of the Engine itself in a swarm.',
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: false,
      description:
        'The full ID of the container. Other texts, such as `lb-web`, `ingress-sbox` or `ep-…`, stand for endpoints ' +
        'that are no container of this Engine.',
    }),
    container: t.field({
      type: Container,
      nullable: true,
      description: 'The container; null where the endpoint belongs to none. Many are joined from one list.',
      resolve: async ({ scope, key }) => {
        const summary = isContainerId(key) ? await scope.loaders.containers.summary.load(key) : null;
        return summary && fromSummary(scope, summary);
      },
    }),
    ...columnFields<EndpointResource, EndpointModel>(
      t,
      {
        [of]: 'EndpointResource',
        Name: text('The name of the container, or of the endpoint where there is none.'),
        EndpointID: text('The ID of the endpoint.', { name: 'endpointId' }),
        MacAddress: text('The hardware address, such as `02:42:ac:11:00:04`.'),
        IPv4Address: text('The IPv4 address with the length of its prefix, such as `172.19.0.2/16`.', {
          name: 'ipv4Address',
        }),
        IPv6Address: text('The IPv6 address with the length of its prefix; null without IPv6.', {
          name: 'ipv6Address',
        }),
      },
      ({ resource }) => resource,
    ),
  }),
});

export const endpointsField = (t: FieldBuilder<NetworkModel>) =>
  t.field({
    ...wire('NetworkInspect.Containers', 'NetworkSummary.Containers'),
    type: [NetworkEndpoint],
    nullable: true,
    description:
      'The live connections to it: running containers only, and in a swarm also endpoints that are no container of ' +
      'this Engine. `containers` is cheaper. Needs `GET /networks/{id}`.',
    resolve: async (network) => {
      const details = await networkDetailsOf(network);
      if (!details) return null;
      return Object.entries(inspectedOnly(details).Containers ?? {}).map(([key, resource]) => ({
        scope: network.scope,
        key,
        resource,
      }));
    },
  });
