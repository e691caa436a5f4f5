/** Everything that can be said about a new container, and the body of `POST /containers/create` that says it. */
import type { InputShapeFromFields } from '@pothos/core';
import type { ContainerCreateBody, HostConfigBody } from '../../../engine/types.ts';
import { compareApi } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { engineInput, type InputFields, labelsInput } from '../../mutation/fields.ts';
import { given, InputError, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import { Isolation } from '../enums.ts';
import { type ContainerKey, withRest } from './container-refs.ts';
import { ContainerDnsInput, dnsBody } from './dns.ts';
import { HealthCheckInput, healthCheckBody } from './health-check.ts';
import { LogConfigInput, logConfigBody } from './log-config.ts';
import { MountInput, mountsBody } from './mounts.ts';
import { ContainerNamespacesInput, namespacesBody } from './namespaces.ts';
import { type FoundNetwork, type LaterConnection, networkingBody } from './networking.ts';
import { ContainerNetworkInput } from './networks.ts';
import { PortPublishInput, portsBody } from './ports.ts';
import { processBody, processFields, terminalBody, terminalFields } from './process.ts';
import { ContainerResourcesInput, resourcesBody } from './resources.ts';
import { RestartPolicyInput, restartPolicyBody } from './restart-policy.ts';
import { ContainerSecurityInput, securityBody } from './security.ts';
import { word } from './words.ts';

const ConsoleSizeInput = builder.inputType('ConsoleSizeInput', {
  description: 'The size of a terminal in characters.',
  fields: (t) => ({
    height: t.int({ required: true, description: 'Lines.' }),
    width: t.int({ required: true, description: 'Characters in a line.' }),
  }),
});

const networkFields = (t: InputFields) => ({
  ports: t.field({ type: [PortPublishInput], description: 'Ports to publish on the host.' }),
  publish: t.stringList({
    description:
      'Ports to publish as `docker run --publish` takes them: `8080:80`, `127.0.0.1:8080:80/udp`, `8000-8002:9000-9002`, ' +
      'or `80` for a free port of the host.',
  }),
  exposedPorts: t.stringList({
    description: 'Ports it listens on without being published: `80`, `53/udp`, `8000-8010`.',
  }),
  publishAllPorts: t.boolean({
    description: 'Publish every exposed port on a free port of the host. False if left out.',
  }),
  networks: t.field({
    type: [ContainerNetworkInput],
    description:
      'Networks to connect it to, the first one being its `networkMode`; the default one if left out. Several work with ' +
      'every Engine: below API 1.44 the others are connected right after it was made.',
  }),
  macAddress: t.string({
    description: 'The hardware address in its first network, such as `02:42:ac:11:00:04`.',
  }),
  networkDisabled: t.boolean({ description: 'Give it no network at all. False if left out.' }),
  links: t.stringList({
    description: 'Legacy links to other containers, as `container:alias`: networks with `aliases` do better.',
  }),
});

const fileFields = (t: InputFields) => ({
  mounts: t.field({ type: [MountInput], description: 'What to mount, typed (`docker run --mount`).' }),
  binds: t.stringList({
    description:
      'What to mount as `docker run --volume` takes it: `/path/on/host:/path`, `volume:/path:ro`. Paths of the host must ' +
      'be absolute, and are made where they are missing.',
  }),
  volumes: t.stringList({ description: 'Paths inside to make anonymous volumes for.' }),
  tmpfs: t.stringList({
    description:
      'Directories that are memory, as `docker run --tmpfs` takes them: `/run` or `/run:rw,size=64m,mode=1777`.',
  }),
  volumesFrom: t.stringList({
    description: 'Containers whose mounts it gets too: name, ID or global ID, optionally with `:ro`.',
  }),
  volumeDriver: t.string({
    description: 'The driver of the volumes that `binds` and `volumes` make; `local` if left out.',
  }),
  shmSize: t.field({ type: 'ByteSize', description: 'Size of `/dev/shm`; 64 MiB if left out.' }),
  storageOpt: t.field({
    type: [KeyValueInput],
    description: 'Options of the storage driver for its files, such as `size`.',
  }),
});

const hostFields = (t: InputFields) => ({
  healthcheck: t.field({
    type: HealthCheckInput,
    description: 'Its health check; that of the image if left out.',
  }),
  restartPolicy: t.field({
    type: RestartPolicyInput,
    description: 'When it is started again by itself; never if left out.',
  }),
  autoRemove: t.boolean({
    description:
      'Remove it, with its anonymous volumes, when it ends (`docker run --rm`). False if left out.',
  }),
  init: t.boolean({
    description:
      'Run a small init process in it that reaps others; as the Engine has it by default if left out.',
  }),
  resources: t.field({
    type: ContainerResourcesInput,
    description: 'What it may use: CPU, memory, devices.',
  }),
  security: t.field({ type: ContainerSecurityInput, description: 'What it may do.' }),
  namespaces: t.field({
    type: ContainerNamespacesInput,
    description: 'What it shares with the host and others.',
  }),
  dns: t.field({ type: ContainerDnsInput, description: 'How it resolves names.' }),
  logConfig: t.field({ type: LogConfigInput, description: 'Where its output goes.' }),
  sysctls: t.field({
    type: [KeyValueInput],
    description:
      'Kernel parameters to set for it alone, such as `net.core.somaxconn`. Those of the interface `eth0` below API 1.48 ' +
      'only: since then they are `driverOptions` of its network, under the key `com.docker.network.endpoint.sysctls`.',
  }),
  annotations: t.field({
    type: [KeyValueInput],
    description: 'Free metadata that is handed to the runtime.',
    since: '1.43',
  }),
  runtime: t.string({
    description: 'The runtime that runs it; as the Engine has it by default if left out.',
  }),
  isolation: t.field({ type: Isolation.ref, description: 'How it is kept apart from its host (Windows).' }),
  containerIdFile: t.string({
    description:
      'The file on your side that you keep its ID in (`docker create --cidfile`): the Engine only remembers its path, and ' +
      'nobody writes it for you.',
  }),
  consoleSize: t.field({
    type: ConsoleSizeInput,
    description: 'The first size of its terminal.',
    since: '1.42',
  }),
});

/** What a new container is to be: for `containerCreate`, `containerRun` and whatever else makes one. */
export const containerFields = (t: InputFields) => ({
  image: t.id({
    required: true,
    description: 'The image: global ID, ID, unique prefix of one, or name with or without tag or digest.',
  }),
  name: t.string({
    description:
      'The name: 2 to 255 letters, digits, `_`, `.` or `-`, beginning with a letter or digit. Made up if left out.',
  }),
  platform: t.string({
    description: 'Which platform of the image, such as `linux/arm64`; that of the Engine if left out.',
  }),
  engine: engineInput(t),
  labels: labelsInput(t),
  ...processFields(t),
  ...terminalFields(t),
  ...networkFields(t),
  ...fileFields(t),
  ...hostFields(t),
});

export type ContainerWish = InputShapeFromFields<ReturnType<typeof containerFields>>;

export interface CreateTarget {
  readonly place: Place;
  /** The image as the daemon takes it. */
  readonly image: string;
  /** The networks that were found, in the order of the wishes. */
  readonly networks: readonly FoundNetwork[];
  readonly keyOf: ContainerKey;
  /** Whether whoever starts it attaches by default: `docker create`, not `docker run -d`. */
  readonly attached: boolean;
}

export interface CreatePlan {
  readonly body: ContainerCreateBody;
  readonly later: readonly LaterConnection[];
}

/** Newer Engines do not know which network `eth0` is, and fail; older ones take it for the first one. */
function checkSysctls(sysctls: ContainerWish['sysctls'], place: Place): void {
  for (const [index, { key, value }] of (sysctls ?? []).entries()) {
    const [root = '', family = '', kind = '', device, ...rest] = key.split('.');
    if (root !== 'net' || device !== 'eth0' || compareApi(place.api, '1.48') < 0) continue;
    const option = `${[root, family, kind, 'IFNAME', ...rest].join('.')}=${value ?? ''}`;
    throw new InputError(
      'ApiVersionError',
      inside(place, index).path,
      `\`sysctls.${index}\` is about eth0, which went with API 1.48, and this Engine is spoken to in ${place.api}. Give the ` +
        `network \`driverOptions: [{ key: "com.docker.network.endpoint.sysctls", value: "${option}" }]\` instead.`,
    );
  }
}

function hostBody(input: ContainerWish, { place, keyOf }: CreateTarget): HostConfigBody {
  const { consoleSize } = input;
  const size = consoleSize ? [consoleSize.height, consoleSize.width] : undefined;
  checkSysctls(input.sysctls, inside(place, 'sysctls'));
  return {
    ...resourcesBody(input.resources, inside(place, 'resources')),
    ...securityBody(input.security),
    ...namespacesBody(input.namespaces, inside(place, 'namespaces'), keyOf),
    ...dnsBody(input.dns),
    PublishAllPorts: given(input.publishAllPorts),
    VolumesFrom: input.volumesFrom?.map((text) => withRest(text, keyOf)),
    VolumeDriver: given(input.volumeDriver),
    ShmSize: given(input.shmSize),
    StorageOpt: mapOf(input.storageOpt),
    RestartPolicy: restartPolicyBody(input.restartPolicy, inside(place, 'restartPolicy')),
    AutoRemove: given(input.autoRemove),
    Init: given(input.init),
    ContainerIDFile: given(input.containerIdFile),
    LogConfig: logConfigBody(input.logConfig),
    Sysctls: mapOf(input.sysctls),
    Annotations: since(inside(place, 'annotations'), '1.43', mapOf(input.annotations)),
    Runtime: given(input.runtime),
    Isolation: word<'default' | 'process' | 'hyperv'>(inside(place, 'isolation'), Isolation, input.isolation),
    ConsoleSize: since(inside(place, 'consoleSize'), '1.42', size),
  };
}

/** The Engine takes longer ones, but no file system under it does. */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;

/** @throws InputError for what the Engine would not take as a name */
export function checkName(name: string | null | undefined, place: Place): void {
  if (name === null || name === undefined || namePattern.test(name)) return;
  refuse(
    inside(place, 'name'),
    `cannot be ${JSON.stringify(name)}: give 2 to 255 letters, digits, \`_\`, \`.\` or \`-\`, beginning with a letter or digit.`,
  );
}

/**
 * What to send, and what to do after it. Made of what was given and nothing else: defaults are the daemon's.
 *
 * @throws InputError for what cannot be, contradicts itself, or is not in the API of the Engine
 */
export function createPlan(input: ContainerWish, target: CreateTarget): CreatePlan {
  const { place } = target;
  checkName(input.name, place);
  const { exposed, bindings } = portsBody(input, place);
  const mounts = mountsBody(input, place);
  const networking = networkingBody(input, target.networks, place, target.keyOf);
  return {
    later: networking.later,
    body: {
      ...processBody(input, place),
      ...terminalBody(input, target.attached),
      Image: target.image,
      Labels: mapOf(input.labels),
      ExposedPorts: exposed,
      Volumes: mounts.volumes,
      Healthcheck: healthCheckBody(input.healthcheck, inside(place, 'healthcheck')),
      NetworkDisabled: given(input.networkDisabled),
      ...networking.config,
      HostConfig: {
        ...hostBody(input, target),
        ...mounts.host,
        ...networking.host,
        PortBindings: bindings,
      },
    },
  };
}
