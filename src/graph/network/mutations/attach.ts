/** `networkConnect` and `networkDisconnect`: both are about two objects, and answer with both. */
import type { Context } from '../../../context.ts';
import { networks } from '../../../engine/operations/networks.ts';
import { builder } from '../../builder.ts';
import { checkLinks, EndpointInput, endpointBody } from '../../container/input/networks.ts';
import type { ContainerModel } from '../../container/model.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { locate } from '../../kit/reference.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput, type InputFields } from '../../mutation/fields.ts';
import {
  attempt,
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  objection,
  payloadType,
  reread,
  resolveContainer,
  resolveRef,
} from '../../mutation/payload.ts';
import { findNetwork, type NetworkModel } from '../model.ts';
import { type NetworkOutcome, networkField, noNetwork } from './outcome.ts';

interface AttachmentOutcome extends NetworkOutcome, ContainerOutcome {}

const nobody = { network: noNetwork, container: noContainer };

const attachmentFields = (t: FieldBuilder<AttachmentOutcome>) => ({
  network: networkField(t),
  container: containerField(t),
});

/** Both ends of an attachment, or why one of them is not there. */
async function ends(context: Context, input: Ends) {
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

/** The two objects, in every input of this file. */
interface Ends {
  readonly network: string;
  readonly container: string;
  readonly engine?: string | null | undefined;
}

const endFields = (t: InputFields) => ({
  network: t.id({
    required: true,
    description: 'The network: global ID, ID, unique prefix of one, or name.',
  }),
  container: t.id({
    required: true,
    description: 'The container: global ID, ID, unique prefix of one, or name.',
  }),
  engine: engineInput(t),
});

/** Finds both ends, does it to them by their full IDs, and answers with both as they are afterwards. */
async function attach(
  context: Context,
  input: Ends,
  act: (network: NetworkModel, container: ContainerModel) => Promise<boolean>,
): Promise<AttachmentOutcome> {
  const found = await ends(context, input);
  if ('error' in found) return { ...failed(found.error), ...nobody };
  const { network, container } = found;
  const { scope, key } = network;
  const after = { network: () => findNetwork(context, key, scope.name), container: reread(container) };
  return attempt<AttachmentOutcome>(
    { scope, container, network: key },
    async () => ({ changed: await act(network, container), userErrors: [], ...after }),
    (error) => ({ ...failed(error), ...after }),
  );
}

const NetworkConnectInput = builder.inputType('NetworkConnectInput', {
  ...mirrors('NetworkConnectRequest', { endpoint: 'NetworkConnectRequest.EndpointConfig' }),
  description: 'What `networkConnect` takes.',
  fields: (t) => ({
    ...endFields(t),
    endpoint: t.field({
      type: EndpointInput,
      description: 'Addresses and names of the container in that network.',
    }),
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
      const { endpoint } = input;
      const path = ['input', 'endpoint'];
      const wrong = objection(context, path, () => checkLinks(endpoint?.links, { api: '', path }));
      if (wrong) return { ...failed(wrong), ...nobody };
      return attach(context, input, async ({ scope, key: id }, { key }) => {
        const place = { api: await scope.apiVersion(), path };
        const config = endpoint ? { EndpointConfig: endpointBody(endpoint, place) } : {};
        return scope.call(networks.connect, { id, body: { Container: key, ...config } });
      });
    },
  }),
);

const NetworkDisconnectInput = builder.inputType('NetworkDisconnectInput', {
  ...mirrors('NetworkDisconnectRequest'),
  description: 'What `networkDisconnect` takes.',
  fields: (t) => ({
    ...endFields(t),
    force: t.boolean({ defaultValue: false, description: 'Even if the container cannot be told.' }),
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
    resolve: (_root, { input }, context) =>
      attach(context, input, ({ scope, key: id }, { key }) =>
        scope.call(networks.disconnect, { id, body: { Container: key, Force: input.force ?? false } }),
      ),
  }),
);
