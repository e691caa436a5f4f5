/** A cluster volume as it is asked for: from the input to what the Engine takes. */
import type { Context } from '../../context.ts';
import type { ClusterVolumeSpecBody } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { word } from '../container/input/words.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { locate } from '../kit/reference.ts';
import { mirrors } from '../kit/wire.ts';
import { given, inside, type Place, refuse } from '../mutation/input-error.ts';
import { findSecret } from '../secret/model.ts';
import { VolumeAccessScope, VolumeAvailability, VolumeSharing } from './enums.ts';

const VolumeTopologyInput = builder.inputType('VolumeTopologyInput', {
  ...mirrors('Topology'),
  description: 'A part of the cluster, such as a zone or a rack.',
  fields: (t) => ({
    segments: t.field({
      type: [KeyValueInput],
      required: true,
      description: 'What names it: domains such as `zone`, with the one that is meant.',
    }),
  }),
});

const ClusterVolumeMountOptionsInput = builder.inputType('ClusterVolumeMountOptionsInput', {
  ...mirrors('ClusterVolumeSpec.AccessMode.MountVolume'),
  description: 'How a cluster volume is mounted as a file system.',
  fields: (t) => ({
    fsType: t.string({
      description: 'The type of the file system, such as `ext4`; that of the driver if left out.',
    }),
    mountFlags: t.stringList({ description: 'Flags for mounting it, such as `noatime`; none if left out.' }),
  }),
});

const ClusterVolumeAccessModeInput = builder.inputType('ClusterVolumeAccessModeInput', {
  ...mirrors('ClusterVolumeSpec.AccessMode', {
    mountOptions: 'ClusterVolumeSpec.AccessMode.MountVolume',
    isBlockVolume: 'ClusterVolumeSpec.AccessMode.BlockVolume',
  }),
  description: 'How tasks may use a cluster volume.',
  fields: (t) => ({
    scope: t.field({
      type: VolumeAccessScope.ref,
      description: 'On how many nodes at a time; on one if left out.',
    }),
    sharing: t.field({
      type: VolumeSharing.ref,
      description: 'How several tasks share it; by one task only if left out.',
    }),
    mountOptions: t.field({
      type: ClusterVolumeMountOptionsInput,
      description:
        'Make it a file system, mounted like this; `{}` for how the driver does it. Not for a block device.',
    }),
    isBlockVolume: t.boolean({
      description:
        'Make it a raw block device, as is done too where neither this nor `mountOptions` is given.',
    }),
  }),
});

const ClusterVolumeSecretInput = builder.inputType('ClusterVolumeSecretInput', {
  ...mirrors('ClusterVolumeSpec.AccessMode.Secrets[]'),
  description: 'A secret that the driver of the storage gets.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'What the driver calls it.' }),
    secret: t.id({
      required: true,
      description: 'The secret of the swarm: global ID, ID, unique prefix of one, or name.',
    }),
  }),
});

const ClusterVolumeAccessibilityInput = builder.inputType('ClusterVolumeAccessibilityInput', {
  ...mirrors('ClusterVolumeSpec.AccessMode.AccessibilityRequirements'),
  description: 'From where in the cluster a volume has to be reached.',
  fields: (t) => ({
    requisite: t.field({
      type: [VolumeTopologyInput],
      description: 'It has to be reached from at least one of these; from anywhere if left out.',
    }),
    preferred: t.field({
      type: [VolumeTopologyInput],
      description: 'It should be made in one of these, the first ones rather.',
    }),
  }),
});

const ClusterVolumeCapacityInput = builder.inputType('ClusterVolumeCapacityInput', {
  ...mirrors('ClusterVolumeSpec.AccessMode.CapacityRange'),
  description: 'How big a volume has to be.',
  fields: (t) => ({
    requiredBytes: t.field({ type: 'ByteSize', description: 'At least so big; any size if left out.' }),
    limitBytes: t.field({ type: 'ByteSize', description: 'At most so big; any size if left out.' }),
  }),
});

export const ClusterVolumeSpecInput = builder.inputType('ClusterVolumeSpecInput', {
  ...mirrors('ClusterVolumeSpec'),
  description: 'A volume of a swarm, which a CSI plugin makes in its storage.',
  fields: (t) => ({
    group: t.string({
      description: 'The group it belongs to: a service can name the group, and gets any volume of it.',
    }),
    accessMode: t.field({ type: ClusterVolumeAccessModeInput, description: 'How tasks may use it.' }),
    secrets: t.field({
      type: [ClusterVolumeSecretInput],
      description: 'Secrets of the swarm that the driver of the storage gets.',
    }),
    accessibilityRequirements: t.field({
      type: ClusterVolumeAccessibilityInput,
      description: 'From where it has to be reached.',
    }),
    capacityRange: t.field({
      type: ClusterVolumeCapacityInput,
      description: 'How big it has to be; the driver decides if left out.',
    }),
    availability: t.field({
      type: VolumeAvailability.ref,
      description: 'Whether tasks may use it; they may if left out.',
    }),
  }),
});

export type ClusterVolumeWish = typeof ClusterVolumeSpecInput.$inferInput;

function accessModeBody(
  mode: NonNullable<ClusterVolumeWish['accessMode']>,
  place: Place,
): ClusterVolumeSpecBody['AccessMode'] {
  const { mountOptions, isBlockVolume } = mode;
  if (mountOptions && isBlockVolume) {
    refuse(inside(place, 'isBlockVolume'), 'and `mountOptions` cannot be both: give one of them.');
  }
  if (!mountOptions && isBlockVolume === false) {
    refuse(inside(place, 'isBlockVolume'), 'is false: give `mountOptions` then, or leave it out.');
  }
  return {
    Scope: word(inside(place, 'scope'), VolumeAccessScope, mode.scope) ?? 'single',
    Sharing: word(inside(place, 'sharing'), VolumeSharing, mode.sharing) ?? 'none',
    ...(mountOptions
      ? {
          MountVolume: {
            FsType: given(mountOptions.fsType),
            MountFlags: given(mountOptions.mountFlags),
          },
        }
      : { BlockVolume: {} }),
  };
}

const topologies = (
  list:
    | readonly { readonly segments: readonly { key: string; value?: string | null | undefined }[] }[]
    | null
    | undefined,
) => list?.map(({ segments }) => ({ Segments: mapOf(segments) ?? {} }));

/** The swarm takes IDs only, and calls a name a secret that it does not have. */
async function secretBodies(
  context: Context,
  scope: EngineScope,
  secrets: NonNullable<ClusterVolumeWish['secrets']>,
  place: Place,
) {
  return Promise.all(
    secrets.map(async ({ key, secret }, index) => {
      const found = await findSecret(context, secret, scope.name);
      const at = inside(place, index, 'secret');
      return {
        Key: key,
        Secret: found?.key ?? refuse(at, `names "${secret}", and the swarm has no such secret.`),
      };
    }),
  );
}

/**
 * What was given of a spec, as the Engine takes it; what was left out is not in it.
 *
 * @throws InputError
 */
export async function clusterSpecBody(
  context: Context,
  scope: EngineScope,
  wish: ClusterVolumeWish,
  place: Place,
): Promise<ClusterVolumeSpecBody> {
  const {
    group,
    accessMode,
    secrets,
    accessibilityRequirements: reach,
    capacityRange: size,
    availability,
  } = wish;
  return {
    ...(typeof group === 'string' && { Group: group }),
    ...(accessMode && { AccessMode: accessModeBody(accessMode, inside(place, 'accessMode')) }),
    ...(secrets && { Secrets: await secretBodies(context, scope, secrets, inside(place, 'secrets')) }),
    ...(reach && {
      AccessibilityRequirements: {
        Requisite: topologies(reach.requisite),
        Preferred: topologies(reach.preferred),
      },
    }),
    ...(size && {
      CapacityRange: { RequiredBytes: size.requiredBytes ?? 0, LimitBytes: size.limitBytes ?? 0 },
    }),
    ...(availability && {
      Availability: word(inside(place, 'availability'), VolumeAvailability, availability),
    }),
  };
}

/**
 * Whether the secrets are references at all, before anything is asked.
 *
 * @throws InputError for one that is not
 */
export function checkSecrets(
  wish: ClusterVolumeWish | null | undefined,
  context: Context,
  place: Place,
): void {
  for (const [index, { secret }] of (wish?.secrets ?? []).entries()) {
    try {
      locate(context, 'Secret', 'object', secret);
    } catch (error) {
      if (error instanceof BadUserInput)
        refuse(inside(place, 'secrets', index, 'secret'), `is wrong. ${error.message}`);
      throw error;
    }
  }
}

/** What a new one has where nothing else was asked for: as the docker CLI makes it. */
export const clusterDefaults: ClusterVolumeSpecBody = {
  AccessMode: { Scope: 'single', Sharing: 'none', BlockVolume: {} },
  Availability: 'active',
};
