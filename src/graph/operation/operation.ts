/** The noun Operation. */
import { EngineError } from '../../engine/errors.ts';
import { toGraphQLError } from '../../errors.ts';
import {
  hasEnded,
  type OutputLine,
  type WorkProgress,
  type WorkStep,
  type WorkWarning,
} from '../../long-work/work.ts';
import { builder } from '../builder.ts';
import { type ImageModel, imageFromDetails } from '../image/model.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { wire } from '../kit/wire.ts';
import { explain } from '../mutation/explain.ts';
import { UserError } from '../mutation/user-error.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { Image, Operation, Plugin, Service } from '../nouns.ts';
import { pluginBy } from '../plugin/model.ts';
import { serviceModel } from '../service/model.ts';
import { OperationKind, OperationState, OperationStepState } from './enums.ts';
import { findOperation, type OperationModel } from './model.ts';

const percentOf = (current: number | null, total: number | null): number | null =>
  current === null || !total ? null : Math.min(100, (current / total) * 100);

const Progress = builder.objectRef<WorkProgress>('OperationProgress').implement({
  description: 'How much of an operation is done. None of its numbers ever falls.',
  fields: (t) => ({
    current: t.expose('current', {
      ...wire('ProgressDetail.current'),
      type: 'Long',
      nullable: false,
      description:
        'What is done: of a pull the bytes that were fetched and those that were unpacked, so that each counts twice; of ' +
        'a push the bytes that were sent; of a load or an import those that the Engine took; of a build its steps; of a service its tasks.',
    }),
    total: t.expose('total', {
      ...wire('ProgressDetail.total'),
      type: 'Long',
      nullable: true,
      description:
        'What there is to do, in the same unit; null until all of it is known. Of a pull that is late, as the Engine ' +
        'tells the size of a layer only when it begins to fetch it.',
    }),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description:
        'How much that is of the whole, 0 to 100; while sizes are missing they are taken to be like those that are known. ' +
        'Below 100 until the operation has succeeded; null while nothing is known.',
    }),
  }),
});

const Step = builder.objectRef<WorkStep>('OperationStep').implement({
  description: 'A part of an operation: a layer of an image, a step of a build, a task of a service.',
  fields: (t) => ({
    id: t.exposeID('id', {
      ...wire('CreateImageInfo.id', 'BuildInfo.id'),
      nullable: false,
      description:
        'Tells it from the other steps of this operation: the ID of the layer, as the CLI shows it; of a build its number; of a service the number of a task, or its node.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'What it is, where the ID does not say it.',
    }),
    status: t.exposeString('status', {
      ...wire('CreateImageInfo.status', 'PushImageInfo.status', 'BuildInfo.status'),
      nullable: false,
      description: "What is being done to it, in the Engine's words, such as `Downloading`.",
    }),
    state: t.field({
      type: OperationStepState,
      nullable: false,
      description: 'How far it is.',
      resolve: ({ state }) => state,
    }),
    current: t.expose('current', {
      type: 'Long',
      nullable: true,
      description: 'How much of what `status` says is done, in bytes; null where that is not known.',
    }),
    total: t.expose('total', {
      type: 'Long',
      nullable: true,
      description: 'How much of it there is to do, in bytes; null where that is not known.',
    }),
    percent: t.float({
      nullable: true,
      description:
        'How much of what `status` says is done, 0 to 100. Begins anew with the next `status`: fetched, then unpacked.',
      resolve: ({ state, current, total }) =>
        state === 'DONE' || state === 'SKIPPED' || state === 'CACHED' ? 100 : percentOf(current, total),
    }),
    startedAt: t.expose('startedAt', {
      type: 'Timestamp',
      nullable: true,
      description: 'Of a build: when it began; null before, and for layers.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'Timestamp',
      nullable: true,
      description: 'Of a build: when it ended; null before, and for layers.',
    }),
  }),
});

const Warning = builder.objectRef<WorkWarning>('OperationWarning').implement({
  description: 'What somebody dislikes in what an operation was given, and does nonetheless.',
  fields: (t) => ({
    message: t.exposeString('message', { nullable: false, description: 'What it is, in one line.' }),
    details: t.stringList({
      nullable: false,
      description: 'What more can be said of it.',
      resolve: ({ details }) => details,
    }),
    url: t.exposeString('url', { nullable: true, description: 'Where to read about it.' }),
    file: t.exposeString('file', {
      nullable: true,
      description: 'The file it is about, such as `Dockerfile`.',
    }),
    line: t.exposeInt('line', { nullable: true, description: 'The line of that file, from 1.' }),
  }),
});

const Line = builder.objectRef<OutputLine>('OperationOutputLine').implement({
  description: 'A line of what an operation says.',
  fields: (t) => ({
    number: t.exposeInt('number', {
      nullable: false,
      description:
        'Its place among all lines of this operation, from 1: a gap means that lines were forgotten.',
    }),
    text: t.exposeString('text', {
      nullable: false,
      description: 'The line, without its end. One of more than 4,096 characters goes on in the next.',
    }),
  }),
});

/** Why it failed, as the mutation would have said it. Nobody gave the arguments here, so no path leads into them. */
function failureOf({ scope, work }: OperationModel): UserErrorModel | null {
  if (work.error === null) return null;
  const explained = explain(work.error, { scope, ...(work.result.image && { image: work.result.image }) });
  if (explained) return explained;
  const { error } = work;
  const isUncertain = error instanceof EngineError && error.kind !== 'response';
  const message = toGraphQLError(error)?.message ?? 'A fault of the gateway. Its log says more.';
  return {
    kind: 'EngineFailedError',
    message: isUncertain
      ? `${message} Whether it was done is not known: look before you try again.`
      : message,
  };
}

async function imageNamed({ scope }: OperationModel, ref: string | undefined): Promise<ImageModel | null> {
  const details = ref === undefined ? null : await scope.loaders.images.inspect.load(ref);
  return details?.Id ? imageFromDetails(scope, details) : null;
}

const refsOf = ({ work: { result } }: OperationModel): readonly string[] =>
  result.images ?? (result.image === undefined ? [] : [result.image]);

const momentAt = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

Operation.implement({
  description:
    'Work that takes a while, such as a pull. It goes on when the client that began it has left; `operation(id:)` reads ' +
    'it, the subscription of that name follows it, `operationCancel` stops it. Known to the gateway alone: it remembers ' +
    'the last 200 that ended, for a day, and none after its own end.',
  interfaces: [Node],
  fields: (t) => ({
    kind: t.field({
      type: OperationKind,
      nullable: false,
      description: 'What it does.',
      resolve: ({ work }) => work.kind,
    }),
    subject: t.string({
      nullable: true,
      description: 'What it does that to: the reference of an image, for example.',
      resolve: ({ work }) => work.subject,
    }),
    state: t.field({
      type: OperationState,
      nullable: false,
      description: 'How far it is.',
      resolve: ({ work }) => work.state,
    }),
    progress: t.field({
      ...wire('CreateImageInfo.progressDetail', 'PushImageInfo.progressDetail', 'BuildInfo.progressDetail'),
      type: Progress,
      nullable: false,
      description: 'How much of all of it is done.',
      resolve: ({ work }) => work.progress,
    }),
    steps: t.field({
      ...wire('POST /images/load?quiet', 'POST /build?q'),
      type: [Step],
      nullable: false,
      description:
        'The parts it is made of, in the order in which the Engine told of them: the layers of an image, the steps of a ' +
        'build. 1,000 at most.',
      resolve: ({ work }) => work.steps,
    }),
    output: t.field({
      ...wire('BuildInfo.stream'),
      type: [Line],
      nullable: false,
      description:
        'The last lines of what it says: 500 of them, or 65,536 characters, are remembered. Of a build what the docker CLI shows, ' +
        'with `--progress=plain` for BuildKit: there each line begins with the number of its step.',
      args: {
        last: t.arg.int({
          description: 'At most so many, from the end; all that are remembered if left out.',
        }),
        after: t.arg.int({ description: 'Only lines after the one of this `number`.' }),
      },
      resolve: ({ work }, { last, after }) => {
        const lines = work.output.filter(({ number }) => number > (after ?? 0));
        return typeof last === 'number' ? lines.slice(Math.max(0, lines.length - Math.max(0, last))) : lines;
      },
    }),
    outputCount: t.int({
      nullable: false,
      description: 'How many lines there were in all.',
      resolve: ({ work }) => work.outputCount,
    }),
    createdAt: t.field({
      type: 'Timestamp',
      nullable: false,
      description: "When it was asked for, by the gateway's clock.",
      resolve: ({ work }) => new Date(work.createdAt).toISOString(),
    }),
    startedAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When it began; null while it waits for an upload.',
      resolve: ({ work }) => momentAt(work.startedAt),
    }),
    finishedAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When it ended; null until then.',
      resolve: ({ work }) => momentAt(work.finishedAt),
    }),
    duration: t.field({
      type: 'Duration',
      nullable: true,
      description: 'How long it took, or has taken so far; null while it waits for an upload.',
      resolve: ({ work: { startedAt, finishedAt } }) =>
        startedAt === null ? null : Math.max(0, (finishedAt ?? Date.now()) - startedAt) * 1e6,
    }),
    canCancel: t.boolean({
      nullable: false,
      description:
        'Whether `operationCancel` would do something: it has not ended, and was not told to stop.',
      resolve: ({ work }) => !hasEnded(work) && !work.isStopping,
    }),
    error: t.field({
      type: UserError,
      nullable: true,
      description: 'Why it failed, or that it was canceled; null otherwise. Its `path` is null.',
      resolve: failureOf,
    }),
    changed: t.boolean({
      nullable: true,
      description:
        'Whether it changed anything: false where it was so already. Null until it has succeeded, and where that is not known.',
      resolve: ({ work }) => work.result.changed ?? null,
    }),
    image: t.field({
      ...wire('BuildInfo.aux', 'ImageID.ID'),
      type: Image,
      nullable: true,
      description:
        'The image that came of it, as it is now; null until then, and once it is gone. The first of `images`. Needs ' +
        '`GET /images/{name}/json`.',
      resolve: (model) => imageNamed(model, refsOf(model)[0]),
    }),
    images: t.field({
      type: [Image],
      nullable: true,
      description:
        'All images that came of it, as they are now, without those that are gone. Needs `GET /images/{name}/json` for each.',
      resolve: async (model) => {
        const found = await Promise.all(refsOf(model).map((ref) => imageNamed(model, ref)));
        return found.filter((image) => image !== null);
      },
    }),
    service: t.field({
      type: Service,
      nullable: true,
      description:
        'The service that it is about, as it is now; null where it is about none, and once that is gone. Needs ' +
        '`GET /services/{id}`.',
      resolve: async ({ scope, work }) => {
        const { service } = work.result;
        const data = service === undefined ? null : await scope.loaders.services.inspect.load(service);
        return data?.ID ? serviceModel(scope, data) : null;
      },
    }),
    plugin: t.field({
      type: Plugin,
      nullable: true,
      description:
        'The plugin that came of it, as it is now; null until then, and once it is gone. Needs `GET /plugins/{name}/json`.',
      resolve: ({ scope, work: { result } }) => (result.plugin ? pluginBy(scope, result.plugin) : null),
    }),
    warnings: t.field({
      type: [Warning],
      nullable: false,
      description: 'What BuildKit dislikes in a Dockerfile, since Engine 23.0; empty where there is nothing.',
      resolve: ({ work }) => work.result.warnings ?? [],
    }),
    digest: t.string({
      nullable: true,
      description:
        'The digest that the registry has for what was pulled or pushed; null where there is none, or not yet.',
      resolve: ({ work }) => work.result.digest ?? null,
    }),
    engine: engineField(t),
  }),
});

findNodesWith('Operation', findOperation);
