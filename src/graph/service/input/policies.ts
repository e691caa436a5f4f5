/** How the tasks of a service are replaced: when they end, and when the service is updated or rolled back. */
import { builder } from '../../builder.ts';
import { word } from '../../container/input/words.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { TaskRestartCondition } from '../../task/enums.ts';
import { UpdateFailureAction, UpdateOrder } from '../enums.ts';
import { defined, type SpecBody, type TaskBody, type UpdateConfigBody } from './spec-types.ts';

export const ServiceRestartPolicyInput = builder.inputType('ServiceRestartPolicyInput', {
  ...mirrors('TaskSpec.RestartPolicy'),
  description:
    'When a task that ended is replaced by another one. What is left out stays as it is, or is what is said of it.',
  fields: (t) => ({
    condition: t.field({ type: TaskRestartCondition.ref, description: 'When; `ANY` by default.' }),
    delay: t.field({ type: 'Duration', description: 'How long it is waited before that; `5s` by default.' }),
    maxAttempts: t.field({
      type: 'Long',
      description: 'How often at most; 0, without limit, by default.',
    }),
    window: t.field({
      type: 'Duration',
      description: 'The span in which `maxAttempts` counts; 0, without end, by default.',
    }),
  }),
});

const updateFields = (t: InputFields) => ({
  parallelism: t.field({
    type: 'Long',
    description: 'How many tasks are replaced at once; 0 is all of them, 1 the default.',
  }),
  delay: t.field({
    type: 'Duration',
    description: 'How long it is waited after one such batch before the next; 0 by default.',
  }),
  failureAction: t.field({
    type: UpdateFailureAction.ref,
    description: 'What happens when too many new tasks fail; `PAUSE` by default.',
  }),
  monitor: t.field({
    type: 'Duration',
    description: 'How long a new task is watched for failure after its start; `5s` by default.',
  }),
  maxFailureRatio: t.float({
    description: 'How many of the new tasks may fail, from 0, the default, to 1, which is all.',
  }),
  order: t.field({ type: UpdateOrder.ref, description: 'What comes first; `STOP_FIRST` by default.' }),
});

export const ServiceUpdateConfigInput = builder.inputType('ServiceUpdateConfigInput', {
  ...mirrors([
    'ServiceCreateBody.UpdateConfig',
    'ServiceCreateBody.RollbackConfig',
    'ServiceUpdateBody.UpdateConfig',
    'ServiceUpdateBody.RollbackConfig',
  ]),
  description:
    'How tasks are replaced when the service is updated, or rolled back. What is left out stays as it is, or is the ' +
    'default that is said of it.',
  fields: updateFields,
});

type RestartWish = typeof ServiceRestartPolicyInput.$inferInput;
type UpdateWish = typeof ServiceUpdateConfigInput.$inferInput;
type RestartBody = NonNullable<TaskBody['RestartPolicy']>;

const seconds = 1_000_000_000;

/** What holds where nothing was ever said; an object without them would mean 0 to the daemon. */
const restartDefaults: RestartBody = { Condition: 'any', Delay: 5 * seconds, MaxAttempts: 0 };
const updateDefaults: UpdateConfigBody = {
  Parallelism: 1,
  Delay: 0,
  Monitor: 5 * seconds,
  FailureAction: 'pause',
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** @throws InputError for UNKNOWN, and for what is negative */
export function restartPolicyBody(
  current: TaskBody['RestartPolicy'],
  wish: RestartWish | null | undefined,
  place: Place,
): RestartBody | undefined {
  if (!wish) return undefined;
  for (const field of ['delay', 'maxAttempts', 'window'] as const) {
    if ((wish[field] ?? 0) < 0) refuse(inside(place, field), 'cannot be negative.');
  }
  return {
    ...(current ?? restartDefaults),
    ...defined({
      Condition: word<'none' | 'on-failure' | 'any'>(
        inside(place, 'condition'),
        TaskRestartCondition,
        wish.condition,
      ),
      Delay: given(wish.delay),
      MaxAttempts: given(wish.maxAttempts),
      Window: given(wish.window),
    }),
  };
}

/** @throws InputError for UNKNOWN, and for what is negative or no share */
export function updateConfigBody(
  current: SpecBody['UpdateConfig'],
  wish: UpdateWish | null | undefined,
  place: Place,
): UpdateConfigBody | undefined {
  if (!wish) return undefined;
  for (const field of ['parallelism', 'delay', 'monitor'] as const) {
    if ((wish[field] ?? 0) < 0) refuse(inside(place, field), 'cannot be negative.');
  }
  const ratio = wish.maxFailureRatio ?? 0;
  if (ratio < 0 || ratio > 1) refuse(inside(place, 'maxFailureRatio'), `cannot be ${ratio}: give 0 to 1.`);
  return {
    ...(current ?? updateDefaults),
    ...defined({
      Parallelism: given(wish.parallelism),
      Delay: given(wish.delay),
      Monitor: given(wish.monitor),
      MaxFailureRatio: given(wish.maxFailureRatio),
      FailureAction: word<'continue' | 'pause' | 'rollback'>(
        inside(place, 'failureAction'),
        UpdateFailureAction,
        wish.failureAction,
      ),
      Order: word<'stop-first' | 'start-first'>(inside(place, 'order'), UpdateOrder, wish.order),
    }),
  };
}

/** @throws InputError for the same, and for ROLLBACK: a rollback has nothing to go back to */
export function rollbackConfigBody(
  current: SpecBody['RollbackConfig'],
  wish: UpdateWish | null | undefined,
  place: Place,
): SpecBody['RollbackConfig'] | undefined {
  const body = updateConfigBody(current, wish, place);
  if (!body) return undefined;
  const { FailureAction } = body;
  if (FailureAction === 'rollback') {
    return refuse(
      inside(place, 'failureAction'),
      'cannot be ROLLBACK: a rollback that fails has nothing to go back to.',
    );
  }
  return { ...body, FailureAction };
}
