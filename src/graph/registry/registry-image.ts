/** Images as registries have them: `RegistryImage`, and the ways to it. */
import { familiarImageName, parseImageReference } from '../../engine/image-reference.ts';
import type { DistributionInspect } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import { engineModel } from '../engine/model.ts';
import { digestsOf, type ImageModel, imageFromSummary, tagsOf } from '../image/model.ts';
import { ImageReferenceType, imageReference } from '../image/references.ts';
import { RegistryAuthInput, registryAuthOf } from '../image/registry-auth.ts';
import { engineArg } from '../kit/list.ts';
import { columnFields, type FieldBuilder, object, objects } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { Engine, Image } from '../nouns.ts';
import { OciDescriptorType, OciPlatformType } from '../oci.ts';
import { inRegistry, type RegistryImageModel } from './model.ts';

/** The image of the Engine's that is this one, by the name with its digest. */
async function imageHere({ scope, reference, answer }: RegistryImageModel): Promise<ImageModel | null> {
  const digest = answer.Descriptor?.digest;
  const parsed = parseImageReference(reference);
  if (!digest || !parsed) return null;
  const name = familiarImageName(`${parsed.domain}/${parsed.path}@${digest}`);
  const all = (await scope.loaders.images.all()).map((summary) => imageFromSummary(scope, summary));
  return (
    all.find((image) => digestsOf(image).includes(name)) ?? all.find(({ key }) => key === digest) ?? null
  );
}

export const RegistryImage = builder.objectRef<RegistryImageModel>('RegistryImage').implement({
  description:
    'What a registry has under a name, as the Engine sees it: without its layers, which only a pull would fetch.',
  fields: (t) => ({
    reference: t.field({
      type: ImageReferenceType,
      nullable: true,
      description: 'The name that was asked for, taken apart.',
      resolve: ({ reference }) => imageReference(reference),
    }),
    engine: t.field({
      type: Engine,
      nullable: false,
      description: 'The Engine that asked the registry: another one may reach others.',
      resolve: ({ scope }) => engineModel(scope),
    }),
    digest: t.string({
      nullable: true,
      description: 'The digest that the name means now: of an index of several platforms, or of a manifest.',
      resolve: ({ answer }) => answer.Descriptor?.digest || null,
    }),
    mediaType: t.string({
      nullable: true,
      description: 'The format of what has that digest, such as `application/vnd.oci.image.index.v1+json`.',
      resolve: ({ answer }) => answer.Descriptor?.mediaType || null,
    }),
    ...columnFields<DistributionInspect, RegistryImageModel>(
      t,
      {
        [of]: 'DistributionInspect',
        Descriptor: object(
          OciDescriptorType,
          'All that the registry says of it: digest, format, annotations. Its size is that of the index or manifest itself.',
        ),
        Platforms: objects(
          OciPlatformType,
          'What it runs on: all platforms of an index, the one of a manifest.',
        ),
      },
      ({ answer }) => answer,
      { certain: true },
    ),
    image: t.field({
      type: Image,
      nullable: true,
      description:
        'The image on the Engine that is exactly this; null when it has not been pulled. Needs `GET /images/json`.',
      resolve: imageHere,
    }),
    checkedAt: t.field({
      type: 'Timestamp',
      nullable: false,
      description: 'When the registry was asked. Answers are remembered for `DOCKGRAPH_REGISTRY_AGE`.',
      resolve: ({ checkedAt }) => checkedAt.toISOString(),
    }),
    registryCalls: t.exposeInt('calls', {
      nullable: false,
      description: 'How many calls to the registry this answer needed: 0 when it was remembered.',
    }),
  }),
});

export const refreshArg =
  'Ask the registry again, though its answer is remembered. Not if it was asked within the last ten seconds.';

builder.queryField('registryImage', (t) =>
  t.field({
    type: RegistryImage,
    nullable: true,
    description:
      'What a registry has under a name, without pulling it; null when it has nothing there. The registry is asked by the ' +
      'Engine, and may count it. What it refuses is an error with one of the codes `REGISTRY_…`. ' +
      '`GET /distribution/{name}/json`.',
    args: {
      reference: t.arg.string({
        required: true,
        description:
          'The image: name, name with tag, or name with digest, such as `nginx:1.27`. The tag is `latest` if left out.',
      }),
      auth: t.arg({
        type: RegistryAuthInput,
        description:
          'Credentials for the registry; what it answers for them is not remembered. Those that the Docker configuration of ' +
          'the gateway has for it, if left out.',
      }),
      refresh: t.arg.boolean({ defaultValue: false, description: refreshArg }),
      engine: engineArg(t.arg),
    },
    resolve: (_root, { reference, auth, refresh, engine }, context) =>
      inRegistry(context.scope(engine), reference, {
        refresh,
        auth: registryAuthOf(auth, { api: '', path: ['arguments', 'auth'] }),
      }),
  }),
);

/** One of an image's own names, or the first. */
function nameIn(image: ImageModel, wanted: string | null | undefined): string | undefined {
  const names = [...tagsOf(image), ...digestsOf(image)];
  if (!wanted) return names[0];
  const full = imageReference(wanted)?.canonical;
  const found = names.find((name) => imageReference(name)?.canonical === full);
  if (found !== undefined && full !== undefined) return found;
  throw new BadUserInput(
    `\`reference\` is "${wanted.slice(0, 300)}", which is no name of this image. It has: ${names.join(', ') || 'none'}.`,
  );
}

/** `distribution`: a field of an image. */
export const distributionField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: RegistryImage,
    nullable: true,
    description:
      'What the registry has under one of the names of the image now; null when it has nothing there, or the image has no ' +
      'name. Asks the registry, unless its answer is remembered. Needs `GET /distribution/{name}/json`.',
    args: {
      reference: t.arg.string({
        description: 'Which of its names, with tag or digest; the first of its tags if left out.',
      }),
      refresh: t.arg.boolean({ defaultValue: false, description: refreshArg }),
    },
    resolve: (image, { reference, refresh }) => {
      const name = nameIn(image, reference);
      return name === undefined ? null : inRegistry(image.scope, name, { refresh });
    },
  });
