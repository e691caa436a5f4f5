/** What is unused goes: one mutation a noun. */
import type { Filters } from '../../engine/operation.ts';
import { containers } from '../../engine/operations/containers.ts';
import { images } from '../../engine/operations/images.ts';
import { networks } from '../../engine/operations/networks.ts';
import { volumes } from '../../engine/operations/volumes.ts';
import type { ImageDeleted, Int64 } from '../../engine/types.ts';
import { compareApi } from '../../engine/version.ts';
import { builder } from '../builder.ts';
import { deletionFields } from '../image/mutations.ts';
import { encodeNodeId } from '../kit/node-id.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { pruneInputs, untilInput } from './fields.ts';
import { attempt, failed, type Outcome, payloadType } from './payload.ts';

interface PruneInput {
  readonly labels?: readonly string[] | null | undefined;
  readonly withoutLabels?: readonly string[] | null | undefined;
  readonly until?: string | null | undefined;
}

const pruneFilters = (input: PruneInput, more: Filters = {}): { filters?: Filters } => {
  const all: Filters = {
    label: input.labels ?? [],
    'label!': input.withoutLabels ?? [],
    until: input.until ? [input.until] : [],
    ...more,
  };
  const used = Object.entries(all).filter(([, values]) => values.length > 0);
  return used.length > 0 ? { filters: Object.fromEntries(used) } : {};
};

interface PruneOutcome extends Outcome {
  readonly engine: string;
  readonly removed: readonly string[];
  readonly spaceReclaimed: Int64 | null;
}

const removedFields = (type: string, what: string) => (t: FieldBuilder<PruneOutcome>) => ({
  removed: t.stringList({ nullable: false, description: `${what} that were removed.`, resolve: ({ removed }) => removed }),
  removedIds: t.idList({
    nullable: false,
    description: 'The global IDs of what was removed.',
    resolve: ({ engine, removed }) => removed.map((key) => encodeNodeId({ type, engine, key })),
  }),
});

const spaceField = <Shape extends { readonly spaceReclaimed: Int64 | null }>(t: FieldBuilder<Shape>) =>
  t.field({
    type: 'Long',
    nullable: true,
    description: 'How many bytes of disk space are free again.',
    resolve: ({ spaceReclaimed }) => spaceReclaimed,
  });

const ContainersPruneInput = builder.inputType('ContainersPruneInput', {
  description: 'What `containersPrune` takes. Without conditions: all stopped containers.',
  fields: (t) => ({ ...pruneInputs(t), until: untilInput(t) }),
});

builder.mutationField('containersPrune', (t) =>
  t.field({
    type: payloadType<PruneOutcome>('ContainersPrunePayload', 'What `containersPrune` answers.', (fields) => ({
      ...removedFields('Container', 'The IDs of the containers')(fields),
      spaceReclaimed: spaceField(fields),
    })),
    nullable: true,
    description: 'Removes all stopped containers that fit. `POST /containers/prune`.',
    args: { input: t.arg({ type: ContainersPruneInput, description: 'Which ones; all stopped ones if left out.' }) },
    resolve: (_root, { input }, context) => {
      const scope = context.scope(input?.engine);
      return attempt<PruneOutcome>(
        { scope, path: ['input'] },
        async () => {
          const answer = await scope.call(containers.prune, pruneFilters(input ?? {}));
          const removed = answer.ContainersDeleted ?? [];
          const spaceReclaimed = answer.SpaceReclaimed ?? null;
          return { changed: removed.length > 0, userErrors: [], engine: scope.name, removed, spaceReclaimed };
        },
        (error) => ({ ...failed(error), engine: scope.name, removed: [], spaceReclaimed: null }),
      );
    },
  }),
);

const NetworksPruneInput = builder.inputType('NetworksPruneInput', {
  description: 'What `networksPrune` takes. Without conditions: all networks that nothing is connected to.',
  fields: (t) => ({ ...pruneInputs(t), until: untilInput(t) }),
});

builder.mutationField('networksPrune', (t) =>
  t.field({
    type: payloadType<PruneOutcome>(
      'NetworksPrunePayload',
      'What `networksPrune` answers.',
      (fields) => ({
        removed: fields.stringList({
          nullable: false,
          description: 'The names of the networks that were removed.',
          resolve: ({ removed }) => removed,
        }),
      }),
    ),
    nullable: true,
    description: 'Removes all networks that nothing is connected to and that fit. `POST /networks/prune`.',
    args: { input: t.arg({ type: NetworksPruneInput, description: 'Which ones; all unused ones if left out.' }) },
    resolve: (_root, { input }, context) => {
      const scope = context.scope(input?.engine);
      return attempt<PruneOutcome>(
        { scope, path: ['input'] },
        async () => {
          const answer = await scope.call(networks.prune, pruneFilters(input ?? {}));
          const removed = answer.NetworksDeleted ?? [];
          return { changed: removed.length > 0, userErrors: [], engine: scope.name, removed, spaceReclaimed: null };
        },
        (error) => ({ ...failed(error), engine: scope.name, removed: [], spaceReclaimed: null }),
      );
    },
  }),
);

const VolumesPruneInput = builder.inputType('VolumesPruneInput', {
  description: 'What `volumesPrune` takes. Without conditions: all anonymous volumes that no container uses.',
  fields: (t) => ({
    ...pruneInputs(t),
    all: t.boolean({ defaultValue: false, description: 'Named volumes too, and all that is in them.' }),
  }),
});

builder.mutationField('volumesPrune', (t) =>
  t.field({
    type: payloadType<PruneOutcome>('VolumesPrunePayload', 'What `volumesPrune` answers.', (fields) => ({
      ...removedFields('Volume', 'The names of the volumes')(fields),
      spaceReclaimed: spaceField(fields),
    })),
    nullable: true,
    description:
      'Removes all volumes that no container uses and that fit; only anonymous ones unless told otherwise. Below API ' +
      '1.42 the Engine cannot spare the named ones, so there it is refused without `all`. `POST /volumes/prune`.',
    args: { input: t.arg({ type: VolumesPruneInput, description: 'Which ones; all unused anonymous ones if left out.' }) },
    resolve: (_root, { input }, context) => {
      const scope = context.scope(input?.engine);
      const nothing = { engine: scope.name, removed: [], spaceReclaimed: null };
      return attempt<PruneOutcome>(
        { scope, path: ['input'] },
        async () => {
          const api = await scope.apiVersion();
          const sparesNamed = compareApi(api, '1.42') >= 0;
          if (!sparesNamed && !input?.all) {
            return {
              ...failed({
                kind: 'ApiVersionError',
                message: `API ${api} removes named volumes too. Set \`all: true\` if that is meant.`,
                path: ['input', 'all'],
              }),
              ...nothing,
            };
          }
          const all: Filters = sparesNamed && input?.all ? { all: ['true'] } : {};
          const answer = await scope.call(volumes.prune, pruneFilters(input ?? {}, all));
          const removed = answer.VolumesDeleted ?? [];
          const spaceReclaimed = answer.SpaceReclaimed ?? null;
          return { changed: removed.length > 0, userErrors: [], engine: scope.name, removed, spaceReclaimed };
        },
        (error) => ({ ...failed(error), ...nothing }),
      );
    },
  }),
);

interface ImagesPruneOutcome extends Outcome {
  readonly steps: readonly ImageDeleted[];
  readonly spaceReclaimed: Int64 | null;
}

const ImagesPruneInput = builder.inputType('ImagesPruneInput', {
  description: 'What `imagesPrune` takes. Without conditions: all images without a name that no container uses.',
  fields: (t) => ({
    ...pruneInputs(t),
    until: untilInput(t),
    all: t.boolean({ defaultValue: false, description: 'All that no container uses, with a name too.' }),
  }),
});

builder.mutationField('imagesPrune', (t) =>
  t.field({
    type: payloadType<ImagesPruneOutcome>('ImagesPrunePayload', 'What `imagesPrune` answers.', (fields) => ({
      ...deletionFields(fields),
      spaceReclaimed: spaceField(fields),
    })),
    nullable: true,
    description: 'Removes all images that no container uses and that fit; only nameless ones unless told otherwise. `POST /images/prune`.',
    args: { input: t.arg({ type: ImagesPruneInput, description: 'Which ones; all unused nameless ones if left out.' }) },
    resolve: (_root, { input }, context) => {
      const scope = context.scope(input?.engine);
      return attempt<ImagesPruneOutcome>(
        { scope, path: ['input'] },
        async () => {
          const dangling: Filters = { dangling: [String(input?.all !== true)] };
          const answer = await scope.call(images.prune, pruneFilters(input ?? {}, dangling));
          const steps = answer.ImagesDeleted ?? [];
          return { changed: steps.length > 0, userErrors: [], steps, spaceReclaimed: answer.SpaceReclaimed ?? null };
        },
        (error) => ({ ...failed(error), steps: [], spaceReclaimed: null }),
      );
    },
  }),
);
