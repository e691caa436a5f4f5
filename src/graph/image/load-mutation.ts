/** `imageLoad`. */
import type { Transfer } from '../../transfers/transfers.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { inside, since } from '../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { noOperation, type OperationOutcome, operationField } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { startWithUpload } from '../operation/upload.ts';
import { TransferType } from '../transfer/transfer.ts';
import { loadImages } from './load.ts';
import { platformNamed } from './platform.ts';

export interface UploadOutcome extends OperationOutcome {
  readonly upload: Transfer | null;
}

/** `upload`, in a payload. */
export const uploadField = <Shape extends UploadOutcome>(t: FieldBuilder<Shape>, whatFor: string) =>
  t.field({
    type: TransferType,
    nullable: true,
    description:
      `${whatFor} Until then the operation is WAITING_FOR_UPLOAD, and it fails where the address expires unused. The request ` +
      'that sends the bytes is answered when the operation has ended.',
    resolve: ({ upload }) => upload,
  });

const ImageLoadInput = builder.inputType('ImageLoadInput', {
  ...mirrors('POST /images/load'),
  description: 'What `imageLoad` takes.',
  fields: (t) => ({
    platform: t.string({
      description:
        'Only the images for this platform, such as `linux/arm64`, of an archive for several; all there are if left out.',
      since: '1.48',
    }),
    engine: engineInput(t),
  }),
});

builder.mutationField('imageLoad', (t) =>
  t.field({
    type: payloadType<UploadOutcome>('ImageLoadPayload', 'What `imageLoad` answers.', (fields) => ({
      operation: operationField(fields),
      upload: uploadField(fields, 'Where to send the archive, compressed or not.'),
    })),
    nullable: true,
    description:
      'Loads images from an archive, as `docker save`, `image { save }` and OCI tools write it. Answers at once, with ' +
      '`changed` false, an operation that waits, and the address for the archive; the images are in the operation when ' +
      'it has ended. Of images without a name the Engine tells only where none in the archive has one. ' +
      '`POST /images/load`.',
    args: {
      input: t.arg({ type: ImageLoadInput, required: true, description: 'Which images, and where to.' }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<UploadOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const place = inside({ api: '', path: ['input'] }, 'platform');
          const platform = input.platform ? platformNamed(input.platform, place) : undefined;
          if (platform) since({ ...place, api: await scope.apiVersion() }, '1.48', platform);
          const { started, upload } = startWithUpload(context, scope, {
            kind: 'IMAGE_LOAD',
            what: 'imageLoad',
            run: (lasting, content, reporter) => loadImages(lasting, content, platform, reporter),
            told: ({ images, names }) => ({ images, names }),
          });
          return outcomeOf({ context, scope, started, wait: false, path: ['input'] }, () => ({ upload }));
        },
        (error) => ({ ...failed(error), operation: noOperation, upload: null }),
      ),
  }),
);
