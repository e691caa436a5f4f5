/** The words of services. */
import { builder } from '../builder.ts';
import { enumOf } from '../kit/enum.ts';

/** What `Spec.Mode` is, which the Engine tells by the name of the one property that is there. */
export const ServiceMode = builder.enumType('ServiceMode', {
  description: 'How many tasks a service has, and whether they are to end.',
  values: {
    REPLICATED: { description: 'A number of tasks, kept running.' },
    GLOBAL: { description: 'One task on each node that fits, kept running.' },
    REPLICATED_JOB: { description: 'A number of tasks that are to end well, so many at a time.' },
    GLOBAL_JOB: { description: 'One task on each node that fits, which is to end well.' },
    UNKNOWN: { description: 'A mode that this gateway does not know.' },
  } as const,
});

export type ServiceModeName = typeof ServiceMode.$inferType;

/** In the words of the filter `mode`. */
export const modeWords: Readonly<Record<Exclude<ServiceModeName, 'UNKNOWN'>, string>> = {
  REPLICATED: 'replicated',
  GLOBAL: 'global',
  REPLICATED_JOB: 'replicated-job',
  GLOBAL_JOB: 'global-job',
};

export const ServiceUpdateState = enumOf(
  'ServiceUpdateState',
  'How far the last update or rollback of a service has come.',
  {
    updating: 'Tasks are being replaced.',
    paused: 'Too many new tasks failed, so the rest are as they were. Another update goes on.',
    completed: 'All tasks were replaced.',
    rollback_started: 'Tasks are being replaced by those of before.',
    rollback_paused: 'Too many tasks of before failed as well.',
    rollback_completed: 'All tasks are as before the update.',
  },
);

export const UpdateFailureAction = enumOf(
  'UpdateFailureAction',
  'What happens when too many tasks fail while a service is updated.',
  {
    continue: 'The update goes on.',
    pause: 'The update stops where it is.',
    rollback: 'The service goes back to what it was. Only for updates.',
  },
);

export const UpdateOrder = enumOf('UpdateOrder', 'In which order a task is replaced.', {
  'stop-first': 'The old one is stopped first.',
  'start-first': 'The new one is started first, so that both run for a while.',
});

export const EndpointMode = enumOf('EndpointMode', 'How a service is reached by its name.', {
  vip: 'By a virtual address, behind which the tasks share the load.',
  dnsrr: 'By the addresses of its tasks, in turns: the name stands for all of them.',
});

export const PortPublishMode = enumOf('PortPublishMode', 'Where a port of a service can be reached.', {
  ingress: 'On every node of the swarm, which share the load among the tasks.',
  host: 'Only on the nodes that a task runs on, and only that task.',
});
