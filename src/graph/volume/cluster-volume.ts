/** What a volume of a swarm has beyond one of a single Engine (CSI, since API 1.42). */
import type { Int64 } from '../../engine/types.ts';
import { map, mapped, object, objects, record, text, texts, time, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { VolumeAccessScope, VolumeAvailability, VolumePublishState, VolumeSharing } from './enums.ts';
import type {
  AccessMode,
  CapacityRange,
  ClusterVolume,
  ClusterVolumeInfo,
  ClusterVolumeSpec,
  MountVolumeOptions,
  PublishStatus,
  Topology,
  TopologyRequirement,
  VolumeSecret,
} from './wire.ts';

/** The daemon's 0 says that nobody knows, or that nobody asked for anything. */
const nonZero = (value: Int64): Int64 | null => (Number(value) === 0 ? null : value);

const VolumeTopology = record<Topology>(
  'VolumeTopology',
  'A part of the cluster, such as a zone or a rack.',
  {
    [of]: 'Topology',
    Segments: map('What names it: domains such as `zone`, with the one that is meant.'),
  },
);

const VolumeMountOptions = record<MountVolumeOptions>(
  'ClusterVolumeMountOptions',
  'How a cluster volume is mounted as a file system.',
  {
    [of]: 'ClusterVolumeSpec.AccessMode.MountVolume',
    FsType: text('The type of the file system, such as `ext4`; null for that of the driver.'),
    MountFlags: texts('Flags for mounting it.'),
  },
);

const ClusterVolumeAccessMode = record<AccessMode>(
  'ClusterVolumeAccessMode',
  'How tasks may use a cluster volume.',
  {
    [of]: 'ClusterVolumeSpec.AccessMode',
    Scope: word(VolumeAccessScope, 'On how many nodes at a time.'),
    Sharing: word(VolumeSharing, 'How several tasks share it.'),
    MountVolume: object(VolumeMountOptions, 'How it is mounted, as a file system; null for a block device.', {
      name: 'mountOptions',
    }),
    BlockVolume: mapped('Boolean', () => true, 'True for a raw block device; null for a file system.', {
      name: 'isBlockVolume',
    }),
  },
);

const ClusterVolumeSecret = record<VolumeSecret>(
  'ClusterVolumeSecret',
  'A secret that the driver of the storage gets.',
  {
    [of]: 'ClusterVolumeSpec.AccessMode.Secrets[]',
    Key: text('What the driver calls it.'),
    Secret: text("The name or ID of the swarm's secret. Its content cannot be read."),
  },
);

const ClusterVolumeAccessibility = record<TopologyRequirement>(
  'ClusterVolumeAccessibility',
  'From where in the cluster a volume has to be reached.',
  {
    [of]: 'ClusterVolumeSpec.AccessMode.AccessibilityRequirements',
    Requisite: objects(VolumeTopology, 'It has to be reached from at least one of these.'),
    Preferred: objects(VolumeTopology, 'It should be made in one of these, the first ones rather.'),
  },
);

const ClusterVolumeCapacity = record<CapacityRange>('ClusterVolumeCapacity', 'How big a volume has to be.', {
  [of]: 'ClusterVolumeSpec.AccessMode.CapacityRange',
  RequiredBytes: mapped('Long', nonZero, 'At least so many bytes; null for any.'),
  LimitBytes: mapped('Long', nonZero, 'At most so many bytes; null for any.'),
});

const ClusterVolumeSpecType = record<ClusterVolumeSpec>(
  'ClusterVolumeSpec',
  'A cluster volume as it was asked for.',
  {
    [of]: 'ClusterVolumeSpec',
    Group: text('The group it belongs to: a service can name the group, and gets any volume of it.'),
    AccessMode: object(ClusterVolumeAccessMode, 'How tasks may use it.'),
    Secrets: objects(ClusterVolumeSecret, 'Secrets of the swarm that the driver of the storage gets.'),
    AccessibilityRequirements: object(
      ClusterVolumeAccessibility,
      'From where it has to be reached; null for anywhere.',
    ),
    CapacityRange: object(ClusterVolumeCapacity, 'How big it has to be; null where the driver decides.'),
    Availability: word(VolumeAvailability, 'Whether tasks may use it.'),
  },
);

const ClusterVolumeInfoType = record<ClusterVolumeInfo>(
  'ClusterVolumeInfo',
  'A cluster volume as the storage knows it.',
  {
    [of]: 'ClusterVolume.Info',
    CapacityBytes: mapped('Long', nonZero, 'Its size in bytes; null where unknown.'),
    VolumeContext: map('What the driver of the storage said when it made it.'),
    VolumeID: text('Its ID in the storage; null until it is made there.', { name: 'volumeId' }),
    AccessibleTopology: objects(VolumeTopology, 'From where it can be reached.'),
  },
);

const ClusterVolumePublishStatus = record<PublishStatus>(
  'ClusterVolumePublishStatus',
  'Whether a cluster volume can be used on one node.',
  {
    [of]: 'ClusterVolume.PublishStatus[]',
    NodeID: text('The ID of the node in the swarm.', { name: 'nodeId' }),
    State: word(VolumePublishState, 'Whether it can be used there.'),
    PublishContext: map('What the driver of the storage said when it made it available there.'),
  },
);

export const ClusterVolumeType = record<ClusterVolume>(
  'ClusterVolume',
  'What a volume of a swarm has beyond one of a single Engine, with a CSI plugin.',
  {
    [of]: 'ClusterVolume',
    ID: text("The swarm's ID of the volume, by which it can be named too.", { name: 'swarmId' }),
    Version: mapped<{ readonly Index?: Int64 | null }, Int64>(
      'Long',
      ({ Index }) => Index ?? null,
      'How often it was changed: a change has to name the version it was made for.',
    ),
    CreatedAt: time('When it was made.'),
    UpdatedAt: time('When it was last changed.'),
    Spec: object(ClusterVolumeSpecType, 'What was asked for.'),
    Info: object(ClusterVolumeInfoType, 'What the storage made of it; null until it did.'),
    PublishStatus: objects(
      ClusterVolumePublishStatus,
      'The nodes where it is used, or is about to be or to be no more.',
    ),
  },
);
