/** Everything that can be changed of a service. */
import { builder } from '../../builder.ts';
import { EnvironmentVariableInput } from '../../container/input/environment.ts';
import { MountInput } from '../../container/input/mounts.ts';
import { processFields } from '../../container/input/process.ts';
import { KeyValueInput } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { type InputFields, refInputs, versionInput } from '../../mutation/fields.ts';
import { labelChangeInputs } from '../../mutation/label-changes.ts';
import { ServiceConfigInput, ServiceNetworkInput, ServiceSecretInput } from './attachments.ts';
import { ServiceDnsUpdateInput } from './dns.ts';
import { settingFields, waitFields } from './fields.ts';
import { ServicePlacementUpdateInput } from './placement.ts';
import { ServicePluginInput } from './plugin.ts';
import { ServicePortInput, ServicePortMatchInput } from './ports.ts';
import { ServiceResourcesUpdateInput } from './resources.ts';
import { ServiceSecurityUpdateInput } from './security.ts';
import { taskWishes } from './task-wishes.ts';

/** Named as the settings themselves; what holds without them is not theirs to say. */
const ServiceSetting = builder.enumType('ServiceSetting', {
  description: 'A setting of a service that can be taken back.',
  values: {
    APP_ARMOR: { description: 'What was said of AppArmor.' },
    CREDENTIAL_SPEC: { description: 'The credential spec, and its config with it.' },
    ENTRYPOINT: { description: 'The entrypoint: that of the image holds again.' },
    HEALTHCHECK: { description: 'The health check: that of the image holds again.' },
    INIT: { description: 'Whether there is an init process: as the Engine of each node has it by default.' },
    LOG_CONFIG: { description: 'Where the output goes: as the Engine of each node has it by default.' },
    RESTART_POLICY: { description: 'When tasks are replaced: always, after 5 seconds.' },
    ROLLBACK_CONFIG: { description: 'How tasks are replaced in a rollback.' },
    SECCOMP: { description: 'What was said of system calls.' },
    SE_LINUX: { description: 'The SELinux label.' },
    STOP_GRACE_PERIOD: { description: 'How long a container may take to stop: 10 seconds.' },
    UPDATE_CONFIG: { description: 'How tasks are replaced in an update.' },
  } as const,
});

export type Setting = typeof ServiceSetting.$inferType;

const RegistryAuthFrom = builder.enumType('ServiceRegistryAuthFrom', {
  description: 'Which of the credentials that the swarm keeps nodes are to fetch the image with.',
  values: {
    SPEC: { description: 'Those that the service has now.' },
    PREVIOUS_SPEC: { description: 'Those that it had before its last update.' },
  } as const,
});

const only = 'Not with the next two.';

const labelFields = (t: InputFields) => ({
  ...labelChangeInputs(t),
  containerLabels: t.field({
    type: [KeyValueInput],
    description: `All labels the containers of its tasks shall have. ${only}`,
  }),
  addContainerLabels: t.field({
    type: [KeyValueInput],
    description: 'Labels of the containers to add, or to give another value.',
  }),
  removeContainerLabels: t.stringList({ description: 'Keys of labels of the containers to take away.' }),
  sysctls: t.field({ type: [KeyValueInput], description: `All kernel parameters there are to be. ${only}` }),
  addSysctls: t.field({
    type: [KeyValueInput],
    description: 'Kernel parameters to add, or to give another value.',
  }),
  removeSysctls: t.stringList({ description: 'Kernel parameters to take away, by their names.' }),
});

const fileFields = (t: InputFields) => ({
  mounts: t.field({ type: [MountInput], description: `All mounts there are to be. ${only}` }),
  addMounts: t.field({
    type: [MountInput],
    description: 'Mounts to add, each in place of one with the same `target`.',
  }),
  removeMounts: t.stringList({ description: 'Mounts to take away, by their `target`.' }),
  secrets: t.field({ type: [ServiceSecretInput], description: `All secrets the tasks are to see. ${only}` }),
  addSecrets: t.field({
    type: [ServiceSecretInput],
    description: 'Secrets to show to the tasks too. To rotate one, remove the old one in the same update.',
  }),
  removeSecrets: t.idList({ description: 'Secrets to take away: global IDs, IDs, or names.' }),
  configs: t.field({ type: [ServiceConfigInput], description: `All configs the tasks are to see. ${only}` }),
  addConfigs: t.field({
    type: [ServiceConfigInput],
    description: 'Configs to show to the tasks too. To rotate one, remove the old one in the same update.',
  }),
  removeConfigs: t.idList({ description: 'Configs to take away: global IDs, IDs, or names.' }),
});

const networkFields = (t: InputFields) => ({
  networks: t.field({
    type: [ServiceNetworkInput],
    description: `All networks the tasks are to be attached to. ${only}`,
  }),
  addNetworks: t.field({
    type: [ServiceNetworkInput],
    description: 'Networks to attach the tasks to, or to attach them to in another way.',
  }),
  removeNetworks: t.idList({ description: 'Networks to leave: global IDs, IDs, or names.' }),
  ports: t.field({
    type: [ServicePortInput],
    description: `All ports that are to be published, with those in \`publish\`. ${only}`,
  }),
  addPorts: t.field({ type: [ServicePortInput], description: 'Ports to publish too.' }),
  removePorts: t.field({
    type: [ServicePortMatchInput],
    description: 'Ports to publish no longer: all that are as one of these.',
  }),
});

export const ServiceUpdateInput = builder.inputType('ServiceUpdateInput', {
  ...mirrors('POST /services/{id}/update', {
    ...taskWishes,
    endpointMode: ['EndpointSpec.Mode', 'ServiceUpdateBody.EndpointSpec'],
    image: ['TaskSpec.ContainerSpec.Image', 'TaskSpec.ContainerSpec', 'ServiceUpdateBody.TaskTemplate'],
    labels: 'ServiceUpdateBody.Labels',
    replicas: [
      'ServiceUpdateBody.Mode.Replicated.Replicas',
      'ServiceUpdateBody.Mode.ReplicatedJob.TotalCompletions',
    ],
    maxConcurrent: 'ServiceUpdateBody.Mode.ReplicatedJob.MaxConcurrent',
    updateConfig: 'ServiceUpdateBody.UpdateConfig',
    rollbackConfig: 'ServiceUpdateBody.RollbackConfig',
    version: 'POST /services/{id}/update?version',
    registryAuthFrom: 'POST /services/{id}/update?registryAuthFrom',
    force: 'TaskSpec.ForceUpdate',
    ref: 'ServiceUpdateBody.Name',
  }),
  description:
    'What `serviceUpdate` takes: what is left out, or null, stays as it is. Lists come in three: the whole list as it is to ' +
    'be, or what to add to it and what to remove. An empty text, an empty list or 0 takes back what was said before, and so ' +
    'does `reset`.',
  fields: (t) => ({
    ...refInputs(t, 'service', 'ID, unique prefix of one, or name'),
    version: versionInput(t),
    image: t.string({ description: 'Another image: name, name with tag, or name with digest.' }),
    replicas: t.field({
      type: 'Long',
      description: 'Another number of tasks; of a job, how many have to end well.',
    }),
    maxConcurrent: t.field({ type: 'Long', description: 'Of a job, how many tasks may run at once.' }),
    force: t.boolean({
      defaultValue: false,
      description: 'Replace all tasks, even if nothing else asks for it (`--force`).',
    }),
    reset: t.field({ type: [ServiceSetting], description: 'Settings to take back.' }),
    ...processFields(t),
    env: t.field({
      type: [EnvironmentVariableInput],
      description: `All environment variables there are to be, beside those of the image. ${only}`,
    }),
    addEnv: t.field({
      type: [EnvironmentVariableInput],
      description: 'Environment variables to add, or to give another value.',
    }),
    removeEnv: t.stringList({ description: 'Environment variables to take away, by their names.' }),
    init: t.boolean({ description: 'Whether a small init process runs in the containers.' }),
    ...settingFields(t),
    ...labelFields(t),
    ...fileFields(t),
    ...networkFields(t),
    dns: t.field({ type: ServiceDnsUpdateInput, description: 'How the tasks resolve names.' }),
    security: t.field({
      type: ServiceSecurityUpdateInput,
      description: 'What the tasks may do on their nodes.',
    }),
    resources: t.field({
      type: ServiceResourcesUpdateInput,
      description: 'What a task may use of its node, and what must be free there.',
    }),
    placement: t.field({ type: ServicePlacementUpdateInput, description: 'Where the tasks may run.' }),
    plugin: t.field({
      type: ServicePluginInput,
      description: 'Of a service that installs a plugin: what is to be another way.',
    }),
    registryAuthFrom: t.field({
      type: RegistryAuthFrom,
      description:
        'Which of the credentials that the swarm keeps are used, where none are handed over; `SPEC` if left out.',
    }),
    ...waitFields(t),
  }),
});

export type UpdateWish = typeof ServiceUpdateInput.$inferInput;
