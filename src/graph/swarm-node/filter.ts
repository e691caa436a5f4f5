/** Which nodes: the Engine's own filters, typed, and what the list tells anyhow. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { checkFilled, usedFilters, wires } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { NodeAvailability, NodeMembership, NodeRole, NodeState } from './enums.ts';
import { hostnameOf, type SwarmNodeModel, swarmNodeModel } from './model.ts';

const eachKeyOnce = 'Each key once: of several values the Engine takes one.';

export const SwarmNodeFilter = builder.inputType('SwarmNodeFilter', {
  description:
    'Which nodes. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, ' +
    'all of which must be there.',
  fields: (t) => ({
    names: t.stringList({ description: 'With one of these host names.' }),
    namePrefixes: t.stringList({ description: 'With a host name that begins with one of these.' }),
    ids: t.idList({ description: 'Global IDs, IDs, or what their IDs begin with.' }),
    labels: t.stringList({
      description: `Labels of the node (\`docker node update --label-add\`) that must all be there: \`key\` or \`key=value\`. ${eachKeyOnce} The Engine calls this filter \`node.label\`.`,
    }),
    engineLabels: t.stringList({
      description: `Labels from the \`daemon.json\` of its Engine that must all be there: \`key\` or \`key=value\`. ${eachKeyOnce} The Engine calls this filter \`label\`.`,
    }),
    roles: t.field({ type: [NodeRole.ref], description: 'That are one of these now.' }),
    memberships: t.field({
      type: [NodeMembership.ref],
      description:
        'With one of these memberships. Engines forget that a node was accepted when it is updated.',
    }),
    availabilities: t.field({
      type: [NodeAvailability.ref],
      description: 'With one of these availabilities. Done by the gateway.',
    }),
    states: t.field({ type: [NodeState.ref], description: 'In one of these states. Done by the gateway.' }),
  }),
});

type Input = typeof SwarmNodeFilter.$inferInput;

const isIn = (wanted: readonly string[], word: string | null | undefined): boolean =>
  wanted.length === 0 || wanted.includes(word ?? '');

/**
 * The nodes that a filter lets through (`GET /nodes`), all without one.
 *
 * @throws BadUserInput for empty texts and UNKNOWN, and for the global ID of something else
 */
export async function swarmNodesOf(
  scope: EngineScope,
  filter: Input | null | undefined,
): Promise<readonly SwarmNodeModel[]> {
  checkFilled(filter ?? {});
  const { names, namePrefixes } = filter ?? {};
  const ids = (filter?.ids ?? []).map((ref) => keyIn('SwarmNode', ref));
  const availabilities = wires(NodeAvailability, filter?.availabilities, 'availabilities');
  const states = wires(NodeState, filter?.states, 'states');
  const filters = usedFilters({
    // The Engine knows beginnings of names only.
    name: [...(namePrefixes ?? []), ...(names ?? [])],
    id: ids,
    'node.label': filter?.labels ?? [],
    label: filter?.engineLabels ?? [],
    role: wires(NodeRole, filter?.roles, 'roles'),
    membership: wires(NodeMembership, filter?.memberships, 'memberships'),
  });
  const { all, matching } = scope.loaders.nodes;
  const passes = (node: SwarmNodeModel): boolean => {
    const name = hostnameOf(node);
    const { Spec, Status } = node.data;
    return (
      (!names?.length || names.includes(name)) &&
      (!namePrefixes?.length || namePrefixes.some((prefix) => name.startsWith(prefix))) &&
      isIn(availabilities, Spec?.Availability) &&
      isIn(states, Status?.State)
    );
  };
  return (await (filters ? matching(filters) : all()))
    .map((data) => swarmNodeModel(scope, data))
    .filter(passes);
}
