/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** How a compose project is, as far as its containers tell. Those of `docker compose run` do not count unless there are no others. Compose files are not read: a service that was never started is not missed. */
export type ComposeProjectState =
  /** Some run and others do not, or some are paused or restarting. */
  | 'PARTIAL'
  /** All its containers run, but for jobs that ended well and that others wait for (`service_completed_successfully`). */
  | 'RUNNING'
  /** None runs, or none is left. */
  | 'STOPPED';

/** What is at a path. */
export type ContainerFileType =
  /** A device of blocks, such as a disk. */
  | 'BLOCK_DEVICE'
  /** A device of bytes, such as a terminal. */
  | 'CHARACTER_DEVICE'
  /** A directory. */
  | 'DIRECTORY'
  /** A regular file. */
  | 'FILE'
  /** A named pipe (FIFO). */
  | 'NAMED_PIPE'
  /** Anything else. */
  | 'OTHER'
  /** A Unix socket. */
  | 'SOCKET'
  /** A symbolic link. */
  | 'SYMLINK';

/** Where a container is in its life. */
export type ContainerState =
  /** Made, never started. */
  | 'CREATED'
  /** Could not be removed wholly; it can only be removed again. */
  | 'DEAD'
  /** Its main process ended. */
  | 'EXITED'
  /** Frozen: its processes exist but get no time. */
  | 'PAUSED'
  /** Being deleted. */
  | 'REMOVING'
  /** Ended, and about to be started again by its restart policy. */
  | 'RESTARTING'
  /** Its main process runs. */
  | 'RUNNING'
  /** Asked to stop, not stopped yet (Podman). */
  | 'STOPPING'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** Whether this gateway can work with an Engine. */
export type EngineStatus =
  /** The Engine answers. */
  | 'CONNECTED'
  /** The Engine does not answer, or not in time. */
  | 'UNREACHABLE'
  /** The Engine answers, and its API is too old for this gateway. */
  | 'UNSUPPORTED';

/** What happened. */
export type EventAction =
  /** Files were read from it. */
  | 'ARCHIVE_PATH'
  /** A client was attached to its streams. */
  | 'ATTACH'
  /** Its state was saved or removed. */
  | 'CHECKPOINT'
  /** What it used was tidied up after its end (Podman). */
  | 'CLEANUP'
  /** An image was made of it. */
  | 'COMMIT'
  /** A container was connected to it. */
  | 'CONNECT'
  /** Files were copied (Windows). */
  | 'COPY'
  /** It was made. */
  | 'CREATE'
  /** It was deleted. */
  | 'DELETE'
  /** It was removed. */
  | 'DESTROY'
  /** A client was detached by its key sequence. */
  | 'DETACH'
  /** Its main process ended. */
  | 'DIE'
  /** It was disabled. */
  | 'DISABLE'
  /** A container was disconnected from it. */
  | 'DISCONNECT'
  /** It was enabled. */
  | 'ENABLE'
  /** A command in it was prepared. */
  | 'EXEC_CREATE'
  /** A client left a command in it. */
  | 'EXEC_DETACH'
  /** A command in it ended. */
  | 'EXEC_DIE'
  /** A command in it was started. */
  | 'EXEC_START'
  /** Its files were exported. */
  | 'EXPORT'
  /** Files were written into it. */
  | 'EXTRACT_TO_DIR'
  /** Events were missed. */
  | 'GAP'
  /** Its health changed; `detail` says to what. */
  | 'HEALTH_STATUS'
  /** It was made from an archive. */
  | 'IMPORT'
  /** It is ready to be started (Podman). */
  | 'INIT'
  /** A signal was sent to it. */
  | 'KILL'
  /** It was loaded from an archive. */
  | 'LOAD'
  /** It was mounted into a container. */
  | 'MOUNT'
  /** It ran out of memory. */
  | 'OOM'
  /** It was frozen. */
  | 'PAUSE'
  /** Whatever was unused of its kind was removed. */
  | 'PRUNE'
  /** It was pulled from a registry. */
  | 'PULL'
  /** It was pushed to a registry. */
  | 'PUSH'
  /** The Engine read its configuration again. */
  | 'RELOAD'
  /** It was removed. */
  | 'REMOVE'
  /** It has another name. */
  | 'RENAME'
  /** The size of its terminal was changed. */
  | 'RESIZE'
  /** It was stopped and started again. */
  | 'RESTART'
  /** What there is was listed anew. */
  | 'RESYNC'
  /** It was saved to an archive. */
  | 'SAVE'
  /** Its main process was started. */
  | 'START'
  /** It was stopped by request. */
  | 'STOP'
  /** Podman looked at what has become of it. */
  | 'SYNC'
  /** It was given a name. */
  | 'TAG'
  /** Its processes were listed. */
  | 'TOP'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** It was unmounted from a container. */
  | 'UNMOUNT'
  /** It goes on after a pause. */
  | 'UNPAUSE'
  /** A name was taken away from it. */
  | 'UNTAG'
  /** Its settings were changed. */
  | 'UPDATE';

/** Why events were missed. */
export type EventGapReason =
  /** The place given as `after` is from before everything that the gateway and the Engine remember, or the Engine could not be asked. */
  | 'CURSOR_TOO_OLD'
  /** The Engine was away, and does not know any more what happened meanwhile. */
  | 'RECONNECTED'
  /** This client did not read fast enough, and its oldest events were dropped. */
  | 'SLOW_SUBSCRIBER'
  /** That time is remembered, but not the event given as `after`: it may be of another Engine, or the clock of the Engine was set. */
  | 'UNKNOWN_CURSOR';

/** Why everything was listed anew. */
export type EventResyncCause =
  /** No events were known to be missed, and still the Engine has something else than its events told: a busy Engine drops events without a word. It is compared every five minutes (setting `events-resync`), and told only where something differs. */
  | 'DRIFT'
  /** Events were missed: the `EventGap` before this tells when. */
  | 'GAP'
  /** The subscription has begun: this is what there is. */
  | 'START';

/** What an event is about. */
export type EventType =
  /** The build cache. */
  | 'BUILDER'
  /** A config of a swarm. */
  | 'CONFIG'
  /** A container. */
  | 'CONTAINER'
  /** The Engine itself. */
  | 'DAEMON'
  /** Nothing of the Engine: events were missed, see `EventGap`. */
  | 'GAP'
  /** An image. */
  | 'IMAGE'
  /** A network. */
  | 'NETWORK'
  /** A node of a swarm. */
  | 'NODE'
  /** A plugin of the Engine. */
  | 'PLUGIN'
  /** A pod of Podman: containers that share their network. */
  | 'POD'
  /** Nothing of the Engine: what there is was listed anew, see `EventResync`. */
  | 'RESYNC'
  /** A secret of a swarm. */
  | 'SECRET'
  /** A service of a swarm. */
  | 'SERVICE'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** A volume. */
  | 'VOLUME';

/** What the health check says. */
export type HealthStatus =
  /** The last check succeeded. */
  | 'HEALTHY'
  /** There is no health check. */
  | 'NONE'
  /** The check has not succeeded yet, and its failures do not count yet. */
  | 'STARTING'
  /** Too many checks in a row failed. */
  | 'UNHEALTHY'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** Whether a registry has something newer. */
export type ImageUpdateState =
  /** It cannot be told; `reason` says why. */
  | 'UNKNOWN'
  /** The registry has something else: a pull would fetch it. */
  | 'UPDATE_AVAILABLE'
  /** The registry has just what is here. */
  | 'UP_TO_DATE';

/** Why it cannot be told whether there is something newer. */
export type ImageUpdateUnknownReason =
  /** The registry has an index of several platforms, and only the digest of one platform is known here, which may be part of it. */
  | 'NOT_COMPARABLE'
  /** The registry has nothing under this name. */
  | 'NOT_IN_REGISTRY'
  /** It was built, loaded or tagged here and never pulled or pushed under this name, or the image is gone from the Engine: there is nothing to compare. The registry is not asked. */
  | 'NO_DIGEST'
  /** It is named by its ID, which no registry knows. The registry is not asked. */
  | 'NO_NAME'
  /** It is named by a digest, which means the same for ever. The registry is not asked. */
  | 'PINNED_BY_DIGEST'
  /** What the registry has under this name now is not made for the platform of this image. */
  | 'PLATFORM_MISSING'
  /** The registry was asked too often. */
  | 'RATE_LIMITED'
  /** The registry failed; the message has its words. */
  | 'REGISTRY_FAILED'
  /** The registry wants a login, or does not take the one that the Docker configuration of the gateway has. Docker Hub says so of what it does not have, too. */
  | 'UNAUTHORIZED'
  /** The Engine cannot reach the registry, or gets no answer from it. */
  | 'UNREACHABLE';

/** What there is an inventory of. */
export type InventoryNoun =
  /** A container. */
  | 'CONTAINER'
  /** An image. */
  | 'IMAGE'
  /** A network. */
  | 'NETWORK'
  /** A volume. */
  | 'VOLUME';

/** Where a line was written to. */
export type LogStream =
  /** Standard error. */
  | 'STDERR'
  /** Standard output; with a terminal, all output. */
  | 'STDOUT';

/** What is mounted. */
export type MountType =
  /** A file or directory of the host. */
  | 'BIND'
  /** A cluster volume of a swarm. */
  | 'CLUSTER'
  /** The files of an image. */
  | 'IMAGE'
  /** A named pipe of a Windows host. */
  | 'NPIPE'
  /** Memory of the host, gone with the container. */
  | 'TMPFS'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** A volume, named or anonymous. */
  | 'VOLUME';

/** What an operation does. */
export type OperationKind =
  /** An image is built. */
  | 'IMAGE_BUILD'
  /** An image is made of the files of a root file system. */
  | 'IMAGE_IMPORT'
  /** Images are loaded from an archive. */
  | 'IMAGE_LOAD'
  /** An image is fetched from its registry. */
  | 'IMAGE_PULL'
  /** An image is sent to a registry. */
  | 'IMAGE_PUSH'
  /** A plugin is made of an archive. */
  | 'PLUGIN_CREATE'
  /** A plugin is fetched from its registry, set and enabled. */
  | 'PLUGIN_INSTALL'
  /** A plugin is sent to a registry. */
  | 'PLUGIN_PUSH'
  /** A plugin is replaced by what its registry has. */
  | 'PLUGIN_UPGRADE'
  /** The tasks of a service are waited for, until they are as it wants them. To cancel it ends the wait alone. */
  | 'SERVICE_CONVERGE';

/** How far an operation is. */
export type OperationState =
  /** It was stopped before it was done. This is an end. */
  | 'CANCELED'
  /** It was not done, or not known to be; see `error`. This is an end. */
  | 'FAILED'
  /** It is being done. */
  | 'RUNNING'
  /** It was done. This is an end. */
  | 'SUCCEEDED'
  /** It cannot begin before the bytes come that it was promised. */
  | 'WAITING_FOR_UPLOAD';

/** How far a step of an operation is. */
export type OperationStepState =
  /** Of a build: it was done by an earlier one, and is taken from there. */
  | 'CACHED'
  /** Of a build: it was under way when that ended without it. */
  | 'CANCELED'
  /** It was done. */
  | 'DONE'
  /** It failed. */
  | 'FAILED'
  /** It is being done. */
  | 'RUNNING'
  /** There was nothing to do: it was there already. */
  | 'SKIPPED'
  /** It has not begun. */
  | 'WAITING';

/** Something that a plugin is to be allowed on the host, as `pluginPrivileges` shows it. */
export type PluginPrivilegeInput = {
  /** What that means, for people: it is not compared. */
  description?: string | null | undefined;
  /** What it is, such as `network`. */
  name: string;
  /** Which of it, such as `host`; all of the values, in any order. */
  value: Array<string>;
};

/** The transport of a port. */
export type PortProtocol =
  /** SCTP. */
  | 'SCTP'
  /** TCP. */
  | 'TCP'
  /** UDP. */
  | 'UDP'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** When a container that ended is started again. */
export type RestartPolicyName =
  /** Always; after a start of the Engine too, even if it was stopped by hand. */
  | 'ALWAYS'
  /** It is not. */
  | 'NO'
  /** When its exit code is not 0. */
  | 'ON_FAILURE'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** Always, unless it was stopped by hand. */
  | 'UNLESS_STOPPED';

/** How many tasks a service has, and whether they are to end. */
export type ServiceMode =
  /** One task on each node that fits, kept running. */
  | 'GLOBAL'
  /** One task on each node that fits, which is to end well. */
  | 'GLOBAL_JOB'
  /** A number of tasks, kept running. */
  | 'REPLICATED'
  /** A number of tasks that are to end well, so many at a time. */
  | 'REPLICATED_JOB'
  /** A mode that this gateway does not know. */
  | 'UNKNOWN';

/** A service, and how many tasks it is to have. */
export type ServiceReplicasInput = {
  /** The service: global ID, ID, unique prefix of one, or name. */
  ref: string | number;
  /** How many tasks. */
  replicas: number | string;
};

/** How far the last update or rollback of a service has come. */
export type ServiceUpdateState =
  /** All tasks were replaced. */
  | 'COMPLETED'
  /** Too many new tasks failed, so the rest are as they were. Another update goes on. */
  | 'PAUSED'
  /** All tasks are as before the update. */
  | 'ROLLBACK_COMPLETED'
  /** Too many tasks of before failed as well. */
  | 'ROLLBACK_PAUSED'
  /** Tasks are being replaced by those of before. */
  | 'ROLLBACK_STARTED'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** Tasks are being replaced. */
  | 'UPDATING';

/** Why a session has ended. */
export type SessionEndReason =
  /** Whoever had opened it has gone. The process may run on. */
  | 'ABANDONED'
  /** It was closed by `sessionEnd`. The process may run on. */
  | 'CLOSED'
  /** The connection ended and the process runs on, as after the keys that detach. */
  | 'DETACHED'
  /** The process has ended. */
  | 'EXITED'
  /** Nothing was read or written for too long. The process may run on. */
  | 'IDLE'
  /** The Engine broke the connection off, or is away. The process may run on. */
  | 'LOST'
  /** The command could not be started: no such program, user or directory. */
  | 'NOT_STARTED'
  /** The gateway ends. The process may run on. */
  | 'SHUTDOWN';

/** How a stack is, as far as its services tell. */
export type StackState =
  /** Tasks are missing, an update is under way or stuck, a job is not done, or tasks run though none should. */
  | 'PARTIAL'
  /** Every service is as it should be: see `Service.isConverged`. */
  | 'RUNNING'
  /** No task runs and none should, or no service is left. */
  | 'STOPPED';

/** Whether a node gets tasks. */
export type SwarmNodeAvailability =
  /** It gets new tasks. */
  | 'ACTIVE'
  /** It gets no new tasks, and those of services are moved to other nodes. */
  | 'DRAIN'
  /** It gets no new tasks; those it has run on. */
  | 'PAUSE'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** What a node does in its swarm. */
export type SwarmNodeRole =
  /** It takes part in steering the swarm, and runs tasks too unless it is drained. */
  | 'MANAGER'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN'
  /** It runs tasks. */
  | 'WORKER';

/** Whether a node is there. */
export type SwarmNodeState =
  /** It is about to change to another manager. */
  | 'DISCONNECTED'
  /** The managers have not heard of it for some time. */
  | 'DOWN'
  /** The managers have lost its state, and wait for a word of it. */
  | 'NOT_KNOWN'
  /** It is there. */
  | 'READY'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** Where a task is in its life, in the order of that life: a task never goes back. */
export type TaskState =
  /** The node has taken it. */
  | 'ACCEPTED'
  /** It has what it needs of the swarm, such as addresses. */
  | 'ALLOCATED'
  /** It has been given to a node. */
  | 'ASSIGNED'
  /** Its container ended well, as that of a job does. */
  | 'COMPLETE'
  /** Its container ended with an error, or could not be started. */
  | 'FAILED'
  /** It has been made. */
  | 'NEW'
  /** Its node has been away for so long that nobody knows what became of it. */
  | 'ORPHANED'
  /** It waits for a node: see `error` where there is none that fits. */
  | 'PENDING'
  /** The node prepares it: it pulls the image, for example. */
  | 'PREPARING'
  /** The node has all that it needs, and waits to be told to start. */
  | 'READY'
  /** Its node would not have it: see `error`. */
  | 'REJECTED'
  /** It is about to be forgotten, as its service has been removed or made smaller. */
  | 'REMOVE'
  /** Its container runs. */
  | 'RUNNING'
  /** It was asked to end, and did. */
  | 'SHUTDOWN'
  /** Its container is being started, or has not been healthy yet. */
  | 'STARTING'
  /** A value that this gateway does not know; the raw field has its text. */
  | 'UNKNOWN';

/** The HTTP method that the address of a transfer takes. */
export type TransferMethod =
  /** For downloads. */
  | 'GET'
  /** For uploads: the body is the file itself, not a form. */
  | 'PUT';

/** Why a mutation did not happen, for programs. Each code has a type of its own that says more. */
export type UserErrorCode =
  /** A reference that may mean several objects. */
  | 'AMBIGUOUS_REFERENCE'
  /** The API of this Engine is too old for what was asked. */
  | 'API_VERSION_UNSUPPORTED'
  /** What was sent is not the archive that is wanted here, or not all of it. */
  | 'ARCHIVE_INVALID'
  /** A file that the Dockerfile wants is not in the context, or cannot be fetched, or the context itself cannot be. */
  | 'BUILD_CONTEXT_INVALID'
  /** A step of a build failed: a command of it, or what the builder did itself. */
  | 'BUILD_FAILED'
  /** The build wants a secret that was not given or an SSH agent, or the Engine could not be given what goes by a session. */
  | 'BUILD_SESSION_NEEDED'
  /** The operation was stopped before it was done: by `operationCancel`, or by the end of the gateway. */
  | 'CANCELED'
  /** The processes of the container could not be kept in a checkpoint, or not be brought back from one. */
  | 'CHECKPOINT_FAILED'
  /** Services use the config. */
  | 'CONFIG_IN_USE'
  /** The state of something stands against this. */
  | 'CONFLICT'
  /** The main process of the container ended before what was waited for happened. */
  | 'CONTAINER_EXITED'
  /** The container has to run for this, and does not. */
  | 'CONTAINER_NOT_RUNNING'
  /** The container is paused, and must not be for this. */
  | 'CONTAINER_PAUSED'
  /** The container must not run for this, and does. */
  | 'CONTAINER_RUNNING'
  /** The container exists, but its main process could not be started. */
  | 'CONTAINER_START_FAILED'
  /** The health check of the container says that it is unhealthy. */
  | 'CONTAINER_UNHEALTHY'
  /** The Dockerfile is not there, cannot be understood, or has not what was asked for, such as a stage. */
  | 'DOCKERFILE_INVALID'
  /** The Engine could not be reached, did not answer in time, or broke off: it may or may not have been done. Of one of many and of an `Operation`; where a mutation waits for a single thing, the same is an entry in `errors`. */
  | 'ENGINE_FAILED'
  /** The command could not be started in the container: no such program, user or directory, or no permission. */
  | 'EXEC_START_FAILED'
  /** The Engine does this only where its configuration says `experimental`, and it does not. */
  | 'EXPERIMENTAL_NEEDED'
  /** The Engine does not allow this for that object. */
  | 'FORBIDDEN'
  /** Containers use the image. */
  | 'IMAGE_IN_USE'
  /** The image is not on the Engine, or not in the registry. */
  | 'IMAGE_NOT_FOUND'
  /** An argument is not acceptable. Nothing was sent to the Engine, or it refused what was sent as invalid. */
  | 'INVALID_INPUT'
  /** The name belongs to another object. */
  | 'NAME_IN_USE'
  /** Containers are connected to the network. */
  | 'NETWORK_IN_USE'
  /** There is no such object. */
  | 'NOT_FOUND'
  /** There is no space left where the Engine keeps its data. */
  | 'NO_SPACE'
  /** The plugin has to be enabled for this, and is not. */
  | 'PLUGIN_DISABLED'
  /** The plugin must be disabled for this, and is enabled. */
  | 'PLUGIN_ENABLED'
  /** Volumes or networks need the plugin. */
  | 'PLUGIN_IN_USE'
  /** The plugin wants to be allowed other things than were granted. Nothing was done. */
  | 'PLUGIN_PRIVILEGES'
  /** The plugin is installed, but its program could not be started, or does not listen on its socket. */
  | 'PLUGIN_START_FAILED'
  /** A port of the host is taken already. */
  | 'PORT_IN_USE'
  /** The registry could not be reached, or refused. */
  | 'REGISTRY_FAILED'
  /** The registry was asked too often, and answers again later. A login may raise its limit. */
  | 'REGISTRY_RATE_LIMITED'
  /** The registry wants a login: no credentials are known for it, or it takes none of those given. */
  | 'REGISTRY_UNAUTHORIZED'
  /** Services use the secret. */
  | 'SECRET_IN_USE'
  /** The tasks of a service are not as it wants them: the time to wait for that is up, or the managers have given the update up, or undone it. The service is left as it is. */
  | 'SERVICE_NOT_CONVERGED'
  /** The session, or its input, has ended: nothing can be written to it any more. Nothing of this was taken. */
  | 'SESSION_ENDED'
  /** The program does not read what it was sent before. Nothing of this was taken; send it again later. */
  | 'SESSION_INPUT_FULL'
  /** As many sessions of exec and attach are open, or as many addresses of terminals wait to be used, as this gateway keeps. */
  | 'SESSION_LIMIT'
  /** The Engine is in a swarm already. */
  | 'SWARM_ACTIVE'
  /** The Engine is in no swarm. */
  | 'SWARM_INACTIVE'
  /** The manager waits for the key of its swarm. */
  | 'SWARM_LOCKED'
  /** The Engine is a worker of a swarm: only managers do this. */
  | 'SWARM_NOT_MANAGER'
  /** The managers of the swarm have no leader, or cannot act; see the message. */
  | 'SWARM_UNAVAILABLE'
  /** The bytes that it waited for did not come, or broke off. */
  | 'UPLOAD_FAILED'
  /** Somebody else changed the object after it had been read. Nothing was done; read it again and decide anew. */
  | 'VERSION_CONFLICT'
  /** Containers use the volume. */
  | 'VOLUME_IN_USE'
  /** What was waited for did not happen in time. The container is left as it is, unless the message says otherwise. */
  | 'WAIT_TIMED_OUT';

export type DashboardQueryVariables = Exact<{ [key: string]: never; }>;


export type DashboardQuery = { containers: { totalCount: number, nodes: Array<{ id: string, name: string, state: ContainerState, statusText: string | null, composeService: string | null, health: { status: HealthStatus | null }, image: { tags: Array<string> } | null, networks: Array<{ ipv4: string | null, network: { name: string } | null }>, publishedPorts: Array<{ hostIp: string | null, hostPort: number | null, containerPort: number, protocol: PortProtocol }>, mounts: Array<{ type: MountType | null, destination: string | null, volume: { name: string } | null }>, composeProject: { name: string } | null }> } | null };

export type ComposeProjectsQueryVariables = Exact<{ [key: string]: never; }>;


export type ComposeProjectsQuery = { composeProjects: { nodes: Array<{ name: string, state: ComposeProjectState | null, services: Array<{ name: string, runningCount: number, totalCount: number, containers: Array<{ name: string, state: ContainerState }> }> | null }> } | null };

export type ContainerQueryVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type ContainerQuery = { container: { name: string, state: ContainerState, uptime: string | null, exitCode: number | string | null, restartCount: number | null, config: { cmd: Array<string>, env: Array<{ name: string, value: string | null }>, labels: Array<{ key: string, value: string }> } | null, hostConfig: { restartPolicy: { name: RestartPolicyName | null } | null, resources: { memory: number | string | null, cpus: number | null } } | null, stats: { cpuPercent: number | null, memoryUsage: number | string | null, memoryPercent: number | null } | null, logs: { lines: Array<{ timestamp: string | null, stream: LogStream, text: string }> } | null } | null };

export type RestartMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type RestartMutation = { containerRestart: { changed: boolean, container: { name: string, state: ContainerState, startedAt: string | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type EventsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type EventsSubscription = { events:
    | { time: string, type: EventType, action: EventAction }
    | { containerName: string | null, exitCode: number | string | null, time: string, type: EventType, action: EventAction, container: { state: ContainerState } | null }
    | { time: string, type: EventType, action: EventAction }
    | { reason: EventGapReason | null, dropped: number | null, time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
    | { time: string, type: EventType, action: EventAction }
   };

export type RunMutationVariables = Exact<{ [key: string]: never; }>;


export type RunMutation = { containerRun: { changed: boolean, container: { name: string, state: ContainerState, publishedPorts: Array<{ hostIp: string | null, hostPort: number | null }> } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string, existing:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type EngineQueryVariables = Exact<{ [key: string]: never; }>;


export type EngineQuery = { engine: { name: string, status: EngineStatus, apiVersion: string | null, version: { version: string | null, os: string | null, arch: string | null } | null, counts: { containers: number | null, running: number | null, images: number | null, networks: number | null, volumes: number | null } } | null };

export type LogsSubscriptionVariables = Exact<{
  refs?: Array<string | number> | string | number | null | undefined;
}>;


export type LogsSubscription = { containerLogs: { timestamp: string | null, stream: LogStream, text: string, cursor: string, container: { name: string } } };

export type StatsSubscriptionVariables = Exact<{
  refs?: Array<string | number> | string | number | null | undefined;
}>;


export type StatsSubscription = { containerStats: { cpuPercent: number | null, memoryUsage: number | string | null, memoryPercent: number | null, container: { name: string } } };

export type ExecMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type ExecMutation = { containerExec: { exitCode: number | string | null, stdout: string, stderr: string, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type InventorySubscriptionVariables = Exact<{ [key: string]: never; }>;


export type InventorySubscription = { events:
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { containerName: string | null, cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { reason: EventGapReason | null, from: string | null, to: string | null, cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cause: EventResyncCause | null, cursor: string, type: EventType, action: EventAction, actorId: string | null, inventory: Array<{ noun: InventoryNoun, dockerId: string, name: string | null, state: ContainerState | null }>, vanished: Array<{ dockerId: string }> | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
    | { cursor: string, type: EventType, action: EventAction, actorId: string | null }
   };

export type LiveContainersQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveContainersQuery = { containers: { nodes: Array<{ id: string, name: string, state: ContainerState, health: { status: HealthStatus | null } }> } | null };

export type LiveProjectQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveProjectQuery = { composeProject: { state: ComposeProjectState | null, services: Array<{ name: string, runningCount: number, totalCount: number, containers: Array<{ id: string, name: string, statusText: string | null, uptime: string | null }> }> | null } | null };

export type PullMutationVariables = Exact<{
  reference?: string;
}>;


export type PullMutation = { imagePull: { operation: { id: string, state: OperationState } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type OperationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsQuery = { operations: { nodes: Array<{ id: string, kind: OperationKind, subject: string | null, state: OperationState, createdAt: string, duration: string | null, progress: { percent: number | null }, error:
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
        | { code: UserErrorCode, message: string }
       | null }> } | null };

export type FollowOperationSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type FollowOperationSubscription = { operation: { state: OperationState, progress: { current: number | string, total: number | string | null, percent: number | null }, steps: Array<{ id: string, status: string, percent: number | null }>, output: Array<{ text: string }>, image: { id: string, tags: Array<string> } | null, error:
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
     | null } };

export type FilesQueryVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type FilesQuery = { container: { passwd: { type: ContainerFileType, size: number | string, permissions: string, modifiedAt: string | null, content: { text: string, isTruncated: boolean } | null } | null, sh: { type: ContainerFileType, linkTarget: string | null } | null } | null };

export type DownloadQueryVariables = Exact<{
  ref?: string | number | null | undefined;
  path?: string | null | undefined;
}>;


export type DownloadQuery = { container: { name: string, archive: { url: string, filename: string | null, expiresAt: string } | null, export: { url: string, filename: string | null } | null, image: { save: { url: string, filename: string | null } | null } | null } | null };

export type CopyInMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type CopyInMutation = { containerCopyTo: { upload: { url: string, method: TransferMethod, expiresAt: string } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null, containerFileWrite: { file: { size: number | string, mode: string } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type ExecCreateMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type ExecCreateMutation = { execCreate: { exec: { id: string, command: Array<string>, isRunning: boolean | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type AttachSubscriptionVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type AttachSubscription = { containerAttach:
    | { stream: LogStream, text: string, cursor: string }
    | { cursor: string, ending: { reason: SessionEndReason, exitCode: number | string | null, message: string | null } }
    | { bytes: number | string, cursor: string }
   };

export type TerminalMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type TerminalMutation = { terminalOpen: { url: string | null, expiresAt: string | null, session: { id: string, exec: { id: string } | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type ProjectLogsSubscriptionVariables = Exact<{
  project?: string | null | undefined;
  pattern?: string | null | undefined;
}>;


export type ProjectLogsSubscription = { containerLogBatches: { cursor: string, lines: Array<{ timestamp: string | null, stream: LogStream, text: string, container: { name: string } }>, dropped: { count: number, from: string | null, to: string | null } | null } };

export type RunningStatsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type RunningStatsSubscription = { containerStats: { cpuPercent: number | null, memoryPercent: number | null, networkReceivedRate: number | null, networkSentRate: number | null, container: { name: string } } };

export type BuildMutationVariables = Exact<{
  who?: string | null | undefined;
}>;


export type BuildMutation = { imageBuild: { changed: boolean, image: { shortId: string, tags: Array<string> } | null, operation: { state: OperationState, steps: Array<{ name: string | null, state: OperationStepState }>, warnings: Array<{ message: string, line: number | null }> } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { step: string | null, exitCode: number | string | null, code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { line: number | null, code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type BuildUploadMutationVariables = Exact<{
  tag?: string;
}>;


export type BuildUploadMutation = { imageBuild: { upload: { url: string, method: TransferMethod, expiresAt: string } | null, operation: { id: string, state: OperationState } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type BuildFollowSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type BuildFollowSubscription = { operation: { state: OperationState, progress: { current: number | string, total: number | string | null, percent: number | null }, steps: Array<{ name: string | null, state: OperationStepState }>, output: Array<{ text: string }>, image: { tags: Array<string> } | null, error:
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
     | null } };

export type SwarmQueryVariables = Exact<{ [key: string]: never; }>;


export type SwarmQuery = { swarm: { dockerId: string, createdAt: string | null, counts: { managers: number, reachableManagers: number, managersToSpare: number, workers: number, ready: number, notReady: number, drained: number } | null, leader: { hostname: string | null } | null, nodes: Array<{ hostname: string | null, role: SwarmNodeRole | null, availability: SwarmNodeAvailability | null, isReady: boolean, isLeader: boolean, isSelf: boolean | null, runningTaskCount: number | null, status: { state: SwarmNodeState | null, address: string | null } | null, description: { engine: { version: string | null } | null } | null }> | null } | null };

export type SwarmInitMutationVariables = Exact<{ [key: string]: never; }>;


export type SwarmInitMutation = { swarmInit: { changed: boolean, swarm: { joinAddrs: Array<string> | null, joinTokens: { worker: string | null, manager: string | null } | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type SecretCreateMutationVariables = Exact<{
  name: string;
  data: string;
}>;


export type SecretCreateMutation = { secretCreate: { changed: boolean, secret: { dockerId: string, name: string, engine: { secrets: { nodes: Array<{ name: string, createdAt: string | null }> } | null } } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string, existing:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type DrainNodeMutationVariables = Exact<{
  ref: string | number;
}>;


export type DrainNodeMutation = { swarmNodeDrain: { changed: boolean, node: { hostname: string | null, availability: SwarmNodeAvailability | null, tasks: Array<{ dockerId: string }> | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type ServicesQueryVariables = Exact<{ [key: string]: never; }>;


export type ServicesQuery = { services: { nodes: Array<{ id: string, name: string, mode: ServiceMode, desiredTasks: number | null, runningTasks: number | null, isConverged: boolean | null, imageName: string | null, imageTag: string | null, updateStatus: { state: ServiceUpdateState | null, message: string | null } | null, publishedPorts: Array<{ containerPort: number, protocol: PortProtocol, addresses: Array<string> | null }>, tasks: Array<{ name: string | null, state: TaskState, desiredState: TaskState, age: string | null, error: string | null, exitCode: number | string | null, node: { hostname: string | null } | null }> | null }> } | null };

export type LiveStackQueryVariables = Exact<{
  name?: string | number;
}>;


export type LiveStackQuery = { stack: { name: string, state: StackState | null, counts: { services: number, convergedServices: number, desiredTasks: number, runningTasks: number } | null, services: Array<{ name: string, replicasText: string | null, isConverged: boolean | null, tasks: Array<{ name: string | null, state: TaskState, error: string | null }> | null }> | null } | null };

export type ServiceLogsSubscriptionVariables = Exact<{
  ref?: string | number;
}>;


export type ServiceLogsSubscription = { serviceLogs: { timestamp: string | null, stream: LogStream, text: string, cursor: string, task: { name: string | null } | null } };

export type ServiceCreateMutationVariables = Exact<{
  name?: string | null | undefined;
}>;


export type ServiceCreateMutation = { serviceCreate: { service: { id: string, name: string } | null, operation: { state: OperationState, progress: { current: number | string, total: number | string | null } } | null, userErrors: Array<
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { runningTasks: number, desiredTasks: number | null, message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
    > } | null };

export type ServiceUpdateMutationVariables = Exact<{
  ref?: string | number | null | undefined;
}>;


export type ServiceUpdateMutation = { serviceUpdate: { changed: boolean, service: { versionIndex: number | string | null } | null, userErrors: Array<
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
      | { message: string, path: Array<string> | null }
    > } | null };

export type ServicesScaleMutationVariables = Exact<{
  services?: Array<ServiceReplicasInput> | ServiceReplicasInput;
}>;


export type ServicesScaleMutation = { servicesScale: { results: Array<{ ref: string, changed: boolean, userErrors: Array<
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
        | { message: string }
      > }> } | null };

export type PluginsQueryVariables = Exact<{ [key: string]: never; }>;


export type PluginsQuery = { plugins: { nodes: Array<{ id: string, name: string, isEnabled: boolean, capabilities: Array<string>, remote: string | null, config: { description: string | null } | null, settings: { env: Array<string> } | null, volumes: Array<{ name: string }> | null, networks: Array<{ name: string }> | null }> } | null };

export type PluginPrivilegesQueryVariables = Exact<{
  remote?: string;
}>;


export type PluginPrivilegesQuery = { pluginPrivileges: Array<{ name: string | null, description: string | null, value: Array<string> }> | null };

export type PluginInstallMutationVariables = Exact<{
  remote?: string;
  grant?: Array<PluginPrivilegeInput> | PluginPrivilegeInput | null | undefined;
}>;


export type PluginInstallMutation = { pluginInstall: { plugin: { name: string, isEnabled: boolean } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string, missing: Array<{ name: string | null, value: Array<string> }> }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type ClusterVolumeMutationVariables = Exact<{
  name?: string;
  driver?: string;
}>;


export type ClusterVolumeMutation = { volumeCreate: { volume: { name: string, clusterVolume: { swarmId: string | null, version: number | string | null } | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };

export type UpdatesQueryVariables = Exact<{ [key: string]: never; }>;


export type UpdatesQuery = { containers: { nodes: Array<{ name: string, updateStatus: { reference: string, state: ImageUpdateState, reason: ImageUpdateUnknownReason | null, checkedAt: string | null, registryCalls: number } | null }> } | null, registryUsage: Array<{ registry: string, calls: number, spared: number, pausedUntil: string | null }> | null };

export type RegistryImageQueryVariables = Exact<{
  reference?: string;
}>;


export type RegistryImageQuery = { registryImage: { digest: string | null, mediaType: string | null, checkedAt: string, platforms: Array<{ os: string | null, architecture: string | null, variant: string | null }>, image: { name: string | null } | null } | null };

export type ImageSearchQueryVariables = Exact<{
  term?: string;
}>;


export type ImageSearchQuery = { imageSearch: Array<{ name: string | null, description: string | null, starCount: number | string | null }> | null };

export type BuildSecretMutationVariables = Exact<{
  token?: string;
}>;


export type BuildSecretMutation = { imageBuild: { changed: boolean, image: { tags: Array<string> } | null, userErrors: Array<
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
      | { code: UserErrorCode, message: string }
    > } | null };


export const DashboardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Dashboard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"NAME"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"statusText"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"networks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"network"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ipv4"}}]}},{"kind":"Field","name":{"kind":"Name","value":"publishedPorts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostIp"}},{"kind":"Field","name":{"kind":"Name","value":"hostPort"}},{"kind":"Field","name":{"kind":"Name","value":"containerPort"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"volume"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"composeProject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"composeService"}}]}}]}}]}}]} as unknown as DocumentNode<DashboardQuery, DashboardQueryVariables>;
export const ComposeProjectsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ComposeProjects"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"composeProjects"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"runningCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"containers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ComposeProjectsQuery, ComposeProjectsQueryVariables>;
export const ContainerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Container"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"container"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"uptime"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"restartCount"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cmd"}},{"kind":"Field","name":{"kind":"Name","value":"env"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hostConfig"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restartPolicy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resources"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memory"}},{"kind":"Field","name":{"kind":"Name","value":"cpus"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"stats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cpuPercent"}},{"kind":"Field","name":{"kind":"Name","value":"memoryUsage"}},{"kind":"Field","name":{"kind":"Name","value":"memoryPercent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"logs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tail"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ContainerQuery, ContainerQueryVariables>;
export const RestartDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Restart"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerRestart"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"timeout"},"value":{"kind":"StringValue","value":"2s","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RestartMutation, RestartMutationVariables>;
export const EventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerName"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EventGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"dropped"}}]}}]}}]}}]} as unknown as DocumentNode<EventsSubscription, EventsSubscriptionVariables>;
export const RunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"hello","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"image"},"value":{"kind":"StringValue","value":"busybox","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"sh","block":false},{"kind":"StringValue","value":"-c","block":false},{"kind":"StringValue","value":"mkdir -p /www && echo hello > /www/index.html && httpd -f -h /www","block":false}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"ports"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"containerPort"},"value":{"kind":"IntValue","value":"80"}},{"kind":"ObjectField","name":{"kind":"Name","value":"hostPort"},"value":{"kind":"IntValue","value":"8088"}},{"kind":"ObjectField","name":{"kind":"Name","value":"hostIp"},"value":{"kind":"StringValue","value":"127.0.0.1","block":false}}]}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"publishedPorts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostIp"}},{"kind":"Field","name":{"kind":"Name","value":"hostPort"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NameInUseError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"existing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RunMutation, RunMutationVariables>;
export const EngineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Engine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"engine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"apiVersion"}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"arch"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containers"}},{"kind":"Field","name":{"kind":"Name","value":"running"}},{"kind":"Field","name":{"kind":"Name","value":"images"}},{"kind":"Field","name":{"kind":"Name","value":"networks"}},{"kind":"Field","name":{"kind":"Name","value":"volumes"}}]}}]}}]}}]} as unknown as DocumentNode<EngineQuery, EngineQueryVariables>;
export const LogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Logs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"StringValue","value":"shop-web-1","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}},{"kind":"Argument","name":{"kind":"Name","value":"tail"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<LogsSubscription, LogsSubscriptionVariables>;
export const StatsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Stats"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"StringValue","value":"shop-web-1","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerStats"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cpuPercent"}},{"kind":"Field","name":{"kind":"Name","value":"memoryUsage"}},{"kind":"Field","name":{"kind":"Name","value":"memoryPercent"}}]}}]}}]} as unknown as DocumentNode<StatsSubscription, StatsSubscriptionVariables>;
export const ExecDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Exec"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerExec"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"sh","block":false},{"kind":"StringValue","value":"-c","block":false},{"kind":"StringValue","value":"echo out; echo err >&2; exit 3","block":false}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"stdout"}},{"kind":"Field","name":{"kind":"Name","value":"stderr"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ExecMutation, ExecMutationVariables>;
export const InventoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Inventory"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"types"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"CONTAINER"},{"kind":"EnumValue","value":"VOLUME"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actorId"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerName"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EventGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EventResync"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"inventory"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"noun"}},{"kind":"Field","name":{"kind":"Name","value":"dockerId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vanished"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dockerId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<InventorySubscription, InventorySubscriptionVariables>;
export const LiveContainersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveContainers"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"live"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LiveContainersQuery, LiveContainersQueryVariables>;
export const LiveProjectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveProject"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"live"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JSON_PATCH"}},{"kind":"Argument","name":{"kind":"Name","value":"throttle"},"value":{"kind":"StringValue","value":"250ms","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"pollInterval"},"value":{"kind":"StringValue","value":"5s","block":false}}]}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"composeProject"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"StringValue","value":"shop","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"runningCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"containers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"statusText"}},{"kind":"Field","name":{"kind":"Name","value":"uptime"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LiveProjectQuery, LiveProjectQueryVariables>;
export const PullDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Pull"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reference"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"busybox:latest","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imagePull"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"reference"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reference"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"wait"},"value":{"kind":"BooleanValue","value":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PullMutation, PullMutationVariables>;
export const OperationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Operations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"duration"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<OperationsQuery, OperationsQueryVariables>;
export const FollowOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<FollowOperationSubscription, FollowOperationSubscriptionVariables>;
export const FilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Files"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"container"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"passwd"},"name":{"kind":"Name","value":"file"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"/etc/passwd","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}},{"kind":"Field","name":{"kind":"Name","value":"modifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"content"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxBytes"},"value":{"kind":"StringValue","value":"4k","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"sh"},"name":{"kind":"Name","value":"file"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"/bin/sh","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"linkTarget"}}]}}]}}]}}]} as unknown as DocumentNode<FilesQuery, FilesQueryVariables>;
export const DownloadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Download"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"path"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"defaultValue":{"kind":"StringValue","value":"/etc","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"container"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"archive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"Variable","name":{"kind":"Name","value":"path"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"export"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"save"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"filename"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DownloadQuery, DownloadQueryVariables>;
export const CopyInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CopyIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerCopyTo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"/etc","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"file"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"motd","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"mode"},"value":{"kind":"StringValue","value":"0644","block":false}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"containerFileWrite"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"/etc/issue","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"text"},"value":{"kind":"StringValue","value":"Written by a mutation.\\n","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"file"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CopyInMutation, CopyInMutationVariables>;
export const ExecCreateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ExecCreate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"execCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"cat","block":false}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exec"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ExecCreateMutation, ExecCreateMutationVariables>;
export const AttachDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Attach"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerAttach"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"Argument","name":{"kind":"Name","value":"logs"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionChunk"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionEnd"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ending"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AttachSubscription, AttachSubscriptionVariables>;
export const TerminalDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Terminal"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"shop-web-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"terminalOpen"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"run"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"sh","block":false}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"tty"},"value":{"kind":"BooleanValue","value":true}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"size"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"columns"},"value":{"kind":"IntValue","value":"80"}},{"kind":"ObjectField","name":{"kind":"Name","value":"rows"},"value":{"kind":"IntValue","value":"24"}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exec"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<TerminalMutation, TerminalMutationVariables>;
export const ProjectLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ProjectLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"project"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"defaultValue":{"kind":"StringValue","value":"shop","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"pattern"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"defaultValue":{"kind":"StringValue","value":"(?i)error|warn","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerLogBatches"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"composeProject"},"value":{"kind":"Variable","name":{"kind":"Name","value":"project"}}}]}},{"kind":"Argument","name":{"kind":"Name","value":"includeNew"},"value":{"kind":"BooleanValue","value":true}},{"kind":"Argument","name":{"kind":"Name","value":"acrossRestarts"},"value":{"kind":"BooleanValue","value":true}},{"kind":"Argument","name":{"kind":"Name","value":"grepPattern"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pattern"}}},{"kind":"Argument","name":{"kind":"Name","value":"whenSlow"},"value":{"kind":"EnumValue","value":"DROP_OLDEST"}},{"kind":"Argument","name":{"kind":"Name","value":"tail"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"dropped"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<ProjectLogsSubscription, ProjectLogsSubscriptionVariables>;
export const RunningStatsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"RunningStats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerStats"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"states"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"RUNNING"}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"includeNew"},"value":{"kind":"BooleanValue","value":true}},{"kind":"Argument","name":{"kind":"Name","value":"interval"},"value":{"kind":"StringValue","value":"5s","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"container"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cpuPercent"}},{"kind":"Field","name":{"kind":"Name","value":"memoryPercent"}},{"kind":"Field","name":{"kind":"Name","value":"networkReceivedRate"}},{"kind":"Field","name":{"kind":"Name","value":"networkSentRate"}}]}}]}}]} as unknown as DocumentNode<RunningStatsSubscription, RunningStatsSubscriptionVariables>;
export const BuildDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Build"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"who"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"defaultValue":{"kind":"StringValue","value":"graph","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageBuild"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"context"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"dockerfile"},"value":{"kind":"StringValue","value":"FROM busybox\nARG WHO=world\nRUN echo hello $WHO > /greeting\nCMD cat /greeting","block":true}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"tags"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"greeting:1","block":false}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"buildArgs"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"key"},"value":{"kind":"StringValue","value":"WHO","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"Variable","name":{"kind":"Name","value":"who"}}}]}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shortId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"line"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BuildFailedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DockerfileError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"line"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BuildMutation, BuildMutationVariables>;
export const BuildUploadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BuildUpload"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tag"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"app:1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageBuild"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"context"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"upload"},"value":{"kind":"BooleanValue","value":true}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"tags"},"value":{"kind":"ListValue","values":[{"kind":"Variable","name":{"kind":"Name","value":"tag"}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<BuildUploadMutation, BuildUploadMutationVariables>;
export const BuildFollowDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"BuildFollow"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<BuildFollowSubscription, BuildFollowSubscriptionVariables>;
export const SwarmDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Swarm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"swarm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dockerId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"managers"}},{"kind":"Field","name":{"kind":"Name","value":"reachableManagers"}},{"kind":"Field","name":{"kind":"Name","value":"managersToSpare"}},{"kind":"Field","name":{"kind":"Name","value":"workers"}},{"kind":"Field","name":{"kind":"Name","value":"ready"}},{"kind":"Field","name":{"kind":"Name","value":"notReady"}},{"kind":"Field","name":{"kind":"Name","value":"drained"}}]}},{"kind":"Field","name":{"kind":"Name","value":"leader"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostname"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"availability"}},{"kind":"Field","name":{"kind":"Name","value":"isReady"}},{"kind":"Field","name":{"kind":"Name","value":"isLeader"}},{"kind":"Field","name":{"kind":"Name","value":"isSelf"}},{"kind":"Field","name":{"kind":"Name","value":"status"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"address"}}]}},{"kind":"Field","name":{"kind":"Name","value":"description"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"engine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"runningTaskCount"}}]}}]}}]}}]} as unknown as DocumentNode<SwarmQuery, SwarmQueryVariables>;
export const SwarmInitDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SwarmInit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"swarmInit"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"advertiseAddr"},"value":{"kind":"StringValue","value":"127.0.0.1","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"swarm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"joinTokens"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"worker"}},{"kind":"Field","name":{"kind":"Name","value":"manager"}}]}},{"kind":"Field","name":{"kind":"Name","value":"joinAddrs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<SwarmInitMutation, SwarmInitMutationVariables>;
export const SecretCreateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SecretCreate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"data"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secretCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"data"},"value":{"kind":"Variable","name":{"kind":"Name","value":"data"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"labels"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"key"},"value":{"kind":"StringValue","value":"made-by","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"StringValue","value":"graph","block":false}}]}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dockerId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"engine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secrets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"used"},"value":{"kind":"BooleanValue","value":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NameInUseError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"existing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SecretCreateMutation, SecretCreateMutationVariables>;
export const DrainNodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DrainNode"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"swarmNodeDrain"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"availability"}},{"kind":"Field","name":{"kind":"Name","value":"tasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"wanted"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dockerId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<DrainNodeMutation, DrainNodeMutationVariables>;
export const ServicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"desiredTasks"}},{"kind":"Field","name":{"kind":"Name","value":"runningTasks"}},{"kind":"Field","name":{"kind":"Name","value":"isConverged"}},{"kind":"Field","name":{"kind":"Name","value":"imageName"}},{"kind":"Field","name":{"kind":"Name","value":"imageTag"}},{"kind":"Field","name":{"kind":"Name","value":"updateStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"publishedPorts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerPort"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"addresses"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"isCurrent"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"desiredState"}},{"kind":"Field","name":{"kind":"Name","value":"age"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hostname"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ServicesQuery, ServicesQueryVariables>;
export const LiveStackDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveStack"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"shop","block":false}}],"directives":[{"kind":"Directive","name":{"kind":"Name","value":"live"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stack"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"convergedServices"}},{"kind":"Field","name":{"kind":"Name","value":"desiredTasks"}},{"kind":"Field","name":{"kind":"Name","value":"runningTasks"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"replicasText"}},{"kind":"Field","name":{"kind":"Name","value":"isConverged"}},{"kind":"Field","name":{"kind":"Name","value":"tasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"desiredStates"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"RUNNING"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LiveStackQuery, LiveStackQueryVariables>;
export const ServiceLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ServiceLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"shop_web","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"Argument","name":{"kind":"Name","value":"tail"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<ServiceLogsSubscription, ServiceLogsSubscriptionVariables>;
export const ServiceCreateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ServiceCreate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}},"defaultValue":{"kind":"StringValue","value":"greeter","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"image"},"value":{"kind":"StringValue","value":"busybox","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"sh","block":false},{"kind":"StringValue","value":"-c","block":false},{"kind":"StringValue","value":"echo hello; exec sleep 3600","block":false}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"replicas"},"value":{"kind":"IntValue","value":"2"}},{"kind":"ObjectField","name":{"kind":"Name","value":"env"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"GREETING","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"StringValue","value":"hello","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"resources"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"limits"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"memory"},"value":{"kind":"StringValue","value":"64m","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"cpus"},"value":{"kind":"FloatValue","value":"0.5"}}]}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"updateConfig"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"order"},"value":{"kind":"EnumValue","value":"START_FIRST"}},{"kind":"ObjectField","name":{"kind":"Name","value":"failureAction"},"value":{"kind":"EnumValue","value":"ROLLBACK"}},{"kind":"ObjectField","name":{"kind":"Name","value":"monitor"},"value":{"kind":"StringValue","value":"1s","block":false}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"endpointMode"},"value":{"kind":"EnumValue","value":"DNSRR"}},{"kind":"ObjectField","name":{"kind":"Name","value":"resolveImage"},"value":{"kind":"BooleanValue","value":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"waitFor"},"value":{"kind":"EnumValue","value":"CONVERGED"}},{"kind":"ObjectField","name":{"kind":"Name","value":"timeout"},"value":{"kind":"StringValue","value":"1m","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"stableFor"},"value":{"kind":"StringValue","value":"1s","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"service"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ServiceNotConvergedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runningTasks"}},{"kind":"Field","name":{"kind":"Name","value":"desiredTasks"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ServiceCreateMutation, ServiceCreateMutationVariables>;
export const ServiceUpdateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ServiceUpdate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ref"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}},"defaultValue":{"kind":"StringValue","value":"greeter","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceUpdate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ref"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"addEnv"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"GREETING","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"StringValue","value":"good day","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"addLabels"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"key"},"value":{"kind":"StringValue","value":"tier","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"StringValue","value":"front","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"resources"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"limits"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"memory"},"value":{"kind":"StringValue","value":"128m","block":false}}]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"service"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"versionIndex"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ServiceUpdateMutation, ServiceUpdateMutationVariables>;
export const ServicesScaleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ServicesScale"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"services"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ServiceReplicasInput"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ref"},"value":{"kind":"StringValue","value":"greeter","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"replicas"},"value":{"kind":"IntValue","value":"1"}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"servicesScale"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"services"},"value":{"kind":"Variable","name":{"kind":"Name","value":"services"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ref"}},{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ServicesScaleMutation, ServicesScaleMutationVariables>;
export const PluginsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Plugins"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plugins"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"capabilities"}},{"kind":"Field","name":{"kind":"Name","value":"remote"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"env"}}]}},{"kind":"Field","name":{"kind":"Name","value":"volumes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"networks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PluginsQuery, PluginsQueryVariables>;
export const PluginPrivilegesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PluginPrivileges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"remote"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"vieux/sshfs:latest","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pluginPrivileges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"remote"},"value":{"kind":"Variable","name":{"kind":"Name","value":"remote"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<PluginPrivilegesQuery, PluginPrivilegesQueryVariables>;
export const PluginInstallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PluginInstall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"remote"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"vieux/sshfs:latest","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"grant"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PluginPrivilegeInput"}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"network","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"host","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"mount","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"/var/lib/docker/plugins/","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"mount","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"device","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"/dev/fuse","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"capabilities","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"CAP_SYS_ADMIN","block":false}]}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pluginInstall"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"remote"},"value":{"kind":"Variable","name":{"kind":"Name","value":"remote"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"grant"},"value":{"kind":"Variable","name":{"kind":"Name","value":"grant"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plugin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PluginPrivilegesError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"missing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<PluginInstallMutation, PluginInstallMutationVariables>;
export const ClusterVolumeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ClusterVolume"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"shared","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"driver"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"csi-plugin:latest","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"volumeCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"driver"},"value":{"kind":"Variable","name":{"kind":"Name","value":"driver"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"clusterVolumeSpec"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accessMode"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"scope"},"value":{"kind":"EnumValue","value":"MULTI"}},{"kind":"ObjectField","name":{"kind":"Name","value":"sharing"},"value":{"kind":"EnumValue","value":"ALL"}},{"kind":"ObjectField","name":{"kind":"Name","value":"mountOptions"},"value":{"kind":"ObjectValue","fields":[]}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"capacityRange"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"requiredBytes"},"value":{"kind":"StringValue","value":"1g","block":false}}]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"volume"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"clusterVolume"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"swarmId"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ClusterVolumeMutation, ClusterVolumeMutationVariables>;
export const UpdatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Updates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updateStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}},{"kind":"Field","name":{"kind":"Name","value":"registryCalls"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"registryUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registry"}},{"kind":"Field","name":{"kind":"Name","value":"calls"}},{"kind":"Field","name":{"kind":"Name","value":"spared"}},{"kind":"Field","name":{"kind":"Name","value":"pausedUntil"}}]}}]}}]} as unknown as DocumentNode<UpdatesQuery, UpdatesQueryVariables>;
export const RegistryImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RegistryImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reference"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"busybox:latest","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registryImage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"reference"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reference"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"mediaType"}},{"kind":"Field","name":{"kind":"Name","value":"platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"variant"}}]}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}}]}}]} as unknown as DocumentNode<RegistryImageQuery, RegistryImageQueryVariables>;
export const ImageSearchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageSearch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"term"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"nginx","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageSearch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"term"},"value":{"kind":"Variable","name":{"kind":"Name","value":"term"}}},{"kind":"Argument","name":{"kind":"Name","value":"limit"},"value":{"kind":"IntValue","value":"5"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"isOfficial"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"starCount"}}]}}]}}]} as unknown as DocumentNode<ImageSearchQuery, ImageSearchQueryVariables>;
export const BuildSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BuildSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"t0ken","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageBuild"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"builder"},"value":{"kind":"EnumValue","value":"BUILDKIT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"context"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"dockerfile"},"value":{"kind":"StringValue","value":"FROM busybox\nRUN --mount=type=secret,id=token test -s /run/secrets/token","block":true}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"tags"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"with-secret:1","block":false}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"secrets"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"StringValue","value":"token","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"value"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}}]}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<BuildSecretMutation, BuildSecretMutationVariables>;