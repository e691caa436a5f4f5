/**
 * Tasks of a swarm have no events. This finds out that some have changed, for all who want to know and only while somebody
 * does: it looks at the list of them, soon after anything that hints at a change, and less and less often after that.
 */
import type { EngineClient } from '../engine/client.ts';
import { tasks } from '../engine/operations/tasks.ts';
import type { Task } from '../engine/types.ts';
import { type Clock, systemClock } from './clock.ts';
import type { EngineEvent } from './event.ts';
import type { EventHub } from './hub.ts';

interface Watching {
  /** Resolves when whatever changes from now on is told, or when that takes too long. */
  readonly stands: Promise<void>;
  /** No more calls. The last one to leave ends it all. */
  readonly leave: () => void;
}

export interface TaskWatch {
  /** Calls back after each change of tasks that was found. It may have happened before the watch began. */
  watch(onChange: () => void): Watching;
  /** Ends it for everybody. */
  close(): void;
}

interface TaskWatchOptions {
  readonly list: (signal: AbortSignal) => Promise<readonly Task[]>;
  readonly events: EventHub;
  /** Milliseconds between two looks where nothing hints at a change. */
  readonly interval: number;
  readonly clock?: Clock;
}

/** Milliseconds from a hint to the first look: a node tells its managers of its tasks a moment later. */
const first = 250;
/** Milliseconds for which somebody waits for the first look of all. */
const patience = 2_000;
/** A look that takes long is followed by a pause of so many times that, for the managers' sake. */
const rest = 4;

const taskLabel = 'com.docker.swarm.task.id';
const signsOfContainers: ReadonlySet<string> = new Set([
  'create',
  'start',
  'die',
  'oom',
  'destroy',
  'health_status',
]);

/** What hints at a change of tasks: containers of this node's tasks, and changes of services and nodes. */
function isSign({ type, action, attributes }: EngineEvent): boolean {
  if (type === 'service' || type === 'node') return true;
  return type === 'container' && signsOfContainers.has(action) && attributes.has(taskLabel);
}

/** The same for the same tasks in the same states: any change of a task gives it another version. */
const signatureOf = (list: readonly Task[]): string =>
  list
    .map(({ ID, Version }) => `${ID}:${Version?.Index}`)
    .sort()
    .join();

export function createTaskWatch({
  list,
  events,
  interval,
  clock = systemClock,
}: TaskWatchOptions): TaskWatch {
  const watchers = new Set<() => void>();
  let leaving: AbortController | undefined;
  let signature: string | undefined;
  /** Some had no patience for the first look, and may have read what it found changed. */
  let isLate = false;
  let isLooking = false;
  let isClosed = false;
  let delay = first;
  let planned: { readonly at: number; readonly cancel: () => void } | undefined;
  let stood: Promise<void> = Promise.resolve();
  let stand = (): void => {};

  const tell = (): void => {
    for (const watcher of watchers) watcher();
  };

  /** The earlier of two plans holds: hints that do not end must not put it off. */
  function plan(ms: number): void {
    if (!leaving || isLooking) return;
    const at = clock.now() + ms;
    if (planned && planned.at <= at) return;
    planned?.cancel();
    planned = { at, cancel: clock.after(ms, () => void look()) };
  }

  async function look(): Promise<void> {
    const own = leaving;
    planned = undefined;
    if (!own || isLooking) return;
    isLooking = true;
    const begun = clock.now();
    delay = Math.min(interval, delay * 2);
    // An Engine that has left its swarm, or is away, is another state: whatever comes after that is a change.
    const found = await list(own.signal).then(signatureOf, () => 'none');
    if (own !== leaving) return;
    isLooking = false;
    const isChanged = signature === undefined ? isLate : signature !== found;
    signature = found;
    isLate = false;
    stand();
    if (isChanged) {
      delay = Math.min(interval, first);
      tell();
    }
    plan(Math.max(delay, rest * (clock.now() - begun)));
  }

  function hint(): void {
    delay = Math.min(interval, first);
    plan(delay);
  }

  function begin(): void {
    const own = new AbortController();
    leaving = own;
    delay = Math.min(interval, first);
    const signs = events.subscribe(isSign);
    own.signal.addEventListener('abort', () => void signs.return?.(), { once: true });
    const follow = async (): Promise<void> => {
      // A gap hides what an event might have hinted at.
      for await (const _item of signs) hint();
    };
    // A subscription whose filter does not throw does not fail.
    follow().catch(() => {});
    stood = new Promise((resolve) => {
      const cancel = clock.after(patience, () => {
        isLate = true;
        resolve();
      });
      stand = () => {
        cancel();
        resolve();
      };
    });
    void look();
  }

  function end(): void {
    leaving?.abort();
    leaving = undefined;
    planned?.cancel();
    planned = undefined;
    isLooking = false;
    signature = undefined;
    isLate = false;
    stand();
  }

  return {
    watch(onChange) {
      // Each is one of its own, though two may give the same function.
      const watcher = (): void => onChange();
      watchers.add(watcher);
      if (!leaving && !isClosed) begin();
      return {
        stands: stood,
        leave: () => {
          if (watchers.delete(watcher) && watchers.size === 0) end();
        },
      };
    },
    close: () => {
      isClosed = true;
      watchers.clear();
      end();
    },
  };
}

/** That of one Engine. */
export const watchTasksOf = (client: EngineClient, events: EventHub, interval: number): TaskWatch =>
  createTaskWatch({ list: (signal) => client.call(tasks.list, {}, { signal }), events, interval });
