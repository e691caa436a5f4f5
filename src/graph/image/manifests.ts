/** What a multi-platform image holds: an image for each platform, and attestations about them. */

import type { ImageIdentity, ImageManifest } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { fromSummary } from '../container/model.ts';
import { enumOf } from '../kit/enum.ts';
import {
  type Columns,
  columnFields,
  type FieldBuilder,
  flag,
  long,
  object,
  omitted,
  text,
  texts,
  word,
} from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Container } from '../nouns.ts';
import { OciDescriptorType, OciPlatformType } from '../oci.ts';
import { ImageIdentityType } from './identity.ts';
import type { ImageModel } from './model.ts';

interface ManifestModel {
  readonly scope: EngineScope;
  readonly manifest: ImageManifest;
}

type Part<Key extends keyof ImageManifest> = NonNullable<ImageManifest[Key]>;
type ImageData = Part<'ImageData'>;

const ManifestKind = enumOf('ImageManifestKind', 'What a manifest describes.', {
  image: 'An image for one platform, which containers can be made from.',
  attestation: 'Statements about such an image, made by its builder: its origin, its parts.',
});

const elsewhere = 'A group of its own; its properties are fields of the manifest.';

const columns: Columns<ImageManifest> = {
  [of]: 'ImageManifestSummary',
  ID: text('The digest of the manifest.', { name: 'digest' }),
  Descriptor: object(OciDescriptorType, 'The manifest as the index of the image points to it.'),
  Available: flag('Whether all it needs, its layers too, is on this host.', { name: 'isAvailable' }),
  Kind: word(ManifestKind, 'What it describes.'),
  Size: omitted(elsewhere),
  ImageData: omitted(elsewhere),
  AttestationData: omitted(elsewhere),
};

const sizeColumns: Columns<Part<'Size'>> = {
  [of]: 'ImageManifestSummary.Size',
  Total: long('Bytes of all that belongs to it on this host, compressed and unpacked.', {
    name: 'totalSize',
  }),
  Content: long('Bytes of its compressed layers and other content on this host.', { name: 'contentSize' }),
};

const imageColumns: Columns<ImageData> = {
  [of]: 'ImageManifestSummary.ImageData',
  Platform: object(OciPlatformType, 'The platform it is made for; null for what is no image.'),
  Identity: omitted('Mostly from a list of its own: written out below.'),
  Containers: texts('The IDs of the containers that were made from it.', { name: 'containerIds' }),
  Size: omitted(elsewhere),
};

const unpackedColumns: Columns<NonNullable<ImageData['Size']>> = {
  [of]: 'ImageManifestSummary.ImageData.Size',
  Unpacked: long('Bytes of its unpacked files on this host; null for what is no image.', {
    name: 'unpackedSize',
  }),
};

const attestationColumns: Columns<Part<'AttestationData'>> = {
  [of]: 'ImageManifestSummary.AttestationData',
  For: text('The digest of the manifest that the statements are about; null for what is no attestation.', {
    name: 'attestationFor',
  }),
};

async function containersOf({ scope, manifest }: ManifestModel) {
  const ids = new Set(manifest.ImageData?.Containers ?? []);
  if (ids.size === 0) return [];
  const all = await scope.loaders.containers.all();
  return all.filter(({ Id }) => Id && ids.has(Id)).map((summary) => fromSummary(scope, summary));
}

async function identityOf({ scope, manifest }: ManifestModel): Promise<ImageIdentity | null> {
  const known = manifest.ImageData?.Identity;
  if (known || manifest.Kind !== 'image' || !manifest.ID) return known ?? null;
  return (await scope.loaders.images.identities()).get(manifest.ID)?.ImageData?.Identity ?? null;
}

const ImageManifestType = builder.objectRef<ManifestModel>('ImageManifest').implement({
  description: 'A part of a multi-platform image.',
  fields: (t) => ({
    ...columnFields<ImageManifest, ManifestModel>(t, columns, ({ manifest }) => manifest, { certain: true }),
    ...columnFields<Part<'Size'>, ManifestModel>(t, sizeColumns, ({ manifest }) => manifest.Size),
    ...columnFields<ImageData, ManifestModel>(t, imageColumns, ({ manifest }) => manifest.ImageData),
    ...columnFields<NonNullable<ImageData['Size']>, ManifestModel>(
      t,
      unpackedColumns,
      ({ manifest }) => manifest.ImageData?.Size,
    ),
    ...columnFields<Part<'AttestationData'>, ManifestModel>(
      t,
      attestationColumns,
      ({ manifest }) => manifest.AttestationData,
    ),
    identity: t.field({
      ...wire('ImageManifestSummary.ImageData.Identity', 'GET /images/json?identity'),
      type: ImageIdentityType,
      nullable: true,
      since: '1.54',
      asks: true,
      description:
        'Where the image for this platform is from, as far as the Engine has verified it; null for an attestation. Many are ' +
        'joined from one `GET /images/json?manifests=1&identity=1`.',
      resolve: identityOf,
    }),
    containers: t.field({
      type: [Container],
      nullable: true,
      description: 'The containers that were made from it, stopped ones too. Needs `GET /containers/json`.',
      resolve: containersOf,
    }),
  }),
});

async function manifestsOf({
  scope,
  key,
  summary,
  details,
}: ImageModel): Promise<readonly ImageManifest[] | null> {
  const known = (summary ?? details)?.Manifests;
  if (known) return known;
  return (await scope.loaders.images.manifests.load(key))?.Manifests ?? null;
}

/** `manifests`: one call for each image it is selected on, as the Engine reads all its content. */
export const manifestsField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    ...wire(
      'ImageInspect.Manifests',
      'ImageSummary.Manifests',
      'GET /images/json?manifests',
      'GET /images/{name}/json?manifests',
    ),
    type: [ImageManifestType],
    nullable: true,
    description:
      'The manifests of a multi-platform image: one for each platform, and attestations. Null with the classic image ' +
      'store, which keeps one platform only. Needs `GET /images/{name}/json?manifests=1`.',
    since: '1.48',
    asks: true,
    resolve: async (image) =>
      (await manifestsOf(image))?.map((manifest) => ({ scope: image.scope, manifest })) ?? null,
  });
