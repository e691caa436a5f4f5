/** `containerCommit`: an image out of what a container has become. */
import { parseImageReference } from '../../../engine/image-reference.ts';
import { containers } from '../../../engine/operations/containers.ts';
import type { ContainerConfigBody } from '../../../engine/types.ts';
import { newestApi } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import { findImage } from '../../image/model.ts';
import { type ImageOutcome, imageField, noImage } from '../../image/mutations.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { attempt, failed, objection, payloadType, resolveContainer } from '../../mutation/payload.ts';
import { HealthCheckInput, healthCheckBody } from '../input/health-check.ts';
import { portsBody } from '../input/ports.ts';
import { processBody, processFields } from '../input/process.ts';
import { containerRefFields } from './verb.ts';

const ContainerCommitConfigInput = builder.inputType('ContainerCommitConfigInput', {
  ...mirrors('ContainerConfig', { command: 'ContainerConfig.Cmd' }),
  description: 'What the image is to say otherwise than the container it is made from.',
  fields: (t) => ({
    ...processFields(t),
    labels: t.field({
      type: [KeyValueInput],
      description: 'Labels beside and in place of those of the container.',
    }),
    exposedPorts: t.stringList({
      description: 'Ports its containers listen on: `80`, `53/udp`, `8000-8010`.',
    }),
    volumes: t.stringList({ description: 'Paths that its containers get anonymous volumes for.' }),
    healthcheck: t.field({ type: HealthCheckInput, description: 'The health check of its containers.' }),
    onBuild: t.stringList({ description: 'Instructions for builds that begin with it (`ONBUILD`).' }),
    shell: t.stringList({
      description: 'The shell that runs command lines of builds and health checks, with its arguments.',
    }),
    argsEscaped: t.boolean({
      description: 'Whether `command` is one command line, escaped already (Windows).',
    }),
  }),
});

const ContainerCommitInput = builder.inputType('ContainerCommitInput', {
  ...mirrors('POST /commit', {
    name: ['POST /commit?repo', 'POST /commit?tag'],
    ref: 'POST /commit?container',
  }),
  description: 'What `containerCommit` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    name: t.string({
      description:
        'The name of the image, such as `team/app:1.2`; the tag is `latest` if left out. No name if left out.',
    }),
    comment: t.string({ description: 'A message, as of a commit (`docker commit --message`).' }),
    author: t.string({ description: 'Who made it, such as `Jo Doe <jo@example.org>`.' }),
    pause: t.boolean({
      defaultValue: true,
      description: 'Freeze a running container meanwhile, so that its files fit together.',
    }),
    changes: t.stringList({
      description: 'Dockerfile instructions to apply, such as `CMD ["serve"]` or `ENV MODE=live`.',
    }),
    config: t.field({ type: ContainerCommitConfigInput, description: 'The same as `changes`, typed.' }),
  }),
});

type CommitWish = typeof ContainerCommitInput.$inferInput;

/** @throws InputError for what cannot be the name of a new image */
function nameOf(
  reference: string | null | undefined,
  place: Place,
): { readonly repo?: string; readonly tag?: string } {
  if (reference === null || reference === undefined) return {};
  const parsed = parseImageReference(reference);
  if (!parsed || parsed.digest) {
    return refuse(
      place,
      `cannot be "${reference}": give a name in lower case, with or without a tag, such as "team/app:1.2".`,
    );
  }
  const { tag } = parsed;
  return tag === undefined ? { repo: reference } : { repo: reference.slice(0, -tag.length - 1), tag };
}

function configBody(config: CommitWish['config'], place: Place): ContainerConfigBody | undefined {
  if (!config) return undefined;
  return {
    ...processBody(config, place),
    Labels: mapOf(config.labels),
    ExposedPorts: portsBody({ exposedPorts: config.exposedPorts }, place).exposed,
    Volumes: config.volumes ? Object.fromEntries(config.volumes.map((path) => [path, {}])) : undefined,
    Healthcheck: healthCheckBody(config.healthcheck, inside(place, 'healthcheck')),
    OnBuild: given(config.onBuild),
    Shell: given(config.shell),
    ArgsEscaped: given(config.argsEscaped),
  };
}

builder.mutationField('containerCommit', (t) =>
  t.field({
    type: payloadType<ImageOutcome>(
      'ContainerCommitPayload',
      'What `containerCommit` answers.',
      (fields) => ({
        image: imageField(fields),
      }),
    ),
    nullable: true,
    description:
      'Makes an image out of the files and the settings of a container; volumes are left out. `POST /commit`.',
    args: {
      input: t.arg({
        type: ContainerCommitInput,
        required: true,
        description: 'Which container, and what the image is to be.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<ImageOutcome> => {
      const top = { api: newestApi, path: ['input'] };
      const wrong = objection(context, top.path, () => {
        nameOf(input.name, inside(top, 'name'));
        configBody(input.config, inside(top, 'config'));
      });
      if (wrong) return { ...failed(wrong), image: noImage };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), image: noImage };
      const { scope, key } = found.model;
      return attempt<ImageOutcome>(
        { scope, container: found.model },
        async () => {
          const place = { ...top, api: await scope.apiVersion() };
          const body = configBody(input.config, inside(place, 'config'));
          const { Id } = await scope.call(containers.commit, {
            container: key,
            ...nameOf(input.name, inside(place, 'name')),
            ...(input.comment && { comment: input.comment }),
            ...(input.author && { author: input.author }),
            ...(input.changes?.length && { changes: input.changes }),
            pause: input.pause ?? true,
            ...(body && { body }),
          });
          return {
            changed: true,
            userErrors: [],
            image: () => (Id ? findImage(context, Id, scope.name) : noImage()),
          };
        },
        (error) => ({ ...failed(error), image: noImage }),
      );
    },
  }),
);
