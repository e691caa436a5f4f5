/** A service as it was asked for. */
import type { ServiceSpec as Spec } from '../../engine/types.ts';
import { long, map, mapped, object, objects, record, text, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { exactDuration, presence, ratio } from '../task/spec/columns.ts';
import { NetworkAttachmentConfig, TaskSpec } from '../task/spec/task-spec.ts';
import { EndpointSpec } from './endpoint.ts';
import { UpdateFailureAction, UpdateOrder } from './enums.ts';

type Mode = NonNullable<Spec['Mode']>;
type UpdateConfig = NonNullable<Spec['UpdateConfig']>;

const ServiceModeReplicated = record<NonNullable<Mode['Replicated']>>(
  'ServiceModeReplicated',
  'A number of tasks, kept running.',
  { [of]: 'ServiceSpec.Mode.Replicated', Replicas: long('How many.') },
);

const ServiceModeReplicatedJob = record<NonNullable<Mode['ReplicatedJob']>>(
  'ServiceModeReplicatedJob',
  'A number of tasks that are to end well.',
  {
    [of]: 'ServiceSpec.Mode.ReplicatedJob',
    MaxConcurrent: long('How many may run at the same time.'),
    TotalCompletions: long('How many have to end well; null is as many as run at the same time.'),
  },
);

const ServiceModeSpec = record<Mode>(
  'ServiceModeSpec',
  'How many tasks a service is to have: exactly one of these is set. `mode` of the service says which.',
  {
    [of]: 'ServiceSpec.Mode',
    Replicated: object(ServiceModeReplicated, 'A number of tasks, kept running.'),
    Global: presence('True for one task on each node, kept running; else null.', { name: 'isGlobal' }),
    ReplicatedJob: object(ServiceModeReplicatedJob, 'A number of tasks that are to end well.'),
    GlobalJob: presence('True for one task on each node, which is to end well; else null.', {
      name: 'isGlobalJob',
    }),
  },
);

const ServiceUpdateConfig = record<UpdateConfig>(
  'ServiceUpdateConfig',
  'How the tasks of a service are replaced when it is updated, or rolled back.',
  {
    [of]: ['ServiceSpec.UpdateConfig', 'ServiceSpec.RollbackConfig'],
    Parallelism: mapped('Long', (value) => value, 'How many are replaced at a time; 0 is all at once.'),
    Delay: exactDuration('How long it waits between two of these times; null is not at all.'),
    FailureAction: word(UpdateFailureAction, 'What happens when too many new tasks fail.'),
    Monitor: exactDuration('How long a new task is watched for a failure; null is the default, 5 seconds.'),
    MaxFailureRatio: ratio('What share of the new tasks may fail, 0 to 1, before that counts as too many.'),
    Order: word(UpdateOrder, 'Whether the old or the new task comes first.'),
  },
);

export const ServiceSpec = record<Spec>('ServiceSpec', 'A service as it was asked for.', {
  [of]: 'ServiceSpec',
  Name: text('The name.'),
  Labels: map('The labels of the service. Those of its containers are in `taskTemplate.containerSpec`.'),
  TaskTemplate: object(TaskSpec, 'What each of its tasks is made from.'),
  Mode: object(ServiceModeSpec, 'How many tasks it is to have.'),
  UpdateConfig: object(ServiceUpdateConfig, 'How its tasks are replaced when it is updated.'),
  RollbackConfig: object(ServiceUpdateConfig, 'How its tasks are replaced when it is rolled back.'),
  Networks: objects(
    NetworkAttachmentConfig,
    'Its networks, as very old clients wrote them. Others are in `taskTemplate.networks`.',
  ),
  EndpointSpec: object(EndpointSpec, 'How it is to be reached; null is by a virtual address, without ports.'),
});
