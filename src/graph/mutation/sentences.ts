/** The Engine's sentences of refusal, and what each is as a typed error: one table, for all versions. */
import { configsIn, secretsIn, servicesUsing } from '../swarm-file/users.ts';
import { pluginSentences } from './explain-plugins.ts';
import {
  configNamed,
  containerBy,
  networkNamed,
  publisherOf,
  secretNamed,
  serviceNamed,
  theContainer,
  usersIn,
  usersOfImage,
  volumeNamed,
} from './in-the-way.ts';
import { common, type Explain } from './sentence.ts';

/** The Engine's sentences, most telling first. Versions differ in words, so patterns hold to what they share. */
export const sentences: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
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
