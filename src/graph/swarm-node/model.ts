/** What stands behind `SwarmNode`: an entry of the list of nodes. */
import type { Context } from '../../context.ts';
import type { StringMap, SwarmNode } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, locate } from '../kit/reference.ts';
import { inspected } from '../swarm/refer.ts';

export interface SwarmNodeModel extends NodeModel {
  readonly type: 'SwarmNode';
  /** An entry of `GET /nodes`, which inspect answers with too. */
  readonly data: SwarmNode;
}

export const swarmNodeModel = (scope: EngineScope, data: SwarmNode): SwarmNodeModel => ({
  type: 'SwarmNode',
  scope,
  key: data.ID ?? '',
  data,
});

export const hostnameOf = ({ data }: SwarmNodeModel): string => data.Description?.Hostname ?? '';

export const nodeLabelsOf = ({ data }: SwarmNodeModel): StringMap => data.Spec?.Labels ?? {};

/** The ID of the node that the Engine itself is (`GET /info`); null outside of a swarm. */
export const ownNodeId = async (scope: EngineScope): Promise<string | null> =>
  (await scope.loaders.system.info()).Swarm?.NodeID || null;

/** The node of that ID as it is now; null when there is none. */
export async function swarmNodeById(scope: EngineScope, id: string): Promise<SwarmNodeModel | null> {
  const data = await scope.loaders.nodes.inspect.load(id);
  return data?.ID ? swarmNodeModel(scope, data) : null;
}

const nameOf = ({ Description, Spec }: SwarmNode) => Description?.Hostname || Spec?.Name || null;

const candidatesIn = (nodes: readonly SwarmNode[]) =>
  nodes.map((node) => ({ id: node.ID ?? '', name: nameOf(node) }));

/** By the name in its spec, which inspect does not look at. */
async function byGivenName(scope: EngineScope, name: string): Promise<SwarmNode | null> {
  const found = (await scope.loaders.nodes.all()).filter(({ Spec }) => Spec?.Name === name);
  if (found.length > 1) throw new AmbiguousReference(name, candidatesIn(found));
  return found[0] ?? null;
}

/**
 * The node a reference means, by inspect (`GET /nodes/{id}`); null when there is none. `self` is the node that the
 * Engine itself is, as for the CLI.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix or a name of several nodes
 */
export async function findSwarmNode(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<SwarmNodeModel | null> {
  const { scope, key } = locate(context, 'SwarmNode', 'object', ref, engine);
  // Outside of a swarm there is no such ID: then the Engine's refusal to look for anything says so.
  const meant = key === 'self' ? ((await ownNodeId(scope)) ?? key) : key;
  const { nodes } = scope.loaders;
  const data =
    (await inspected(meant, nodes.inspect.load(meant), async () => candidatesIn(await nodes.all()))) ??
    (await byGivenName(scope, meant));
  return data?.ID ? swarmNodeModel(scope, data) : null;
}
