/** Which containers fit a filter from now on, as they are made, started, renamed and removed. */

import type { Context } from '../../context.ts';
import { EngineError } from '../../engine/errors.ts';
import { sleep, systemClock } from '../../events/clock.ts';
import type { EngineEvent } from '../../events/event.ts';
import { type ContainerFilterInput, containerQuery } from './filter.ts';
import { type ContainerModel, fromSummary } from './model.ts';

/** Milliseconds in which changes are gathered before the Engine is asked again. */
const gathering = 100;
/** Milliseconds until an Engine that did not answer is asked again. */
const retry = 1_000;
/** Milliseconds that a new subscription waits for the stream of events. */
const patience = 2_000;

/** What happens in a container and changes nothing that a filter looks at. */
const inside = /^(?:exec_|top$|resize$|attach$|detach$|archive-path$|extract-to-dir$|export$|commit$|kill$)/;

const changes = ({ type, action }: EngineEvent): boolean =>
  type === 'container' ? !inside.test(action) : type === 'network' && action.endsWith('connect');

const isPassing = (error: unknown): boolean =>
  error instanceof EngineError && ['unavailable', 'timeout', 'protocol'].includes(error.kind);

interface Fitting {
  readonly filter: ContainerFilterInput;
  readonly engine: string | null | undefined;
}

export interface FittingWatch {
  /** Resolves when nothing is missed from here on, or after a while. */
  readonly ready: Promise<void>;
  /**
   * @param onList all that fit, each time anything may have changed
   * @param onError why that cannot be told any more
   */
  begin(onList: (found: readonly ContainerModel[]) => void, onError: (error: unknown) => void): void;
  leave(): void;
}

/** Reads the list again (`GET /containers/json`) after events that may change it, from its making on. */
export function watchFitting(context: Context, { filter, engine }: Fitting): FittingWatch {
  const scope = context.scope(engine);
  const query = containerQuery(context, filter, scope.name);
  const leaving = new AbortController();
  const seen = scope.events.subscribe(changes);
  const soon = AbortSignal.any([leaving.signal, AbortSignal.timeout(patience)]);
  const ready = scope.events.ready(soon).catch(() => {});

  async function list(): Promise<readonly ContainerModel[] | undefined> {
    const fresh = scope.fork();
    try {
      const found = await fresh.loaders.containers.matching(query);
      return found.map((summary) => fromSummary(fresh, summary));
    } catch (error) {
      if (!isPassing(error)) throw error;
      return undefined;
    }
  }

  let isDirty = false;
  let isReading = false;

  /** Until nothing has changed since the last list was asked for. */
  async function read(onList: (found: readonly ContainerModel[]) => void): Promise<void> {
    isReading = true;
    while (isDirty && !leaving.signal.aborted) {
      await sleep(systemClock, gathering, leaving.signal);
      isDirty = false;
      const found = await list();
      if (leaving.signal.aborted) break;
      if (found) {
        onList(found);
      } else {
        isDirty = true;
        await sleep(systemClock, retry, leaving.signal);
      }
    }
    isReading = false;
  }

  async function follow(
    onList: (found: readonly ContainerModel[]) => void,
    onError: (error: unknown) => void,
  ): Promise<void> {
    while (!(await seen.next()).done) {
      isDirty = true;
      if (!isReading) read(onList).catch(onError);
    }
  }

  const leave = (): void => {
    leaving.abort();
    void seen.return?.();
  };
  return {
    ready,
    begin: (onList, onError) => {
      const fail = (error: unknown): void => {
        if (!leaving.signal.aborted) onError(error);
      };
      follow(onList, fail).catch(fail);
    },
    leave,
  };
}
