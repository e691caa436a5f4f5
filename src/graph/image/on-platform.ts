/** One platform of an image for several: what inspect and history say of just that one. */
import { images } from '../../engine/operations/images.ts';
import type { ImageInspect, OciPlatform } from '../../engine/types.ts';
import { orNull } from '../../loaders/batch.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { columnFields, type FieldBuilder, long, object, text, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { OciDescriptorType, OciPlatformType } from '../oci.ts';
import { ImageConfigType } from './config.ts';
import { ImageHistoryEntry } from './history.ts';
import type { ImageModel } from './model.ts';
import { platformFor } from './platform.ts';
import { ImageRootFs } from './root-fs.ts';

interface OnPlatformModel {
  readonly scope: EngineScope;
  readonly key: string;
  readonly platform: OciPlatform;
  readonly details: ImageInspect;
}

type Told = Pick<
  ImageInspect,
  'Descriptor' | 'Created' | 'Author' | 'Comment' | 'Config' | 'RootFS' | 'Size'
>;

const ImageOnPlatform = builder.objectRef<OnPlatformModel>('ImageOnPlatform').implement({
  description: 'What an image for several platforms is on one of them.',
  fields: (t) => ({
    platform: t.field({
      type: OciPlatformType,
      nullable: false,
      description: 'The platform it is made for, in full.',
      resolve: ({ platform, details }) => ({
        architecture: details.Architecture ?? platform.architecture ?? null,
        os: details.Os ?? platform.os ?? null,
        'os.version': details.OsVersion ?? null,
        variant: details.Variant ?? null,
      }),
    }),
    ...columnFields<Told, OnPlatformModel>(
      t,
      {
        [of]: 'ImageInspect',
        Descriptor: object(OciDescriptorType, 'The manifest of this platform.'),
        Created: time('When it was made; null if it does not say.', { name: 'createdAt' }),
        Author: text('Who made it, as its maker noted.'),
        Comment: text('What its maker noted when committing or importing it.'),
        Config: object(ImageConfigType, 'What containers made from it run and how.'),
        RootFS: object(ImageRootFs, 'Its layers.', { name: 'rootFs' }),
        Size: long('Bytes of its compressed layers, as they are pulled.', { name: 'contentSize' }),
      },
      ({ details }) => details,
    ),
    history: t.field({
      ...wire('GET /images/{name}/history?platform'),
      type: [ImageHistoryEntry],
      nullable: true,
      description: 'The steps that made it, the last one first. Needs `GET /images/{name}/history`.',
      resolve: async ({ scope, key: name, platform }) =>
        (await orNull(scope.call(images.history, { name, platform })))?.map((item) => ({ scope, item })) ??
        null,
    }),
  }),
});

/** `onPlatform(platform:)`: a field of an image. */
export const onPlatformField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: ImageOnPlatform,
    nullable: true,
    description:
      'What it is on one of its platforms; null where the Engine has nothing of it for that. With the containerd image ' +
      'store; the classic one keeps one platform only. `GET /images/{name}/json`.',
    args: {
      platform: t.arg.string({
        ...wire('GET /images/{name}/json?platform'),
        required: true,
        description: 'The platform, such as `linux/arm64`.',
        since: '1.49',
      }),
    },
    resolve: async ({ scope, key }, given) => {
      const platform = await platformFor(scope, given.platform, '1.49');
      if (!platform) return null;
      const details = await orNull(scope.call(images.inspect, { name: key, platform }));
      return details && { scope, key, platform, details };
    },
  });
