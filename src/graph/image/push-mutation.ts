/** `imagePush`. */
import { isJsonObject } from '../../engine/json.ts';
import { images } from '../../engine/operations/images.ts';
import { anonymousHeader, type RegistryAuth } from '../../engine/registry/auth.ts';
import type { JsonMessage, OciPlatform } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { since } from '../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { noOperation, type OperationOutcome, operationField, waitInput } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { findImage } from './model.ts';
import { type ImageOutcome, imageField, newName, noImage } from './mutations.ts';
import { platformNamed } from './platform.ts';
import { progressMessages } from './progress.ts';
import { layerProgress } from './progress-layers.ts';
import { authInput, blameAuth, registryAuthOf } from './registry-auth.ts';

interface PushOutcome extends ImageOutcome, OperationOutcome {
  readonly digest: string | null;
}

const ImagePushInput = builder.inputType('ImagePushInput', {
  ...mirrors('POST /images/{name}/push', { reference: 'POST /images/{name}/push?tag' }),
  description: 'What `imagePush` takes.',
  fields: (t) => ({
    reference: t.string({
      required: true,
      description:
        'A name that the image has, which says where to push it, such as `registry.example:5000/team/app:1.2`; see ' +
        '`imageTag`. The tag is `latest` if left out: only one is pushed.',
    }),
    platform: t.string({
      description:
        'Only this platform of an image for several, such as `linux/arm64`; all that the Engine has if left out.',
      since: '1.46',
    }),
    auth: authInput(t),
    wait: waitInput(t),
    engine: engineInput(t),
  }),
});

/** The digest of what was pushed. One message has it, in containerd's store only in its words: `1.2: digest: sha256:… size: 5`. */
function digestIn({ aux, status }: JsonMessage): string | null {
  const digest = isJsonObject(aux) ? aux['Digest'] : undefined;
  if (typeof digest === 'string') return digest;
  return /\bdigest: (\w+:[0-9a-f]+) size: \d+$/.exec(status ?? '')?.[1] ?? null;
}

interface PushResult extends WorkResult {
  readonly digest: string | undefined;
}

async function pushImage(
  scope: EngineScope,
  reference: string,
  auth: RegistryAuth | undefined,
  platform: OciPlatform | undefined,
  reporter: Reporter,
): Promise<PushResult> {
  const { repo: name, tag } = newName(reference);
  const registryAuth = (await scope.registryAuth(reference, auth)) ?? anonymousHeader;
  const { body } = await scope.stream(images.push, { name, tag, platform, registryAuth });
  const { route } = images.push;
  const tell = layerProgress(reporter, 'move');
  let digest: string | undefined;
  for await (const message of progressMessages(body, { route, verb: 'push', signals: [scope.signal] })) {
    tell(message);
    digest = digestIn(message) ?? digest;
  }
  return { image: reference, digest, changed: true };
}

builder.mutationField('imagePush', (t) =>
  t.field({
    type: payloadType<PushOutcome>('ImagePushPayload', 'What `imagePush` answers.', (fields) => ({
      image: imageField(fields),
      operation: operationField(fields),
      digest: fields.exposeString('digest', {
        nullable: true,
        description: 'The digest it has in the registry, such as `sha256:…`; null where it was not pushed.',
      }),
    })),
    nullable: true,
    description:
      'Sends an image to the registry that its name begins with, and waits until it is there if not told otherwise. ' +
      '`changed` is true whenever the registry took it, even if it had all of it. `POST /images/{name}/push`.',
    args: {
      input: t.arg({ type: ImagePushInput, required: true, description: 'Which image, and as whom.' }),
    },
    resolve: (_root, { input }, context) => {
      const { reference, engine, wait } = input;
      const path = ['input', 'reference'];
      const blame = (error: UserErrorModel) => blameAuth(error, input.auth);
      const nothing = { image: noImage, digest: null, operation: noOperation };
      return attemptOn<PushOutcome>(
        context,
        engine,
        path,
        async (scope) => {
          // Refused before anything is asked.
          newName(reference);
          const auth = registryAuthOf(input.auth, { api: '', path: ['input', 'auth'] });
          const at = { api: '', path: ['input', 'platform'] };
          const named = input.platform ? platformNamed(input.platform, at) : undefined;
          const platform = named && since({ ...at, api: await scope.apiVersion() }, '1.46', named);
          if (!(await findImage(context, reference, engine))) {
            const message = `There is no image "${reference}" on the Engine.`;
            return { ...failed({ kind: 'ImageNotFoundError', message, path }), ...nothing };
          }
          const started = context.longWork.start({
            engine: scope.name,
            kind: 'IMAGE_PUSH',
            subject: reference,
            run: (reporter, signal) => pushImage(scope.lasting(signal), reference, auth, platform, reporter),
          });
          return outcomeOf({ context, scope, started, wait, path, blame }, (result) => ({
            image: result ? () => findImage(context, reference, engine) : noImage,
            digest: result?.digest ?? null,
          }));
        },
        (error) => ({ ...failed(blame(error)), ...nothing }),
      );
    },
  }),
);
