/** What stands behind `Task`: an entry of the list of tasks. */
import type { Context } from '../../context.ts';
import type { Service, StringMap, Task } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';
import { moment, nanosOf } from '../kit/time.ts';
import { shrink } from '../kit/units.ts';

export interface TaskModel extends NodeModel {
  readonly type: 'Task';
  /** An entry of `GET /tasks`, which inspect answers with too. */
  readonly data: Task;
}

export const taskModel = (scope: EngineScope, data: Task): TaskModel => ({
  type: 'Task',
  scope,
  key: data.ID ?? '',
  data,
});

export const taskLabelsOf = ({ data }: TaskModel): StringMap => data.Labels ?? {};

export const stateOf = ({ data }: TaskModel): string => data.Status?.State ?? '';

export const desiredStateOf = ({ data }: TaskModel): string => data.DesiredState ?? '';

const createdNanos = (data: Task): bigint => nanosOf(data.CreatedAt ?? '') ?? 0n;

/** The place that a task has in its service, which its successors have too: a number, or else its node. */
export const placeOf = (data: Task): string => String(data.Slot || data.NodeID || '');

/** What `docker service ps` calls it: `web.1`, `agent.<node>`. The ID stands for a service that has gone. */
export const nameWith = (data: Task, service: Service | null): string =>
  data.Name || `${service?.Spec?.Name || data.ServiceID || ''}.${placeOf(data)}`;

export const serviceOf = async ({ scope, data }: TaskModel): Promise<Service | null> =>
  data.ServiceID ? scope.loaders.services.byId.load(data.ServiceID) : null;

/** Tasks of the same place, the newest first: it counts, and the others are its history. */
const byAge = (a: Task, b: Task): number => {
  const [first, second] = [createdNanos(a), createdNanos(b)];
  return first === second ? 0 : first > second ? -1 : 1;
};

/** The newest task of each place. */
export function currentIn(tasks: readonly Task[]): ReadonlySet<string> {
  const newest = new Map<string, Task>();
  for (const task of tasks) {
    const place = `${task.ServiceID ?? ''} ${placeOf(task)}`;
    const known = newest.get(place);
    if (!known || byAge(task, known) < 0) newest.set(place, task);
  }
  return new Set([...newest.values()].map(({ ID }) => ID ?? ''));
}

/** One set for each answer, however many tasks are looked up in it. */
const currents = new WeakMap<readonly Task[], ReadonlySet<string>>();

/** Whether no newer task has its place. Asks for the tasks of its service, which may be at hand. */
export async function isCurrent({ scope, key, data }: TaskModel): Promise<boolean> {
  if (!data.ServiceID) return true;
  const siblings = (await scope.loaders.tasks.byService.load(data.ServiceID)) ?? [];
  const current = currents.get(siblings) ?? currentIn(siblings);
  currents.set(siblings, current);
  // One that the list does not have any more is history.
  return current.has(key);
}

const collator = new Intl.Collator('en', { numeric: true });

/** As `docker service ps` lists them: by place, the newest first. */
export const inOrder = (tasks: readonly Task[]): readonly Task[] =>
  tasks.toSorted((a, b) => collator.compare(placeOf(a), placeOf(b)) || byAge(a, b));

/** Nanoseconds since it came to its state, in whole seconds; null where the Engine does not say. */
export function ageOf({ data }: TaskModel) {
  const since = nanosOf(moment(data.Status?.Timestamp) ?? '');
  if (since === undefined) return null;
  const elapsed = BigInt(Date.now()) * 1_000_000n - since;
  // The clocks of the gateway and of the nodes may differ.
  return shrink(elapsed < 0n ? 0n : (elapsed / 1_000_000_000n) * 1_000_000_000n);
}

async function ambiguous(scope: EngineScope, ref: string): Promise<AmbiguousReference> {
  const found = (await scope.loaders.tasks.all()).filter(({ ID }) => ID?.startsWith(ref));
  const services = await Promise.all(found.map((data) => serviceOf(taskModel(scope, data))));
  return new AmbiguousReference(
    ref,
    found.map((data, index) => ({ id: data.ID ?? '', name: nameWith(data, services[index] ?? null) })),
  );
}

/**
 * The task a reference means, by inspect (`GET /tasks/{id}`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findTask(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<TaskModel | null> {
  const { scope, key } = locate(context, 'Task', 'object', ref, engine);
  try {
    const data = await scope.loaders.tasks.inspect.load(key);
    return data?.ID ? taskModel(scope, data) : null;
  } catch (error) {
    if (isAmbiguous(error)) throw await ambiguous(scope, key);
    throw error;
  }
}
