/** `imagePull`. */
import { builder } from '../builder.ts';
import { engineInput } from '../mutation/fields.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { findImage } from './model.ts';
import { type ImageOutcome, imageField, noImage } from './mutations.ts';
import { pullImage, pullTarget } from './pull.ts';
import { authInput, blameAuth, registryAuthOf } from './registry-auth.ts';

const ImagePullInput = builder.inputType('ImagePullInput', {
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
    engine: engineInput(t),
  }),
});

builder.mutationField('imagePull', (t) =>
  t.field({
    type: payloadType<ImageOutcome>('ImagePullPayload', 'What `imagePull` answers.', (fields) => ({
      image: imageField(fields),
    })),
    nullable: true,
    description:
      'Fetches an image from its registry, and waits until it is there. `changed` is false if it was there already. ' +
      '`POST /images/create`.',
    args: { input: t.arg({ type: ImagePullInput, required: true, description: 'Which image.' }) },
    resolve: (_root, { input }, context) => {
      const { reference, platform } = input;
      const place = { api: '', path: ['input', 'auth'] };
      return attemptOn<ImageOutcome>(
        context,
        input.engine,
        ['input', 'reference'],
        async (scope) => {
          // Refused before anything is asked.
          pullTarget(reference);
          const auth = registryAuthOf(input.auth, place);
          const before = await findImage(context, reference, input.engine);
          await pullImage(scope, { reference, platform, auth });
          scope.refresh();
          const after = await findImage(context, reference, input.engine);
          return { changed: before?.key !== after?.key, userErrors: [], image: async () => after };
        },
        (error) => ({ ...failed(blameAuth(error, input.auth)), image: noImage }),
      );
    },
  }),
);
