/** Everything that `docker info` and `docker version` show, as a query. */
export const wholeInfo = `info {
  daemonId serverVersion experimental systemTime loggingDriver labels { key value } warnings liveRestoreEnabled
  isolation productLicense securityOptions { name options { key value } raw }
  plugins { volume network authorization log } defaultRuntime initBinary
  runtimes { name path runtimeArgs runtimeType options { key value } status { key value } }
  containerd { address namespaces { containers plugins } }
  genericResources { kind namedValue discreteValue } cdiSpecDirs discoveredDevices { source deviceId }
  clusterStore clusterAdvertise systemStatus { key value }
  swarm {
    nodeId nodeAddress localNodeState localNodeStateRaw controlAvailable error nodes managers warnings
    remoteManagers { nodeId address }
    cluster {
      dockerId versionIndex createdAt updatedAt rootRotationInProgress dataPathPort defaultAddrPool subnetSize
      tlsInfo { trustRoot certIssuerSubject certIssuerPublicKey }
      spec {
        name labels { key value } orchestration { taskHistoryRetentionLimit }
        raft { snapshotInterval keepOldSnapshots logEntriesForSlowFollowers electionTick heartbeatTick }
        dispatcher { heartbeatPeriod } encryptionConfig { autoLockManagers }
        caConfig {
          nodeCertExpiry externalCas { protocol url options { key value } caCert } signingCaCert forceRotate
        }
        taskDefaults { logDriver { name options { key value } } }
      }
    }
  }
  host { hostname operatingSystem osVersion osType architecture kernelVersion cpus memory }
  limits {
    memory swap kernelMemory kernelMemoryTcp cpuCfsPeriod cpuCfsQuota cpuShares cpuset pids oomKillDisable
  }
  cgroup { driver driverRaw version versionRaw }
  storage { driver driverStatus { key value } rootDir }
  networking {
    ipv4Forwarding bridgeNfIptables bridgeNfIp6tables defaultAddressPools { base size }
    firewallBackend { driver info { key value } }
  }
  registry {
    indexServerAddress
    config {
      insecureCidrs mirrors indexes { name mirrors secure official }
      allowNondistributableArtifactsCidrs allowNondistributableArtifactsHostnames
    }
  }
  proxy { http https exceptions }
  commits { containerd { commit expected } runc { commit expected } init { commit expected } }
  objects { containers running paused stopped images }
  debug { enabled fileDescriptors goroutines eventListeners }
}`;

export const wholeVersion = `version {
  version apiVersion minApiVersion gitCommit goVersion os arch kernelVersion buildTime platformName experimental
  components { name version details { key value } }
}`;

/** Where the graph has what the Engine sends as text, number or flag: the path there and Docker's name. */
export const infoPaths: readonly (readonly [graph: string, wire: string])[] = [
  ['daemonId', 'ID'],
  ['serverVersion', 'ServerVersion'],
  ['experimental', 'ExperimentalBuild'],
  ['loggingDriver', 'LoggingDriver'],
  ['warnings', 'Warnings'],
  ['liveRestoreEnabled', 'LiveRestoreEnabled'],
  ['isolation', 'Isolation'],
  ['productLicense', 'ProductLicense'],
  ['plugins.volume', 'Plugins.Volume'],
  ['plugins.network', 'Plugins.Network'],
  ['plugins.authorization', 'Plugins.Authorization'],
  ['plugins.log', 'Plugins.Log'],
  ['defaultRuntime', 'DefaultRuntime'],
  ['initBinary', 'InitBinary'],
  ['containerd.address', 'Containerd.Address'],
  ['containerd.namespaces.containers', 'Containerd.Namespaces.Containers'],
  ['containerd.namespaces.plugins', 'Containerd.Namespaces.Plugins'],
  ['cdiSpecDirs', 'CDISpecDirs'],
  ['clusterStore', 'ClusterStore'],
  ['clusterAdvertise', 'ClusterAdvertise'],
  ['swarm.nodeId', 'Swarm.NodeID'],
  ['swarm.nodeAddress', 'Swarm.NodeAddr'],
  ['swarm.localNodeStateRaw', 'Swarm.LocalNodeState'],
  ['swarm.controlAvailable', 'Swarm.ControlAvailable'],
  ['swarm.error', 'Swarm.Error'],
  ['swarm.nodes', 'Swarm.Nodes'],
  ['swarm.managers', 'Swarm.Managers'],
  ['swarm.warnings', 'Swarm.Warnings'],
  ['swarm.cluster.dockerId', 'Swarm.Cluster.ID'],
  ['swarm.cluster.versionIndex', 'Swarm.Cluster.Version.Index'],
  ['swarm.cluster.createdAt', 'Swarm.Cluster.CreatedAt'],
  ['swarm.cluster.updatedAt', 'Swarm.Cluster.UpdatedAt'],
  ['swarm.cluster.rootRotationInProgress', 'Swarm.Cluster.RootRotationInProgress'],
  ['swarm.cluster.dataPathPort', 'Swarm.Cluster.DataPathPort'],
  ['swarm.cluster.defaultAddrPool', 'Swarm.Cluster.DefaultAddrPool'],
  ['swarm.cluster.subnetSize', 'Swarm.Cluster.SubnetSize'],
  ['swarm.cluster.tlsInfo.trustRoot', 'Swarm.Cluster.TLSInfo.TrustRoot'],
  ['swarm.cluster.tlsInfo.certIssuerSubject', 'Swarm.Cluster.TLSInfo.CertIssuerSubject'],
  ['swarm.cluster.tlsInfo.certIssuerPublicKey', 'Swarm.Cluster.TLSInfo.CertIssuerPublicKey'],
  ['swarm.cluster.spec.name', 'Swarm.Cluster.Spec.Name'],
  [
    'swarm.cluster.spec.orchestration.taskHistoryRetentionLimit',
    'Swarm.Cluster.Spec.Orchestration.TaskHistoryRetentionLimit',
  ],
  ['swarm.cluster.spec.raft.snapshotInterval', 'Swarm.Cluster.Spec.Raft.SnapshotInterval'],
  ['swarm.cluster.spec.raft.keepOldSnapshots', 'Swarm.Cluster.Spec.Raft.KeepOldSnapshots'],
  [
    'swarm.cluster.spec.raft.logEntriesForSlowFollowers',
    'Swarm.Cluster.Spec.Raft.LogEntriesForSlowFollowers',
  ],
  ['swarm.cluster.spec.raft.electionTick', 'Swarm.Cluster.Spec.Raft.ElectionTick'],
  ['swarm.cluster.spec.raft.heartbeatTick', 'Swarm.Cluster.Spec.Raft.HeartbeatTick'],
  [
    'swarm.cluster.spec.encryptionConfig.autoLockManagers',
    'Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers',
  ],
  ['swarm.cluster.spec.caConfig.forceRotate', 'Swarm.Cluster.Spec.CAConfig.ForceRotate'],
  ['host.hostname', 'Name'],
  ['host.operatingSystem', 'OperatingSystem'],
  ['host.osVersion', 'OSVersion'],
  ['host.osType', 'OSType'],
  ['host.architecture', 'Architecture'],
  ['host.kernelVersion', 'KernelVersion'],
  ['host.cpus', 'NCPU'],
  ['host.memory', 'MemTotal'],
  ['limits.memory', 'MemoryLimit'],
  ['limits.swap', 'SwapLimit'],
  ['limits.kernelMemory', 'KernelMemory'],
  ['limits.kernelMemoryTcp', 'KernelMemoryTCP'],
  ['limits.cpuCfsPeriod', 'CpuCfsPeriod'],
  ['limits.cpuCfsQuota', 'CpuCfsQuota'],
  ['limits.cpuShares', 'CPUShares'],
  ['limits.cpuset', 'CPUSet'],
  ['limits.pids', 'PidsLimit'],
  ['limits.oomKillDisable', 'OomKillDisable'],
  ['cgroup.driverRaw', 'CgroupDriver'],
  ['cgroup.versionRaw', 'CgroupVersion'],
  ['storage.driver', 'Driver'],
  ['storage.rootDir', 'DockerRootDir'],
  ['networking.ipv4Forwarding', 'IPv4Forwarding'],
  ['networking.bridgeNfIptables', 'BridgeNfIptables'],
  ['networking.bridgeNfIp6tables', 'BridgeNfIp6tables'],
  ['networking.firewallBackend.driver', 'FirewallBackend.Driver'],
  ['registry.indexServerAddress', 'IndexServerAddress'],
  ['registry.config.insecureCidrs', 'RegistryConfig.InsecureRegistryCIDRs'],
  ['registry.config.mirrors', 'RegistryConfig.Mirrors'],
  [
    'registry.config.allowNondistributableArtifactsCidrs',
    'RegistryConfig.AllowNondistributableArtifactsCIDRs',
  ],
  [
    'registry.config.allowNondistributableArtifactsHostnames',
    'RegistryConfig.AllowNondistributableArtifactsHostnames',
  ],
  ['proxy.http', 'HttpProxy'],
  ['proxy.https', 'HttpsProxy'],
  ['proxy.exceptions', 'NoProxy'],
  ['commits.containerd.commit', 'ContainerdCommit.ID'],
  ['commits.containerd.expected', 'ContainerdCommit.Expected'],
  ['commits.runc.commit', 'RuncCommit.ID'],
  ['commits.runc.expected', 'RuncCommit.Expected'],
  ['commits.init.commit', 'InitCommit.ID'],
  ['commits.init.expected', 'InitCommit.Expected'],
  ['objects.containers', 'Containers'],
  ['objects.running', 'ContainersRunning'],
  ['objects.paused', 'ContainersPaused'],
  ['objects.stopped', 'ContainersStopped'],
  ['objects.images', 'Images'],
  ['debug.enabled', 'Debug'],
];

/** Empty text, an empty list and nothing at all say the same. */
export const orNothing = (value: unknown): unknown =>
  value === '' || value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
