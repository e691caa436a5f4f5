/**
 * What the daemon sends, as types. The only import of `@docker/node-sdk` (types only, API 1.52),
 * loosened to what is true on the wire, with corrections beside it, each with its reason.
 */
import type * as sdk from '@docker/node-sdk';

/** An integer of the daemon: a `bigint` where a double could not hold it exactly (see `json.ts`). */
export type Int64 = number | bigint;

/**
 * A documented type as it really arrives: any property may be absent or null on some version of the
 * daemon or on Podman, integers may exceed a double, and an enum may hold tomorrow's value.
 */
type Wire<T> = T extends number
  ? Int64
  : T extends string
    ? string
    : T extends boolean
      ? boolean
      : T extends readonly (infer Item)[]
        ? readonly Wire<Item>[]
        : T extends Date
          ? string
          : T extends object
            ? { readonly [Key in keyof T]?: Wire<Exclude<T[Key], undefined | null>> | null }
            : T;

/** A JSON object with keys nobody chose in advance: labels, options, sysctls. */
export type StringMap = Readonly<Record<string, string | null | undefined>>;

/** Fields that API 1.52 removed but 1.41 to 1.51 send. */
interface LegacyNetworkSettings {
  Bridge: string;
  HairpinMode: boolean;
  LinkLocalIPv6Address: string;
  LinkLocalIPv6PrefixLen: number;
  SecondaryIPAddresses: sdk.Address[];
  SecondaryIPv6Addresses: sdk.Address[];
  EndpointID: string;
  Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  IPAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  MacAddress: string;
}
/** Removed in 1.52: the container-wide MAC address. */
interface LegacyContainerConfig {
  MacAddress: string;
}
/** Removed in 1.42 (`KernelMemory`); still in what older Engines send. */
interface LegacyHostConfig {
  KernelMemory: number;
}
/** Sent below 1.44 (`VirtualSize`), 1.45 (`Container*`) and for legacy-built images. */
interface LegacyImage {
  VirtualSize: number;
  Parent: string;
  DockerVersion: string;
  Container: string;
  ContainerConfig: sdk.ContainerConfig;
}
/** Sent below API 1.50 inside the config of an image; runtime settings that never meant anything there. */
interface LegacyImageConfig {
  Hostname: string;
  Domainname: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  Tty: boolean;
  OpenStdin: boolean;
  StdinOnce: boolean;
  Image: string;
  NetworkDisabled: boolean;
  MacAddress: string;
  StopTimeout: number;
}

export type PortBinding = Wire<sdk.PortBinding>;
export type ContainerSummary = Wire<sdk.ContainerSummary>;
export type ContainerConfig = Wire<sdk.ContainerConfig & LegacyContainerConfig>;
export type HostConfig = Wire<sdk.HostConfig & LegacyHostConfig>;
export type ContainerState = Wire<sdk.ContainerState>;
export type NetworkSettings = Wire<sdk.NetworkSettings & LegacyNetworkSettings>;
export type EndpointSettings = Wire<sdk.EndpointSettings>;
export type MountPoint = Wire<sdk.MountPoint>;
export type PortSummary = Wire<sdk.PortSummary>;
export type Health = Wire<sdk.Health>;
export type HealthConfig = Wire<sdk.HealthConfig>;
export type ContainerInspect = Omit<
  Wire<sdk.ContainerInspectResponse>,
  'Config' | 'HostConfig' | 'NetworkSettings'
> & {
  readonly Config?: ContainerConfig | null;
  readonly HostConfig?: HostConfig | null;
  readonly NetworkSettings?: NetworkSettings | null;
  /** Since 1.52, with the containerd image store, where `GraphDriver` is absent. */
  readonly Storage?: ContainerStorage | null;
};
export interface ContainerStorage {
  readonly RootFS?: { readonly Snapshot?: { readonly Name?: string | null } | null } | null;
}
/** `networks` is a map by interface, which the SDK leaves untyped; `os_type` came with 1.52. */
export type ContainerStats = Omit<Wire<sdk.ContainerStatsResponse>, 'networks'> & {
  readonly networks?: Readonly<Record<string, ContainerNetworkStats>> | null;
  readonly os_type?: string | null;
};
export type ContainerNetworkStats = Wire<sdk.ContainerNetworkStats>;
export type ContainerTop = Wire<sdk.ContainerTopResponse>;
export type FilesystemChange = Wire<sdk.FilesystemChange>;
export type ContainerCreated = Wire<sdk.ContainerCreateResponse>;
export type ContainerWait = Wire<sdk.ContainerWaitResponse>;
export type ContainerUpdated = Wire<sdk.ContainerUpdateResponse>;
export type ContainersPruned = Wire<sdk.ContainerPruneResponse>;
/** Not documented, and there only where the daemon is experimental. */
export interface Checkpoint {
  readonly Name?: string | null;
}
export interface CheckpointBody {
  readonly CheckpointID: string;
  readonly CheckpointDir?: string | undefined;
  readonly Exit: boolean;
}
export type ExecInspect = Wire<sdk.ExecInspectResponse>;
export type ExecProcess = Wire<sdk.ProcessConfig>;

export type ImageSummary = Wire<sdk.ImageSummary & Pick<LegacyImage, 'VirtualSize'>>;
export type ImageConfig = Wire<sdk.ImageConfig & LegacyImageConfig>;
export type ImageInspect = Omit<Wire<sdk.ImageInspect & LegacyImage>, 'Config'> & {
  readonly Config?: ImageConfig | null;
  readonly Identity?: ImageIdentity | null;
};
export type ImageHistoryItem = Wire<sdk.HistoryResponseItem>;
export type ImageDeleted = Wire<sdk.ImageDeleteResponseItem>;
export type ImagesPruned = Wire<sdk.ImagePruneResponse>;
/** The SDK leaves it out. */
export interface BuildCachePruned {
  readonly CachesDeleted?: readonly string[] | null;
  readonly SpaceReclaimed?: Int64 | null;
}
export type OciDescriptor = Wire<sdk.OCIDescriptor>;
export type OciPlatform = Wire<sdk.OCIPlatform>;
type SdkManifest = Wire<sdk.ImageManifestSummary>;
export type ImageManifest = Omit<SdkManifest, 'ImageData'> & {
  readonly ImageData?:
    | (NonNullable<SdkManifest['ImageData']> & { readonly Identity?: ImageIdentity | null })
    | null;
};
/** Since API 1.53, which is newer than the SDK. */
interface Identity {
  Signature: SignatureIdentity[];
  Pull: { Repository: string }[];
  Build: { Ref: string; CreatedAt: string }[];
}
interface SignatureIdentity {
  Name: string;
  Timestamps: { Type: string; URI: string; Timestamp: string }[];
  KnownSigner: string;
  DockerReference: string;
  Signer: {
    CertificateIssuer: string;
    SubjectAlternativeName: string;
    Issuer: string;
    BuildSignerURI: string;
    BuildSignerDigest: string;
    RunnerEnvironment: string;
    SourceRepositoryURI: string;
    SourceRepositoryDigest: string;
    SourceRepositoryRef: string;
    SourceRepositoryIdentifier: string;
    SourceRepositoryOwnerURI: string;
    SourceRepositoryOwnerIdentifier: string;
    BuildConfigURI: string;
    BuildConfigDigest: string;
    BuildTrigger: string;
    RunInvocationURI: string;
    SourceRepositoryVisibilityAtSigning: string;
  };
  SignatureType: string;
  Error: string;
  Warnings: string[];
}
export type ImageIdentity = Wire<Identity>;
/** Since API 1.55. `Statement` is any JSON. */
export interface ImageAttestation {
  readonly Descriptor?: OciDescriptor | null;
  readonly PredicateType?: string | null;
  readonly Statement?: unknown;
}
export type DriverData = Wire<sdk.DriverData>;
export type JsonMessage = Wire<sdk.CreateImageInfo> & {
  /** `units`: absent for bytes, `s` where containerd's store counts the time of unpacking. */
  readonly progressDetail?: { readonly units?: string | null } | null;
  readonly stream?: string | null;
  readonly aux?: unknown;
  /** What `errorDetail` says too; alone on Podman. */
  readonly error?: string | null;
};

/**
 * The list sends everything but the endpoints; inspect sends them too. `EnableIPv4` came with 1.48.
 */
export type NetworkSummary = Wire<sdk.Network & { EnableIPv4: boolean }>;
export type NetworkInspect = Wire<sdk.Network & sdk.NetworkInspect & { EnableIPv4: boolean }>;
export type NetworkCreated = Wire<sdk.NetworkCreateResponse>;
export type NetworksPruned = Wire<sdk.NetworkPruneResponse>;
export type Ipam = Wire<sdk.IPAM>;

export type Volume = Wire<sdk.Volume>;
export type VolumeList = Wire<sdk.VolumeListResponse>;
export type VolumesPruned = Wire<sdk.VolumePruneResponse>;

/** `KernelMemory` and the cluster store went with 1.42; `SystemStatus` and the rest are sent and not documented. */
interface UndocumentedSystemInfo {
  KernelMemory: boolean;
  ClusterStore: string;
  ClusterAdvertise: string;
  SystemStatus: string[][];
  ContainerdCommit: LegacyCommit;
  RuncCommit: LegacyCommit;
  InitCommit: LegacyCommit;
  RegistryConfig: {
    AllowNondistributableArtifactsCIDRs: string[];
    AllowNondistributableArtifactsHostnames: string[];
  };
  Runtimes: { [name: string]: { runtimeType: string; options: { [key: string]: string } } };
  Swarm: { Warnings: string[] };
  /** Since API 1.53. */
  NRI: { Info: string[][] };
}
/** Gone with 1.49; before, always equal to `ID`. */
interface LegacyCommit {
  Expected: string;
}
/** Documented as any object; the daemon writes text only. */
interface VersionComponent {
  Name: string;
  Version: string;
  Details: { [key: string]: string };
}

export type SystemInfo = Wire<sdk.SystemInfo & UndocumentedSystemInfo>;
export type SystemVersion = Wire<Omit<sdk.SystemVersion, 'Components'> & { Components: VersionComponent[] }>;
/** From 1.42 on the key of the parents really begins with a space. */
export type BuildCache = Wire<sdk.BuildCache & { ' Parents': string[] }>;
/** What API 1.52 tells of one kind. `Items` are left out where there are none, and where nobody asked for them. */
export interface DiskUsageOf<Item> {
  readonly ActiveCount?: Int64 | null;
  readonly TotalCount?: Int64 | null;
  readonly Reclaimable?: Int64 | null;
  readonly TotalSize?: Int64 | null;
  readonly Items?: readonly Item[] | null;
}
/** Below API 1.52 the lists; from there on what ends in `Usage`, and the lists only without `verbose`. */
export type SystemDiskUsage = {
  readonly ImageUsage?: DiskUsageOf<ImageSummary> | null;
  readonly ContainerUsage?: DiskUsageOf<ContainerSummary> | null;
  readonly VolumeUsage?: DiskUsageOf<Volume> | null;
  readonly BuildCacheUsage?: DiskUsageOf<BuildCache> | null;
  readonly LayersSize?: Int64 | null;
  readonly Images?: readonly ImageSummary[] | null;
  readonly Containers?: readonly ContainerSummary[] | null;
  readonly Volumes?: readonly Volume[] | null;
  readonly BuildCache?: readonly BuildCache[] | null;
};

/** `Healthcheck` is what the wire has, `HealthCheck` what the documents say; `OomScoreAdj` and the swap settings are newer than some. */
type WireContainerSpec = Omit<sdk.TaskSpecContainerSpec, 'HealthCheck'> & { Healthcheck: sdk.HealthConfig };
/** As in a plugin's spec. */
interface WirePluginPrivilege {
  name: string;
  description: string;
  value: string[];
}
/** The keys of a plugin's spec are in lower case. `env` is not documented. */
interface WirePluginSpec {
  name: string;
  remote: string;
  disabled: boolean;
  privileges: WirePluginPrivilege[];
  env: string[];
}
/** Since API 1.52: limits of swap. */
interface SwapResources {
  SwapBytes: number;
  MemorySwappiness: number;
}
type WireTaskSpec = Omit<sdk.TaskSpec, 'ContainerSpec' | 'PluginSpec' | 'Resources'> & {
  ContainerSpec: WireContainerSpec;
  PluginSpec: WirePluginSpec;
  Resources: sdk.TaskSpecResources & SwapResources;
};
type WireServiceSpec = Omit<sdk.ServiceSpec, 'TaskTemplate'> & { TaskTemplate: WireTaskSpec };
/** Of other names than those of a network's own inspection. */
interface WireSwarmIpam {
  Driver: sdk.Driver;
  Configs: { Subnet: string; Range: string; Gateway: string }[];
}
/** A network as the managers of a swarm know it. */
interface WireSwarmNetwork {
  ID: string;
  Version: sdk.ObjectVersion;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: {
    Name: string;
    Labels: { [key: string]: string };
    DriverConfiguration: sdk.Driver;
    IPv6Enabled: boolean;
    Internal: boolean;
    Attachable: boolean;
    Ingress: boolean;
    IPAMOptions: WireSwarmIpam;
    ConfigFrom: sdk.ConfigReference;
    Scope: string;
  };
  DriverState: sdk.Driver;
  IPAMOptions: WireSwarmIpam;
}
interface WireNetworkAttachment {
  Network: WireSwarmNetwork;
  Addresses: string[];
  Aliases: string[];
}
interface WireTask {
  Spec: WireTaskSpec;
  GenericResources: sdk.GenericResourcesInner[];
  NetworksAttachments: WireNetworkAttachment[];
  Volumes: { ID: string; Source: string; Target: string }[];
}

export type ServiceSpec = Wire<WireServiceSpec>;
export type TaskSpec = Wire<WireTaskSpec>;
export type ContainerSpec = Wire<WireContainerSpec>;
export type Service = Wire<
  Omit<sdk.Service, 'Spec'> & { Spec: WireServiceSpec; PreviousSpec: WireServiceSpec }
>;
export type ServiceCreated = Wire<sdk.ServiceCreateResponse>;
export type ServiceUpdated = Wire<sdk.ServiceUpdateResponse>;
export type Task = Wire<Omit<sdk.Task, 'Spec' | 'AssignedGenericResources'> & WireTask>;
/** Since API 1.44, of nodes with cluster volume drivers; not documented. */
interface NodeCsiInfo {
  PluginName: string;
  NodeID: string;
  MaxVolumesPerNode: number;
  AccessibleTopology: { Segments: { [key: string]: string } };
}
export type SwarmNode = Wire<
  Omit<sdk.Node, 'Description'> & { Description: sdk.NodeDescription & { CSIInfo: NodeCsiInfo[] } }
>;
export type Swarm = Wire<sdk.Swarm>;
export type UnlockKey = Wire<sdk.UnlockKeyResponse>;
export type Secret = Wire<sdk.Secret>;
/** `Config` of the documents: not to be mistaken for that of a container. */
export type SwarmConfig = Wire<sdk.Config>;
export type IdCreated = { readonly ID?: string | null; readonly Id?: string | null };

export type Plugin = Wire<sdk.Plugin>;
export type PluginPrivilege = Wire<sdk.PluginPrivilege>;
export type DistributionInspect = Wire<sdk.DistributionInspect>;
export type ImageFoundByName = Wire<sdk.ImageSearchResponseItem>;
export type AuthAnswer = Wire<sdk.SystemAuthResponse>;

/** What is asked of the logs of a service or a task. There is no `until`. */
export interface SwarmLogQuery {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: true;
  /** Before each message: which node, service and task it is from. */
  readonly details: true;
  readonly since?: string;
  readonly tail?: string;
}

/** A request body: as documented, with exact integers, and `undefined` for what the user left out. */
type Body<T> = T extends number
  ? Int64
  : T extends string | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Body<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]?: Body<Exclude<T[Key], undefined | null>> | null | undefined }
        : T;

export type ContainerCreateBody = Body<
  sdk.ContainerCreateRequest & { HostConfig: LegacyHostConfig } & { MacAddress: string }
>;
export type ContainerUpdateBody = Body<sdk.ContainerUpdateRequest>;
export type HostConfigBody = Body<sdk.HostConfig>;
export type MountBody = Body<sdk.Mount>;
export type HealthConfigBody = Body<sdk.HealthConfig>;
export type EndpointBody = Body<sdk.EndpointSettings>;
/** `CheckDuplicate` went with 1.44. */
export type NetworkCreateBody = Body<
  sdk.NetworkCreateRequest & { EnableIPv4: boolean; CheckDuplicate: boolean }
>;
export type NetworkConnectBody = Body<sdk.NetworkConnectRequest>;
export type NetworkDisconnectBody = Body<sdk.NetworkDisconnectRequest>;
/** What the documents put into `AccessMode` stands beside it, and what a mount or a block device is they leave open. */
interface WireClusterVolumeSpec {
  Group: string;
  AccessMode: {
    Scope: 'single' | 'multi';
    Sharing: 'none' | 'readonly' | 'onewriter' | 'all';
    MountVolume: { FsType: string; MountFlags: string[] };
    BlockVolume: object;
  };
  Secrets: { Key: string; Secret: string }[];
  AccessibilityRequirements: { Requisite: WireTopology[]; Preferred: WireTopology[] };
  CapacityRange: { RequiredBytes: number; LimitBytes: number };
  Availability: 'active' | 'pause' | 'drain';
}
interface WireTopology {
  Segments: { [key: string]: string };
}

export type ClusterVolumeSpecBody = Body<WireClusterVolumeSpec>;
export type VolumeCreateBody = Omit<Body<sdk.VolumeCreateOptions>, 'ClusterVolumeSpec'> & {
  readonly ClusterVolumeSpec?: ClusterVolumeSpecBody | undefined;
};
export type ContainerConfigBody = Body<sdk.ContainerConfig>;
export type ExecCreateBody = Body<sdk.ExecConfig>;
export type ExecStartBody = Body<sdk.ExecStartConfig>;
export type ServiceSpecBody = Body<WireServiceSpec>;
/** A spec that was read goes back with whatever words are in it, known or not. */
type SpecBody<T> = T extends number
  ? Int64
  : T extends string
    ? string
    : T extends boolean
      ? boolean
      : T extends readonly (infer Item)[]
        ? readonly SpecBody<Item>[]
        : T extends object
          ? {
              readonly [Key in keyof T]?: SpecBody<Exclude<T[Key], undefined | null>> | null | undefined;
            }
          : T;

/** The documents of both leave out `Availability`. */
export type SwarmInitBody = SpecBody<sdk.SwarmInitRequest & { Availability: string }>;
export type SwarmJoinBody = SpecBody<sdk.SwarmJoinRequest & { Availability: string }>;
export type SwarmSpecBody = SpecBody<sdk.SwarmSpec>;
export type NodeSpecBody = SpecBody<sdk.NodeSpec>;
export type SecretSpecBody = SpecBody<sdk.SecretSpec>;
export type ConfigSpecBody = SpecBody<sdk.ConfigSpec>;
export interface VolumeUpdateBody {
  readonly Spec: ClusterVolumeSpecBody;
}
export type AuthBody = Body<sdk.AuthConfig & { identitytoken: string }>;
