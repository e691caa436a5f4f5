/** `imageImport`. */
import type { Context } from '../../context.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput } from '../mutation/fields.ts';
import { given, inside, refuse } from '../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../mutation/payload.ts';
import { noOperation, operationField, waitInput } from '../operation/fields.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { startWithUpload } from '../operation/upload.ts';
import { type ImportResult, type ImportWish, importImage } from './import.ts';
import { checkImportSource } from './import-source.ts';
import { type UploadOutcome, uploadField } from './load-mutation.ts';
import { findImage } from './model.ts';
import { type ImageOutcome, imageField, newName, noImage } from './mutations.ts';

type ImportOutcome = UploadOutcome & ImageOutcome;

const ImageImportInput = builder.inputType('ImageImportInput', {
  ...mirrors('POST /images/create', {
    name: ['POST /images/create?repo', 'POST /images/create?tag'],
    source: 'POST /images/create?fromSrc',
  }),
  description: 'What `imageImport` takes.',
  fields: (t) => ({
    name: t.string({
      description:
        'The name of the image, such as `team/app:1.2`; the tag is `latest` if left out. No name if left out.',
    }),
    message: t.string({ description: 'What its history says of it; that it was imported if left out.' }),
    changes: t.stringList({
      description:
        'Dockerfile instructions to apply, such as `CMD ["serve"]` or `ENV MODE=live`: an archive of files says nothing of ' +
        'what to run.',
    }),
    platform: t.string({
      description:
        "What it is for, such as `linux/arm64`; the Engine's own platform if left out. Engine 20.10 takes only the system of it.",
    }),
    source: t.string({
      description:
        'The address of the archive, which the Engine fetches itself; then nothing is uploaded. Only addresses that the ' +
        'setting `DOCKGRAPH_IMPORT_REMOTES` allows, by default none.',
    }),
    wait: waitInput(t),
    engine: engineInput(t),
  }),
});

type Input = typeof ImageImportInput.$inferInput;

/** What the Engine takes outside of a build; it refuses all else, after it was sent the bytes. */
const instructions: readonly string[] = [
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

const top = { api: '', path: ['input'] };

/** @throws InputError, BadUserInput */
function wishOf({ name, message, changes, platform }: Input): ImportWish {
  for (const [index, change] of (changes ?? []).entries()) {
    const [word = ''] = change.trim().split(/\s/);
    if (instructions.includes(word.toUpperCase())) continue;
    refuse(
      inside(top, 'changes', index),
      `begins with "${word.slice(0, 40)}", which no image can be changed by: use one of ${instructions.join(', ')}.`,
    );
  }
  return {
    ...(typeof name === 'string' && newName(name)),
    message: given(message),
    changes: given(changes),
    platform: given(platform),
  };
}

/** Begins it, by whichever way the bytes come. */
async function begin(context: Context, scope: EngineScope, input: Input): Promise<ImportOutcome> {
  const { source, name } = input;
  const wish = wishOf(input);
  const subject = given(name);
  const path = ['input'];
  const image = (result: ImportResult | null) =>
    result ? () => findImage(context, result.image, scope.name) : noImage;
  if (typeof source !== 'string') {
    const { started, upload } = startWithUpload(context, scope, {
      kind: 'IMAGE_IMPORT',
      subject,
      what: 'imageImport',
      run: (lasting, content, reporter) => importImage(lasting, content, wish, reporter),
      told: (result) => ({ image: result.image }),
    });
    return outcomeOf({ context, scope, started, wait: false, path }, () => ({ image: noImage, upload }));
  }
  checkImportSource(source, context.importRemotes, inside(top, 'source'));
  const started = context.longWork.start({
    engine: scope.name,
    kind: 'IMAGE_IMPORT',
    subject: subject ?? source,
    run: (reporter, signal) => importImage(scope.lasting(signal), source, wish, reporter),
  });
  return outcomeOf({ context, scope, started, wait: input.wait, path }, (result) => ({
    image: image(result),
    upload: null,
  }));
}

builder.mutationField('imageImport', (t) =>
  t.field({
    type: payloadType<ImportOutcome>('ImageImportPayload', 'What `imageImport` answers.', (fields) => ({
      image: imageField(fields),
      operation: operationField(fields),
      upload: uploadField(
        fields,
        'Where to send the archive of the files, compressed or not; null where there is a `source`.',
      ),
    })),
    nullable: true,
    description:
      'Makes an image of one layer out of an archive of files, as `container { export }` gives. Answers at once, with ' +
      '`changed` false, an operation that waits, and the address for the archive; only with `source` it waits for the end ' +
      'if not told otherwise. `POST /images/create`.',
    args: {
      input: t.arg({ type: ImageImportInput, required: true, description: 'What the image is to be.' }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<ImportOutcome>(
        context,
        input.engine,
        ['input', 'name'],
        (scope) => begin(context, scope, input),
        (error) => ({ ...failed(error), image: noImage, operation: noOperation, upload: null }),
      ),
  }),
);
