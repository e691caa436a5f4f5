/** The words of a volume. */
import { enumOf } from '../kit/enum.ts';

export const VolumeScope = enumOf('VolumeScope', 'How far a volume reaches.', {
  local: 'This Engine only.',
  global: 'All nodes of the swarm, or all Engines that share the storage of its driver.',
});

export const VolumeAccessScope = enumOf(
  'VolumeAccessScope',
  'On how many nodes a cluster volume may be used at a time.',
  {
    single: 'On one node.',
    multi: 'On any number of nodes.',
  },
);

export const VolumeSharing = enumOf(
  'VolumeSharing',
  'How several tasks may use a cluster volume at a time.',
  {
    none: 'By one task only.',
    readonly: { name: 'READ_ONLY', description: 'By any number of tasks, all of which only read.' },
    onewriter: { name: 'ONE_WRITER', description: 'By any number of tasks, one of which may write.' },
    all: 'By any number of tasks, all of which may write.',
  },
);

export const VolumeAvailability = enumOf('VolumeAvailability', 'Whether tasks may use a cluster volume.', {
  active: 'They may.',
  pause: 'Those that do may go on; new ones may not.',
  drain: 'None may: those that do are stopped, and no new ones are started.',
});

export const VolumePublishState = enumOf(
  'VolumePublishState',
  'Whether a cluster volume can be used on a node.',
  {
    'pending-publish': 'Not yet: the storage has not made it available to the node.',
    published: 'It can.',
    'pending-node-unpublish': 'No more: the node has to let go of it.',
    'pending-controller-unpublish':
      'No more: the node has let go of it, and the storage has to take it back.',
  },
);
