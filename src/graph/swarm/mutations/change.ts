/** What every change of the configuration of a swarm has in common: `POST /swarm/update`. */
import type { Context } from '../../../context.ts';
import { swarm } from '../../../engine/operations/swarm.ts';
import type { Int64, Swarm, SwarmSpecBody } from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { attemptOn, failed } from '../../mutation/payload.ts';
import { changeVersioned } from '../../mutation/versioned.ts';
import type { WarnedOutcome } from './outcome.ts';

/** What is renewed with it. */
interface Rotations {
  readonly rotateWorkerToken?: boolean;
  readonly rotateManagerToken?: boolean;
  readonly rotateManagerUnlockKey?: boolean;
}

interface Change {
  readonly input: {
    readonly engine?: string | null | undefined;
    readonly version?: Int64 | null | undefined;
  };
  /** Throws for what can be refused without asking. */
  readonly check?: () => void;
  /** The whole spec to write; undefined where it is so already. */
  readonly apply: (spec: NonNullable<Swarm['Spec']>) => SwarmSpecBody | undefined;
  readonly rotations?: Rotations;
  /** What of it did not take effect, by the spec afterwards. */
  readonly warningsOf?: (after: NonNullable<Swarm['Spec']>) => readonly string[];
}

export function changeSwarm(
  context: Context,
  { input, check, apply, rotations = {}, warningsOf }: Change,
): Promise<WarnedOutcome> {
  /** Of an engine there is: then a refusal shows the swarm as it is. */
  let known: EngineScope | null = null;
  return attemptOn<WarnedOutcome>(
    context,
    input.engine,
    ['input'],
    async (scope) => {
      known = scope;
      check?.();
      const written = await changeVersioned({
        what: 'The swarm',
        version: input.version,
        read: () => scope.call(swarm.inspect, {}),
        apply: ({ Spec }) => apply(Spec ?? {}),
        write: (body, version) => scope.call(swarm.update, { version, body, ...rotations }),
      });
      scope.refresh();
      const after = warningsOf ? ((await scope.loaders.swarm.inspect()).Spec ?? {}) : {};
      return {
        changed: written !== undefined,
        userErrors: [],
        scope,
        warnings: warningsOf?.(after) ?? [],
      };
    },
    (error) => ({ ...failed(error), scope: known, warnings: [] }),
  );
}
