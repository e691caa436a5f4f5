/** What is unused goes: one mutation a noun. */
import type { Filters } from '../../engine/operation.ts';
import { containers } from '../../engine/operations/containers.ts';
import { images } from '../../engine/operations/images.ts';
import { networks } from '../../engine/operations/networks.ts';
import { volumes } from '../../engine/operations/volumes.ts';
import type { ImageDeleted, Int64 } from '../../engine/types.ts';
import { compareApi } from '../../engine/version.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { deletedIn, deletionFields } from '../image/mutations.ts';
import { usedFilters } from '../kit/filters.ts';
import { encodeNodeId } from '../kit/node-id.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import { pruneInputs, untilInput } from './fields.ts';
import { InputError } from './input-error.ts';
import { attemptOn, failed, type Outcome, payloadType } from './payload.ts';
import type { UserErrorModel } from './user-error-kinds.ts';

interface PruneInput {
  readonly labels?: readonly string[] | null | undefined;
  readonly withoutLabel?: string | null | undefined;
  readonly until?: string | null | undefined;
}

const pruneFilters = (input: PruneInput, more: Filters = {}): { filters?: Filters } => {
  const filters = usedFilters({
    label: input.labels ?? [],
    'label!': input.withoutLabel ? [input.withoutLabel] : [],
    until: input.until ? [input.until] : [],
    ...more,
  });
  return filters ? { filters } : {};
};

interface PruneOutcome extends Outcome {
  readonly engine: string;
  readonly removed: readonly string[];
  readonly spaceReclaimed: Int64 | null;
}

const nothingPruned = (error: UserErrorModel): PruneOutcome => ({
  ...failed(error),
  engine: '',
  removed: [],
  spaceReclaimed: null,
});

const pruned = (
  { name: engine }: EngineScope,
  removed: readonly string[] | null | undefined,
  spaceReclaimed: Int64 | null | undefined,
): PruneOutcome => ({
  changed: (removed ?? []).length > 0,
  userErrors: [],
  engine,
  removed: removed ?? [],
  spaceReclaimed: spaceReclaimed ?? null,
});

const removedFields = (type: string, what: string) => (t: FieldBuilder<PruneOutcome>) => ({
  removed: t.stringList({
    ...wire('ContainerPruneResponse.ContainersDeleted', 'VolumePruneResponse.VolumesDeleted'),
    nullable: false,
    description: `${what} that were removed.`,
    resolve: ({ removed }) => removed,
  }),
  removedIds: t.idList({
    nullable: false,
    description: 'The global IDs of what was removed.',
    resolve: ({ engine, removed }) => removed.map((key) => encodeNodeId({ type, engine, key })),
  }),
});

const spaceField = <Shape extends { readonly spaceReclaimed: Int64 | null }>(t: FieldBuilder<Shape>) =>
  t.field({
    ...wire(
      'ContainerPruneResponse.SpaceReclaimed',
      'VolumePruneResponse.SpaceReclaimed',
      'ImagePruneResponse.SpaceReclaimed',
    ),
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
    type: payloadType<PruneOutcome>(
      'ContainersPrunePayload',
      'What `containersPrune` answers.',
      (fields) => ({
        ...removedFields('Container', 'The IDs of the containers')(fields),
        spaceReclaimed: spaceField(fields),
      }),
    ),
    nullable: true,
    description: 'Removes all stopped containers that fit. `POST /containers/prune`.',
    args: {
      input: t.arg({
        ...wire('POST /containers/prune?filters'),
        type: ContainersPruneInput,
        required: true,
        description: 'Which ones; `{}` is all that are stopped.',
      }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<PruneOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const answer = await scope.call(containers.prune, pruneFilters(input));
          return pruned(scope, answer.ContainersDeleted, answer.SpaceReclaimed);
        },
        nothingPruned,
      ),
  }),
);

const NetworksPruneInput = builder.inputType('NetworksPruneInput', {
  description: 'What `networksPrune` takes. Without conditions: all networks that nothing is connected to.',
  fields: (t) => ({ ...pruneInputs(t), until: untilInput(t) }),
});

builder.mutationField('networksPrune', (t) =>
  t.field({
    type: payloadType<PruneOutcome>('NetworksPrunePayload', 'What `networksPrune` answers.', (fields) => ({
      removed: fields.stringList({
        ...wire('NetworkPruneResponse.NetworksDeleted'),
        nullable: false,
        description: 'The names of the networks that were removed.',
        resolve: ({ removed }) => removed,
      }),
    })),
    nullable: true,
    description: 'Removes all networks that nothing is connected to and that fit. `POST /networks/prune`.',
    args: {
      input: t.arg({
        ...wire('POST /networks/prune?filters'),
        type: NetworksPruneInput,
        required: true,
        description: 'Which ones; `{}` is all that are unused.',
      }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<PruneOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const answer = await scope.call(networks.prune, pruneFilters(input));
          return pruned(scope, answer.NetworksDeleted, null);
        },
        nothingPruned,
      ),
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
    args: {
      input: t.arg({
        ...wire('POST /volumes/prune?filters'),
        type: VolumesPruneInput,
        required: true,
        description: 'Which ones; `{}` is all that are unused and anonymous.',
      }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<PruneOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const api = await scope.apiVersion();
          const sparesNamed = compareApi(api, '1.42') >= 0;
          if (!sparesNamed && !input.all) {
            const sentence = `API ${api} removes named volumes too. Set \`all: true\` if that is meant.`;
            throw new InputError('ApiVersionError', ['input', 'all'], sentence);
          }
          const all: Filters = sparesNamed && input.all ? { all: ['true'] } : {};
          const answer = await scope.call(volumes.prune, pruneFilters(input, all));
          return pruned(scope, answer.VolumesDeleted, answer.SpaceReclaimed);
        },
        nothingPruned,
      ),
  }),
);

interface ImagesPruneOutcome extends Outcome {
  readonly engine: string;
  readonly steps: readonly ImageDeleted[];
  readonly spaceReclaimed: Int64 | null;
}

const ImagesPruneInput = builder.inputType('ImagesPruneInput', {
  description:
    'What `imagesPrune` takes. Without conditions: all images without a name that no container uses.',
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
      removedIds: fields.idList({
        nullable: false,
        description: 'The global IDs of the images that were deleted.',
        resolve: ({ engine, steps }) =>
          deletedIn(steps).map((key) => encodeNodeId({ type: 'Image', engine, key })),
      }),
      spaceReclaimed: spaceField(fields),
    })),
    nullable: true,
    description:
      'Removes all images that no container uses and that fit; only nameless ones unless told otherwise. `POST /images/prune`.',
    args: {
      input: t.arg({
        ...wire('POST /images/prune?filters'),
        type: ImagesPruneInput,
        required: true,
        description: 'Which ones; `{}` is all that are unused and nameless.',
      }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<ImagesPruneOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const dangling: Filters = { dangling: [String(input.all !== true)] };
          const answer = await scope.call(images.prune, pruneFilters(input, dangling));
          const steps = answer.ImagesDeleted ?? [];
          const spaceReclaimed = answer.SpaceReclaimed ?? null;
          return { changed: steps.length > 0, userErrors: [], engine: scope.name, steps, spaceReclaimed };
        },
        (error) => ({ ...failed(error), engine: '', steps: [], spaceReclaimed: null }),
      ),
  }),
);
