/** What mutations of a swarm answer. */
import { EngineError } from '../../../engine/errors.ts';
import { swarmRefusal } from '../../../engine/swarm-refusal.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { engineModel } from '../../engine/model.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import type { Outcome } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { Engine, Swarm, SwarmNode } from '../../nouns.ts';
import { ownNodeId, type SwarmNodeModel, swarmNodeById } from '../../swarm-node/model.ts';
import { type SwarmModel, swarmOf } from '../model.ts';

export interface SwarmOutcome extends Outcome {
  /** Null where the input names no engine there is. */
  readonly scope: EngineScope | null;
}

export interface WarnedOutcome extends SwarmOutcome {
  readonly warnings: readonly string[];
}

/** A worker, or a manager that cannot act: in a payload that is null, as its `engine { info { swarm } }` tells. */
async function nullWhereRefused<Model>(read: () => Promise<Model | null>): Promise<Model | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EngineError && swarmRefusal(error) !== undefined) return null;
    throw error;
  }
}

const swarmIn = (scope: EngineScope): Promise<SwarmModel | null> => nullWhereRefused(() => swarmOf(scope));

const ownNodeIn = (scope: EngineScope): Promise<SwarmNodeModel | null> =>
  nullWhereRefused(async () => {
    const id = await ownNodeId(scope);
    return id ? swarmNodeById(scope, id) : null;
  });

export const swarmField = <Shape extends SwarmOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Swarm,
    nullable: true,
    description: 'The swarm as it is after the change; null where this Engine cannot show one.',
    resolve: ({ scope }) => (scope ? swarmIn(scope) : null),
  });

export const ownNodeFields = <Shape extends SwarmOutcome>(t: FieldBuilder<Shape>) => ({
  nodeId: t.string({
    nullable: true,
    description: "Docker's own ID of the node that this Engine is now; null where it is none. `GET /info`.",
    resolve: ({ scope }) => (scope ? ownNodeId(scope) : null),
  }),
  node: t.field({
    type: SwarmNode,
    nullable: true,
    description:
      'The node that this Engine is now; null for workers, which cannot show it, and where it is none.',
    resolve: ({ scope }) => (scope ? ownNodeIn(scope) : null),
  }),
});

export const engineOutcomeField = <Shape extends SwarmOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Engine,
    nullable: true,
    description: 'The Engine; null where there is none of that name.',
    resolve: ({ scope }) => scope && engineModel(scope),
  });

export const warningsField = <Shape extends WarnedOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: ['String'],
    nullable: false,
    description: 'What was asked for and did not take effect.',
    resolve: ({ warnings }) => warnings,
  });

/** Which input the Engine means where it says what is wrong. The first that fits. */
const causes: readonly (readonly [pattern: RegExp, field: readonly string[]])[] = [
  [/advertise|choose an IP address|system's IP/i, ['advertiseAddr']],
  [/data ?path (?:port|number)/i, ['dataPathPort']],
  [/data ?path/i, ['dataPathAddr']],
  [/remote ?addr/i, ['remoteAddrs']],
  [/listen ?addr|listen address/i, ['listenAddr']],
  [/base pool|address pool/i, ['defaultAddrPool']],
  [/subnet size/i, ['subnetSize']],
  [/availability/i, ['availability']],
  [/token|fingerprint/i, ['joinToken']],
  [/invalid key/i, ['unlockKey']],
];

/** The same error with the place of its cause in the input, where the Engine's sentence tells it. */
export function blamed(error: UserErrorModel, fields: readonly string[]): UserErrorModel {
  if (error.kind !== 'InvalidInputError' || error.path?.[1] !== undefined) return error;
  const cause = causes.find(([pattern]) => pattern.test(error.message))?.[1];
  return cause && fields.includes(cause[0] ?? '') ? { ...error, path: ['input', ...cause] } : error;
}
