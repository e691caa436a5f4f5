/** What the Engine tells and is told in the same form. Written by test/coverage/documented.ts; see `Documented` in ../names.ts for how to read it. */
export const both = {
  ClusterVolumeSpec: `
    Group@1.42 AccessMode@1.42 Secrets@1.42 AccessibilityRequirements@1.42 CapacityRange@1.42
    Availability@1.42`,
  'ClusterVolumeSpec.AccessMode': 'Scope@1.42 Sharing@1.42 MountVolume@1.42 BlockVolume',
  'ClusterVolumeSpec.AccessMode.AccessibilityRequirements': 'Requisite@1.42 Preferred@1.42',
  'ClusterVolumeSpec.AccessMode.CapacityRange': 'RequiredBytes@1.42 LimitBytes@1.42',
  'ClusterVolumeSpec.AccessMode.MountVolume': 'FsType@1.42 MountFlags@1.42',
  'ClusterVolumeSpec.AccessMode.Secrets[]': 'Key@1.42 Secret@1.42',
  ConfigReference: 'Network',
  ConfigSpec: 'Name Labels Data Templating',
  ContainerConfig: `
    Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce
    Env Cmd Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled OnBuild Labels
    StopSignal StopTimeout Shell MacAddress@..1.51`,
  DeviceMapping: 'PathOnHost PathInContainer CgroupPermissions',
  DeviceRequest: 'Driver Count DeviceIDs Capabilities Options',
  Driver: 'Name Options',
  EndpointIPAMConfig: 'IPv4Address IPv6Address LinkLocalIPs',
  EndpointPortConfig: 'Name Protocol TargetPort PublishedPort PublishMode',
  EndpointSettings: `
    IPAMConfig Links MacAddress Aliases DriverOpts GwPriority@1.48 NetworkID EndpointID Gateway
    IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen DNSNames@1.44`,
  EndpointSpec: 'Mode Ports',
  'GenericResources[]': 'NamedResourceSpec DiscreteResourceSpec',
  'GenericResources[].DiscreteResourceSpec': 'Kind Value',
  'GenericResources[].NamedResourceSpec': 'Kind Value',
  HealthConfig: 'Test Interval Timeout Retries StartPeriod StartInterval@1.44',
  HostConfig: `
    CpuShares Memory CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps
    BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime
    CpusetCpus CpusetMems Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap
    MemorySwappiness NanoCpus OomKillDisable Init PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps
    IOMaximumBandwidth Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy
    AutoRemove VolumeDriver VolumesFrom Mounts ConsoleSize Annotations@1.43 CapAdd CapDrop CgroupnsMode
    Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged
    PublishAllPorts ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls
    Runtime Isolation MaskedPaths ReadonlyPaths KernelMemory@..1.41 KernelMemoryTCP@..1.51`,
  'HostConfig.BlkioWeightDevice[]': 'Path Weight',
  'HostConfig.LogConfig': 'Type Config',
  'HostConfig.Ulimits[]': 'Name Soft Hard',
  IPAM: 'Driver Config Options',
  IPAMConfig: 'Subnet IPRange Gateway AuxiliaryAddresses',
  Limit: 'NanoCPUs MemoryBytes Pids',
  Mount: `
    Target Source Type ReadOnly Consistency BindOptions VolumeOptions ImageOptions@1.48 TmpfsOptions
    ClusterOptions`,
  'Mount.BindOptions': `
    Propagation NonRecursive CreateMountpoint@1.42 ReadOnlyNonRecursive@1.44
    ReadOnlyForceRecursive@1.44`,
  'Mount.ImageOptions': 'Subpath@1.48',
  'Mount.TmpfsOptions': 'SizeBytes Mode Options@1.46',
  'Mount.VolumeOptions': 'NoCopy Labels DriverConfig Subpath@1.45',
  'Mount.VolumeOptions.DriverConfig': 'Name Options',
  NetworkAttachmentConfig: 'Target Aliases DriverOpts',
  NodeSpec: 'Name Labels Role Availability',
  Platform: 'Architecture OS',
  PluginPrivilege: 'Name Description Value',
  PortBinding: 'HostIp HostPort',
  ResourceObject: 'NanoCPUs MemoryBytes GenericResources',
  RestartPolicy: 'Name MaximumRetryCount',
  SecretSpec: 'Name Labels Data Driver Templating',
  SwarmSpec: 'Name Labels Orchestration Raft Dispatcher CAConfig EncryptionConfig TaskDefaults',
  'SwarmSpec.CAConfig': 'NodeCertExpiry ExternalCAs SigningCACert SigningCAKey ForceRotate',
  'SwarmSpec.CAConfig.ExternalCAs[]': 'Protocol URL Options CACert',
  'SwarmSpec.Dispatcher': 'HeartbeatPeriod',
  'SwarmSpec.EncryptionConfig': 'AutoLockManagers',
  'SwarmSpec.Orchestration': 'TaskHistoryRetentionLimit',
  'SwarmSpec.Raft': `
    SnapshotInterval KeepOldSnapshots LogEntriesForSlowFollowers ElectionTick HeartbeatTick`,
  'SwarmSpec.TaskDefaults': 'LogDriver',
  'SwarmSpec.TaskDefaults.LogDriver': 'Name Options',
  TaskSpec: `
    PluginSpec ContainerSpec NetworkAttachmentSpec Resources RestartPolicy Placement ForceUpdate
    Runtime Networks LogDriver`,
  'TaskSpec.ContainerSpec': `
    Image Labels Command Args Hostname Env Dir User Groups Privileges TTY OpenStdin ReadOnly Mounts
    StopSignal StopGracePeriod Healthcheck Hosts DNSConfig Secrets OomScoreAdj@1.46 Configs Isolation
    Init Sysctls CapabilityAdd CapabilityDrop Ulimits`,
  'TaskSpec.ContainerSpec.Configs[]': 'File Runtime ConfigID ConfigName',
  'TaskSpec.ContainerSpec.Configs[].File': 'Name UID GID Mode',
  'TaskSpec.ContainerSpec.DNSConfig': 'Nameservers Search Options',
  'TaskSpec.ContainerSpec.Privileges': `
    CredentialSpec SELinuxContext Seccomp@1.44 AppArmor@1.44 NoNewPrivileges@1.44`,
  'TaskSpec.ContainerSpec.Privileges.AppArmor': 'Mode@1.44',
  'TaskSpec.ContainerSpec.Privileges.CredentialSpec': 'Config File Registry',
  'TaskSpec.ContainerSpec.Privileges.SELinuxContext': 'Disable User Role Type Level',
  'TaskSpec.ContainerSpec.Privileges.Seccomp': 'Mode@1.44 Profile@1.44',
  'TaskSpec.ContainerSpec.Secrets[]': 'File SecretID SecretName',
  'TaskSpec.ContainerSpec.Secrets[].File': 'Name UID GID Mode',
  'TaskSpec.ContainerSpec.Ulimits[]': 'Name Soft Hard',
  'TaskSpec.LogDriver': 'Name Options',
  'TaskSpec.NetworkAttachmentSpec': 'ContainerID',
  'TaskSpec.Placement': 'Constraints Preferences MaxReplicas Platforms',
  'TaskSpec.Placement.Preferences[]': 'Spread',
  'TaskSpec.Placement.Preferences[].Spread': 'SpreadDescriptor',
  'TaskSpec.PluginSpec': 'name remote disabled privileges env',
  'TaskSpec.Resources': 'Limits Reservations SwapBytes@1.52 MemorySwappiness@1.52',
  'TaskSpec.RestartPolicy': 'Condition Delay MaxAttempts Window',
  ThrottleDevice: 'Path Rate',
  Topology: 'Segments@1.42',
} as const;
