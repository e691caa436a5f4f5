/** The noun Image. */
import { normalizeImageReference } from '../../engine/image-reference.ts';
import type { ImageInspect, OciPlatform } from '../../engine/types.ts';
import { ContainerConfigType } from '../container/config.ts';
import { GraphDriver, graphDriverOf } from '../container/storage.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import { columnFields, long, mapped, object, text, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Image } from '../nouns.ts';
import { OciDescriptorType, OciPlatformType } from '../oci.ts';
import { distributionField } from '../registry/registry-image.ts';
import { imageUpdateField } from '../registry/update-status.ts';
import { attestationsField } from './attestations.ts';
import { ImageConfigType } from './config.ts';
import { familyFields } from './family.ts';
import { historyField } from './history.ts';
import { ImageIdentityType } from './identity.ts';
import { manifestsField } from './manifests.ts';
import {
  digestsOf,
  hexOf,
  type ImageModel,
  imageCreatedAtOf,
  imageDetailsOf,
  imageFound,
  imageLabelsOf,
  imageNameOf,
  tagsOf,
} from './model.ts';
import { onPlatformField } from './on-platform.ts';
import { ImageReferenceType, imageReference } from './references.ts';
import { ImageRootFs } from './root-fs.ts';
import { saveField } from './save.ts';
import { usageFields } from './usage.ts';

/** The same for an image and the next one of that name, so that a rebuilt or newly pulled image keeps it. */
function stableKeyOf(image: ImageModel): string {
  const [tag] = tagsOf(image);
  return `${image.scope.name}/${tag === undefined ? image.key : normalizeImageReference(tag)}`;
}

function platformOf(details: ImageInspect): OciPlatform | null {
  const { Architecture = null, Os = null, OsVersion = null, Variant = null } = details;
  return Architecture || Os
    ? { architecture: Architecture, os: Os, 'os.version': OsVersion, variant: Variant }
    : null;
}

const inspected = 'Needs `GET /images/{name}/json`.';

/** The properties of inspect that are fields of the image itself. The list has none of them. */
type InspectOnly = Pick<
  ImageInspect,
  | 'Author'
  | 'Comment'
  | 'Config'
  | 'Container'
  | 'ContainerConfig'
  | 'DockerVersion'
  | 'GraphDriver'
  | 'RootFS'
  | 'Size'
>;

Image.implement({
  description: 'An image on this host, which containers are made from.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('ImageSummary.Id', 'ImageInspect.Id', 'IDResponse.Id'),
      nullable: false,
      description: "Docker's own ID: a digest, `sha256:` and 64 hexadecimal digits.",
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve hexadecimal digits of `dockerId`, as the CLI shows them.',
      resolve: ({ key }) => hexOf(key).slice(0, 12),
    }),
    stableKey: t.string({
      nullable: false,
      description:
        'A key that survives a new build or pull: engine and first tag in full, or else engine and ID. Two images ' +
        'never have the same at the same time.',
      resolve: stableKeyOf,
    }),
    engine: engineField(t),
    name: t.string({
      nullable: true,
      description: 'The first of its tags, as Docker shows it: `nginx:1.27`; null for an untagged image.',
      resolve: imageNameOf,
    }),
    tags: t.stringList({
      ...wire('ImageSummary.RepoTags', 'ImageInspect.RepoTags'),
      nullable: false,
      description: 'Its names with a tag, such as `nginx:1.27`; empty for an untagged image.',
      resolve: tagsOf,
    }),
    digests: t.stringList({
      ...wire('ImageSummary.RepoDigests', 'ImageInspect.RepoDigests', 'GET /images/json?digests'),
      nullable: false,
      description:
        'Its names with a digest, such as `nginx@sha256:…`: what registries call it. Empty for what was never pulled ' +
        'or pushed, except with the containerd image store, where the ID is a digest.',
      resolve: digestsOf,
    }),
    references: t.field({
      type: [ImageReferenceType],
      nullable: false,
      description: 'All its names, tags first, taken apart.',
      resolve: (image) =>
        [...tagsOf(image), ...digestsOf(image)].flatMap((name) => imageReference(name) ?? []),
    }),
    ...labelFields(t, imageLabelsOf, 'ImageSummary.Labels'),
    createdAt: t.field({
      ...wire('ImageSummary.Created', 'ImageInspect.Created'),
      type: 'Timestamp',
      nullable: true,
      description: 'When it was made, from the list to the second; null if it does not say.',
      resolve: imageCreatedAtOf,
    }),
    ...usageFields(t),
    ...familyFields(t),
    descriptor: t.field({
      ...wire('ImageSummary.Descriptor', 'ImageInspect.Descriptor'),
      type: OciDescriptorType,
      nullable: true,
      description:
        'What its ID points to: an index of several platforms or a manifest. With the containerd image store only.',
      since: '1.48',
      resolve: ({ summary, details }) => (summary ?? details)?.Descriptor ?? null,
    }),
    manifests: manifestsField(t),
    onPlatform: onPlatformField(t),
    attestations: attestationsField(t),
    identity: t.field({
      ...wire('ImageInspect.Identity'),
      type: ImageIdentityType,
      nullable: true,
      since: '1.53',
      description: `Where it is from, as far as the Engine has verified it: signatures, pulls, builds. ${inspected}`,
      resolve: async (image) => (await imageDetailsOf(image))?.Identity ?? null,
    }),

    platform: t.field({
      ...wire(
        'ImageInspect.Os',
        'ImageInspect.Architecture',
        'ImageInspect.Variant',
        'ImageInspect.OsVersion',
      ),
      type: OciPlatformType,
      nullable: true,
      description: `The platform it runs on; of a multi-platform image the one that suits this host. ${inspected}`,
      resolve: async (image) => {
        const details = await imageDetailsOf(image);
        return details && platformOf(details);
      },
    }),
    ...columnFields<NonNullable<ImageInspect['Metadata']>, ImageModel>(
      t,
      {
        [of]: 'ImageInspect.Metadata',
        LastTagTime: time(`When it last got a tag on this host; null if never. ${inspected}`, {
          name: 'lastTaggedAt',
        }),
      },
      async (image) => (await imageDetailsOf(image))?.Metadata,
    ),
    ...columnFields<InspectOnly, ImageModel>(
      t,
      {
        [of]: 'ImageInspect',
        Author: text(
          `Who made it, as given to \`docker commit\` or in the Dockerfile (\`MAINTAINER\`). ${inspected}`,
        ),
        Comment: text(`What its maker noted when committing or importing it. ${inspected}`),
        Config: object(ImageConfigType, `What containers made from it run and how. ${inspected}`),
        RootFS: object(ImageRootFs, `Its layers. ${inspected}`, { name: 'rootFs' }),
        Size: long(
          `Bytes of its content: with the containerd image store its compressed layers, as they are pulled, on the one platform that suits this host; with the classic one the same as \`size\`. ${inspected}`,
          { name: 'contentSize' },
        ),
        GraphDriver: mapped(
          GraphDriver,
          graphDriverOf,
          `Where the storage driver keeps its layers; null with the containerd image store. ${inspected}`,
        ),
        DockerVersion: text(
          `The Docker that built it; null for what Docker did not build, and for most of what newer ones did. ${inspected}`,
        ),
        Container: text(
          `The container that the last step of its build, or its commit, was made from. ${inspected}`,
          { name: 'buildContainerId', gone: '1.45' },
        ),
        ContainerConfig: object(ContainerConfigType, `How that container was made. ${inspected}`, {
          name: 'buildContainerConfig',
          gone: '1.45',
        }),
      },
      imageDetailsOf,
    ),
    history: historyField(t),
    save: saveField(t),
    distribution: distributionField(t),
    updateStatus: imageUpdateField(t),
  }),
});

findNodesWith('Image', async (scope, key) => imageFound(scope, await scope.loaders.images.byId.load(key)));
