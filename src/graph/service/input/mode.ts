/** How many tasks a service is to have. */

import type { Int64 } from '../../../engine/types.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import type { ServiceModeName } from '../enums.ts';
import type { SpecBody } from './spec-types.ts';

export interface ModeWish {
  readonly mode?: ServiceModeName | null | undefined;
  readonly replicas?: Int64 | null | undefined;
  readonly maxConcurrent?: Int64 | null | undefined;
}

type ModeBody = NonNullable<SpecBody['Mode']>;
function checkCount(place: Place, count: Int64 | null | undefined): void {
  if ((count ?? 0) < 0) refuse(place, `cannot be ${count}: give 0 or more.`);
}

/** @throws InputError for a number of tasks where each node decides it */
export function newModeBody(wish: ModeWish, place: Place): ModeBody {
  const { replicas, maxConcurrent } = wish;
  const mode = wish.mode ?? 'REPLICATED';
  checkCount(inside(place, 'replicas'), replicas);
  checkCount(inside(place, 'maxConcurrent'), maxConcurrent);
  const isWished = (value: Int64 | null | undefined) => value !== null && value !== undefined;
  if (mode !== 'REPLICATED_JOB' && isWished(maxConcurrent)) {
    refuse(inside(place, 'maxConcurrent'), 'goes with the mode REPLICATED_JOB, and only with that.');
  }
  if ((mode === 'GLOBAL' || mode === 'GLOBAL_JOB') && isWished(replicas)) {
    refuse(inside(place, 'replicas'), `means nothing with ${mode}: there is one task on each node.`);
  }
  switch (mode) {
    case 'GLOBAL':
      return { Global: {} };
    case 'GLOBAL_JOB':
      return { GlobalJob: {} };
    case 'REPLICATED_JOB':
      return {
        ReplicatedJob: {
          MaxConcurrent: maxConcurrent ?? replicas ?? undefined,
          TotalCompletions: replicas ?? undefined,
        },
      };
    case 'UNKNOWN':
      return refuse(inside(place, 'mode'), 'cannot be UNKNOWN: choose one of the other values.');
    case 'REPLICATED':
      return { Replicated: { Replicas: replicas ?? undefined } };
  }
}

/**
 * The mode of a service with another number of tasks; undefined where nothing is wished for.
 *
 * @throws InputError for a number where each node decides it
 */
export function changedModeBody(
  current: SpecBody['Mode'],
  wish: ModeWish,
  place: Place,
): ModeBody | undefined {
  const { replicas, maxConcurrent } = wish;
  checkCount(inside(place, 'replicas'), replicas);
  checkCount(inside(place, 'maxConcurrent'), maxConcurrent);
  const wantsCount = replicas !== null && replicas !== undefined;
  const wantsConcurrent = maxConcurrent !== null && maxConcurrent !== undefined;
  if (!wantsCount && !wantsConcurrent) return undefined;
  const job = current?.ReplicatedJob;
  if (wantsConcurrent && !job)
    refuse(inside(place, 'maxConcurrent'), 'is for jobs with a number of tasks, and this service is none.');
  if (job) {
    return {
      ReplicatedJob: {
        MaxConcurrent: wantsConcurrent ? maxConcurrent : job.MaxConcurrent,
        TotalCompletions: wantsCount ? replicas : job.TotalCompletions,
      },
    };
  }
  if (!current?.Replicated) {
    refuse(
      inside(place, 'replicas'),
      'cannot be set: this service is global, and has one task on each node that fits its placement.',
    );
  }
  return { Replicated: { Replicas: replicas } };
}
