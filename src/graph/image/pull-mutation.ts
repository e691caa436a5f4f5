/** `imagePull`. */
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { noOperation, type OperationOutcome, operationField, waitInput } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { findImage } from './model.ts';
import { type ImageOutcome, imageField, noImage } from './mutations.ts';
import { startPull } from './pull.ts';
import { authInput, blameAuth, registryAuthOf } from './registry-auth.ts';

const ImagePullInput = builder.inputType('ImagePullInput', {
  ...mirrors('POST /images/create', {
    reference: ['POST /images/create?fromImage', 'POST /images/create?tag'],
  }),
  description: 'What `imagePull` takes.',
  fields: (t) => ({
    reference: t.string({
      required: true,
      description:
        'The image: name, name with tag, or name with digest, such as `nginx:1.27`. The tag is `latest` if left out.',
    }),
    platform: t.string({
      description: "Which platform of it, such as `linux/arm64`; the Engine's own if left out.",
    }),
    auth: authInput(t),
    wait: waitInput(t),
    engine: engineInput(t),
  }),
});

type PullOutcome = ImageOutcome & OperationOutcome;

builder.mutationField('imagePull', (t) =>
  t.field({
    type: payloadType<PullOutcome>('ImagePullPayload', 'What `imagePull` answers.', (fields) => ({
      image: imageField(fields),
      operation: operationField(fields),
    })),
    nullable: true,
    description:
      'Fetches an image from its registry, and waits until it is there if not told otherwise. `changed` is false if it was ' +
      'there already. `POST /images/create`.',
    args: { input: t.arg({ type: ImagePullInput, required: true, description: 'Which image.' }) },
    resolve: (_root, { input }, context) => {
      const { reference, platform, wait } = input;
      const path = ['input', 'reference'];
      const blame = (error: UserErrorModel) => blameAuth(error, input.auth);
      return attemptOn<PullOutcome>(
        context,
        input.engine,
        path,
        (scope) => {
          const auth = registryAuthOf(input.auth, { api: '', path: ['input', 'auth'] });
          const started = startPull(context.longWork, scope, { reference, platform, auth });
          return outcomeOf({ context, scope, started, wait, path, blame }, (result) => ({
            image: result ? () => findImage(context, result.image, scope.name) : noImage,
          }));
        },
        (error) => ({ ...failed(blame(error)), image: noImage, operation: noOperation }),
      );
    },
  }),
);
