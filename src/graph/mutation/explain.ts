/** From what the Engine said to a typed error: one table of its sentences, for all versions. */
import { EngineError } from '../../engine/errors.ts';
import { CredentialError } from '../../engine/registry/credential-error.ts';
import { type SwarmRefusal, swarmRefusal } from '../../engine/swarm-refusal.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { WorkCanceled, WorkRefused } from '../../long-work/work.ts';
import { InputClosed, InputFull } from '../../sessions/input.ts';
import { AlreadyStarted, TooManySessions } from '../../sessions/registry.ts';
import { TooManyTickets } from '../../tickets.ts';
import { configModel } from '../config/model.ts';
import { type ContainerModel, fromDetails, fromSummary } from '../container/model.ts';
import { type PortModel, portsOf } from '../container/ports.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous } from '../kit/reference.ts';
import { networkFromSummary } from '../network/model.ts';
import { secretModel } from '../secret/model.ts';
import { type ServiceModel, serviceModel } from '../service/model.ts';
import { configsIn, secretsIn, servicesUsing } from '../swarm-file/users.ts';
import { volumeModel } from '../volume/model.ts';
import { pluginSentences } from './explain-plugins.ts';
import { InputError } from './input-error.ts';
import { type About, common, type Explain } from './sentence.ts';
import { TypedFailure } from './typed-failure.ts';
import type { UserErrorModel } from './user-error.ts';

/** A container by ID or name, read anew: what is in the way is shown as it is now. */
const containerBy =
  (scope: EngineScope, ref: string | undefined) => async (): Promise<ContainerModel | null> => {
    if (!ref) return null;
    const found = await scope.loaders.containers.find.load(ref);
    if (!found) return null;
    return found.details ? fromDetails(scope, found.details) : fromSummary(scope, found.summary);
  };

const theContainer = ({ scope, container }: About) => containerBy(scope, container?.key);

async function usersIn(
  scope: EngineScope,
  index: 'byImage' | 'byNetwork' | 'byVolume',
  key: string | undefined,
): Promise<ContainerModel[]> {
  const users = key ? ((await scope.loaders.containers[index]()).get(key) ?? []) : [];
  return users.map((summary) => fromSummary(scope, summary));
}

/** Containers of an image that may have been named, or given by a prefix of its ID. */
async function usersOfImage(scope: EngineScope, ref: string | undefined): Promise<ContainerModel[]> {
  const image = ref ? await scope.loaders.images.inspect.load(ref) : null;
  return usersIn(scope, 'byImage', image?.Id ?? undefined);
}

const networkNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const summary = (await scope.loaders.networks.all()).find(({ Name }) => Name === name);
  return summary ? networkFromSummary(scope, summary) : null;
};

const volumeNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const volume = await scope.loaders.volumes.byName.load(name);
  return volume ? volumeModel(scope, volume) : null;
};

const secretNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const secret = (await scope.loaders.secrets.all()).find(({ Spec }) => Spec?.Name === name);
  return secret ? secretModel(scope, secret) : null;
};

const configNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const config = (await scope.loaders.configs.all()).find(({ Spec }) => Spec?.Name === name);
  return config ? configModel(scope, config) : null;
};

const serviceNamed = (scope: EngineScope, name: string) => async (): Promise<ServiceModel | null> => {
  const data = (await scope.loaders.services.all()).find(({ Spec }) => Spec?.Name === name);
  return data ? serviceModel(scope, data) : null;
};

const publisherOf =
  (scope: EngineScope, port: number, protocol: string | null) => async (): Promise<ContainerModel | null> => {
    const all = await scope.loaders.containers.all();
    const isIt = (its: PortModel) =>
      its.hostPort === port && (protocol === null || its.protocol === protocol);
    return all.map((summary) => fromSummary(scope, summary)).find((one) => portsOf(one).some(isIt)) ?? null;
  };

/** The Engine's sentences, most telling first. Versions differ in words, so patterns hold to what they share. */
const sentences: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  ...pluginSentences,
  [
    /container name "\/?([^"]+)" is already in use by container "?([0-9a-f]*)/i,
    (said) => ({
      kind: 'NameInUseError',
      ...common(said),
      name: said.match[1] ?? '',
      existing: containerBy(said.about.scope, said.match[2] || said.match[1]),
    }),
  ],
  [
    /network with name (\S+) already exists/i,
    (said) => ({
      kind: 'NameInUseError',
      ...common(said),
      name: said.match[1] ?? '',
      existing: networkNamed(said.about.scope, said.match[1] ?? ''),
    }),
  ],
  [
    /(?:volume with the same name|a volume named|volume name) "?([^\s"]+)"? .*(?:already exists|must be unique|conflict)/i,
    (said) => ({
      kind: 'NameInUseError',
      ...common(said),
      name: said.match[1] ?? '',
      existing: volumeNamed(said.about.scope, said.match[1] ?? ''),
    }),
  ],
  [
    /\b(secret|config) (\S+) already exists/i,
    (said) => {
      const name = said.match[2] ?? '';
      const named = said.match[1]?.toLowerCase() === 'secret' ? secretNamed : configNamed;
      return { kind: 'NameInUseError', ...common(said), name, existing: named(said.about.scope, name) };
    },
  ],
  [
    /\b(secret|config) '[^']*' is in use by the following services?:/i,
    (said) => {
      const { scope, swarmFile: id } = said.about;
      const isSecret = said.match[1]?.toLowerCase() === 'secret';
      return {
        kind: isSecret ? 'SecretInUseError' : 'ConfigInUseError',
        ...common(said),
        services: () => servicesUsing(scope, isSecret ? secretsIn : configsIn, id ?? ''),
      };
    },
  ],
  [
    /name conflicts with an existing object: service (\S+) already exists/i,
    (said) => ({
      kind: 'NameInUseError',
      ...common(said),
      name: said.match[1] ?? '',
      existing: serviceNamed(said.about.scope, said.match[1] ?? ''),
    }),
  ],
  [
    // Of a swarm, whose services take ports on all nodes, or on those that run their tasks.
    /port '(\d+)' is already in use by service '([^']+)'/i,
    (said) => ({
      kind: 'PortInUseError',
      ...common(said),
      hostIp: null,
      port: Number(said.match[1]),
      protocol: null,
      by: async () => null,
      service: serviceNamed(said.about.scope, said.match[2] ?? ''),
    }),
  ],
  [
    // From 28 on, the container's own address may stand behind the host's: `0.0.0.0:80:172.17.0.2:8080/tcp`.
    /(?:for|port|(?:tcp|udp|sctp)[46]?)\s+(\[[0-9a-f.:]*\]|[\d.]*|[0-9a-f:]*?):(\d+)(?::[^\s/]+)?(?:\/(\w+))?\b[^/]*?already (?:allocated|in use)/i,
    (said) => {
      const port = Number(said.match[2]);
      const protocol = said.match[3] ?? /listen (tcp|udp|sctp)/.exec(said.message)?.[1] ?? null;
      return {
        kind: 'PortInUseError',
        ...common(said),
        hostIp: said.match[1]?.replace(/[[\]]/g, '') || null,
        port,
        protocol,
        by: publisherOf(said.about.scope, port, protocol),
      };
    },
  ],
  [
    /is using its referenced image|image is being used by/i,
    (said) => ({
      kind: 'ImageInUseError',
      ...common(said),
      containers: () => usersOfImage(said.about.scope, said.about.image),
    }),
  ],
  [
    /has active endpoints/i,
    (said) => ({
      kind: 'NetworkInUseError',
      ...common(said),
      containers: () => usersIn(said.about.scope, 'byNetwork', said.about.network),
    }),
  ],
  [
    /volume is in use/i,
    (said) => ({
      kind: 'VolumeInUseError',
      ...common(said),
      containers: () => usersIn(said.about.scope, 'byVolume', said.about.volume),
    }),
  ],
  [
    /(?:is already paused|paused container|is paused)/i,
    (said) => ({ kind: 'ContainerPausedError', ...common(said), container: theContainer(said.about) }),
  ],
  [
    // Before the next: it goes on "until the container is running".
    /is not running|^container \S+ not running|is restarting, wait until/i,
    (said) => ({ kind: 'ContainerNotRunningError', ...common(said), container: theContainer(said.about) }),
  ],
  [
    /(?:cannot remove|cannot update) .*running|container is running|stop the container before/i,
    (said) => ({ kind: 'ContainerRunningError', ...common(said), container: theContainer(said.about) }),
  ],
  [
    /cannot checkpoint container|runtime restore failed/i,
    (said) => ({
      kind: 'CheckpointError',
      ...common(said),
      // Where the Engine keeps its data is nobody's business.
      message: said.message.replace(/ path= ?\S+/, ''),
      container: theContainer(said.about),
    }),
  ],
  [/checkpoint \S+ does not exist/i, (said) => ({ kind: 'NotFoundError', ...common(said) })],
  [
    /OCI runtime|OCI permission denied|^(?:crun|runc): |failed to create (?:shim )?task|unable to start container process|executable file not found|error while creating mount source path|could not select device driver|error gathering device information|failed to initialize logging driver/i,
    (said) => ({ kind: 'ContainerStartError', ...common(said), container: theContainer(said.about) }),
  ],
  [
    // The status of the latter two is 403, as if they were never allowed.
    /is not paused|does not have a previous spec|pool overlaps with other one|endpoint with name \S+ already exists in network/i,
    (said) => ({ kind: 'ConflictError', ...common(said) }),
  ],
  [
    // Of nodes of a swarm, and of their managers: the status says that the request is invalid, or that it is not available.
    /code = FailedPrecondition|can't find manager in raft memberlist|attempting to leave the swarm on a node that is participating as a manager/i,
    (said) => ({ kind: 'ConflictError', ...common(said) }),
  ],
  [
    /invalid (?:join token|base pool|availability|protocol|key provided|key string)|join token is necessary|remote CA does not match|subnet size is out of range|port number is not in valid range|could not (?:choose an IP address|find the system's IP)|plugin \S+ not found/i,
    (said) => ({ kind: 'InvalidInputError', ...common(said) }),
  ],
  [/rootfs is marked read-only/i, (said) => ({ kind: 'ForbiddenError', ...common(said) })],
  [/cannot overwrite (?:non-)?directory/i, (said) => ({ kind: 'ConflictError', ...common(said) })],
  [
    // Where the status is 500: on 20.10, and on later ones too for the signal of a stop.
    /invalid (?:subnet|reference format|IPv[46] address|signal|Mount(?:Type|Propagation))/i,
    (said) => ({ kind: 'InvalidInputError', ...common(said) }),
  ],
  [
    /no space left on device|disk quota exceeded|not enough space/i,
    (said) => ({ kind: 'NoSpaceError', ...common(said) }),
  ],
  [
    /toomanyrequests|429 too many requests|you have reached your .*rate limit/i,
    (said) => ({ kind: 'RegistryRateLimitedError', ...common(said) }),
  ],
  [
    // Newer Engines say of every refusal that the repository may not exist.
    /no basic auth credentials|unauthorized(?:: |$)|401 unauthorized/i,
    (said) => ({ kind: 'RegistryUnauthorizedError', ...common(said) }),
  ],
  [
    /no such image|an image does not exist locally|tag does not exist|manifest unknown|repository does not exist|pull access denied|manifest for .* not found/i,
    (said) => ({ kind: 'ImageNotFoundError', ...common(said) }),
  ],
  [
    /dial tcp|requested access to the resource is denied|known to registry/i,
    (said) => ({ kind: 'RegistryError', ...common(said) }),
  ],
];

const kindOfRefusal = {
  inactive: 'SwarmInactiveError',
  not_manager: 'SwarmNotManagerError',
  locked: 'SwarmLockedError',
  active: 'SwarmActiveError',
  unavailable: 'SwarmUnavailableError',
  outdated: 'VersionConflictError',
} as const satisfies Record<SwarmRefusal, UserErrorModel['kind']>;

/** Routes whose other failures are those of a registry, said in its own words. */
const registryRoutes: ReadonlySet<string> = new Set([
  'POST /auth',
  'POST /images/create',
  'POST /images/{name}/push',
]);
const pluginRegistryRoutes: ReadonlySet<string> = new Set([
  'GET /plugins/privileges',
  'POST /plugins/pull',
  'POST /plugins/{name}/upgrade',
  'POST /plugins/{name}/push',
  'GET /distribution/{name}/json',
]);

/** What the status alone tells. The Engine says 403 both for what it protects and for what is in the way. */
function byStatus(error: EngineError, path: readonly string[] | undefined): UserErrorModel | undefined {
  const said = { message: error.message, ...(path && { path }) };
  switch (error.status) {
    case 400:
      return { kind: 'InvalidInputError', ...said };
    case 403:
      return { kind: 'ForbiddenError', ...said };
    case 404:
      return { kind: registryRoutes.has(error.route) ? 'ImageNotFoundError' : 'NotFoundError', ...said };
    case 409:
      return { kind: 'ConflictError', ...said };
    default:
      if (registryRoutes.has(error.route) || pluginRegistryRoutes.has(error.route))
        return { kind: 'RegistryError', ...said };
      // Some refusals of old Engines come as 500.
      return /is not connected to|already exists|conflict|invalid/i.test(error.message)
        ? { kind: 'ConflictError', ...said }
        : undefined;
  }
}

/** What the gateway itself says of its sessions. */
function ofSession(
  error: unknown,
): 'SessionEndedError' | 'SessionInputFullError' | 'SessionLimitError' | 'ConflictError' | undefined {
  if (error instanceof InputClosed) return 'SessionEndedError';
  if (error instanceof InputFull) return 'SessionInputFullError';
  if (error instanceof TooManySessions || error instanceof TooManyTickets) return 'SessionLimitError';
  return error instanceof AlreadyStarted ? 'ConflictError' : undefined;
}

/**
 * The typed form of an expected failure; undefined for one that belongs into `errors`: an Engine that is away, slow
 * or broken.
 */
export function explain(error: unknown, about: About): UserErrorModel | undefined {
  const path = about.path ? { path: about.path } : {};
  if (error instanceof AmbiguousReference) {
    return { kind: 'AmbiguousReferenceError', message: error.message, ...path, candidates: error.candidates };
  }
  if (error instanceof TypedFailure) return { ...path, ...error.userError };
  if (error instanceof InputError) return { kind: error.kind, message: error.message, path: error.at };
  if (error instanceof BadUserInput) return { kind: 'InvalidInputError', message: error.message, ...path };
  if (error instanceof CredentialError) return { kind: 'RegistryError', message: error.message, ...path };
  if (error instanceof WorkCanceled) return { kind: 'OperationCanceledError', message: error.message };
  if (error instanceof WorkRefused) return { kind: 'ConflictError', message: error.message };
  const kind = ofSession(error);
  if (kind && error instanceof Error) return { kind, message: error.message, ...path };
  if (!(error instanceof EngineError)) return undefined;
  if (error.kind === 'bad_input') return { kind: 'InvalidInputError', message: error.message, ...path };
  if (error.kind === 'unsupported') return { kind: 'ApiVersionError', message: error.message, ...path };
  if (error.kind !== 'response') return undefined;
  if (isAmbiguous(error)) {
    return { kind: 'AmbiguousReferenceError', message: error.message, ...path, candidates: [] };
  }
  const swarm = swarmRefusal(error);
  if (swarm) return { kind: kindOfRefusal[swarm], message: error.message, ...path };
  for (const [pattern, make] of sentences) {
    const match = pattern.exec(error.message);
    if (match) return make({ match, message: error.message, about });
  }
  return byStatus(error, about.path);
}
