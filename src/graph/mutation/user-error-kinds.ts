/** The kinds of expected failures: their codes, what they mean, and what each carries beside its sentence. One table. */
import type { Int64, PluginPrivilege } from '../../engine/types.ts';
import type { ContainerModel } from '../container/model.ts';
import type { NodeModel } from '../kit/node.ts';
import type { Candidate } from '../kit/reference.ts';
import type { PluginModel } from '../plugin/model.ts';
import type { ServiceModel } from '../service/model.ts';

/** Every concrete type with its code and description. The schema is made from this table. */
export const kinds = {
  InvalidInputError: [
    'INVALID_INPUT',
    'An argument is not acceptable. Nothing was sent to the Engine, or it refused what was sent as invalid.',
  ],
  NotFoundError: ['NOT_FOUND', 'There is no such object.'],
  AmbiguousReferenceError: ['AMBIGUOUS_REFERENCE', 'A reference that may mean several objects.'],
  NameInUseError: ['NAME_IN_USE', 'The name belongs to another object.'],
  PortInUseError: ['PORT_IN_USE', 'A port of the host is taken already.'],
  ImageNotFoundError: ['IMAGE_NOT_FOUND', 'The image is not on the Engine, or not in the registry.'],
  ImageInUseError: ['IMAGE_IN_USE', 'Containers use the image.'],
  NetworkInUseError: ['NETWORK_IN_USE', 'Containers are connected to the network.'],
  VolumeInUseError: ['VOLUME_IN_USE', 'Containers use the volume.'],
  SecretInUseError: ['SECRET_IN_USE', 'Services use the secret.'],
  ConfigInUseError: ['CONFIG_IN_USE', 'Services use the config.'],
  ContainerNotRunningError: ['CONTAINER_NOT_RUNNING', 'The container has to run for this, and does not.'],
  ContainerRunningError: ['CONTAINER_RUNNING', 'The container must not run for this, and does.'],
  ContainerPausedError: ['CONTAINER_PAUSED', 'The container is paused, and must not be for this.'],
  ContainerStartError: [
    'CONTAINER_START_FAILED',
    'The container exists, but its main process could not be started.',
  ],
  ExecStartError: [
    'EXEC_START_FAILED',
    'The command could not be started in the container: no such program, user or directory, or no permission.',
  ],
  ContainerExitedError: [
    'CONTAINER_EXITED',
    'The main process of the container ended before what was waited for happened.',
  ],
  ContainerUnhealthyError: [
    'CONTAINER_UNHEALTHY',
    'The health check of the container says that it is unhealthy.',
  ],
  ServiceNotConvergedError: [
    'SERVICE_NOT_CONVERGED',
    'The tasks of a service are not as it wants them: the time to wait for that is up, or the managers have given the update ' +
      'up, or undone it. The service is left as it is.',
  ],
  WaitTimeoutError: [
    'WAIT_TIMED_OUT',
    'What was waited for did not happen in time. The container is left as it is, unless the message says otherwise.',
  ],
  PluginPrivilegesError: [
    'PLUGIN_PRIVILEGES',
    'The plugin wants to be allowed other things than were granted. Nothing was done.',
  ],
  PluginInUseError: ['PLUGIN_IN_USE', 'Volumes or networks need the plugin.'],
  PluginEnabledError: ['PLUGIN_ENABLED', 'The plugin must be disabled for this, and is enabled.'],
  PluginDisabledError: ['PLUGIN_DISABLED', 'The plugin has to be enabled for this, and is not.'],
  PluginStartError: [
    'PLUGIN_START_FAILED',
    'The plugin is installed, but its program could not be started, or does not listen on its socket.',
  ],
  CheckpointError: [
    'CHECKPOINT_FAILED',
    'The processes of the container could not be kept in a checkpoint, or not be brought back from one.',
  ],
  ExperimentalError: [
    'EXPERIMENTAL_NEEDED',
    'The Engine does this only where its configuration says `experimental`, and it does not.',
  ],
  RegistryError: ['REGISTRY_FAILED', 'The registry could not be reached, or refused.'],
  RegistryUnauthorizedError: [
    'REGISTRY_UNAUTHORIZED',
    'The registry wants a login: no credentials are known for it, or it takes none of those given.',
  ],
  RegistryRateLimitedError: [
    'REGISTRY_RATE_LIMITED',
    'The registry was asked too often, and answers again later. A login may raise its limit.',
  ],
  BuildFailedError: [
    'BUILD_FAILED',
    'A step of a build failed: a command of it, or what the builder did itself.',
  ],
  DockerfileError: [
    'DOCKERFILE_INVALID',
    'The Dockerfile is not there, cannot be understood, or has not what was asked for, such as a stage.',
  ],
  BuildContextError: [
    'BUILD_CONTEXT_INVALID',
    'A file that the Dockerfile wants is not in the context, or cannot be fetched, or the context itself cannot be.',
  ],
  BuildSessionError: [
    'BUILD_SESSION_NEEDED',
    'The build wants a secret that was not given or an SSH agent, or the Engine could not be given what goes by a session.',
  ],
  UploadError: ['UPLOAD_FAILED', 'The bytes that it waited for did not come, or broke off.'],
  ArchiveError: [
    'ARCHIVE_INVALID',
    'What was sent is not the archive that is wanted here, or not all of it.',
  ],
  NoSpaceError: ['NO_SPACE', 'There is no space left where the Engine keeps its data.'],
  OperationCanceledError: [
    'CANCELED',
    'The operation was stopped before it was done: by `operationCancel`, or by the end of the gateway.',
  ],
  SessionEndedError: [
    'SESSION_ENDED',
    'The session, or its input, has ended: nothing can be written to it any more. Nothing of this was taken.',
  ],
  SessionInputFullError: [
    'SESSION_INPUT_FULL',
    'The program does not read what it was sent before. Nothing of this was taken; send it again later.',
  ],
  SessionLimitError: [
    'SESSION_LIMIT',
    'As many sessions of exec and attach are open, or as many addresses of terminals wait to be used, as this gateway keeps.',
  ],
  ForbiddenError: ['FORBIDDEN', 'The Engine does not allow this for that object.'],
  ConflictError: ['CONFLICT', 'The state of something stands against this.'],
  VersionConflictError: [
    'VERSION_CONFLICT',
    'Somebody else changed the object after it had been read. Nothing was done; read it again and decide anew.',
  ],
  SwarmInactiveError: ['SWARM_INACTIVE', 'The Engine is in no swarm.'],
  SwarmNotManagerError: ['SWARM_NOT_MANAGER', 'The Engine is a worker of a swarm: only managers do this.'],
  SwarmLockedError: ['SWARM_LOCKED', 'The manager waits for the key of its swarm.'],
  SwarmActiveError: ['SWARM_ACTIVE', 'The Engine is in a swarm already.'],
  SwarmUnavailableError: [
    'SWARM_UNAVAILABLE',
    'The managers of the swarm have no leader, or cannot act; see the message.',
  ],
  EngineFailedError: [
    'ENGINE_FAILED',
    'The Engine could not be reached, did not answer in time, or broke off: it may or may not have been done. Of one of ' +
      'many and of an `Operation`; where a mutation waits for a single thing, the same is an entry in `errors`.',
  ],
  ApiVersionError: ['API_VERSION_UNSUPPORTED', 'The API of this Engine is too old for what was asked.'],
} as const;

export type UserErrorKind = keyof typeof kinds;
export type UserErrorCode = (typeof kinds)[UserErrorKind][0];

interface Common {
  readonly message: string;
  /** Where in the arguments the cause is, such as `['input', 'ref']`. */
  readonly path?: readonly string[];
}

/** What each kind carries beside its sentence. */
interface Extras {
  AmbiguousReferenceError: { readonly candidates: readonly Candidate[] };
  NameInUseError: { readonly name: string; readonly existing: () => Promise<NodeModel | null> };
  PortInUseError: {
    readonly port: number;
    readonly protocol: string | null;
    readonly hostIp: string | null;
    readonly by: () => Promise<ContainerModel | null>;
    /** Where a service of the swarm publishes it. */
    readonly service?: () => Promise<ServiceModel | null>;
  };
  ImageInUseError: { readonly containers: () => Promise<readonly ContainerModel[]> };
  NetworkInUseError: { readonly containers: () => Promise<readonly ContainerModel[]> };
  VolumeInUseError: { readonly containers: () => Promise<readonly ContainerModel[]> };
  SecretInUseError: { readonly services: () => Promise<readonly ServiceModel[]> };
  ConfigInUseError: { readonly services: () => Promise<readonly ServiceModel[]> };
  ContainerNotRunningError: { readonly container: () => Promise<ContainerModel | null> };
  ContainerRunningError: { readonly container: () => Promise<ContainerModel | null> };
  ContainerPausedError: { readonly container: () => Promise<ContainerModel | null> };
  ContainerStartError: { readonly container: () => Promise<ContainerModel | null> };
  ExecStartError: { readonly container: () => Promise<ContainerModel | null> };
  PluginPrivilegesError: {
    readonly privileges: readonly PluginPrivilege[];
    readonly missing: readonly PluginPrivilege[];
  };
  PluginInUseError: { readonly plugin: () => Promise<PluginModel | null> };
  PluginEnabledError: { readonly plugin: () => Promise<PluginModel | null> };
  PluginDisabledError: { readonly plugin: () => Promise<PluginModel | null> };
  PluginStartError: { readonly plugin: () => Promise<PluginModel | null> };
  CheckpointError: { readonly container: () => Promise<ContainerModel | null> };
  ContainerExitedError: {
    readonly exitCode: number | null;
    readonly container: () => Promise<ContainerModel | null>;
  };
  ContainerUnhealthyError: { readonly container: () => Promise<ContainerModel | null> };
  BuildFailedError: { readonly step: string | null; readonly exitCode: number | null };
  DockerfileError: { readonly line: number | null };
  BuildContextError: { readonly file: string | null };
  ServiceNotConvergedError: {
    readonly engine: string;
    /** Its ID; those of tasks likewise: it may be read long after it happened. */
    readonly service: string;
    readonly tasks: readonly string[];
    readonly isTimeout: boolean;
    readonly running: number;
    readonly desired: number | null;
  };
  WaitTimeoutError: { readonly container: () => Promise<ContainerModel | null> };
  VersionConflictError: { readonly currentVersion?: Int64 };
}

type ExtrasOf<Kind extends UserErrorKind> = Kind extends keyof Extras ? Extras[Kind] : object;
export type OfKind<Kind extends UserErrorKind> = Common & ExtrasOf<Kind> & { readonly kind: Kind };
export type UserErrorModel = { [Kind in UserErrorKind]: OfKind<Kind> }[UserErrorKind];
