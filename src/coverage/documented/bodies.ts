/** What the Engine is told. Written by test/coverage/documented.ts; see `Documented` in ../names.ts for how to read it. */
export const bodies = {
  AuthConfig: 'username password serveraddress',
  ConfigCreateBody: 'Name Labels Data Templating',
  ContainerCreateBody: `
    Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce
    Env Cmd Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled OnBuild Labels
    StopSignal StopTimeout Shell HostConfig NetworkingConfig`,
  ContainerExecBody: `
    AttachStdin AttachStdout AttachStderr ConsoleSize@1.42 DetachKeys Tty Env Cmd Privileged User
    WorkingDir`,
  ContainerUpdateBody: `
    CpuShares Memory CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps
    BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime
    CpusetCpus CpusetMems Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap
    MemorySwappiness NanoCpus OomKillDisable Init PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps
    IOMaximumBandwidth RestartPolicy`,
  'ContainerUpdateBody.BlkioWeightDevice[]': 'Path Weight',
  'ContainerUpdateBody.Ulimits[]': 'Name Soft Hard',
  ExecStartBody: 'Detach Tty ConsoleSize@1.42',
  NetworkConnectRequest: 'Container EndpointConfig',
  NetworkCreateBody: `
    Name Driver Scope Internal Attachable Ingress ConfigOnly ConfigFrom IPAM EnableIPv4@1.47 EnableIPv6
    Options Labels`,
  NetworkDisconnectRequest: 'Container Force',
  NetworkingConfig: 'EndpointsConfig',
  SecretCreateBody: 'Name Labels Data Driver Templating',
  ServiceCreateBody: 'Name Labels TaskTemplate Mode UpdateConfig RollbackConfig Networks EndpointSpec',
  'ServiceCreateBody.Mode': 'Replicated Global ReplicatedJob GlobalJob',
  'ServiceCreateBody.Mode.Replicated': 'Replicas',
  'ServiceCreateBody.Mode.ReplicatedJob': 'MaxConcurrent TotalCompletions',
  'ServiceCreateBody.RollbackConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  'ServiceCreateBody.UpdateConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  ServiceUpdateBody: 'Name Labels TaskTemplate Mode UpdateConfig RollbackConfig Networks EndpointSpec',
  'ServiceUpdateBody.Mode': 'Replicated Global ReplicatedJob GlobalJob',
  'ServiceUpdateBody.Mode.Replicated': 'Replicas',
  'ServiceUpdateBody.Mode.ReplicatedJob': 'MaxConcurrent TotalCompletions',
  'ServiceUpdateBody.RollbackConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  'ServiceUpdateBody.UpdateConfig': 'Parallelism Delay FailureAction Monitor MaxFailureRatio Order',
  SwarmInitBody: `
    ListenAddr AdvertiseAddr DataPathAddr DataPathPort DefaultAddrPool ForceNewCluster SubnetSize Spec`,
  SwarmJoinBody: 'ListenAddr AdvertiseAddr DataPathAddr RemoteAddrs JoinToken',
  SwarmUnlockBody: 'UnlockKey',
  VolumeCreateRequest: 'Name Driver DriverOpts Labels ClusterVolumeSpec@1.42',
  VolumeUpdateBody: 'Spec@1.42',
} as const;
