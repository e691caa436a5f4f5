/** The containers of a network, each with its addresses there: joined from the list of containers. */
import { builder } from '../builder.ts';
import { fromSummary, nameOf } from '../container/model.ts';
import { containerNetworksOf } from '../container/networks.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Container } from '../nouns.ts';
import { type Attachment, attachmentFields, byText } from './attachment.ts';
import type { NetworkModel } from './model.ts';

const NetworkContainerEdge = builder.objectRef<Attachment>('NetworkContainerEdge').implement({
  description: 'A container that is connected to a network, with its addresses there.',
  fields: (t) => ({
    container: t.field({
      type: Container,
      nullable: false,
      description: 'The container, running or not.',
      resolve: ({ container }) => container,
    }),
    ...attachmentFields(t),
  }),
});

/** Before the first start of a container its endpoint names the network, but does not have its ID yet. */
const isEndpointOf = ({ key, summary }: NetworkModel, { name, endpoint }: Attachment): boolean =>
  endpoint.NetworkID ? endpoint.NetworkID === key : name === key || name === summary.Name;

/** The connections of all containers to this network, by the name of the container. */
export async function attachmentsOf(network: NetworkModel): Promise<readonly Attachment[]> {
  const { scope, key, summary } = network;
  const groups = await scope.loaders.containers.byNetwork();
  return [key, summary.Name ?? '']
    .flatMap((each) => groups.get(each) ?? [])
    .flatMap((entry) => containerNetworksOf(fromSummary(scope, entry)))
    .filter((attachment) => isEndpointOf(network, attachment))
    .sort((a, b) => byText(nameOf(a.container), nameOf(b.container)));
}

export const containersField = (t: FieldBuilder<NetworkModel>) =>
  t.field({
    type: [NetworkContainerEdge],
    nullable: true,
    description:
      'The containers that are connected to it, by name: stopped ones too, without addresses then. Joined from one ' +
      '`GET /containers/json`, however many networks there are.',
    resolve: attachmentsOf,
  });
