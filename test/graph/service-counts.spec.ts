import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/engine/types.ts';
import { isConvergedWith, type TaskCounts } from '../../src/graph/service/counts.ts';
import { stateOfCounts } from '../../src/graph/stack/members.ts';

type Mode = NonNullable<NonNullable<Service['Spec']>['Mode']>;

type UpdateState = NonNullable<NonNullable<Service['UpdateStatus']>['State']>;

const service = (Mode: Mode, update?: UpdateState): { readonly data: Service } => ({
  data: { Spec: { Mode }, ...(update !== undefined && { UpdateStatus: { State: update } }) },
});
const counts = (desired: number, running: number, completed = 0): TaskCounts => ({
  desired,
  running,
  completed,
});

describe('a service', () => {
  it.each([
    ['as many as should', 5, 5, true],
    ['more than should, as of a node that went down', 5, 6, true],
    ['fewer than should', 5, 4, false],
    ['none, as none should', 0, 0, true],
  ])('is converged by how many of its tasks run: %s', (_how, desired, running, converged) => {
    for (const mode of [{ Replicated: { Replicas: desired } }, { Global: {} }]) {
      expect(isConvergedWith(service(mode), counts(desired, running))).toBe(converged);
    }
  });

  it.each(['updating', 'paused', 'rollback_started', 'rollback_paused'] as const)(
    'is not while its update is %s, however many run',
    (state) => {
      const updated = service({ Replicated: { Replicas: 5 } }, state);
      expect([5, 6].map((running) => isConvergedWith(updated, counts(5, running)))).toEqual([false, false]);
    },
  );

  it.each(['completed', 'rollback_completed'] as const)('is once its update is %s', (state) => {
    expect(isConvergedWith(service({ Replicated: { Replicas: 5 } }, state), counts(5, 5))).toBe(true);
  });

  it('that is a job is by what has ended well, not by what runs', () => {
    const job = service({ ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 4 } });
    expect([counts(2, 2, 3), counts(2, 3, 2), counts(0, 0, 4)].map((c) => isConvergedWith(job, c))).toEqual([
      false,
      false,
      true,
    ]);
    const global = service({ GlobalJob: {} });
    expect([counts(1, 1, 1), counts(0, 0, 2)].map((c) => isConvergedWith(global, c))).toEqual([false, true]);
  });
});

describe('a stack', () => {
  const stack = (desiredTasks: number, runningTasks: number, convergedServices = 1) =>
    stateOfCounts({ services: 1, convergedServices, desiredTasks, runningTasks, completedTasks: 0 });

  it('runs with more tasks than should, and is neither running nor stopped while those of none end', () => {
    expect(stack(2, 2)).toBe('RUNNING');
    expect(stack(2, 3)).toBe('RUNNING');
    expect(stack(2, 1, 0)).toBe('PARTIAL');
    expect(stack(0, 2)).toBe('PARTIAL');
    expect(stack(0, 0)).toBe('STOPPED');
  });
});
