/** What the Engine tells. Written by test/coverage/documented.ts; see `Documented` in ../names.ts for how to read it. */
export const answers = {
  Address: 'Addr PrefixLen',
  AttestationStatement: 'Descriptor@1.55 PredicateType@1.55 Statement@1.55',
  AuthResponse: 'Status IdentityToken',
  BuildCache: `
    ID Parents@1.42 Type Description InUse Shared Size CreatedAt LastUsedAt UsageCount Parent@..1.41`,
  BuildCacheDiskUsage: 'ActiveCount@1.52 TotalCount@1.52 Reclaimable@1.52 TotalSize@1.52 Items@1.52',
  BuildIdentity: 'Ref@1.53 CreatedAt@1.53',
  BuildInfo: 'id stream errorDetail status progressDetail aux',
  BuildPruneResponse: 'CachesDeleted SpaceReclaimed',
  ClusterInfo: `
    ID Version CreatedAt UpdatedAt Spec TLSInfo RootRotationInProgress DataPathPort DefaultAddrPool
    SubnetSize`,
  ClusterVolume: `
    ID@1.42 Version@1.42 CreatedAt@1.42 UpdatedAt@1.42 Spec@1.42 Info@1.42 PublishStatus@1.42`,
  'ClusterVolume.Info': 'CapacityBytes@1.42 VolumeContext@1.42 VolumeID@1.42 AccessibleTopology@1.42',
  'ClusterVolume.PublishStatus[]': 'NodeID@1.42 State@1.42 PublishContext@1.42',
  Commit: 'ID Expected@..1.48',
  Config: 'ID Version CreatedAt UpdatedAt Spec',
  ContainerBlkioStatEntry: 'major minor op value',
  ContainerBlkioStats: `
    io_service_bytes_recursive io_serviced_recursive io_queue_recursive io_service_time_recursive
    io_wait_time_recursive io_merged_recursive io_time_recursive sectors_recursive`,
  ContainerCPUStats: 'cpu_usage system_cpu_usage online_cpus throttling_data',
  ContainerCPUUsage: 'total_usage percpu_usage usage_in_kernelmode usage_in_usermode',
  ContainerCreateResponse: 'Id Warnings',
  ContainerInspectResponse: `
    Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount
    Driver Platform ImageManifestDescriptor@1.48 MountLabel ProcessLabel AppArmorProfile ExecIDs
    HostConfig GraphDriver Storage@1.52 SizeRw SizeRootFs Mounts Config NetworkSettings`,
  ContainerMemoryStats: 'usage max_usage stats failcnt limit commitbytes commitpeakbytes privateworkingset',
  ContainerNetworkStats: `
    rx_bytes rx_packets rx_errors rx_dropped tx_bytes tx_packets tx_errors tx_dropped endpoint_id
    instance_id`,
  ContainerPidsStats: 'current limit',
  ContainerPruneResponse: 'ContainersDeleted SpaceReclaimed',
  ContainerState: `
    Status Running Paused Restarting OOMKilled Dead Pid ExitCode Error StartedAt FinishedAt Health`,
  ContainerStatsResponse: `
    id name os_type@1.52 read cpu_stats memory_stats networks pids_stats blkio_stats num_procs
    storage_stats preread precpu_stats`,
  ContainerStatus: 'ContainerID PID ExitCode',
  ContainerStorageStats: 'read_count_normalized read_size_bytes write_count_normalized write_size_bytes',
  ContainerSummary: `
    Id Names Image ImageID ImageManifestDescriptor@1.48 Command Created Ports SizeRw SizeRootFs Labels
    State Status HostConfig NetworkSettings Mounts Health@1.52`,
  'ContainerSummary.Health': 'Status@1.52 FailingStreak@1.52',
  'ContainerSummary.HostConfig': 'NetworkMode Annotations@1.46',
  'ContainerSummary.NetworkSettings': 'Networks',
  ContainerThrottlingData: 'periods throttled_periods throttled_time',
  ContainerTopResponse: 'Titles Processes',
  ContainerUpdateResponse: 'Warnings',
  ContainerWaitExitError: 'Message',
  ContainerWaitResponse: 'StatusCode Error',
  ContainerdInfo: 'Address@1.46 Namespaces@1.46',
  'ContainerdInfo.Namespaces': 'Containers@1.46 Plugins@1.46',
  ContainersDiskUsage: 'ActiveCount@1.52 TotalCount@1.52 Reclaimable@1.52 TotalSize@1.52 Items@1.52',
  CreateImageInfo: 'id errorDetail status progressDetail',
  DeviceInfo: 'Source@1.50 ID@1.50',
  DistributionInspect: 'Descriptor Platforms',
  DriverData: 'Name Data',
  EndpointResource: 'Name EndpointID MacAddress IPv4Address IPv6Address',
  EngineDescription: 'EngineVersion Labels Plugins',
  'EngineDescription.Plugins[]': 'Type Name',
  ErrorDetail: 'code message',
  ErrorResponse: 'message',
  EventActor: 'ID Attributes',
  EventMessage: 'Type Action Actor scope time timeNano',
  ExecInspectResponse: `
    CanRemove DetachKeys ID Running ExitCode ProcessConfig OpenStdin OpenStderr OpenStdout ContainerID
    Pid`,
  FilesystemChange: 'Path Kind',
  FirewallInfo: 'Driver@1.49 Info@1.49',
  Health: 'Status FailingStreak Log',
  HealthcheckResult: 'Start End ExitCode Output',
  IDResponse: 'Id',
  IPAMStatus: 'Subnets@1.52',
  Identity: 'Signature@1.53 Pull@1.53 Build@1.53',
  ImageConfig: `
    User ExposedPorts Env Cmd Healthcheck ArgsEscaped Volumes WorkingDir Entrypoint OnBuild Labels
    StopSignal Shell Hostname@..1.49 Domainname@..1.49 AttachStdin@..1.49 AttachStdout@..1.49
    AttachStderr@..1.49 Tty@..1.49 OpenStdin@..1.49 StdinOnce@..1.49 Image@..1.49
    NetworkDisabled@..1.49 MacAddress@..1.49 StopTimeout@..1.49`,
  ImageDeleteResponseItem: 'Untagged Deleted',
  ImageHistoryResponseItem: 'Id Created CreatedBy Tags Size Comment',
  ImageID: 'ID',
  ImageInspect: `
    Id Descriptor@1.48 Manifests@1.48 Identity@1.53 RepoTags RepoDigests Comment Created Author Config
    Architecture Variant Os OsVersion Size GraphDriver RootFS Metadata Parent@..1.51 Container@..1.44
    ContainerConfig@..1.44 DockerVersion@..1.51 VirtualSize@..1.43`,
  'ImageInspect.Metadata': 'LastTagTime',
  'ImageInspect.RootFS': 'Type Layers',
  ImageManifestSummary: `
    ID@1.47 Descriptor@1.47 Available@1.47 Size@1.47 Kind@1.47 ImageData@1.47 AttestationData@1.47`,
  'ImageManifestSummary.AttestationData': 'For@1.47',
  'ImageManifestSummary.ImageData': 'Platform@1.47 Identity@1.54 Containers@1.47 Size@1.47',
  'ImageManifestSummary.ImageData.Size': 'Unpacked@1.47',
  'ImageManifestSummary.Size': 'Total@1.47 Content@1.47',
  ImagePruneResponse: 'ImagesDeleted SpaceReclaimed',
  'ImageSearchResponse[]': 'description is_official is_automated name star_count',
  ImageSummary: `
    Id ParentId RepoTags RepoDigests Created Size SharedSize Labels Containers Manifests@1.47
    Descriptor@1.48 VirtualSize@..1.43`,
  ImagesDiskUsage: 'ActiveCount@1.52 TotalCount@1.52 Reclaimable@1.52 TotalSize@1.52 Items@1.52',
  IndexInfo: 'Name Mirrors Secure Official',
  JoinTokens: 'Worker Manager',
  ManagerStatus: 'Leader Reachability Addr',
  MountPoint: 'Type Name Source Destination Driver Mode RW Propagation',
  NRIInfo: 'Info@1.53',
  NetworkAttachment: 'Network Addresses',
  NetworkCreateResponse: 'Id Warning',
  NetworkInspect: `
    Name Id Created Scope Driver EnableIPv4@1.48 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom
    ConfigOnly Options Labels Peers Containers Services Status@1.52`,
  NetworkPruneResponse: 'NetworksDeleted',
  NetworkSettings: `
    SandboxID SandboxKey Ports Networks Bridge@..1.51 Gateway@..1.51 IPPrefixLen@..1.51
    MacAddress@..1.51 HairpinMode@..1.51 LinkLocalIPv6Address@..1.51 LinkLocalIPv6PrefixLen@..1.51
    SecondaryIPAddresses@..1.51 SecondaryIPv6Addresses@..1.51 EndpointID@..1.51
    GlobalIPv6Address@..1.51 GlobalIPv6PrefixLen@..1.51 IPAddress@..1.51 IPv6Gateway@..1.51`,
  NetworkStatus: 'IPAM@1.52',
  NetworkSummary: `
    Name Id Created Scope Driver EnableIPv4@1.48 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom
    ConfigOnly Options Labels Peers Containers@..1.51`,
  NetworkTaskInfo: 'Name@1.52 EndpointID@1.52 EndpointIP@1.52 Info@1.52',
  Node: 'ID Version CreatedAt UpdatedAt Spec Description Status ManagerStatus',
  NodeDescription: 'Hostname Platform Resources Engine TLSInfo CSIInfo',
  'NodeDescription.CSIInfo[]': 'PluginName NodeID MaxVolumesPerNode AccessibleTopology',
  NodeStatus: 'State Message Addr',
  OCIDescriptor: `
    mediaType digest size urls@1.48 annotations@1.48 data@1.48 platform@1.48 artifactType@1.48`,
  OCIPlatform: 'architecture os os.version os.features variant',
  ObjectVersion: 'Index',
  PeerInfo: 'Name IP',
  PeerNode: 'NodeID Addr',
  Plugin: 'Id Name Enabled Settings PluginReference Config',
  'Plugin.Config': `
    Description Documentation Interface Entrypoint WorkDir User Network Linux PropagatedMount IpcHost
    PidHost Mounts Env Args rootfs DockerVersion@..1.51`,
  'Plugin.Config.Args': 'Name Description Settable Value',
  'Plugin.Config.Interface': 'Types Socket ProtocolScheme',
  'Plugin.Config.Linux': 'Capabilities AllowAllDevices Devices',
  'Plugin.Config.Network': 'Type',
  'Plugin.Config.User': 'UID GID',
  'Plugin.Config.rootfs': 'type diff_ids',
  'Plugin.Settings': 'Mounts Env Args Devices',
  PluginDevice: 'Name Description Settable Path',
  PluginEnv: 'Name Description Settable Value',
  PluginMount: 'Name Description Settable Source Destination Type Options',
  PluginsInfo: 'Volume Network Authorization Log',
  PortStatus: 'Ports',
  PortSummary: 'IP PrivatePort PublicPort Type',
  ProcessConfig: 'privileged user tty entrypoint arguments',
  ProgressDetail: 'current total',
  PullIdentity: 'Repository@1.53',
  PushImageInfo: 'errorDetail@1.48 status progressDetail',
  RegistryServiceConfig: `
    InsecureRegistryCIDRs IndexConfigs Mirrors AllowNondistributableArtifactsCIDRs@..1.48
    AllowNondistributableArtifactsHostnames@..1.48`,
  RootFSStorage: 'Snapshot@1.52',
  RootFSStorageSnapshot: 'Name@1.52',
  Runtime: 'path runtimeArgs status@1.44 runtimeType options',
  Secret: 'ID Version CreatedAt UpdatedAt Spec',
  Service: 'ID Version CreatedAt UpdatedAt Spec Endpoint UpdateStatus ServiceStatus JobStatus PreviousSpec',
  'Service.Endpoint': 'Spec Ports VirtualIPs',
  'Service.Endpoint.VirtualIPs[]': 'NetworkID Addr',
  'Service.JobStatus': 'JobIteration LastExecution',
  'Service.ServiceStatus': 'RunningTasks DesiredTasks CompletedTasks',
  'Service.UpdateStatus': 'State StartedAt CompletedAt Message',
  ServiceCreateResponse: 'ID Warnings Warning@..1.43',
  ServiceInfo: 'VIP@1.52 Ports@1.52 LocalLBIndex@1.52 Tasks@1.52',
  ServiceSpec: 'Name Labels TaskTemplate Mode UpdateConfig RollbackConfig EndpointSpec',
  'ServiceSpec.Mode': 'Replicated Global ReplicatedJob GlobalJob',
  'ServiceSpec.Mode.Replicated': 'Replicas',
  'ServiceSpec.Mode.ReplicatedJob': 'MaxConcurrent TotalCompletions',
  'ServiceSpec.RollbackConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  'ServiceSpec.UpdateConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  ServiceUpdateResponse: 'Warnings',
  SignatureIdentity: `
    Name@1.53 Timestamps@1.53 KnownSigner@1.53 DockerReference@1.53 Signer@1.53 SignatureType@1.53
    Error@1.53 Warnings@1.53`,
  SignatureTimestamp: 'Type@1.53 URI@1.53 Timestamp@1.53',
  SignerIdentity: `
    CertificateIssuer@1.53 SubjectAlternativeName@1.53 Issuer@1.53 BuildSignerURI@1.53
    BuildSignerDigest@1.53 RunnerEnvironment@1.53 SourceRepositoryURI@1.53 SourceRepositoryDigest@1.53
    SourceRepositoryRef@1.53 SourceRepositoryIdentifier@1.53 SourceRepositoryOwnerURI@1.53
    SourceRepositoryOwnerIdentifier@1.53 BuildConfigURI@1.53 BuildConfigDigest@1.53 BuildTrigger@1.53
    RunInvocationURI@1.53 SourceRepositoryVisibilityAtSigning@1.53`,
  Storage: 'RootFS@1.52',
  SubnetStatus: 'IPsInUse@1.52 DynamicIPsAvailable@1.52',
  Swarm: `
    ID Version CreatedAt UpdatedAt Spec TLSInfo RootRotationInProgress DataPathPort DefaultAddrPool
    SubnetSize JoinTokens`,
  SwarmInfo: `
    NodeID NodeAddr LocalNodeState ControlAvailable Error RemoteManagers Nodes Managers Cluster
    Warnings`,
  SwarmNetwork: 'ID Version CreatedAt UpdatedAt Spec DriverState IPAMOptions',
  SwarmUnlockkeyResponse: 'UnlockKey',
  SystemDataUsageResponse: `
    ImageUsage@1.52 ContainerUsage@1.52 VolumeUsage@1.52 BuildCacheUsage@1.52 LayersSize@..1.51
    Images@..1.51 Containers@..1.51 Volumes@..1.51 BuildCache@..1.51`,
  SystemInfo: `
    ID Containers ContainersRunning ContainersPaused ContainersStopped Images Driver DriverStatus
    DockerRootDir Plugins MemoryLimit SwapLimit CpuCfsPeriod CpuCfsQuota CPUShares CPUSet PidsLimit
    OomKillDisable IPv4Forwarding Debug NFd NGoroutines SystemTime LoggingDriver CgroupDriver
    CgroupVersion NEventsListener KernelVersion OperatingSystem OSVersion OSType Architecture NCPU
    MemTotal IndexServerAddress RegistryConfig GenericResources HttpProxy HttpsProxy NoProxy Name
    Labels ExperimentalBuild ServerVersion Runtimes DefaultRuntime Swarm LiveRestoreEnabled Isolation
    InitBinary ContainerdCommit RuncCommit InitCommit SecurityOptions ProductLicense
    DefaultAddressPools FirewallBackend@1.49 DiscoveredDevices@1.50 NRI@1.53 Warnings CDISpecDirs@1.44
    Containerd@1.46 SystemStatus BridgeNfIptables@..1.49 BridgeNfIp6tables@..1.49 ClusterStore@..1.41
    ClusterAdvertise@..1.41 KernelMemory@..1.41 KernelMemoryTCP@..1.51`,
  'SystemInfo.DefaultAddressPools[]': 'Base Size',
  SystemVersion: `
    Platform Components Version ApiVersion MinAPIVersion GitCommit GoVersion Os Arch KernelVersion
    Experimental BuildTime`,
  'SystemVersion.Components[]': 'Name Version Details',
  'SystemVersion.Platform': 'Name',
  TLSInfo: 'TrustRoot CertIssuerSubject CertIssuerPublicKey',
  Task: `
    ID Version CreatedAt UpdatedAt Name Labels Spec ServiceID Slot NodeID GenericResources Status
    DesiredState JobIteration NetworksAttachments Volumes`,
  'Task.Volumes[]': 'ID Source Target',
  TaskStatus: 'Timestamp State Message Err ContainerStatus PortStatus',
  Volume: 'Name Driver Mountpoint CreatedAt Status Labels Scope ClusterVolume@1.42 Options UsageData',
  'Volume.UsageData': 'Size RefCount',
  VolumeListResponse: 'Volumes Warnings',
  VolumePruneResponse: 'VolumesDeleted SpaceReclaimed',
  VolumesDiskUsage: 'ActiveCount@1.52 TotalCount@1.52 Reclaimable@1.52 TotalSize@1.52 Items@1.52',
} as const;
