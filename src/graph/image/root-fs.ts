/** The layers of an image. */
import type { ImageInspect } from '../../engine/types.ts';
import { record, text, texts } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type RootFs = NonNullable<ImageInspect['RootFS']>;

export const ImageRootFs = record<RootFs>(
  'ImageRootFs',
  'The layers that the files of an image are made of.',
  {
    [of]: 'ImageInspect.RootFS',
    Type: text('How they are stacked: `layers`.'),
    Layers: texts(
      'The digests of the unpacked layers, the lowest first. Images with the same layer share its space.',
    ),
  },
);
