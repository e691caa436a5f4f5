/** Cluster volumes as they arrive: the documented types nest, flatten and leave open what the daemon does not. */
import type { Int64, StringMap, Volume } from '../../engine/types.ts';

export interface Topology {
  readonly Segments?: StringMap | null;
}

export interface MountVolumeOptions {
  readonly FsType?: string | null;
  readonly MountFlags?: readonly string[] | null;
}

export interface AccessMode {
  readonly Scope?: string | null;
  readonly Sharing?: string | null;
  readonly MountVolume?: MountVolumeOptions | null;
  /** Without content: that it is there says all. */
  readonly BlockVolume?: object | null;
}

export interface VolumeSecret {
  readonly Key?: string | null;
  readonly Secret?: string | null;
}

export interface TopologyRequirement {
  readonly Requisite?: readonly Topology[] | null;
  readonly Preferred?: readonly Topology[] | null;
}

export interface CapacityRange {
  readonly RequiredBytes?: Int64 | null;
  readonly LimitBytes?: Int64 | null;
}

export interface ClusterVolumeSpec {
  readonly Group?: string | null;
  readonly AccessMode?: AccessMode | null;
  readonly Secrets?: readonly VolumeSecret[] | null;
  readonly AccessibilityRequirements?: TopologyRequirement | null;
  readonly CapacityRange?: CapacityRange | null;
  readonly Availability?: string | null;
}

export interface ClusterVolumeInfo {
  readonly CapacityBytes?: Int64 | null;
  readonly VolumeContext?: StringMap | null;
  readonly VolumeID?: string | null;
  readonly AccessibleTopology?: readonly Topology[] | null;
}

export interface PublishStatus {
  readonly NodeID?: string | null;
  readonly State?: string | null;
  readonly PublishContext?: StringMap | null;
}

export interface ClusterVolume {
  readonly ID?: string | null;
  readonly Version?: { readonly Index?: Int64 | null } | null;
  readonly CreatedAt?: string | null;
  readonly UpdatedAt?: string | null;
  readonly Spec?: ClusterVolumeSpec | null;
  readonly Info?: ClusterVolumeInfo | null;
  readonly PublishStatus?: readonly PublishStatus[] | null;
}

/** What a volume has in a swarm, by its corrected type; null for a volume of this Engine alone. */
export const clusterVolumeOf = (volume: Volume): ClusterVolume | null =>
  (volume.ClusterVolume as ClusterVolume | null | undefined) ?? null;
