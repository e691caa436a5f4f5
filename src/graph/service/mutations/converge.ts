/** Waiting until the tasks of a service are as it wants them, as an operation that can be followed. */
import { setTimeout as delay } from 'node:timers/promises';
import { nodes } from '../../../engine/operations/nodes.ts';
import { services } from '../../../engine/operations/services.ts';
import { tasks } from '../../../engine/operations/tasks.ts';
import type { Int64, Service, Task } from '../../../engine/types.ts';
import { orNull } from '../../../loaders/batch.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Reporter } from '../../../long-work/live-work.ts';
import type { LongWork, Started } from '../../../long-work/long-work.ts';
import type { StepState, WorkResult } from '../../../long-work/work.ts';
import { formatDuration } from '../../kit/units.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';
import { type Convergence, convergenceOf, problemsOf } from './convergence.ts';

export interface WaitWish {
  /** Nanoseconds; 10 minutes without. */
  readonly timeout?: Int64 | null | undefined;
  /** Nanoseconds; what the service says without. */
  readonly stableFor?: Int64 | null | undefined;
}

interface ServiceUnderWay extends WaitWish {
  readonly id: string;
  readonly name: string;
  /** Going back to what was before is what was asked for. */
  readonly isRollback: boolean;
}

interface ConvergeResult extends WorkResult {
  readonly service: string;
}

const minutes = 60_000;
const usualTimeout = 10 * minutes;
/** Milliseconds; as swarms have it where a service does not say. */
const usualMonitor = 5_000;
/** Tasks that an error leads to. */
const mostTasks = 20;
/** Milliseconds between two looks, growing from the first to the last. */
const firstPause = 100;
const longestPause = 1_000;

const millisecondsOf = (nanoseconds: Int64): number => Number(nanoseconds) / 1e6;

/** How long all has to stay well before it counts. */
function monitorOf({ Spec }: Service, { stableFor }: WaitWish): number {
  if (stableFor !== null && stableFor !== undefined) return millisecondsOf(stableFor);
  const monitor = Spec?.UpdateConfig?.Monitor;
  return monitor ? millisecondsOf(monitor) : usualMonitor;
}

function failure(
  scope: EngineScope,
  { id }: ServiceUnderWay,
  why: string,
  state: Convergence,
  isTimeout: boolean,
): TypedFailure {
  const problems = problemsOf(state);
  const told = problems.length > 0 ? ` Tasks say: ${problems.join('; ')}.` : '';
  return new TypedFailure({
    kind: 'ServiceNotConvergedError',
    message: `${why}${told}`,
    engine: scope.name,
    service: id,
    isTimeout,
    running: state.done,
    desired: state.wanted,
    tasks: state.failed.slice(0, mostTasks).map(({ ID }) => ID ?? ''),
  });
}

/** What the managers say of the update that ends the wait at once. */
function ending({ UpdateStatus }: Service, isRollback: boolean): string | undefined {
  const said = UpdateStatus?.Message ? `: ${UpdateStatus.Message}.` : '.';
  switch (UpdateStatus?.State) {
    case 'paused':
      return `was paused while it was updated${said}`;
    case 'rollback_paused':
      return `was paused while it was rolled back${said}`;
    case 'rollback_completed':
      return isRollback ? undefined : `was rolled back to what it was before${said}`;
    default:
      return undefined;
  }
}

const stateOf = ({ Status, DesiredState }: Task, isJob: boolean): StepState => {
  switch (Status?.State) {
    case 'running':
      return isJob ? 'RUNNING' : 'DONE';
    case 'complete':
      return isJob ? 'DONE' : 'RUNNING';
    case 'failed':
    case 'rejected':
      return 'FAILED';
    default:
      return DesiredState === 'shutdown' || DesiredState === 'remove' ? 'CANCELED' : 'RUNNING';
  }
};

function tell(reporter: Reporter, name: string, state: Convergence): void {
  for (const task of state.tasks) {
    const place = task.Slot ? String(task.Slot) : (task.NodeID ?? '');
    reporter.step({
      id: place,
      name: `${name}.${place}`,
      status: task.Status?.Err || task.Status?.State || '',
      state: stateOf(task, state.isJob),
    });
  }
  if (state.wanted !== null) reporter.progress(state.done, state.wanted);
}

/** The service and its tasks as they are now. */
async function look(scope: EngineScope, { id, name }: ServiceUnderWay) {
  const service = await orNull(scope.call(services.inspect, { id }));
  if (!service) {
    throw new TypedFailure({
      kind: 'NotFoundError',
      message: `The service "${name}" was removed while it was waited for.`,
    });
  }
  const [upToDate, all] = await Promise.all([
    // A filter of the docker CLI's: only tasks that are made from the spec as it is now.
    scope.call(tasks.list, { filters: { service: [id], '_up-to-date': ['true'] } }),
    scope.call(nodes.list, {}),
  ]);
  const down = new Set(all.filter(({ Status }) => Status?.State === 'down').map(({ ID }) => ID));
  return { service, state: convergenceOf(service, upToDate, (node) => down.has(node)) };
}

async function converge(
  scope: EngineScope,
  wish: ServiceUnderWay,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<ConvergeResult> {
  const began = performance.now();
  const timeout =
    wish.timeout === null || wish.timeout === undefined ? usualTimeout : millisecondsOf(wish.timeout);
  let wellSince: number | undefined;
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    const { service, state } = await look(scope, wish);
    const now = performance.now();
    tell(reporter, wish.name, state);
    const end = ending(service, wish.isRollback);
    if (end !== undefined) throw failure(scope, wish, `The service "${wish.name}" ${end}`, state, false);
    if (!state.isConverged) wellSince = undefined;
    else {
      wellSince ??= now;
      const monitor = state.isJob || state.wanted === 0 ? 0 : monitorOf(service, wish);
      // Of an update the managers themselves have watched the tasks for that long.
      if (service.UpdateStatus?.State === 'completed' || now - wellSince >= monitor) {
        return { service: wish.id, changed: true };
      }
    }
    if (now - began >= timeout) {
      const counts = state.wanted === null ? 'No node fits' : `${state.done} of ${state.wanted} tasks are`;
      const within = formatDuration(Math.round(timeout * 1e6));
      const why = `The service "${wish.name}" is not as it was wished for after ${within}: ${counts}${state.wanted === null ? '' : ' as they should be'}.`;
      throw failure(scope, wish, why, state, true);
    }
    // Nobody tells when a task has changed: there are no events of tasks.
    await delay(Math.max(1, Math.min(pause, began + timeout - now)), undefined, { signal });
  }
}

/**
 * Begins to wait for a service that was made or changed, as an operation. To cancel it ends the wait, and nothing else.
 *
 * `outcome` rejects with TypedFailure where the time is up, or the managers have given the update up or undone it.
 *
 * @throws WorkRefused
 */
export const startConvergence = (
  longWork: LongWork,
  scope: EngineScope,
  wish: ServiceUnderWay,
): Started<ConvergeResult> =>
  longWork.start({
    engine: scope.name,
    kind: 'SERVICE_CONVERGE',
    subject: wish.name,
    run: (reporter, signal) => {
      reporter.result({ service: wish.id });
      return converge(scope.lasting(signal), wish, reporter, signal);
    },
  });
