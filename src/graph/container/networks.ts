/** The networks of a container, the same from the list and from inspect. */
import { builder } from '../builder.ts';
import { type Attachment, attachmentFields, byText } from '../network/attachment.ts';
import { type ContainerModel, endpointsOf } from './model.ts';

export const ContainerNetwork = builder.objectRef<Attachment>('ContainerNetwork').implement({
  description: 'A network that a container is connected to, with its addresses there.',
  fields: attachmentFields,
});

/** The networks of a container by name; none where it uses those of another container. */
export const containerNetworksOf = (container: ContainerModel): readonly Attachment[] =>
  Object.entries(endpointsOf(container))
    .flatMap(([name, endpoint]) => (endpoint ? [{ container, name, endpoint }] : []))
    .sort((a, b) => byText(a.name, b.name));
