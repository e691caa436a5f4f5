/** All live queries under way: identical ones are one. */
import type { ExecutionResult } from 'graphql';
import { type Clock, systemClock } from '../events/clock.ts';
import type { Observe } from '../loaders/scope.ts';
import { comparisonFor } from './comparison.ts';
import type { LiveOptions, LiveRequest } from './directive.ts';
import { createGroup, type LiveGroup } from './group.ts';
import { identityOf } from './identity.ts';
import { interestsOf } from './interests.ts';
import type { LiveViewer } from './viewer.ts';

interface Following {
  readonly request: LiveRequest;
  readonly options: LiveOptions;
  /**
   * Tells those apart who may not see the same. Whoever has it in common gets answers that were made for another.
   */
  readonly rights: string;
  /** One execution with a context of its own, which outlives whoever asked first. Must not reject. */
  readonly execute: (observe: Observe, signal: AbortSignal) => Promise<ExecutionResult>;
}

export interface LiveQueries {
  /** Groups under way now. */
  readonly count: () => number;
  /** Follows a query until the viewer is left. */
  readonly follow: (following: Following) => LiveViewer;
  /** Ends them all, and whatever they have open. */
  readonly close: () => void;
}

export function createLiveQueries(clock: Clock = systemClock): LiveQueries {
  const groups = new Map<string, LiveGroup>();
  return {
    count: () => groups.size,
    follow: ({ request, options, rights, execute }) => {
      const { schema, document, operationName } = request;
      const { throttle, pollInterval, patches } = options;
      const key = identityOf(request, options, rights);
      const known = groups.get(key);
      if (known) return known.join(patches);
      const group = createGroup({
        execute,
        interests: interestsOf(schema, document),
        compare: comparisonFor(schema, document, operationName),
        throttle,
        pollInterval,
        clock,
        onEmpty: () => {
          if (groups.get(key) === group) groups.delete(key);
        },
      });
      groups.set(key, group);
      return group.join(patches);
    },
    close: () => {
      for (const group of groups.values()) group.close();
    },
  };
}
