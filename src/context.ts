/** What a resolver gets: one for each operation, nothing shared between two viewers. */
import { BadUserInput } from './errors.ts';
import { createScope, type Engine, type EngineScope, type Observe } from './loaders/scope.ts';
import type { LongWork } from './long-work/long-work.ts';
import { createPlan, type Plan } from './plan.ts';
import type { Sessions } from './sessions/registry.ts';
import type { Transfers } from './transfers/transfers.ts';
import { createWarnings, type Warnings } from './warnings.ts';

/** The engines this gateway serves, the default one first. */
export type Engines = readonly Engine[];

/** What lives as long as the gateway, and is every client's. */
export interface Services {
  /** What goes on when the client that began it has left. */
  readonly longWork: LongWork;
  /** Addresses for bytes beside the graph. */
  readonly transfers: Transfers;
  /** Addresses that builds may take their context from, with all below them; `*` is any. */
  readonly buildRemotes: readonly string[];
  /** The same for images that are imported. */
  readonly importRemotes: readonly string[];
  /** Connections to the standard streams of processes. */
  readonly sessions: Sessions;
}

export interface Context extends Services {
  readonly requestId: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly plan: Plan;
  /** What this operation could not be given. */
  readonly warnings: Warnings;
  readonly engineNames: readonly string[];
  /**
   * The engine of that name, the default one without.
   *
   * @throws BadUserInput naming the engines there are
   */
  readonly scope: (engine?: string | null) => EngineScope;
}

export function createContext(
  engines: Engines,
  request: {
    readonly requestId: string;
    readonly signal: AbortSignal;
    /** For whoever wants to know what is read. */
    readonly observe?: Observe | undefined;
  },
  services: Services,
): Context {
  const plan = createPlan();
  const scopes = new Map<string, EngineScope>();
  const engineNames = engines.map(({ client }) => client.name);
  return {
    ...services,
    requestId: request.requestId,
    signal: request.signal,
    plan,
    warnings: createWarnings(),
    engineNames,
    scope: (name) => {
      const wanted = name ?? engineNames[0] ?? '';
      const known = scopes.get(wanted);
      if (known) return known;
      const engine = engines.find(({ client }) => client.name === wanted);
      if (!engine)
        throw new BadUserInput(`There is no engine "${wanted}". Known: ${engineNames.join(', ')}.`);
      const scope = createScope(engine, request.signal, plan, { observe: request.observe });
      scopes.set(wanted, scope);
      return scope;
    },
  };
}
