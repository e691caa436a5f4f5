/** `updateStatus` of images and containers: whether the registry has something newer. */
import { familiarImageName, parseImageReference } from '../../engine/image-reference.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { type ContainerModel, detailsOf, imageIdOf, imageRefOf } from '../container/model.ts';
import { hexOf, type ImageModel, imageFound, tagsOf } from '../image/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { compare, type LookAt, type Unknown, unknown, type Verdict } from './comparison.ts';
import { localOf } from './local.ts';
import { type RegistryImageModel, registryImageOf } from './model.ts';
import { RegistryImage, refreshArg } from './registry-image.ts';

interface UpdateStatusModel {
  readonly reference: string;
  readonly verdict: Verdict;
  readonly localDigests: readonly string[];
  readonly registryImage: RegistryImageModel | null;
  readonly checkedAt: Date | null;
  readonly calls: number;
}

const UpdateState = builder.enumType('ImageUpdateState', {
  description: 'Whether a registry has something newer.',
  values: {
    UP_TO_DATE: { description: 'The registry has just what is here.' },
    UPDATE_AVAILABLE: { description: 'The registry has something else: a pull would fetch it.' },
    UNKNOWN: { description: 'It cannot be told; `reason` says why.' },
  } as const,
});

const UnknownReason = builder.enumType('ImageUpdateUnknownReason', {
  description: 'Why it cannot be told whether there is something newer.',
  values: {
    PINNED_BY_DIGEST: {
      description: 'It is named by a digest, which means the same for ever. The registry is not asked.',
    },
    NO_NAME: { description: 'It is named by its ID, which no registry knows. The registry is not asked.' },
    NO_DIGEST: {
      description:
        'It was built, loaded or tagged here and never pulled or pushed under this name, or the image is gone from the ' +
        'Engine: there is nothing to compare. The registry is not asked.',
    },
    NOT_IN_REGISTRY: { description: 'The registry has nothing under this name.' },
    PLATFORM_MISSING: {
      description: 'What the registry has under this name now is not made for the platform of this image.',
    },
    NOT_COMPARABLE: {
      description:
        'The registry has an index of several platforms, and only the digest of one platform is known here, which may be ' +
        'part of it.',
    },
    UNAUTHORIZED: {
      description:
        'The registry wants a login, or does not take the one that the Docker configuration of the gateway has. Docker Hub ' +
        'says so of what it does not have, too.',
    },
    RATE_LIMITED: { description: 'The registry was asked too often.' },
    UNREACHABLE: { description: 'The Engine cannot reach the registry, or gets no answer from it.' },
    REGISTRY_FAILED: { description: 'The registry failed; the message has its words.' },
  } as const satisfies Readonly<Record<Unknown, { description: string }>>,
});

const UpdateStatus = builder.objectRef<UpdateStatusModel>('ImageUpdateStatus').implement({
  description:
    'Whether a registry has something newer under a name than what is here. Digests are compared: that of an index of ' +
    'several platforms as well as that of the manifest for one.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      nullable: false,
      description: 'The name that was looked at, as Docker shows it: `nginx:1.27`.',
    }),
    state: t.field({
      type: UpdateState,
      nullable: false,
      description: 'Whether there is something newer.',
      resolve: ({ verdict }) => verdict.state,
    }),
    reason: t.field({
      type: UnknownReason,
      nullable: true,
      description: 'Why it cannot be told; null where it can.',
      resolve: ({ verdict }) => (verdict.state === 'UNKNOWN' ? verdict.reason : null),
    }),
    message: t.string({
      nullable: true,
      description:
        'The same in a sentence, where a registry refused in its own words; null where it can be told.',
      resolve: ({ verdict }) => (verdict.state === 'UNKNOWN' ? verdict.message : null),
    }),
    localDigests: t.stringList({
      nullable: false,
      description: 'The digests that what is here is known by under this name; empty where there is none.',
      resolve: ({ localDigests }) => localDigests,
    }),
    registryDigest: t.string({
      nullable: true,
      description:
        'The digest that the name means in the registry; null where it was not asked, or has none.',
      resolve: ({ registryImage }) => registryImage?.answer.Descriptor?.digest || null,
    }),
    registryImage: t.field({
      type: RegistryImage,
      nullable: true,
      description:
        'What the registry has; null where it was not asked, or has none. Needs no further call to it.',
      resolve: ({ registryImage }) => registryImage,
    }),
    checkedAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description:
        'When the registry was asked: its answers are remembered for `DOCKGRAPH_REGISTRY_AGE`. Null where it was not.',
      resolve: ({ checkedAt }) => checkedAt?.toISOString() ?? null,
    }),
    registryCalls: t.exposeInt('calls', {
      nullable: false,
      description:
        'How many calls to the registry this answer needed: 0 where all was remembered or nothing to ask.',
    }),
  }),
});

const notAsked = (
  reference: string,
  reason: Unknown,
  message: string,
  localDigests: readonly string[] = [],
): UpdateStatusModel => ({
  reference,
  verdict: unknown(reason, message),
  localDigests,
  registryImage: null,
  checkedAt: null,
  calls: 0,
});

interface Question {
  readonly scope: EngineScope;
  /** As it was written. */
  readonly name: string;
  /** Null where it is gone. */
  readonly image: ImageModel | null;
  readonly refresh: boolean;
  readonly further?: readonly string[];
}

async function statusOf({ scope, name, image, refresh, further }: Question): Promise<UpdateStatusModel> {
  const parsed = parseImageReference(name);
  if (!parsed) return notAsked(name, 'NO_NAME', `"${name}" is an ID, which no registry knows.`);
  const reference = familiarImageName(parsed.tag || parsed.digest ? name : `${name}:latest`);
  if (parsed.digest) {
    return notAsked(reference, 'PINNED_BY_DIGEST', 'It is named by a digest, which always means the same.');
  }
  if (!image) return notAsked(reference, 'NO_DIGEST', 'The image it was made from is gone from the Engine.');
  const local = localOf(image, reference, further);
  if (local.digests.length === 0) {
    const message = `Nothing here was ever pulled or pushed as ${reference}: there is no digest to compare.`;
    return notAsked(reference, 'NO_DIGEST', message);
  }
  let calls = 0;
  let checkedAt: Date | null = null;
  let registryImage: RegistryImageModel | null = null;
  const look: LookAt = async (which) => {
    // What a digest means never changes.
    const isTag = which === reference;
    const found = await scope.loaders.registry.look({ reference: which, refresh: refresh && isTag });
    calls += found.calls;
    if (isTag) {
      ({ checkedAt } = found);
      registryImage = found.state === 'found' ? registryImageOf(scope, which, found) : null;
    }
    return found;
  };
  const verdict = await compare(reference, local, look);
  return { reference, verdict, localDigests: local.digests, registryImage, checkedAt, calls };
}

const asked =
  'Asks the registry, unless its answer is remembered: `GET /distribution/{name}/json`. A registry that fails is a ' +
  '`reason`, and no error.';

/** `updateStatus`: a field of an image. */
export const imageUpdateField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: [UpdateStatus],
    nullable: true,
    description: `For each of its tags, whether the registry has something newer under it; empty for an untagged image. ${asked}`,
    args: { refresh: t.arg.boolean({ defaultValue: false, description: refreshArg }) },
    resolve: (image, { refresh }) =>
      Promise.all(
        tagsOf(image).map((name) => statusOf({ scope: image.scope, name, image, refresh: refresh === true })),
      ),
  });

/** Digits that the ID begins with; a name may look like that. */
const mayBeId = (name: string, id: string): boolean =>
  /^(?:sha256:)?[0-9a-f]+$/.test(name) && hexOf(id).startsWith(hexOf(name));

/** The name that a container was made by: a list gives the ID in place of it once that name means another image. */
async function nameIn(container: ContainerModel, id: string): Promise<string | null> {
  const listed = imageRefOf(container);
  const isUncertain = listed !== null && container.details === undefined && mayBeId(listed, id);
  return isUncertain ? ((await detailsOf(container))?.Config?.Image ?? null) : listed;
}

/** `updateStatus`: a field of a container. */
export const containerUpdateField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: UpdateStatus,
    nullable: true,
    description:
      'Whether the registry has something newer under the name that the container was made by than the image that it runs. ' +
      `Also where that is on the Engine already, and only the container has to be made anew: see \`registryImage.image\`. ${asked}`,
    args: { refresh: t.arg.boolean({ defaultValue: false, description: refreshArg }) },
    resolve: async (container, { refresh }) => {
      const { scope } = container;
      const id = imageIdOf(container) ?? '';
      const name = await nameIn(container, id);
      if (name === null) return null;
      const image = id ? imageFound(scope, await scope.loaders.images.byId.load(id)) : null;
      const isName = image !== null && tagsOf(image).includes(`${name}:latest`);
      if (mayBeId(name, id) && !isName) {
        return notAsked(name, 'NO_NAME', 'It was made from an ID, which no registry knows.');
      }
      const { ImageManifestDescriptor: manifest } = container.summary ?? container.details ?? {};
      const further = manifest?.digest ? [manifest.digest] : [];
      return statusOf({ scope, name, image, refresh: refresh === true, further });
    },
  });
