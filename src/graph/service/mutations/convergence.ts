/** Whether the tasks of a service are as it wants them: arithmetic on what the managers say, as the docker CLI does it. */
import type { Service, Task } from '../../../engine/types.ts';
import { rankOf } from '../../task/enums.ts';

export interface Convergence {
  readonly isJob: boolean;
  /** How many tasks are as they should be. */
  readonly done: number;
  /** How many should be; null while no node has been given one. */
  readonly wanted: number | null;
  readonly isConverged: boolean;
  /** The task that counts for each place: of a number, or on a node. */
  readonly tasks: readonly Task[];
  /** All that say what went wrong, the newest first, also those that others took the place of. */
  readonly failed: readonly Task[];
}

const lastState = rankOf('running');
const isToEnd = ({ DesiredState }: Task): boolean => rankOf(DesiredState) > lastState;

/** Of two tasks in one place: the one that is to live on; then the one that has not come as far. */
function counting(a: Task, b: Task): Task {
  const wanted = rankOf(a.DesiredState) - rankOf(b.DesiredState);
  if (wanted !== 0) return wanted < 0 ? a : b;
  return rankOf(a.Status?.State) <= rankOf(b.Status?.State) ? a : b;
}

function byPlace(tasks: readonly Task[], placeOf: (task: Task) => string): readonly Task[] {
  const places = new Map<string, Task>();
  for (const task of tasks) {
    const place = placeOf(task);
    const other = places.get(place);
    places.set(place, other ? counting(other, task) : task);
  }
  return [...places.values()];
}

const slotOf = ({ Slot }: Task): string => String(Slot ?? 0);
const nodeOf = ({ NodeID }: Task): string => NodeID ?? '';

const momentOf = ({ Status }: Task): string => Status?.Timestamp ?? '';

const failedOf = (tasks: readonly Task[]): readonly Task[] =>
  tasks
    .filter(({ Status }) => Status?.Err)
    .toSorted((a, b) => (momentOf(a) < momentOf(b) ? 1 : momentOf(a) > momentOf(b) ? -1 : 0));

type Counted = Pick<Convergence, 'isJob' | 'tasks' | 'done' | 'wanted'>;

/** Of a job: the tasks of its last run alone. */
function ofJob({ JobStatus, Spec }: Service, tasks: readonly Task[]): Counted {
  const iteration = JobStatus?.JobIteration?.Index ?? 0;
  const own = tasks.filter(({ JobIteration }) => (JobIteration?.Index ?? 0) === iteration);
  const job = Spec?.Mode?.ReplicatedJob;
  const places = job ? byPlace(own, slotOf) : byPlace(own.filter(nodeOf), nodeOf);
  const done = places.filter(({ Status }) => Status?.State === 'complete').length;
  const onNodes = places.length > 0 ? places.length : null;
  const wanted = job ? Number(job.TotalCompletions ?? job.MaxConcurrent ?? 1) : onNodes;
  return { isJob: true, tasks: places, done, wanted };
}

function ofRunning(mode: Mode, tasks: readonly Task[]): Counted {
  const isGlobal = Boolean(mode.Global);
  const places = byPlace(tasks, isGlobal ? nodeOf : slotOf);
  const living = places.filter((task) => !isToEnd(task));
  const done = living.filter(({ Status }) => Status?.State === 'running').length;
  // Which nodes fit is known to the managers alone: they make the tasks for all of them at once.
  const wanted = isGlobal ? living.length || null : Number(mode.Replicated?.Replicas ?? 1);
  return { isJob: false, tasks: places, done, wanted };
}

type Mode = NonNullable<NonNullable<Service['Spec']>['Mode']>;

/** @param isDown whether a node is: what ran there does not count */
export function convergenceOf(
  service: Service,
  tasks: readonly Task[],
  isDown: (node: string | null | undefined) => boolean,
): Convergence {
  const mode = service.Spec?.Mode ?? {};
  const living = tasks.filter(({ NodeID }) => !NodeID || !isDown(NodeID));
  const isJob = Boolean(mode.ReplicatedJob ?? mode.GlobalJob);
  const counted = isJob ? ofJob(service, living) : ofRunning(mode, living);
  const isConverged = counted.wanted !== null && counted.done === counted.wanted;
  return { ...counted, isConverged, failed: failedOf(tasks) };
}

/** Problems that a message lists. */
const mostProblems = 5;

/** What went wrong with tasks, each thing once, in the words of managers and nodes. */
export function problemsOf({ failed }: Convergence): readonly string[] {
  const all = [...new Set(failed.map(({ Status }) => Status?.Err ?? '').filter(Boolean))];
  return all.length > mostProblems
    ? [...all.slice(0, mostProblems), `${all.length - mostProblems} more`]
    : all;
}
