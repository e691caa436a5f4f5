/** The whole spec of a service, of the one there is, if there is one, and what is wished for. */
import type { ServiceSpec } from '../../../engine/types.ts';
import { Isolation } from '../../container/enums.ts';
import { environmentBody } from '../../container/input/environment.ts';
import { healthCheckBody } from '../../container/input/health-check.ts';
import { logConfigBody } from '../../container/input/log-config.ts';
import { mountBodies } from '../../container/input/mounts.ts';
import { processBody } from '../../container/input/process.ts';
import { word } from '../../container/input/words.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { changedLabels, checkLabelChanges } from '../../mutation/label-changes.ts';
import { type AttachmentWish, type FoundRefs, filesBody, networksBody } from './attachments.ts';
import { changedList, changedMap, checkChange } from './change.ts';
import type { CreateWish } from './create.ts';
import { type DnsWish, dnsBody } from './dns.ts';
import { changedModeBody, newModeBody } from './mode.ts';
import { type PlacementWish, placementBody } from './placement.ts';
import { pluginBody } from './plugin.ts';
import { restartPolicyBody, rollbackConfigBody, updateConfigBody } from './policies.ts';
import { type EndpointWish, endpointBody } from './ports.ts';
import { containerResourcesBody, type ResourcesWish, resourcesBody } from './resources.ts';
import { type SecurityWish, securityBody } from './security.ts';
import { type ContainerSpecBody, defined, type SpecBody, type TaskBody } from './spec-types.ts';
import type { Setting, UpdateWish } from './update.ts';

type Wish = Omit<
  Partial<UpdateWish>,
  'ref' | 'dns' | 'security' | 'resources' | 'placement' | keyof AttachmentWish | keyof EndpointWish
> &
  AttachmentWish &
  EndpointWish & {
    readonly dns?: DnsWish | null | undefined;
    readonly security?: SecurityWish | null | undefined;
    readonly resources?: ResourcesWish | null | undefined;
    readonly placement?: PlacementWish | null | undefined;
  };

/** What the daemon told of a service is what it takes back. */
export const specOf = (spec: ServiceSpec | null | undefined): SpecBody => (spec ?? {}) as SpecBody;

const nameOf = (variable: string): string => variable.split('=', 1)[0] ?? '';

function environment(current: ContainerSpecBody, wish: Wish, place: Place) {
  const { env, addEnv, removeEnv } = wish;
  checkChange(place, 'env', { all: env, add: addEnv, remove: removeEnv });
  const gone = new Set(removeEnv);
  return changedList(
    current.Env,
    {
      all: environmentBody(env, inside(place, 'env')),
      add: environmentBody(addEnv, inside(place, 'addEnv')),
      remove: removeEnv && [],
    },
    nameOf,
    (variable) => gone.has(nameOf(variable)),
  );
}

function mountList(current: ContainerSpecBody, wish: Wish, place: Place): ContainerSpecBody['Mounts'] {
  const { mounts, addMounts, removeMounts } = wish;
  checkChange(place, 'mounts', { all: mounts, add: addMounts, remove: removeMounts });
  const gone = new Set(removeMounts);
  return changedList(
    current.Mounts,
    {
      all: mountBodies(mounts, inside(place, 'mounts')),
      add: mountBodies(addMounts, inside(place, 'addMounts')),
      remove: removeMounts && [],
    },
    ({ Target }) => Target ?? '',
    ({ Target }) => gone.has(Target ?? ''),
  );
}

function healthcheck(
  current: ContainerSpecBody['Healthcheck'],
  wish: Wish,
  place: Place,
): ContainerSpecBody['Healthcheck'] {
  const wished = healthCheckBody(wish.healthcheck, inside(place, 'healthcheck'));
  if (!wished || wished.Test?.[0] === 'NONE') return wished;
  // One that was switched off is on again once anything is wished of it.
  const there = current?.Test?.[0] === 'NONE' ? undefined : current;
  return { ...there, ...defined(wished) };
}

function sysctlsAndLabels(current: ContainerSpecBody, wish: Wish, place: Place) {
  const labels = {
    all: wish.containerLabels,
    add: wish.addContainerLabels,
    remove: wish.removeContainerLabels,
  };
  const sysctls = { all: wish.sysctls, add: wish.addSysctls, remove: wish.removeSysctls };
  checkChange(place, 'containerLabels', labels);
  checkChange(place, 'sysctls', sysctls);
  return {
    Labels: changedMap(current.Labels, labels),
    Sysctls: changedMap(current.Sysctls, sysctls),
  };
}

function containerBody(
  current: ContainerSpecBody,
  wish: Wish,
  found: FoundRefs,
  place: Place,
  resets: ReadonlySet<Setting>,
): ContainerSpecBody {
  const { Cmd, Entrypoint, User, WorkingDir, StopSignal } = processBody({ ...wish, env: undefined }, place);
  const credentialSpec = wish.security?.credentialSpec;
  const isKept = !credentialSpec && !resets.has('CREDENTIAL_SPEC');
  const config = credentialSpec?.config ?? undefined;
  if ((wish.stopGracePeriod ?? 0) < 0) refuse(inside(place, 'stopGracePeriod'), 'cannot be negative.');
  return {
    ...current,
    ...defined({
      Image: given(wish.image),
      Args: Cmd,
      Command: Entrypoint,
      Env: environment(current, wish, place),
      User,
      Dir: WorkingDir,
      StopSignal,
      Hostname: given(wish.hostname),
      TTY: given(wish.tty),
      OpenStdin: given(wish.openStdin),
      StopGracePeriod: given(wish.stopGracePeriod),
      Init: given(wish.init),
      Isolation: word<'default' | 'process' | 'hyperv'>(
        inside(place, 'isolation'),
        Isolation,
        wish.isolation,
      ),
      Healthcheck: healthcheck(current.Healthcheck, wish, place),
      Mounts: mountList(current, wish, place),
      ...sysctlsAndLabels(current, wish, place),
      ...filesBody(current, wish, found, place, { isKept, ref: config }),
      ...dnsBody(current, wish.dns, inside(place, 'dns')),
      ...securityBody(
        current,
        wish.security,
        inside(place, 'security'),
        config === undefined ? undefined : found.config(config).id,
      ),
      ...containerResourcesBody(current, wish.resources, inside(place, 'resources')),
    }),
  };
}

/** Swarm calls the driver of logs otherwise than containers do. */
function logDriver(wish: Wish): TaskBody['LogDriver'] {
  const body = logConfigBody(wish.logConfig);
  return body && { Name: body.Type, Options: body.Config };
}

function withoutContainer(current: ContainerSpecBody, resets: ReadonlySet<Setting>): ContainerSpecBody {
  const { Privileges } = current;
  return {
    ...current,
    ...(resets.has('ENTRYPOINT') && { Command: undefined }),
    ...(resets.has('HEALTHCHECK') && { Healthcheck: undefined }),
    ...(resets.has('INIT') && { Init: undefined }),
    ...(resets.has('STOP_GRACE_PERIOD') && { StopGracePeriod: undefined }),
    ...(Privileges && {
      Privileges: {
        ...Privileges,
        ...(resets.has('APP_ARMOR') && { AppArmor: undefined }),
        ...(resets.has('CREDENTIAL_SPEC') && { CredentialSpec: undefined }),
        ...(resets.has('SECCOMP') && { Seccomp: undefined }),
        ...(resets.has('SE_LINUX') && { SELinuxContext: undefined }),
      },
    }),
  };
}

/** The spec without what is taken back, before anything else is done to it. */
function without(spec: SpecBody, resets: ReadonlySet<Setting>): SpecBody {
  if (resets.size === 0) return spec;
  const task = spec.TaskTemplate;
  return {
    ...spec,
    ...(resets.has('UPDATE_CONFIG') && { UpdateConfig: undefined }),
    ...(resets.has('ROLLBACK_CONFIG') && { RollbackConfig: undefined }),
    TaskTemplate: {
      ...task,
      ...(resets.has('LOG_CONFIG') && { LogDriver: undefined }),
      ...(resets.has('RESTART_POLICY') && { RestartPolicy: undefined }),
      ...(task?.ContainerSpec && { ContainerSpec: withoutContainer(task.ContainerSpec, resets) }),
    },
  };
}

/** What a service that installs a plugin has no use for. */
const ofContainers = [
  'image',
  'command',
  'entrypoint',
  'env',
  'mounts',
  'secrets',
  'configs',
  'networks',
] as const;

function taskBody(
  spec: SpecBody,
  wish: Wish,
  found: FoundRefs,
  place: Place,
  resets: ReadonlySet<Setting>,
): TaskBody {
  const task = spec.TaskTemplate ?? {};
  const isPlugin = Boolean(wish.plugin ?? task.PluginSpec);
  const stranger = isPlugin ? ofContainers.find((field) => wish[field]) : undefined;
  if (stranger) refuse(inside(place, stranger), 'means nothing to a service that installs a plugin.');
  if (wish.plugin && task.ContainerSpec)
    refuse(inside(place, 'plugin'), 'cannot be set: this service runs containers.');
  return {
    ...task,
    ...(isPlugin
      ? wish.plugin && {
          PluginSpec: pluginBody(task.PluginSpec, wish.plugin, inside(place, 'plugin')),
          Runtime: 'plugin',
        }
      : { ContainerSpec: containerBody(task.ContainerSpec ?? {}, wish, found, place, resets) }),
    ...defined({
      Networks: networksBody(spec, wish, found, place),
      Resources: resourcesBody(task.Resources, wish.resources, inside(place, 'resources')),
      RestartPolicy: restartPolicyBody(
        task.RestartPolicy,
        wish.restartPolicy,
        inside(place, 'restartPolicy'),
      ),
      Placement: placementBody(task.Placement, wish.placement, inside(place, 'placement')),
      LogDriver: logDriver(wish),
    }),
    ...(wish.force && { ForceUpdate: BigInt(task.ForceUpdate ?? 0) + 1n }),
  };
}

function specBody(current: SpecBody, wish: Wish, found: FoundRefs, place: Place): SpecBody {
  const resets = new Set(wish.reset);
  const spec = without(current, resets);
  const TaskTemplate = taskBody(spec, wish, found, place, resets);
  return {
    ...spec,
    TaskTemplate,
    // Said once: beside the template they would count no longer.
    ...(TaskTemplate.Networks?.length && spec.Networks ? { Networks: undefined } : {}),
    ...defined({
      UpdateConfig: updateConfigBody(spec.UpdateConfig, wish.updateConfig, inside(place, 'updateConfig')),
      RollbackConfig: rollbackConfigBody(
        spec.RollbackConfig,
        wish.rollbackConfig,
        inside(place, 'rollbackConfig'),
      ),
      EndpointSpec: endpointBody(spec.EndpointSpec, wish, place),
    }),
  };
}

const isJob = ({ Mode }: SpecBody): boolean => Boolean(Mode?.ReplicatedJob ?? Mode?.GlobalJob);

/** @throws InputError for policies of updates, which a job never has */
function checkJob(spec: SpecBody, wish: Wish, place: Place): void {
  if (!isJob(spec)) return;
  for (const field of ['updateConfig', 'rollbackConfig'] as const) {
    if (wish[field]) refuse(inside(place, field), 'is not for jobs: their tasks run once.');
  }
}

const namePattern = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const longestName = 63;

/**
 * The spec of a new service.
 *
 * @throws InputError for what cannot be, contradicts itself, or is not in the API of the Engine
 */
export function newSpec(wish: CreateWish, found: FoundRefs, place: Place): SpecBody {
  const { name, image, plugin, labels } = wish;
  if (name && (!namePattern.test(name) || name.length > longestName)) {
    refuse(
      inside(place, 'name'),
      `cannot be ${JSON.stringify(name)}: give up to 63 letters, digits, \`-\` or \`_\`, beginning and ending with a letter or digit.`,
    );
  }
  if (!image && !plugin) refuse(inside(place, 'image'), 'is missing: say which image the tasks run.');
  const spec = {
    // As the docker CLI has it: said, though it would hold anyway.
    ...specBody(
      {
        Mode: newModeBody({ ...wish, mode: wish.mode ?? (plugin && 'GLOBAL') }, place),
        ...(!plugin && { EndpointSpec: { Mode: 'vip' } }),
      },
      { ...wish, labels: undefined },
      found,
      place,
    ),
    ...defined({ Name: given(name), Labels: labels ? changedMap({}, { all: labels }) : undefined }),
  };
  checkJob(spec, wish, place);
  return spec;
}

/**
 * The spec of a service with what is wished for in it.
 *
 * @throws InputError for what cannot be, contradicts itself, or is not in the API of the Engine
 */
export function updatedSpec(current: SpecBody, wish: Wish, found: FoundRefs, place: Place): SpecBody {
  checkLabelChanges(wish);
  const Mode = changedModeBody(current.Mode, wish, place);
  checkJob(current, wish, place);
  return {
    ...specBody(current, wish, found, place),
    ...defined({ Mode, Labels: changedLabels(current.Labels, wish) }),
  };
}
