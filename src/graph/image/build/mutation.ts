/** `imageBuild`. */
import type { Context } from '../../../context.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { given, inside } from '../../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { noOperation, operationField } from '../../operation/fields.ts';
import { outcomeOf } from '../../operation/outcome.ts';
import { startWithUpload } from '../../operation/upload.ts';
import { type UploadOutcome, uploadField } from '../load-mutation.ts';
import { findImage } from '../model.ts';
import { type ImageOutcome, imageField, noImage } from '../mutations.ts';
import { buildAuths } from './auths.ts';
import { buildContext } from './context.ts';
import { type BuildWish, buildParams, checkBuild, chosenBuilder, ImageBuildInput } from './input.ts';
import { contentOf, runBuild } from './run.ts';
import { buildSecrets } from './secrets.ts';

type BuildOutcome = ImageOutcome & UploadOutcome;

const place = { api: '', path: ['input'] };

/** What is wrong with the files is no matter of the other arguments, and what a step does is none of any. */
function blame(error: UserErrorModel): UserErrorModel {
  switch (error.kind) {
    case 'DockerfileError':
    case 'BuildContextError':
    case 'ImageNotFoundError':
    case 'RegistryError':
    case 'RegistryRateLimitedError':
    case 'RegistryUnauthorizedError':
      return { ...error, path: ['input', 'context'] };
    case 'InvalidInputError':
    case 'ApiVersionError':
      return error;
    default: {
      const { path: _, ...rest } = error;
      return rest;
    }
  }
}

async function begin(context: Context, scope: EngineScope, wish: BuildWish): Promise<BuildOutcome> {
  // Refused before anything is asked.
  checkBuild(wish, place);
  const at = inside(place, 'context');
  const source = await buildContext(wish.context, given(wish.dockerfile), context.buildRemotes, at);
  const auths = buildAuths(wish.auth, inside(place, 'auth'));
  const secrets = buildSecrets(wish.secrets, inside(place, 'secrets'));
  const greeting = await scope.greeting();
  const who = chosenBuilder(wish, greeting, place);
  const remote = source.kind === 'remote' ? source.url : undefined;
  const plan = { who, params: { ...buildParams(wish, who, greeting, place), remote }, auths, secrets };
  const kind = 'IMAGE_BUILD';
  const subject = wish.tags?.[0] ?? remote;
  const path = ['input'];
  if (source.kind === 'upload') {
    const { started, upload } = startWithUpload(context, scope, {
      kind,
      subject,
      what: 'imageBuild',
      run: (lasting, content, reporter) => runBuild(lasting, plan, content, reporter),
      told: ({ image }) => ({ image }),
      countsBytes: false,
    });
    return outcomeOf({ context, scope, started, wait: false, path }, () => ({ image: noImage, upload }));
  }
  const content = source.kind === 'archive' ? contentOf(source.archive) : undefined;
  const started = context.longWork.start({
    engine: scope.name,
    kind,
    subject,
    run: (reporter, signal) => runBuild(scope.lasting(signal), plan, content, reporter),
  });
  return outcomeOf({ context, scope, started, wait: wish.wait, path, blame }, (result) => ({
    image: result ? () => findImage(context, result.image, scope.name) : noImage,
    upload: null,
  }));
}

builder.mutationField('imageBuild', (t) =>
  t.field({
    type: payloadType<BuildOutcome>('ImageBuildPayload', 'What `imageBuild` answers.', (fields) => ({
      image: imageField(fields),
      operation: operationField(fields),
      upload: uploadField(
        fields,
        'Where to send the archive of the files, for `context.upload`; null otherwise. The build goes on while it comes, and ' +
          'ends without an image where it is cut off.',
      ),
    })),
    nullable: true,
    description:
      'Builds an image from a Dockerfile, and waits until it is there if not told otherwise. `operation` has the steps, ' +
      'what they write, and warnings; canceling it stops the build (`POST /build/cancel`). `changed` is true for every build that went well, ' +
      'though all its steps may have been cached. BuildKit gets `secrets`, and credentials for private base images, over a ' +
      'session that ends with the build; SSH agents and files as the result are not to be had here. `POST /build`, ' +
      '`POST /session`.',
    args: {
      input: t.arg({ type: ImageBuildInput, required: true, description: 'From which files, and how.' }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<BuildOutcome>(
        context,
        input.engine,
        ['input'],
        (scope) => begin(context, scope, input),
        (error) => ({ ...failed(error), image: noImage, operation: noOperation, upload: null }),
      ),
  }),
);
