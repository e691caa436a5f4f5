/** Relay's Node: every noun has one global ID, and can be found again by it. */

import type { Context } from '../../context.ts';
import { checkReference, type ReferenceKind } from '../../engine/references.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { decodeNodeId, encodeNodeId } from './node-id.ts';

/** What stands behind every noun: where it lives and what it is called there. */
export interface NodeModel {
  readonly type: NounName;
  readonly scope: EngineScope;
  /** Docker's own identity: the full ID, or the name of a volume or a project. */
  readonly key: string;
}

export type NounName =
  | 'Engine'
  | 'Container'
  | 'Image'
  | 'Network'
  | 'Volume'
  | 'Exec'
  | 'ComposeProject'
  | 'Operation'
  | 'Swarm'
  | 'SwarmNode'
  | 'Service'
  | 'Task'
  | 'Secret'
  | 'Config'
  | 'Stack'
  | 'Plugin';

export const globalId = ({ type, scope, key }: NodeModel): string =>
  encodeNodeId({ type, engine: scope.name, key });

export const Node = builder.interfaceRef<NodeModel>('Node').implement({
  description: 'An object with a global ID, by which `node(id:)` finds it again.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'The global ID: opaque, the same whatever is selected, valid on this engine only.',
      resolve: globalId,
    }),
  }),
  resolveType: ({ type }) => type,
});

/** Finds a noun by Docker's own identity; null when it is gone. */
type Find = (scope: EngineScope, key: string) => Promise<NodeModel | null>;

const finders = new Map<NounName, Find>();

/** Lets `node(id:)` find this noun. */
export const findNodesWith = (type: NounName, find: Find): void => {
  finders.set(type, find);
};

/** Grammars of the keys that an Engine is asked for, or asked about; a forged ID may have any. */
const referenceKinds: Readonly<Record<string, ReferenceKind>> = {
  Container: 'object',
  Image: 'image',
  Network: 'object',
  Volume: 'object',
  Exec: 'object',
  SwarmNode: 'object',
  Service: 'object',
  Task: 'object',
  Secret: 'object',
  Config: 'object',
  Stack: 'object',
  Plugin: 'plugin',
};

/** @throws BadUserInput for what is no global ID, or is one of another gateway's engines */
async function findNode(context: Context, id: string): Promise<NodeModel | null> {
  const decoded = decodeNodeId(id);
  const find = decoded && finders.get(decoded.type as NounName);
  if (!decoded || !find) {
    throw new BadUserInput(
      `"${id}" is not a global ID. Take it from an \`id\` field; for names and Docker IDs use \`ref\` arguments.`,
    );
  }
  const kind = referenceKinds[decoded.type];
  const checked = kind === undefined ? undefined : checkReference(kind, decoded.key);
  if (checked?.ok === false) throw new BadUserInput(checked.reason);
  return find(context.scope(decoded.engine), decoded.key);
}

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    description: 'Any object by its global ID; null when it no longer exists.',
    args: { id: t.arg.id({ required: true, description: 'The value of an `id` field.' }) },
    resolve: (_root, { id }, context) => findNode(context, id),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'Several objects by their global IDs, in the order given; null for each that no longer exists.',
    args: { ids: t.arg.idList({ required: true, description: 'Values of `id` fields.' }) },
    resolve: (_root, { ids }, context) => ids.map((id) => findNode(context, id)),
  }),
);
