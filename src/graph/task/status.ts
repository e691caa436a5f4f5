/** How a task is. */
import type { Task } from '../../engine/types.ts';
import { int, long, object, objects, record, text, time, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { EndpointPort } from '../service/endpoint.ts';
import { TaskState } from './enums.ts';

type Status = NonNullable<Task['Status']>;

const ContainerStatus = record<NonNullable<Status['ContainerStatus']>>(
  'TaskContainerStatus',
  'What a task knows of its container.',
  {
    [of]: 'ContainerStatus',
    ContainerID: text('The ID of the container, on the Engine of its node.', { name: 'containerId' }),
    PID: int('The main process as its node numbers it; 0 when it does not run.'),
    ExitCode: long('How its main process ended, 0 while it runs.'),
  },
);

const PortStatus = record<NonNullable<Status['PortStatus']>>(
  'TaskPortStatus',
  'Where the ports of a task are on its node.',
  {
    [of]: 'PortStatus',
    Ports: objects(
      EndpointPort,
      'The ports that are published by this task alone (mode `HOST`). One port may be here twice, for IPv4 and IPv6.',
    ),
  },
);

export const TaskStatus = record<Status>('TaskStatus', 'How a task is, as its node last told.', {
  [of]: 'TaskStatus',
  Timestamp: time('When it came to this state.', { name: 'changedAt' }),
  State: word(TaskState, 'Where it is in its life.'),
  Message: text('What is being done or was done last, such as `started`.'),
  Err: text('What went wrong; null for nothing.', { name: 'error' }),
  ContainerStatus: object(ContainerStatus, 'Its container; null before there is one.'),
  PortStatus: object(PortStatus, 'The ports that it alone publishes.'),
});
