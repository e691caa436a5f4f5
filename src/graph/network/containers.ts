/** The containers of a network, each with its addresses there: joined from the list of containers. */
import { podmanDefaultNetwork } from '../../engine/podman.ts';
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

/** What containers may know it by beside its ID: before their first start they have no more than its name. */
const namesOf = ({ key, summary }: NetworkModel): readonly string[] => [
  ...(summary.Name ? [summary.Name] : []),
  ...(key === podmanDefaultNetwork.id ? [podmanDefaultNetwork.name] : []),
];

/** Podman has the name where Docker has the ID. */
const isEndpointOf = (network: NetworkModel, { name, endpoint }: Attachment): boolean =>
  endpoint.NetworkID && endpoint.NetworkID !== name
    ? endpoint.NetworkID === network.key
    : name === network.key || namesOf(network).includes(name);

/** The connections of all containers to this network, by the name of the container. */
export async function attachmentsOf(network: NetworkModel): Promise<readonly Attachment[]> {
  const { scope, key } = network;
  const groups = await scope.loaders.containers.byNetwork();
  return [key, ...namesOf(network)]
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
