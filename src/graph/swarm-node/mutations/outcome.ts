/** What mutations of nodes answer, and how a node is changed: `POST /nodes/{id}/update`. */
import type { Context } from '../../../context.ts';
import { nodes } from '../../../engine/operations/nodes.ts';
import type { Int64, SwarmNode as NodeData, NodeSpecBody } from '../../../engine/types.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { attempt, failed, type Outcome, payloadType, resolveRef } from '../../mutation/payload.ts';
import { changeVersioned } from '../../mutation/versioned.ts';
import { SwarmNode } from '../../nouns.ts';
import { isSameSpec } from '../../swarm/same.ts';
import { findSwarmNode, hostnameOf, type SwarmNodeModel, swarmNodeById } from '../model.ts';

/** What the CLI takes for a node. */
export const accepted = 'ID, unique prefix of one, host name or name, or `self` for the Engine itself';

export interface NodeOutcome extends Outcome {
  readonly node: () => Promise<SwarmNodeModel | null>;
}

const nodeField = (t: FieldBuilder<NodeOutcome>) =>
  t.field({
    type: SwarmNode,
    nullable: true,
    description: 'The node as it is after the change; null when there is none.',
    resolve: ({ node }) => node(),
  });

export const nodePayload = (mutation: string) =>
  payloadType<NodeOutcome>(
    `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`,
    `What \`${mutation}\` answers.`,
    (t) => ({ node: nodeField(t) }),
  );

interface NodeRef {
  readonly ref: string;
  readonly engine?: string | null | undefined;
  readonly version?: Int64 | null | undefined;
}

/** Finds the node and writes its spec anew, where `apply` makes another one of it. */
export async function changeNode(
  context: Context,
  input: NodeRef,
  apply: (spec: NonNullable<NodeData['Spec']>) => NodeSpecBody,
): Promise<NodeOutcome> {
  const { ref, engine } = input;
  const found = await resolveRef(context, { ref, engine, what: 'node' }, findSwarmNode);
  if ('error' in found) return { ...failed(found.error), node: async () => null };
  const { scope, key: id } = found.model;
  const node = () => swarmNodeById(scope, id);
  return attempt<NodeOutcome>(
    { scope, path: ['input'] },
    async () => {
      const written = await changeVersioned({
        what: `The node "${hostnameOf(found.model) || id}"`,
        version: input.version,
        read: () => scope.call(nodes.inspect, { id }),
        apply: ({ Spec }) => {
          const body = apply(Spec ?? {});
          return isSameSpec(body, Spec) ? undefined : body;
        },
        write: (body, version) => scope.call(nodes.update, { id, version, body }),
      });
      return { changed: written !== undefined, userErrors: [], node };
    },
    (error) => ({ ...failed(error), node }),
  );
}
