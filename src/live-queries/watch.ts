/** The events of one Engine as a live query follows them, from before its first read on. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineEvent } from '../events/event.ts';
import type { TaskWatch } from '../events/task-watch.ts';
import type { Engine } from '../loaders/scope.ts';

export interface Watch {
  /** Resolves when nothing that happens from now on is missed, or when that takes too long. */
  readonly stands: Promise<void>;
  /**
   * From now on changes of tasks, of which no event tells, are doubts about this Engine. Resolves when none is missed any more,
   * or when that takes too long.
   */
  readonly followTasks: () => Promise<void>;
  readonly leaveTasks: () => void;
  /** Changes made through this gateway, as they were counted when the last execution began. */
  writes: number;
  readonly engine: Engine;
  readonly close: () => void;
}

interface Listener {
  readonly onEvent: (event: EngineEvent) => void;
  /** What is known of this Engine is to be read again: events were missed, or it has gone or come. */
  readonly onDoubt: () => void;
  /** Tasks of its swarm have changed. */
  readonly onTasks: () => void;
  /** Long work of the gateway's on this Engine has changed. */
  readonly onWork: () => void;
}

/** Milliseconds for which the first read waits for the Engine's stream: one that is away is told as such. */
const patience = 2_000;

export function watchEngine(engine: Engine, { onEvent, onDoubt, onTasks, onWork }: Listener): Watch {
  const { events, client } = engine;
  const closing = new AbortController();
  const stopWork = engine.longWork.onChange(client.name, onWork);
  const subscription = events.subscribe();
  /** The first read waits for `live`, which then is no news. */
  let isAwaited = events.state !== 'live';
  const stopStates = events.onState((state) => {
    if (state === 'reconnecting' || (state === 'live' && !isAwaited)) onDoubt();
  });

  async function follow(): Promise<void> {
    for await (const item of subscription) {
      if (item.kind === 'event') onEvent(item.event);
      else onDoubt();
    }
  }
  // A subscription without a filter does not fail; the end of the hub is the end of the gateway.
  follow().catch(() => {});

  async function stand(): Promise<void> {
    if (events.state === 'live') return;
    const given = new AbortController();
    await Promise.race([
      events.ready(AbortSignal.any([closing.signal, given.signal])).catch(() => {}),
      wait(patience, undefined, { signal: given.signal }).catch(() => {}),
    ]);
    given.abort();
    isAwaited = false;
  }

  let tasks: ReturnType<TaskWatch['watch']> | undefined;
  const leaveTasks = (): void => {
    tasks?.leave();
    tasks = undefined;
  };

  return {
    engine,
    followTasks: () => {
      tasks ??= engine.taskWatch.watch(onTasks);
      return tasks.stands;
    },
    leaveTasks,
    stands: stand(),
    writes: client.writes(),
    close: () => {
      closing.abort();
      leaveTasks();
      stopStates();
      stopWork();
      void subscription.return?.();
    },
  };
}
