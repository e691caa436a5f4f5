/** `imageBuild`. */
import type { Context } from '../../../context.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Transfer } from '../../../transfers/transfers.ts';
import { builder } from '../../builder.ts';
import { encodeNodeId } from '../../kit/node-id.ts';
import { given, inside } from '../../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error.ts';
import { noOperation, type OperationOutcome, operationField } from '../../operation/fields.ts';
import { outcomeOf } from '../../operation/outcome.ts';
import { TransferType } from '../../transfer/transfer.ts';
import { findImage } from '../model.ts';
import { type ImageOutcome, imageField, noImage } from '../mutations.ts';
import { buildContext } from './context.ts';
import {
  type BuildWish,
  buildAuths,
  buildParams,
  checkBuild,
  chosenBuilder,
  ImageBuildInput,
} from './input.ts';
import { startBuild } from './run.ts';
import { expectUpload } from './upload.ts';

interface BuildOutcome extends ImageOutcome, OperationOutcome {
  readonly upload: Transfer | null;
}

const place = { api: '', path: ['input'] };

/** What is wrong with the files is no matter of the other arguments, and what a step does is none of any. */
function blame(error: UserErrorModel): UserErrorModel {
  switch (error.kind) {
    case 'DockerfileError':
    case 'BuildContextError':
    case 'ImageNotFoundError':
    case 'RegistryError':
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
  const auths = buildAuths(wish, place);
  const greeting = await scope.greeting();
  const who = chosenBuilder(wish, greeting, place);
  const params = buildParams(wish, who, greeting, place);
  let key = '';
  const told = () => ({ operation: encodeNodeId({ type: 'Operation', engine: scope.name, key }) });
  const upload = source.kind === 'upload' ? expectUpload(context, told) : undefined;
  const subject = wish.tags?.[0] ?? (source.kind === 'remote' ? source.url : undefined);
  const plan = { who, params, context: source, upload, auths };
  let started: ReturnType<typeof startBuild>;
  try {
    started = startBuild(context.longWork, scope, plan, subject);
  } catch (error) {
    upload?.transfer.revoke();
    throw error;
  }
  key = started.work.key;
  const wait = upload ? false : wish.wait;
  return outcomeOf({ context, scope, started, wait, path: ['input'], blame }, (result) => ({
    image: result ? () => findImage(context, result.image, scope.name) : noImage,
    upload: upload?.transfer ?? null,
  }));
}

builder.mutationField('imageBuild', (t) =>
  t.field({
    type: payloadType<BuildOutcome>('ImageBuildPayload', 'What `imageBuild` answers.', (fields) => ({
      image: imageField(fields),
      operation: operationField(fields),
      upload: fields.field({
        type: TransferType,
        nullable: true,
        description:
          'Where to send the archive of the files, for `context.upload`; null otherwise. The build goes on while it comes, ' +
          'and its outcome is in `operation`: the answer to the upload tells only that all of it came. One that is cut ' +
          'off ends the build.',
        resolve: ({ upload }) => upload,
      }),
    })),
    nullable: true,
    description:
      'Builds an image from a Dockerfile, and waits until it is there if not told otherwise. `operation` has the steps, ' +
      'what they write, and warnings; canceling it stops the build. `changed` is true for every build that went well, ' +
      'though all its steps may have been cached. BuildKit finds base images that are on the Engine, or in registries ' +
      'without a login; secrets, SSH agents and files as the result need a session of its own protocol, and are not ' +
      'to be had here. `POST /build`.',
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
