/** What tasks may use, and what is set aside for them. */
import type { Int64 } from '../../../engine/types.ts';
import { limit } from '../../container/host-config/limit.ts';
import { GenericResourceType } from '../../engine/info/runtime.ts';
import { computed, type FieldBuilder, object, objects, record } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import type { TaskPart } from './columns.ts';

type Resources = TaskPart<'Resources'>;

/** "How many CPUs" of billionths of one. */
const cpusField = <Shape extends { readonly NanoCPUs?: Int64 | null }>(
  t: FieldBuilder<Shape>,
  description: string,
) => ({
  cpus: t.float({
    nullable: true,
    description,
    resolve: ({ NanoCPUs }) => (NanoCPUs ? Number(NanoCPUs) / 1e9 : null),
  }),
});

const TaskLimits = record<NonNullable<Resources['Limits']>>(
  'TaskLimits',
  'What each task may use of its node at most.',
  {
    [of]: 'Limit',
    NanoCPUs: limit('CPU time in billionths of a CPU; see `cpus`. Null is no limit.', { name: 'nanoCpus' }),
    MemoryBytes: limit('Memory in bytes; null is no limit.', { name: 'memory' }),
    Pids: limit('Processes and threads; null is no limit.', { name: 'pidsLimit' }),
  },
  (t) => cpusField(t, "How many CPUs' time, such as 1.5; null is no limit."),
);

const TaskReservations = record<NonNullable<Resources['Reservations']>>(
  'TaskReservations',
  'What is set aside for each task: it is only given to a node that has so much left.',
  {
    [of]: 'ResourceObject',
    NanoCPUs: limit('CPU time in billionths of a CPU; see `cpus`. Null is none.', { name: 'nanoCpus' }),
    MemoryBytes: limit('Memory in bytes; null is none.', { name: 'memory' }),
    GenericResources: objects(GenericResourceType, 'What nodes count or name, such as graphics cards.'),
  },
  (t) => cpusField(t, "How many CPUs' time, such as 0.5; null is none."),
);

export const TaskResources = record<Resources>(
  'TaskResources',
  'What tasks may use, and what is set aside for them.',
  {
    [of]: 'TaskSpec.Resources',
    Limits: object(TaskLimits, 'What each may use at most; null for no limits.'),
    Reservations: object(TaskReservations, 'What is set aside for each; null for nothing.'),
    SwapBytes: limit('Limit of swap in bytes, beside the memory; -1 is unlimited, null is the default.', {
      since: '1.52',
    }),
    MemorySwappiness: computed(
      'How readily memory is swapped out, 0 to 100; null is the default of the node.',
      { since: '1.52' },
    ),
  },
);
