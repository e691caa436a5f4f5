/** Everything that can be said about a new service. */
import { builder } from '../../builder.ts';
import { ContainerDnsInput } from '../../container/input/dns.ts';
import { MountInput } from '../../container/input/mounts.ts';
import { processFields } from '../../container/input/process.ts';
import { KeyValueInput } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput, labelsInput } from '../../mutation/fields.ts';
import { ServiceMode } from '../enums.ts';
import { ServiceConfigInput, ServiceNetworkInput, ServiceSecretInput } from './attachments.ts';
import { settingFields, waitFields } from './fields.ts';
import { ServicePlacementInput } from './placement.ts';
import { ServicePluginInput } from './plugin.ts';
import { ServicePortInput } from './ports.ts';
import { ServiceResourcesInput } from './resources.ts';
import { ServiceSecurityInput } from './security.ts';
import { taskWishes } from './task-wishes.ts';

export const ServiceCreateInput = builder.inputType('ServiceCreateInput', {
  ...mirrors('POST /services/create', {
    ...taskWishes,
    endpointMode: ['EndpointSpec.Mode', 'ServiceCreateBody.EndpointSpec'],
    image: ['TaskSpec.ContainerSpec.Image', 'TaskSpec.ContainerSpec', 'ServiceCreateBody.TaskTemplate'],
    labels: 'ServiceCreateBody.Labels',
    replicas: [
      'ServiceCreateBody.Mode.Replicated.Replicas',
      'ServiceCreateBody.Mode.ReplicatedJob.TotalCompletions',
    ],
    maxConcurrent: 'ServiceCreateBody.Mode.ReplicatedJob.MaxConcurrent',
    updateConfig: 'ServiceCreateBody.UpdateConfig',
    rollbackConfig: 'ServiceCreateBody.RollbackConfig',
    mode: ['ServiceCreateBody.Mode.Global', 'ServiceCreateBody.Mode.GlobalJob'],
    name: 'ServiceCreateBody.Name',
  }),
  description:
    'What a new service is to be: everything that `docker service create` can be told. What is the same for a container ' +
    'has the same name as in `ContainerCreateInput`. What is left out comes from the image, else from the swarm.',
  fields: (t) => ({
    image: t.string({
      description:
        'The image: name, name with tag, or name with digest, as nodes fetch it. The tag is `latest` if left out. Needed ' +
        'unless `plugin` is given.',
    }),
    name: t.string({
      description:
        'The name: up to 63 letters, digits, `-` or `_`, beginning and ending with a letter or digit. Made up if left out.',
    }),
    engine: engineInput(t),
    labels: labelsInput(t),
    containerLabels: t.field({
      type: [KeyValueInput],
      description: 'Labels for the containers of its tasks; none if left out.',
    }),
    mode: t.field({
      type: ServiceMode,
      description:
        'How many tasks there are to be, and for how long; `REPLICATED` if left out. It cannot be changed.',
    }),
    replicas: t.field({
      type: 'Long',
      description: 'How many tasks; of a job, how many have to end well. 1 if left out.',
    }),
    maxConcurrent: t.field({
      type: 'Long',
      description: 'Of a job, how many tasks may run at once; as many as `replicas` if left out.',
    }),
    ...processFields(t),
    init: t.boolean({
      defaultValue: false,
      description:
        'Run a small init process in the containers that reaps others. Null is as the Engine of each node has it by default.',
    }),
    ...settingFields(t),
    mounts: t.field({ type: [MountInput], description: 'What to mount into the containers.' }),
    networks: t.field({ type: [ServiceNetworkInput], description: 'Networks to attach the tasks to.' }),
    secrets: t.field({ type: [ServiceSecretInput], description: 'Secrets to show to the tasks as files.' }),
    configs: t.field({ type: [ServiceConfigInput], description: 'Configs to show to the tasks as files.' }),
    ports: t.field({ type: [ServicePortInput], description: 'Ports to publish on nodes.' }),
    sysctls: t.field({
      type: [KeyValueInput],
      description: 'Kernel parameters to set for each container alone, such as `net.core.somaxconn`.',
    }),
    dns: t.field({ type: ContainerDnsInput, description: 'How the tasks resolve names.' }),
    security: t.field({ type: ServiceSecurityInput, description: 'What the tasks may do on their nodes.' }),
    resources: t.field({
      type: ServiceResourcesInput,
      description: 'What a task may use of its node, and what must be free there.',
    }),
    placement: t.field({ type: ServicePlacementInput, description: 'Where the tasks may run.' }),
    plugin: t.field({
      type: ServicePluginInput,
      description:
        'A plugin to install on nodes, in place of containers to run there. Its `mode` is `GLOBAL`; where it goes, `placement` says.',
    }),
    ...waitFields(t),
  }),
});

export type CreateWish = typeof ServiceCreateInput.$inferInput;
