/** `builderPrune`. */
import { builds } from '../../../engine/operations/build.ts';
import type { Int64 } from '../../../engine/types.ts';
import { compareApi } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import { usedFilters } from '../../kit/filters.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import { engineInput } from '../../mutation/fields.ts';
import { checkRef, given, inside, refuse, since } from '../../mutation/input-error.ts';
import { attemptOn, failed, type Outcome, payloadType } from '../../mutation/payload.ts';

interface PruneOutcome extends Outcome {
  readonly removed: readonly string[];
  readonly spaceReclaimed: Int64 | null;
}

const BuilderPruneInput = builder.inputType('BuilderPruneInput', {
  ...mirrors('POST /build/prune', {
    keepStorage: 'POST /build/prune?reserved-space',
    maxUsedSpace: 'POST /build/prune?max-used-space',
    minFreeSpace: 'POST /build/prune?min-free-space',
    id: 'POST /build/prune?filters',
    type: 'POST /build/prune?filters',
    unusedFor: 'POST /build/prune?filters',
  }),
  description: 'What `builderPrune` takes. Without conditions: what no image and no other record uses.',
  fields: (t) => ({
    all: t.boolean({
      defaultValue: false,
      description:
        'Everything that is not in use right now, such as mounts of type `cache` and files of contexts.',
    }),
    unusedFor: t.field({
      type: 'Duration',
      description: 'Only what no build has used for so long, such as `24h`.',
    }),
    id: t.string({
      description:
        'Only records whose ID contains this, as the Engine compares it: a whole ID means one record. See `Engine.diskUsage`.',
    }),
    type: t.string({ description: "Only records of this type, in the Engine's words, such as `regular`." }),
    keepStorage: t.field({
      type: 'ByteSize',
      description: 'So much may stay, such as `10g`: of what was used last.',
    }),
    maxUsedSpace: t.field({
      type: 'ByteSize',
      description: 'Nothing goes while the cache is not larger than this.',
      since: '1.48',
    }),
    minFreeSpace: t.field({
      type: 'ByteSize',
      description: 'Nothing goes while so much is free on the disk.',
      since: '1.48',
    }),
    engine: engineInput(t),
  }),
});

type PruneWish = typeof BuilderPruneInput.$inferInput;

const nanosPerSecond = 1_000_000_000n;

function filtersOf({ unusedFor, id, type }: PruneWish) {
  const seconds = given(unusedFor) === undefined ? undefined : BigInt(unusedFor ?? 0) / nanosPerSecond;
  const filters = usedFilters({
    until: seconds === undefined ? [] : [`${seconds}s`],
    id: id ? [id] : [],
    type: type ? [type] : [],
  });
  return filters ? { filters } : {};
}

/** @throws InputError for what the API of the Engine does not know */
function paramsOf(wish: PruneWish, api: string) {
  const place = { api, path: ['input'] };
  checkRef(inside(place, 'id'), 'object', wish.id);
  const maxUsedSpace = since(inside(place, 'maxUsedSpace'), '1.48', wish.maxUsedSpace);
  const minFreeSpace = since(inside(place, 'minFreeSpace'), '1.48', wish.minFreeSpace);
  if (BigInt(wish.keepStorage ?? 0) < 0n)
    refuse(inside(place, 'keepStorage'), `cannot be ${wish.keepStorage}: give a size such as "10g".`);
  return {
    ...(wish.all && { all: true }),
    ...filtersOf(wish),
    [compareApi(api, '1.48') < 0 ? 'keep-storage' : 'reserved-space']: given(wish.keepStorage),
    'max-used-space': maxUsedSpace,
    'min-free-space': minFreeSpace,
  };
}

builder.mutationField('builderPrune', (t) =>
  t.field({
    type: payloadType<PruneOutcome>('BuilderPrunePayload', 'What `builderPrune` answers.', (fields) => ({
      removed: fields.stringList({
        ...wire('BuildPruneResponse.CachesDeleted'),
        nullable: false,
        description: 'The IDs of the records that were removed.',
        resolve: ({ removed }) => removed,
      }),
      spaceReclaimed: fields.field({
        ...wire('BuildPruneResponse.SpaceReclaimed'),
        type: 'Long',
        nullable: true,
        description: 'The space that is free now, in bytes.',
        resolve: ({ spaceReclaimed }) => spaceReclaimed,
      }),
    })),
    nullable: true,
    description:
      'Removes records of the build cache of BuildKit that fit. The images of the classic builder are no such cache: see ' +
      '`imagesPrune`. `POST /build/prune`.',
    args: {
      input: t.arg({
        type: BuilderPruneInput,
        required: true,
        description: 'Which ones; `{}` is all that nothing uses.',
      }),
    },
    resolve: (_root, { input }, context) =>
      attemptOn<PruneOutcome>(
        context,
        input.engine,
        ['input'],
        async (scope) => {
          const answer = await scope.call(builds.prune, paramsOf(input, await scope.apiVersion()));
          const removed = answer.CachesDeleted ?? [];
          return {
            changed: removed.length > 0,
            userErrors: [],
            removed,
            spaceReclaimed: answer.SpaceReclaimed ?? null,
          };
        },
        (error) => ({ ...failed(error), removed: [], spaceReclaimed: null }),
      ),
  }),
);
